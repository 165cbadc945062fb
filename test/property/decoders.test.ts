/**
 * Mutated bytes against every decoder: none throws, hangs or keeps memory, and what is accepted is canonical.
 * FUZZ_RUNS inputs for each (the long run takes 100,000); FUZZ_SEED replays.
 */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { FileDecoder } from '../../src/core/files/decode.ts';
import { FileVerifier } from '../../src/core/files/verify.ts';
import { readEntry } from '../../src/core/wire/entry.ts';
import { eraseKind } from '../../src/core/wire/kinds/book.ts';
import { Evidence } from '../../src/core/wire/messages/witness.ts';
import type { Shape } from '../../src/core/wire/shape.ts';
import { readStatement } from '../../src/core/wire/statement.ts';
import { checkpointNote, readCheckpointNote } from '../../src/core/witness/c2sp.ts';
import { verifyEvidence } from '../../src/core/witness/evidence.ts';
import { printNote, readNote } from '../../src/core/witness/signed-note.ts';
import { arbitraryMessages } from '../support/arbitrary-messages.ts';
import { NETWORK, openBook, writeEntry } from '../support/books.ts';
import { entryItem, eventItem, fileOf } from '../support/files.ts';
import { genuineMessages } from '../support/genuine-messages.ts';
import { personOf } from '../support/identities.ts';
import { mutated } from '../support/mutate.ts';
import { keyOf, verifySignature } from '../support/signing.ts';
import { checkpointOf, entryIds, OPENING, WRITER } from '../support/witnesses.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 200);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const BYTES_MAX = 256 * 1024;
/** A decoder that takes longer for one input has hung. */
const DECODE_MS_MAX = 100;
/** What may stay in memory after all inputs. */
const GROWTH_BYTES_MAX = 64 * 1024 * 1024;
/** Of so many samples of a message at least so many are sound: else mutations show what a decoder refuses, not what it takes. */
const [SOUND_MIN, SOUND_OF] = [30, 300];
/** Only read inside a SyncFrame, from which mutations reach them. */
const WITHIN_SYNC_FRAMES = ['SyncHello', 'SyncAsk', 'SyncTell', 'SyncNode', 'SyncWant', 'SyncItems'];
/** Names of shapes that differ from those of their messages. */
const MESSAGE_NAMES: Readonly<Record<string, string>> = { EntryMessage: 'Entry', StatementMessage: 'Statement' };

const MESSAGES = fileURLToPath(new URL('../../src/core/wire/messages', import.meta.url));
const messages = arbitraryMessages();
const genuine = genuineMessages();
const shapes = await loadShapes();

async function loadShapes(): Promise<ReadonlyMap<string, Shape<unknown>>> {
  const found = new Map<string, Shape<unknown>>();
  for (const name of readdirSync(MESSAGES)) {
    const exported: Readonly<Record<string, unknown>> = await import(`${MESSAGES}/${name}`);
    for (const [key, value] of Object.entries(exported))
      if (isShape(value)) found.set(MESSAGE_NAMES[key] ?? key, value);
  }
  return found;
}

function isShape(value: unknown): value is Shape<unknown> {
  return typeof value === 'object' && value !== null && 'decode' in value && 'encode' in value;
}

/** Runs a decoder over inputs, and measures. Another program on the machine may have been in the way: what was slow is tried again. */
function fuzz(inputs: fc.Arbitrary<Uint8Array>, decode: (bytes: Uint8Array) => void): void {
  const timed = (bytes: Uint8Array): number => {
    const start = performance.now();
    decode(bytes);
    return performance.now() - start;
  };
  const property = fc.property(inputs, (bytes) => {
    if (timed(bytes) < DECODE_MS_MAX) return;
    const fastestMs = Math.min(timed(bytes), timed(bytes), timed(bytes));
    assert.ok(fastestMs < DECODE_MS_MAX, `took ${fastestMs} ms`);
  });
  fc.assert(property, { numRuns: RUNS, seed: SEED });
}

/** Random values, and where there are some, as often those that peers write. */
function sample(name: string): fc.Arbitrary<Uint8Array> {
  const found = messages.get(name);
  assert.ok(found, `proto/ has no message ${name}`);
  const written = genuine.get(shapes.get(name)) ?? [];
  return written.length === 0 ? found : fc.oneof<fc.Arbitrary<Uint8Array>[]>(found, fc.constantFrom(...written));
}

const ada = personOf('ada');
const opening = openBook({ log: ada.log, device: ada.device });
const erase = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening);
const file = fileOf([eventItem(ada.log[0]), entryItem(opening), entryItem(erase)]);

