/** proto/README.md is enough: a reader written from it alone reaches the verdicts of the vectors. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readEntry, readStatement } from './second-reader/items.ts';
import { readEvent, resolve } from './second-reader/log.ts';
import { decode, NotCanonical } from './second-reader/schema.ts';
import { verify } from './second-reader/verify.ts';

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

  it('calls no file valid that has one flipped bit', () => {
    const whole = Buffer.from(cases.find(({ name }) => name === 'one book')?.file ?? '', 'hex');
    for (let index = 0; index < whole.length; index += 11) {
      const bytes = Buffer.from(whole.with(index, (whole[index] ?? 0) ^ (1 << (index % 8))));
      assert.equal(verify(bytes).valid, false, `byte ${index}`);
    }
  });
});
