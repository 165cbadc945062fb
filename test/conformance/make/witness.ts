import { createHash } from 'node:crypto';
import { bytesToId, type Id, idToBytes } from '../../../src/core/base/id.ts';
import { MerkleTree } from '../../../src/core/base/merkle.ts';
import { type Checkpoint, Evidence } from '../../../src/core/wire/messages/witness.ts';
import { evidenceOf } from '../../../src/core/witness/accuse.ts';
import { NETWORK } from '../../support/books.ts';
import { block, bytes32, hex, join, taggedSha256, uint } from '../../support/proto-bytes.ts';
import { keyOf } from '../../support/signing.ts';
import {
  charterAt,
  checkpointOf,
  deviceOf,
  entryIds,
  leavesOf,
  OPENING,
  signCheckpoint,
  signCosignature,
  WRITER,
  witnessOf,
} from '../../support/witnesses.ts';

const MAX = Number.MAX_SAFE_INTEGER;
const writer = keyOf(WRITER);
const witness = keyOf(deviceOf(0));
const TIME_SECONDS = 1_793_620_800;

interface Figures {
  readonly epoch: number;
  readonly sequence: number;
  readonly size: number;
  readonly issued: number;
  readonly retired: number;
}

const number = (field: number, value: number): Buffer => (value === 0 ? Buffer.alloc(0) : uint(field, value));

/** A Checkpoint byte by byte: book 1…, charter 2…, root 3…, head 4…, state 5…. */
function checkpointBytes({ epoch, sequence, size, issued, retired }: Figures): Buffer {
  return join(
    block(1, bytes32(1)),
    number(2, epoch),
    block(3, block(1, bytes32(2)), number(2, sequence), block(3, bytes32(6))),
    number(4, size),
    block(5, bytes32(3)),
    block(6, bytes32(4)),
    block(7, bytes32(5)),
    block(8, number(1, issued), number(2, retired)),
  );
}

function noteText({ epoch, sequence, size, issued, retired }: Figures): string {
  const [book, charterBook, charterId] = [1, 2, 6].map((byte) => bytesToId(bytes32(byte)));
  const [root, head, state] = [3, 4, 5].map((byte) => bytes32(byte).toString('base64'));
  const lines = [`mutua/1/${hex(NETWORK)}/${book}`, size, root, `epoch ${epoch}`];
  const more = [`charter ${charterBook} ${sequence} ${charterId}`, `head ${head}`, `state ${state}`];
  return [...lines, ...more, `totals ${issued} ${retired}`, ''].join('\n');
}

const SMALL: Figures = { epoch: 0, sequence: 1, size: 9, issued: 32_400, retired: 3600 };
const LARGE: Figures = { epoch: 2 ** 32 - 1, sequence: MAX, size: MAX, issued: MAX, retired: MAX };
const BARE: Figures = { epoch: 0, sequence: 0, size: 1, issued: 0, retired: 0 };

const valid = (name: string, figures: Figures) => {
  const bytes = checkpointBytes(figures);
  return {
    name,
    bytes: hex(bytes),
    valid: true,
    digest: hex(taggedSha256('mutua/1/checkpoint', bytes)),
    text: noteText(figures),
  };
};
const small = checkpointBytes(SMALL);
const CHECKPOINTS = [
  valid('of a ledger', SMALL),
  valid('with the largest numbers', LARGE),
  valid('of an Opening alone, totals empty but there', BARE),
  { name: 'without entries', bytes: hex(checkpointBytes({ ...SMALL, size: 0 })), valid: false },
  { name: 'without totals', bytes: hex(small.subarray(0, small.lastIndexOf(0x42))), valid: false },
  { name: 'an amount above 2^53−1', bytes: hex(join(small.subarray(0, -3), uint(2, MAX + 1))), valid: false },
  {
    name: 'a root of 31 bytes',
    bytes: hex(join(block(1, bytes32(1)), block(5, bytes32(3).subarray(1)))),
    valid: false,
  },
  { name: 'an unknown field', bytes: hex(join(small, uint(9, 1))), valid: false },
];

/** A signed-note line: em dash, name, base64 of key id and signature. */
function line(name: string, algorithm: number, publicKey: Uint8Array, signature: Uint8Array): string {
  const input = join(`${name}\n`, Buffer.of(algorithm), publicKey);
  const keyId = createHash('sha256').update(input).digest().subarray(0, 4);
  return `— ${name} ${join(keyId, signature).toString('base64')}\n`;
}