describe(`${RUNS} mutated inputs for each decoder, FUZZ_SEED=${SEED}`, () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const usedBytes = (): number => {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  let bytesBefore = 0;
  before(() => {
    console.log(`FUZZ_RUNS=${RUNS} FUZZ_SEED=${SEED} node --test test/property/decoders.test.ts`);
    bytesBefore = usedBytes();
  });
  after(() => assert.ok(usedBytes() - bytesBefore < GROWTH_BYTES_MAX, 'memory grew'));

  for (const [name, shape] of shapes) {
    it(name, () =>
      fuzz(mutated(sample(name)), (bytes) => {
        const decoded = shape.decode(bytes, BYTES_MAX);
        if (decoded.ok) assert.deepEqual(Buffer.from(shape.encode(decoded.value)), Buffer.from(bytes));
      }),
    );
  }

  it('entries', () =>
    fuzz(mutated(fc.constantFrom(opening.bytes, erase.bytes)), (bytes) => {
      const entry = readEntry(bytes, NETWORK);
      if (entry.ok) assert.deepEqual(Buffer.from(entry.value.bytes), Buffer.from(bytes));
    }));

  it('statements', () => fuzz(mutated(sample('Statement')), (bytes) => void readStatement(bytes)));

  it('files, in one chunk and in two', () =>
    fuzz(mutated(fc.constant(file)), (bytes) => {
      const verifier = new FileVerifier({ verify: () => true });
      const decoders = [new FileDecoder(), new FileDecoder()] as const;
      const whole = [...decoders[0].push(bytes)];
      const half = bytes.length >> 1;
      const parts = [...decoders[1].push(bytes.subarray(0, half)), ...decoders[1].push(bytes.subarray(half))];
      assert.deepEqual(parts, whole);
      for (const part of whole) verifier.take(part);
      const report = verifier.report();
      assert.equal(
        report.complete,
        whole.some(({ type }) => type === 'end'),
      );
      if (report.valid) assert.equal(whole.at(-1)?.type, 'end');
    }));
});

describe(`${RUNS} mutated inputs for what reads proofs, FUZZ_SEED=${SEED}`, () => {
  it('evidence accuses whom it accused before, or nobody', () => {
    const written = genuine.get(Evidence) ?? [];
    assert.ok(written.length > 0);
    fuzz(mutated(fc.constantFrom(...written)), (bytes) => {
      const decoded = Evidence.decode(bytes, BYTES_MAX);
      const found = decoded.ok
        ? verifyEvidence(decoded.value, { network: NETWORK, verify: verifySignature })
        : undefined;
      if (found !== undefined) assert.deepEqual([found.device, found.book], [keyOf(WRITER).id, OPENING.id]);
    });
  });

  it('notes of C2SP, and the checkpoints in them', () => {
    const text = checkpointNote(checkpointOf(entryIds(5)), NETWORK);
    const line = { name: 'witness', keyId: new Uint8Array(4), signature: new Uint8Array(72) };
    const printed = printNote({ text, signatures: [line, line] });
    fuzz(mutated(fc.constantFrom(...[text, printed].map((note) => Buffer.from(note)))), (bytes) => {
      const mutant = Buffer.from(bytes).toString();
      const note = readNote(mutant);
      if (note !== undefined) assert.equal(printNote(note), mutant);
      for (const inner of [mutant, note?.text ?? '']) {
        const checkpoint = readCheckpointNote(inner, NETWORK);
        if (checkpoint !== undefined) assert.equal(checkpointNote(checkpoint, NETWORK), inner);
      }
    });
  });
});

describe('what mutations start from', () => {
  it('is every message of proto/ that travels or is kept', () => {
    const left = [...messages.keys()].filter((name) => !shapes.has(name));
    assert.deepEqual(left, WITHIN_SYNC_FRAMES, 'give it a shape that is exported');
  });

  for (const [name, shape] of shapes)
    it(`is sound often enough: ${name}`, () => {
      const samples = fc.sample(sample(name), { numRuns: SOUND_OF, seed: 1 });
      const sound = samples.filter((bytes) => shape.decode(bytes, BYTES_MAX).ok).length;
      assert.ok(sound >= SOUND_MIN, `${sound} of ${SOUND_OF}: add one to test/support/genuine-messages.ts`);
    });
});

describe('canonical bytes of random values', () => {
  for (const [name, shape] of shapes) {
    it(`of ${name} are never called otherwise: the shape knows every field`, () => {
      const property = fc.property(sample(name), (bytes) => {
        const decoded = shape.decode(bytes, BYTES_MAX);
        if (decoded.ok) assert.deepEqual(Buffer.from(shape.encode(decoded.value)), Buffer.from(bytes));
        else assert.equal(decoded.reason.code, 'bad_field', decoded.reason.sentence);
      });
      fc.assert(property, { numRuns: 50, seed: SEED });
    });
  }
});
