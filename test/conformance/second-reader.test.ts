/** proto/README.md is enough: a reader written from it alone reaches the verdicts of the vectors. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compareIds } from '../../src/core/base/id.ts';
import { stepNoted } from '../../src/core/books/noted.ts';
import { notedEventsOf } from '../../src/core/books/noted-logs.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { eventDigest } from '../../src/core/identity/event.ts';
import { Noted } from '../../src/core/wire/messages/book.ts';
import { eventAfter, grantOf, inceptionOf } from '../support/identities.ts';
import { verifySignature } from '../support/signing.ts';
import { readEntry, readStatement } from './second-reader/items.ts';
import { readEvent, resolve } from './second-reader/log.ts';
import { note } from './second-reader/noted.ts';
import type { Rows } from './second-reader/rows.ts';
import { decode, NotCanonical } from './second-reader/schema.ts';
import { verify } from './second-reader/verify.ts';
import { accuse, checkpointDigest, checkpointText } from './second-reader/witness.ts';

const READER = new URL('./second-reader/', import.meta.url);

interface FileCase {
  readonly name: string;
  readonly file: string;
  readonly report: unknown;
}

interface Vectors<Case> {
  readonly network: string;
  readonly cases: readonly Case[];
}

function load<Case>(path: string): Vectors<Case> {
  return JSON.parse(readFileSync(new URL(`./vectors/${path}`, import.meta.url), 'utf8'));
}

const { cases } = load<FileCase>('file/files.json');
/** @returns whether nothing was refused. */
function accepts(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof NotCanonical) return false;
    throw error;
  }
}

