import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { formatAmount, multiplyAmount, parseAmount } from '../../src/core/base/amount.ts';
import { bytesToId, idToBytes, parseId } from '../../src/core/base/id.ts';
import { verifyFork } from '../../src/core/books/fork.ts';
import { stepNoted } from '../../src/core/books/noted.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { verifyFile } from '../../src/core/files/verify.ts';
import { resolveLog } from '../../src/core/identity/log.ts';
import { verifyOpening } from '../../src/core/identity/opening.ts';
import { entryCheck, readEntry } from '../../src/core/wire/entry.ts';
import { Erase, ForkProof, Head, Header, Noted, Profile } from '../../src/core/wire/messages/book.ts';
import { FileHeader } from '../../src/core/wire/messages/file.ts';
import { IdentityEvent } from '../../src/core/wire/messages/identity.ts';
import { Interval } from '../../src/core/wire/messages/labor.ts';
import { Tick, TransferOrder } from '../../src/core/wire/messages/ledger.ts';
import { NotedBook, OrderAnswer } from '../../src/core/wire/messages/state.ts';
import { Checkpoint, EVIDENCE_TYPES, Evidence } from '../../src/core/wire/messages/witness.ts';
import type { Shape } from '../../src/core/wire/shape.ts';
import { readStatement, statementCheck } from '../../src/core/wire/statement.ts';
import { checkpointNote, readCheckpointNote } from '../../src/core/witness/c2sp.ts';
import { noteCheck, noteCosignatureCheck } from '../../src/core/witness/c2sp-signatures.ts';
import { checkpointDigest } from '../../src/core/witness/checkpoint.ts';
import { verifyEvidence } from '../../src/core/witness/evidence.ts';
import { readNote } from '../../src/core/witness/signed-note.ts';
import { amountOf } from '../support/books.ts';
import { verifySignature } from '../support/signing.ts';
import { staleVectors } from './make-vectors.ts';

const LIMIT = 64 * 1024;

interface File<Case> {
  readonly network?: string;
  readonly cases: readonly Case[];
}

function load<Case>(path: string): File<Case> {
  return JSON.parse(readFileSync(new URL(`./vectors/${path}`, import.meta.url), 'utf8'));
}

/** Runs one test for each case of a file. */
function runCases<Case extends object>(path: string, check: (one: Case, network: Uint8Array) => void): void {
  const { cases, network = '' } = load<Case>(path);
  describe(path, () => {
    for (const one of cases)
      it('name' in one ? String(one.name) : JSON.stringify(one), () => check(one, unhex(network)));
  });
}

function unhex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** A decoded message as the vectors write it: bytes and ids in hexadecimal, what is absent left out. */
function toPlain(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value);
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value === 'string') {
    const id = parseId(value);
    return id === undefined ? value : hex(idToBytes(id));
  }
  if (typeof value !== 'object' || value === null) return value;
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(present.map(([name, member]) => [name, toPlain(member)]));
}

it('the vectors are those that make-vectors.ts writes', async () => assert.deepEqual(await staleVectors(), []));

runCases<{ text: string; seconds: number | null }>('amount/parse.json', ({ text, seconds }) =>
  assert.equal(parseAmount(text), seconds ?? undefined),
);
runCases<{ text: string; seconds: number }>('amount/format.json', ({ text, seconds }) => {
  assert.equal(formatAmount(amountOf(seconds)), text);
  assert.equal(parseAmount(text), seconds);
});
runCases<{ amount: number; numerator: number; denominator: number; result: number | null }>(
  'amount/multiply.json',
  (one) => assert.equal(multiplyAmount(amountOf(one.amount), one.numerator, one.denominator), one.result ?? undefined),
);

const SHAPES: Readonly<Record<string, Pick<Shape<unknown>, 'decode'>>> = {
  Head,
  Header,
  Erase,
  Profile,
  NotedBook,
  TransferOrder,
  IdentityEvent,
  Interval,
  Tick,
  FileHeader,
  OrderAnswer,
};

interface WireCase {
  readonly message: string;
  readonly name: string;
  readonly bytes: string;
  readonly valid: boolean;
  readonly fields?: unknown;
  readonly reason?: string;
}

