import { bytesToHex } from '@noble/hashes/utils.js';
import { base64pad } from 'multiformats/bases/base64';
import { numberToAmount } from '../base/amount.ts';
import { bytesToId, type Id, idToBytes, parseId } from '../base/id.ts';
import { ID_BYTES } from '../base/limits.ts';
import type { Checkpoint } from '../wire/messages/witness.ts';
import { base64ToBytes } from './signed-note.ts';

/**
 * A checkpoint in the form of C2SP tlog-checkpoint (https://c2sp.org/tlog-checkpoint), so that the monitors and witnesses of other
 * transparency logs can follow a book:
 *
 *   mutua/1/<network, 32 hexadecimal digits>/<book id>      the origin
 *   <size>
 *   <root, base64>
 *   epoch <number>                                          extension lines, always these, in this order
 *   charter <member book id> <sequence> <id>
 *   head <id of the last entry, base64>
 *   state <stateRoot, base64>
 *   totals <issued> <retired>
 *
 * What cannot be shown in this form: the signature of a Checkpoint or Cosignature statement. Those sign a tag, the network and protobuf
 * bytes, while a line under a note signs the text of the note itself. So a writer or witness that wants to be read there signs once more,
 * with the same key: `noteMessage` and `cosignatureMessage` give the bytes. No such text can be taken for one of our own signatures, nor the
 * other way round, since a tag is followed by a zero byte and these texts have none. A cosignature says at what time its witness signed, by
 * the witness's own clock; no rule of ours reads it. A witness of another log that cosigns the text looks at its first three lines
 * alone, and counts for nothing in our certificates: it is in no charter. Whether a cosignature is an auditor's cannot be told by the
 * text, but by its key, which is another one.
 */
export function checkpointNote(checkpoint: Checkpoint, network: Uint8Array): string {
  const { epoch, charterHead, size, root, head, stateRoot, totals } = checkpoint;
  const lines = [
    noteOrigin(checkpoint.book, network),
    `${size}`,
    idToBase64(root),
    `epoch ${epoch}`,
    `charter ${charterHead.book} ${charterHead.sequence} ${charterHead.id}`,
    `head ${idToBase64(head)}`,
    `state ${idToBase64(stateRoot)}`,
    `totals ${totals.issued} ${totals.retired}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @returns the first line of the notes of a book, which is also the key name of its writer. */
export function noteOrigin(book: Id, network: Uint8Array): string {
  return `mutua/1/${bytesToHex(network)}/${book}`;
}

const UINT32 = 2 ** 32;
const NOTE =
  /^mutua\/1\/[0-9a-f]{32}\/(b\w{52})\n(\d+)\n(\S+)\nepoch (\d+)\ncharter (b\w{52}) (\d+) (b\w{52})\nhead (\S+)\nstate (\S+)\ntotals (\d+) (\d+)\n$/;

/** @returns the checkpoint that the text of a note says, or undefined where `checkpointNote` would not write exactly that text for this network. */
export function readCheckpointNote(text: string, network: Uint8Array): Checkpoint | undefined {
  const [
    ,
    book = '',
    size,
    root = '',
    epoch,
    charterBook = '',
    sequence,
    charterId = '',
    head = '',
    state = '',
    ...totals
  ] = NOTE.exec(text) ?? [];
  const ids = [book, charterBook, charterId].map(parseId);
  const [bookId, charterBookId, charterHeadId] = ids;
  const [rootId, headId, stateRoot] = [root, head, state].map(base64ToId);
  const [issued, retired] = totals.map((digits) => numberToAmount(Number(digits)));
  if (!bookId || !charterBookId || !charterHeadId || !rootId || !headId || !stateRoot) return undefined;
  if (issued === undefined || retired === undefined) return undefined;
  const checkpoint: Checkpoint = {
    book: bookId,
    epoch: Number(epoch),
    charterHead: { book: charterBookId, sequence: Number(sequence), id: charterHeadId },
    size: Number(size),
    root: rootId,
    head: headId,
    stateRoot,
    totals: { issued, retired },
  };
  return isWithinBounds(checkpoint) && checkpointNote(checkpoint, network) === text ? checkpoint : undefined;
}

/** As the shape of a Checkpoint bounds them. */
function isWithinBounds({ epoch, size, charterHead }: Checkpoint): boolean {
  return epoch < UINT32 && size >= 1 && [size, charterHead.sequence].every(Number.isSafeInteger);
}

function idToBase64(id: Id): string {
  return base64pad.baseEncode(idToBytes(id));
}

function base64ToId(text: string): Id | undefined {
  const bytes = base64ToBytes(text);
  return bytes?.length === ID_BYTES ? bytesToId(bytes) : undefined;
}