const TEXT = noteText(SMALL);
const ORIGIN = TEXT.split('\n')[0] ?? '';
const time = Buffer.alloc(8);
time.writeBigUInt64BE(BigInt(TIME_SECONDS));
const cosignedText = Buffer.from(`cosignature/v1\ntime ${TIME_SECONDS}\n${TEXT}`);
const writerLine = line(ORIGIN, 1, writer.publicKey, writer.sign(Buffer.from(TEXT)));
const witnessLine = line('witness.example/w1', 4, witness.publicKey, join(time, witness.sign(cosignedText)));
const keys = { writer: hex(writer.publicKey), witness: hex(witness.publicKey), witnessName: 'witness.example/w1' };
const note = (name: string, printed: string, more: object) => ({ name, note: printed, ...keys, ...more });
const NOTES = [
  note('signed by writer and witness', `${TEXT}\n${writerLine}${witnessLine}`, {
    text: TEXT,
    signed: true,
    timeSeconds: TIME_SECONDS,
  }),
  note('another size', `${TEXT.replace('\n9\n', '\n8\n')}\n${writerLine}${witnessLine}`, {
    text: TEXT.replace('\n9\n', '\n8\n'),
    signed: false,
    timeSeconds: TIME_SECONDS,
  }),
  note('no line under it', `${TEXT}\n`, { text: null }),
  note('no empty line', `${TEXT}${writerLine}`, { text: null }),
  note('a line without name', `${TEXT}\n— ${writerLine.split(' ')[2]}`, { text: null }),
  note('base64 with bits left over', `${TEXT}\n— name AAAAAAB=\n`, { text: null }),
];

const main = entryIds(9);
const rival = entryIds(9, 'rival', 3);
const five = checkpointOf(main.slice(0, 5));
const nine = checkpointOf(main);

function cosigned(checkpoint: Checkpoint, previousSize: number, numberOfWitness = 0) {
  const digest = bytesToId(taggedSha256('mutua/1/checkpoint', checkpointPayload(checkpoint)));
  const content = { book: checkpoint.book, witness: witnessOf(numberOfWitness), checkpoint: digest, previousSize };
  const statement = signCheckpoint(checkpoint);
  return { checkpoint: statement, cosignature: signCosignature({ ...content, auditing: false }, numberOfWitness) };
}

function checkpointPayload(checkpoint: Checkpoint): Uint8Array {
  return signCheckpoint(checkpoint).payload;
}

function leaf(ids: readonly Id[], index: number) {
  const id = ids[index] ?? OPENING.id;
  return { id: bytesToId(idToBytes(id)), path: new MerkleTree(leavesOf(ids)).path(index) };
}

const fiveOfRival = checkpointOf(rival.slice(0, 5));
const parted = {
  one: { ...cosigned(five, 0), leaf: leaf(main.slice(0, 5), 3) },
  other: { ...cosigned(checkpointOf(rival), 5), leaf: leaf(rival, 3) },
  index: 3,
};
const byWriter = (one: Checkpoint, other: Checkpoint, device = WRITER) =>
  evidenceOf({
    opening: OPENING,
    one: { checkpoint: signCheckpoint(one, device) },
    other: { checkpoint: signCheckpoint(other, device) },
  });

const proves = (name: string, evidence: Evidence, type: number, device: Uint8Array) => ({
  name,
  evidence: hex(Evidence.encode(evidence)),
  valid: true,
  type,
  book: hex(idToBytes(OPENING.id)),
  device: hex(device),
});
const nothing = (name: string, evidence: Evidence) => ({
  name,
  evidence: hex(Evidence.encode(evidence)),
  valid: false,
});

const EVIDENCE = [
  proves('the writer signed two roots of one size', byWriter(five, fiveOfRival), 1, writer.publicKey),
  proves(
    'a witness cosigned two roots of one size',
    evidenceOf({ one: cosigned(five, 0), other: cosigned(fiveOfRival, 0) }),
    1,
    witness.publicKey,
  ),
  proves('a witness cosigned two books that part at index 3', evidenceOf(parted), 2, witness.publicKey),
  proves(
    'a witness cosigned 9 entries after 4, and 5',
    evidenceOf({ one: cosigned(five, 0), other: cosigned(nine, 4) }),
    3,
    witness.publicKey,
  ),
  proves('the charter head went back', byWriter({ ...five, charterHead: charterAt(4) }, nine), 3, writer.publicKey),
  nothing('a book that grew', evidenceOf({ one: cosigned(five, 0), other: cosigned(nine, 5) })),
  nothing('one size under a later charter', byWriter(five, { ...five, charterHead: charterAt(4) })),
  nothing('two witnesses', evidenceOf({ one: cosigned(five, 0), other: cosigned(fiveOfRival, 0, 1) })),
  nothing('not signed by the book’s device', byWriter(five, fiveOfRival, 'thief')),
  nothing('an entry that both have', { ...evidenceOf(parted), index: 2 }),
];

/** Vectors of witnessed books: checkpoints as bytes and as text, notes that are signed, evidence. */
export function witnessVectors(): Readonly<Record<string, unknown>> {
  const network = hex(NETWORK);
  return {
    'checkpoints.json': {
      about: 'Canonical Checkpoint messages, what a cosignature names them by, and their C2SP text.',
      network,
      cases: CHECKPOINTS,
    },
    'notes.json': {
      about:
        'C2SP signed notes. text null: refused as a note. signed: whether the writer, named by the first line, and the witness signed this text.',
      network,
      cases: NOTES,
    },
    'evidence.json': {
      about: 'Canonical Evidence messages: whom do they accuse of what?',
      network,
      cases: EVIDENCE,
    },
  };
}