const WIRE_FILES = ['integers-and-fields', 'bools-and-enums', 'repeated', 'texts', 'nested', 'bounds'].map(
  (name) => `wire/${name}.json`,
);
for (const path of WIRE_FILES) {
  runCases<WireCase>(path, ({ message, bytes, valid, fields }) => {
    const decoded = SHAPES[message]?.decode(unhex(bytes), LIMIT);
    assert.ok(decoded);
    assert.equal(decoded.ok, valid);
    if (decoded.ok) assert.deepEqual(toPlain(decoded.value), fields);
  });
}

it('every laxity of protobuf decoders has a refused vector', () => {
  const reasons = new Set(WIRE_FILES.flatMap((path) => load<WireCase>(path).cases.map(({ reason }) => reason)));
  const laxities = [
    ...['overlong varint', 'overlong tag', 'overlong length', 'varint above 64 bits', 'varint of more than 10 bytes'],
    ...['explicit default', 'repeated scalar', 'repeated message', 'unknown field', 'field order', 'wrong wire type'],
    ...[
      'bool 2',
      'unknown enum value',
      'uint32 above its range',
      'uint64 above 2^53−1',
      'unpacked repeat',
      'packed in two parts',
    ],
    ...['truncated', 'trailing bytes', 'field number 0', 'unknown wire type', 'group', 'deep nesting'],
    ...['invalid UTF-8', 'not NFC', 'control character', 'missing field', 'wrong length', 'not sorted and distinct'],
  ];
  assert.deepEqual(
    laxities.filter((reason) => !reasons.has(reason)),
    [],
  );
});

interface EntryCase {
  readonly name: string;
  readonly bytes: string;
  readonly valid: boolean;
  readonly code?: string;
  readonly id: string;
  readonly book: string;
  readonly sequence: number;
  readonly kind: number;
  readonly payload: string | null;
  readonly device: string;
  readonly signed: boolean;
}

runCases<EntryCase>('entry/entries.json', (one, network) => {
  const read = readEntry(unhex(one.bytes), network);
  if (!read.ok) return assert.deepEqual([one.valid, one.code], [false, read.reason.code]);
  const { id, book, header, payload } = read.value;
  assert.equal(one.valid, true);
  assert.deepEqual([hex(idToBytes(id)), hex(idToBytes(book))], [one.id, one.book]);
  assert.deepEqual([header.sequence, header.kind], [one.sequence, one.kind]);
  assert.equal(payload === undefined ? null : hex(payload), one.payload);
  assert.equal(verifySignature(entryCheck(read.value, bytesToId(unhex(one.device)))), one.signed);
});

runCases<{ name: string; proof: string; valid: boolean; book?: string; sequence?: number }>(
  'entry/fork-proofs.json',
  (one, network) => {
    const proof = ForkProof.decode(unhex(one.proof), LIMIT);
    assert.ok(proof.ok, 'every proof here is a canonical message');
    const fork = verifyFork(proof.value, network, verifySignature);
    assert.equal(fork !== undefined, one.valid);
    if (fork !== undefined) assert.deepEqual([hex(idToBytes(fork.book)), fork.sequence], [one.book, one.sequence]);
  },
);

runCases<{ name: string; bytes: string; valid: boolean; kind?: number; signed?: boolean | null }>(
  'entry/statements.json',
  (one, network) => {
    const read = readStatement(unhex(one.bytes));
    assert.equal(read.ok, one.valid);
    if (!read.ok) return;
    const check = statementCheck(read.value, network);
    assert.equal(read.value.kind, one.kind);
    assert.equal(check === undefined ? null : verifySignature(check), one.signed);
  },
);

function eventOf(bytes: string): IdentityEvent {
  const event = IdentityEvent.decode(unhex(bytes), LIMIT);
  assert.ok(event.ok, 'every event here is a canonical message');
  return event.value;
}

runCases<{ name: string; identity: string; events: readonly string[]; state: unknown }>(
  'identity/logs.json',
  ({ identity, events, state }) => {
    const log = resolveLog(bytesToId(unhex(identity)), events.map(eventOf), verifySignature);
    if (log === undefined) return assert.equal(state, null);
    const { number, digest, rootKeys, devices, nodeKeys, contestedAt = null } = log;
    const held = [...devices.values()]
      .filter(({ revoked }) => revoked === undefined)
      .map(({ device }) => hex(idToBytes(device)));
    assert.deepEqual(toPlain({ number, digest, rootKeys, devices: held.sort(), nodeKeys, contestedAt }), state);
  },
);

