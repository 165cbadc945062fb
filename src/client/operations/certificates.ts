import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { CERTIFICATE_BYTES_MAX } from '../../core/base/limits.ts';
import { type ComposedCertificate, compactFile, composeCertificate, headOfFull } from '../certificates/compose.ts';
import { certificateSentence } from '../certificates/words.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { type FoundProposal, findProposal, proposalToJson } from '../proposals.ts';
import { fileOf } from './export.ts';

/** Shows what a body decided, and who says so. */
export async function showCertificate(
  context: OperationContext,
  input: ParsedRouteInput<'certificate.show'>,
): Promise<RouteOutput<'certificate.show'>> {
  const found = findProposal(context, input.proposal);
  const composed = await composeCertificate(context, found);
  const { close, checkpoint, quorum, witnesses, cosigners } = composed;
  const { book, size, root, head, charterHead } = checkpoint;
  return {
    sentence: certificateSentence(composed),
    ...(await proposalToJson(context, found)),
    close: close.id,
    sequence: close.header.sequence,
    checkpoint: { book, size, root, head, charterHead },
    witnessing: quorum.words,
    needed: quorum.needed,
    cosigned: cosigners.length,
    bytes: compactFile(composed)?.length,
    witnesses: witnesses.map((identity) => ({
      identity,
      name: context.names.of(identity),
      cosigned: cosigners.includes(identity),
    })),
  };
}

/** Streams a certificate file: the compact one, or the full one with the body's member book and decision book. */
export async function streamCertificate(
  context: OperationContext,
  input: ParsedRouteInput<'certificate.file'>,
): Promise<AsyncGenerator<Uint8Array>> {
  const found = findProposal(context, input.proposal);
  const composed = await composeCertificate(context, found);
  const head = input.full ? headOfFull(composed) : compactFile(composed);
  if (head === undefined) throw noFile(composed, input.full);
  return input.full ? fullFile(context, head, found, composed) : once(head);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* fullFile(
  context: OperationContext,
  head: Uint8Array,
  { book }: FoundProposal,
  { checkpoint }: ComposedCertificate,
): AsyncGenerator<Uint8Array> {
  yield head;
  const members = peerOf(context).books.get(checkpoint.charterHead.book);
  yield* fileOf(context, [], members === undefined ? [book] : [members, book]);
}

function noFile({ standalone }: ComposedCertificate, isFull: boolean): OperationFault {
  if (!isFull && standalone.founding.length === 0)
    return new OperationFault(
      'charter_amended',
      'The body has amended its charter, so that only its member book proves who witnesses: write the full certificate, with --full.',
    );
  const sentence = isFull
    ? `The identity logs of the body and its witnesses are more than the ${CERTIFICATE_BYTES_MAX} bytes of a certificate.`
    : `The certificate would have more than ${CERTIFICATE_BYTES_MAX} bytes, since many founded or witness this body: write the full one, with --full.`;
  return new OperationFault('too_large', sentence);
}
