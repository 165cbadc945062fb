import { textToBytes } from '../core/base/bytes.ts';
import { tagged, taggedHash } from '../core/base/hash.ts';
import { type Id, idToBytes } from '../core/base/id.ts';
import { commitToChoice } from '../core/decisions/sealed.ts';
import { resolveLog } from '../core/identity/log.ts';
import { contentOf } from '../core/wire/entry.ts';
import { ballotKind, revealKind, sealedBallotKind } from '../core/wire/kinds/decisions.ts';
import type { Ballot, SealedChoice } from '../core/wire/messages/decisions.ts';
import { TAGS } from '../core/wire/tags.ts';
import { newestOwnRow, ownRows } from './ballots.ts';
import { type OperationContext, peerOf } from './context.ts';
import { OperationFault } from './fault.ts';
import type { FoundProposal } from './proposals.ts';
import { messageToText, sealedChoiceForm, textToMessage } from './text-forms.ts';
import { payloadDigestOf, wordsBefore } from './words.ts';

/** Characters of a sealed choice before it is encrypted, so that its length says nothing of it. */
const FILLED_UP_TO = 800;
/** Own devices that a choice is sealed for, the newest: with more it would not fit its entry. */
const READERS_MAX = 16;

/**
 * Writes what this identity opens its ballot with later, on this or another of its devices.
 * @returns what the ballot says in place of its choice.
 * @throws OperationFault `unclear` where this peer has no key to seal with.
 */
export async function sealChoice(
  context: OperationContext,
  { version, number, choice, delegate }: Pick<Ballot, 'version' | 'number' | 'choice' | 'delegate'>,
): Promise<Pick<Ballot, 'commitment' | 'sealedDigest'>> {
  const { memoBox, self, signer, acts } = context;
  if (memoBox === undefined)
    throw new OperationFault('unclear', 'This peer was opened without a memo box, and can seal no ballot.');
  const place = tagged(TAGS.sealedSecret, [idToBytes(version), textToBytes(String(number))]);
  const secret = taggedHash(TAGS.sealedSecret, [await signer.sign(place)]);
  const sealed: SealedChoice = { choice: [...choice], delegate, secret };
  const text = messageToText(sealedChoiceForm, sealed).padEnd(FILLED_UP_TO);
  const entry = await acts.write('proposals', sealedBallotKind, {
    sealed: await memoBox.seal(text, ownDevices(context).map(idToBytes)),
  });
  return {
    commitment: commitToChoice(version, self.identity, sealed),
    sealedDigest: await payloadDigestOf(context, entry),
  };
}

function ownDevices(context: OperationContext): readonly Id[] {
  const { identities, world } = peerOf(context);
  const { identity, device } = context.self;
  const log = resolveLog(identity, identities.eventsOf(identity), world.verified.verify);
  const held = [...(log?.devices.values() ?? [])].filter(({ revoked }) => revoked === undefined);
  return [...new Set([...held.map((each) => each.device).slice(-READERS_MAX), device])];
}

/** @returns what this identity's newest ballot for a proposal commits to; undefined where it cast none, or none that this device can open. */
export async function openChoice(context: OperationContext, version: Id): Promise<SealedChoice | undefined> {
  const own = await newestOwnRow(context, ballotKind, (ballot) => ballot.version === version);
  const digest = own?.content.sealedDigest;
  const words = own === undefined || digest === undefined ? undefined : await wordsBefore(context, own.row, digest);
  const bytes = words === undefined ? undefined : contentOf(words, sealedBallotKind)?.sealed;
  const text = bytes === undefined ? undefined : await context.memoBox?.open(bytes);
  const read = text === undefined ? undefined : textToMessage(sealedChoiceForm, text.trim());
  if (read?.ok !== true) return undefined;
  const commitment = commitToChoice(version, context.self.identity, read.value);
  return commitment === own?.content.commitment ? read.value : undefined;
}

/** @returns whether this identity has shown what its ballot for a version commits to. */
export async function hasRevealed(context: OperationContext, version: Id): Promise<boolean> {
  for await (const { content } of ownRows(context, revealKind)) if (content.version === version) return true;
  return false;
}

/** Shows what the own sealed ballot for a proposal commits to. @throws OperationFault not_found where this device cannot open it. */
export async function reveal(context: OperationContext, { row, body }: FoundProposal) {
  const { acts } = context;
  const sealed = await openChoice(context, row.version);
  if (sealed === undefined)
    throw new OperationFault(
      'not_found',
      'This identity has no ballot here that this device can open: none was cast, or on a device that does not share its key.',
      { field: 'proposal' },
    );
  const entry = await acts.write('proposals', revealKind, { body, version: row.version, sealed });
  return { entry, answer: await acts.send(body, entry) };
}