runCases<{ name: string; entry: string; known: readonly string[]; verdict: string }>(
  'identity/openings.json',
  ({ entry, known, verdict }, network) => {
    const read = readEntry(unhex(entry), network);
    assert.ok(read.ok);
    const verified = verifyOpening(read.value, known.map(eventOf), verifySignature);
    assert.equal(verified.ok ? 'ok' : verified.reason, verdict);
  },
);

interface NotedCase {
  readonly name: string;
  readonly steps: readonly { readonly noted: string; readonly code: string | null }[];
  readonly rows: Readonly<Record<string, string>>;
}

runCases<NotedCase>('state/noted.json', ({ steps, rows }, network) => {
  const state = new BookState();
  for (const { noted, code } of steps) {
    const message = Noted.decode(unhex(noted), LIMIT);
    assert.ok(message.ok, 'every Noted here is a canonical message');
    const draft = new StateDraft(state);
    const effect = stepNoted(message.value, draft, { network, verify: verifySignature });
    assert.equal(effect.type === 'refused' ? effect.code : null, code);
    if (effect.type === 'applied') state.apply(draft);
  }
  const found = state.keys().map((key) => [key, hex(state.bytesOf(key) ?? new Uint8Array())]);
  assert.deepEqual(Object.fromEntries(found), rows);
});

for (const { name, file, report } of load<{ name: string; file: string; report: unknown }>('file/files.json').cases) {
  it(`file/files.json: ${name}`, async () => {
    const found = await verifyFile([unhex(file)], { verify: verifySignature });
    const { valid, complete, faultCount, entries, erased, duplicates, statements } = found;
    const books = found.books.map(({ book, sequence, head, fork, revoked, end = null }) => ({
      book,
      sequence,
      head,
      fork: fork?.sequence ?? null,
      revoked,
      end,
    }));
    const identities = found.identities.map(({ identity, number, contestedAt = null }) => ({
      identity,
      number,
      contestedAt,
    }));
    assert.deepEqual(
      toPlain({ valid, complete, faultCount, entries, erased, duplicates, statements, books, identities }),
      report,
    );
  });
}

runCases<{ name: string; bytes: string; valid: boolean; digest: string; text: string }>(
  'witness/checkpoints.json',
  ({ bytes, valid, digest, text }, network) => {
    const read = Checkpoint.decode(unhex(bytes), LIMIT);
    assert.equal(read.ok, valid);
    if (!read.ok) return;
    assert.equal(hex(idToBytes(checkpointDigest(read.value))), digest);
    assert.equal(checkpointNote(read.value, network), text);
    assert.deepEqual(readCheckpointNote(text, network), read.value);
  },
);

interface NoteCase {
  readonly name: string;
  readonly note: string;
  readonly writer: string;
  readonly witness: string;
  readonly witnessName: string;
  readonly text: string | null;
  readonly signed?: boolean;
  readonly timeSeconds?: number;
}

runCases<NoteCase>('witness/notes.json', (one) => {
  const note = readNote(one.note);
  assert.equal(note?.text ?? null, one.text);
  if (note === undefined) return;
  const [own, cosigned] = note.signatures;
  assert.ok(own && cosigned);
  const origin = note.text.slice(0, note.text.indexOf('\n'));
  const check = noteCheck(note.text, own, { name: origin, publicKey: unhex(one.writer) });
  const witness = { name: one.witnessName, publicKey: unhex(one.witness) };
  const cosignature = noteCosignatureCheck(note.text, cosigned, witness);
  assert.ok(check && cosignature);
  assert.deepEqual([verifySignature(check), verifySignature(cosignature.check)], [one.signed, one.signed]);
  assert.equal(cosignature.timeSeconds, one.timeSeconds);
});

runCases<{ name: string; evidence: string; valid: boolean; type?: number; book?: string; device?: string }>(
  'witness/evidence.json',
  (one, network) => {
    const evidence = Evidence.decode(unhex(one.evidence), LIMIT);
    assert.ok(evidence.ok, 'every evidence here is a canonical message');
    const found = verifyEvidence(evidence.value, { network, verify: verifySignature });
    assert.equal(found !== undefined, one.valid);
    if (found === undefined) return;
    assert.deepEqual([hex(idToBytes(found.book)), hex(idToBytes(found.device))], [one.book, one.device]);
    assert.equal(EVIDENCE_TYPES.indexOf(found.type) + 1, one.type);
  },
);