describe('a second reader', () => {
  it('uses nothing but itself, the .proto files and node:crypto', () => {
    for (const name of readdirSync(READER)) {
      const imports = [...readFileSync(new URL(name, READER), 'utf8').matchAll(/from '([^']+)'/g)].map(
        ([, from]) => from ?? '',
      );
      assert.deepEqual(
        imports.filter((from) => !from.startsWith('./') && from !== 'node:fs' && from !== 'node:crypto'),
        [],
      );
    }
  });

  for (const { name, file, report } of cases) {
    it(name, () => assert.deepEqual(verify(Buffer.from(file, 'hex')), report));
  }

  const wireFiles = ['integers-and-fields', 'bools-and-enums', 'repeated', 'texts', 'nested', 'bounds'];
  for (const file of wireFiles) {
    const wire = load<{ message: string; name: string; bytes: string; valid: boolean }>(`wire/${file}.json`);
    for (const { message, name, bytes, valid } of wire.cases) {
      it(`wire: ${message}, ${name}`, () =>
        assert.equal(
          accepts(() => decode(message, Buffer.from(bytes, 'hex'))),
          valid,
        ));
    }
  }

  const entries = load<{ name: string; bytes: string; valid: boolean; id?: string }>('entry/entries.json');
  const network = Buffer.from(entries.network, 'hex');
  for (const { name, bytes, valid, id } of entries.cases) {
    it(`entry: ${name}`, () => {
      assert.equal(
        accepts(() => assert.equal(readEntry(Buffer.from(bytes, 'hex'), network).id, id)),
        valid,
      );
    });
  }

  const statements = load<{ name: string; bytes: string; valid: boolean; signed?: boolean | null }>(
    'entry/statements.json',
  );
  for (const { name, bytes, valid, signed } of statements.cases) {
    it(`statement: ${name}`, () => {
      assert.equal(
        accepts(() => readStatement(Buffer.from(bytes, 'hex'), network)),
        valid && signed !== false,
      );
    });
  }

  for (const { name, events, state } of load<{ name: string; events: readonly string[]; state: unknown }>(
    'identity/logs.json',
  ).cases) {
    it(`log: ${name}`, () => {
      const log = resolve(events.map((bytes) => readEvent(Buffer.from(bytes, 'hex'))));
      if (log === undefined) return assert.equal(state, null);
      const { number, digest, rootKeys, nodeKeys, contestedAt } = log;
      const devices = [...log.devices].filter(([, held]) => held).map(([device]) => device);
      assert.deepEqual({ number, digest, rootKeys, devices: devices.sort(), nodeKeys, contestedAt }, state);
    });
  }

  const notes = load<{
    name: string;
    steps: readonly { readonly noted: string; readonly code: string | null }[];
    rows: Readonly<Record<string, string>>;
  }>('state/noted.json');
  for (const { name, steps, rows } of notes.cases) {
    it(`noted: ${name}`, () => {
      let state: Rows = new Map();
      for (const { noted, code } of steps) {
        const after = note(Buffer.from(noted, 'hex'), state, network);
        assert.equal(typeof after === 'string' ? after : null, code);
        if (typeof after !== 'string') state = after;
      }
      assert.deepEqual(Object.fromEntries([...state].map(([key, row]) => [key, row.toString('hex')])), rows);
    });
  }

  it('noted: 256 contested events are kept, those of the smallest digests, and both readers keep the same', () => {
    const first = inceptionOf('person', 'phone', { keys: ['k1'], next: ['k2'] });
    const grants = Array.from({ length: 260 }, (_, index) => eventAfter(first, grantOf(`device ${index}`), ['k1']));
    const state = new BookState();
    let rows: Rows = new Map();
    for (let from = 0; from < 260; from += 52) {
      const identityEvents = [...(from === 0 ? [first] : []), ...grants.slice(from, from + 52)];
      const noted = { openings: [], identityEvents, forkProofs: [] };
      const draft = new StateDraft(state);
      assert.equal(stepNoted(noted, draft, { network, verify: verifySignature }).type, 'applied');
      state.apply(draft);
      const after = note(Buffer.from(Noted.encode(noted)), rows, network);
      assert.ok(typeof after !== 'string');
      rows = after;
    }
    const found = state.keys().map((key) => [key, Buffer.from(state.bytesOf(key) ?? [])] as const);
    assert.deepEqual(new Map(found), new Map([...rows].toSorted(([one], [other]) => (one < other ? -1 : 1))));
    const digests = grants.map(eventDigest).toSorted(compareIds).slice(0, 256);
    assert.deepEqual(notedEventsOf(first.identity, state).slice(1).map(eventDigest), digests);
  });

  const checkpoints = load<{ name: string; bytes: string; valid: boolean; digest: string; text: string }>(
    'witness/checkpoints.json',
  );
  for (const { name, bytes, valid, digest, text } of checkpoints.cases) {
    it(`checkpoint: ${name}`, () => {
      const checkpoint = Buffer.from(bytes, 'hex');
      assert.equal(
        accepts(() => decode('Checkpoint', checkpoint)),
        valid,
      );
      if (!valid) return;
      const at = Buffer.from(checkpoints.network, 'hex');
      assert.deepEqual([checkpointDigest(checkpoint), checkpointText(checkpoint, at)], [digest, text]);
    });
  }

  const proofs = load<{
    name: string;
    evidence: string;
    valid: boolean;
    type?: number;
    book?: string;
    device?: string;
  }>('witness/evidence.json');
  for (const { name, evidence, valid, type, book, device } of proofs.cases) {
    it(`evidence: ${name}`, () => {
      const accusation = accuse(Buffer.from(evidence, 'hex'), Buffer.from(proofs.network, 'hex'));
      assert.deepEqual(accusation, valid ? { type, book, device } : undefined);
    });
  }

  it('calls no file valid that has one flipped bit', () => {
    const whole = Buffer.from(cases.find(({ name }) => name === 'one book')?.file ?? '', 'hex');
    for (let index = 0; index < whole.length; index += 11) {
      const bytes = Buffer.from(whole.with(index, (whole[index] ?? 0) ^ (1 << (index % 8))));
      assert.equal(verify(bytes).valid, false, `byte ${index}`);
    }
  });
});
