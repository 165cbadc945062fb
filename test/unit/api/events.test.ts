import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ApiEvent, eventToText, readEvents } from '../../../src/api/events.ts';
import { textToBytes } from '../../../src/core/base/bytes.ts';
import { collect } from '../../support/collect.ts';

async function* chunksOf(bytes: Uint8Array, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1))), bytes.length].toSorted((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

const event: fc.Arbitrary<ApiEvent> = fc.record({
  id: fc.stringMatching(/^[0-9a-f]{8}-\d{1,6}$/),
  type: fc.constantFrom('entry', 'effect', 'reset'),
  data: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer())),
});

describe('the event stream', () => {
  test('is read back however it was cut into pieces, comments left out', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { maxLength: 8 }),
        fc.array(fc.nat(5000), { maxLength: 20 }),
        async (sent, cuts) => {
          const text = sent.map((each) => `: still here\n\n${eventToText(each)}`).join('');
          const read = await collect(readEvents(chunksOf(textToBytes(text), cuts)));
          assert.deepEqual(JSON.stringify(read), JSON.stringify(sent));
        },
      ),
    );
  });

  test('gives up on an event without end', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) yield new Uint8Array(65_536).fill(97);
    }
    await assert.rejects(collect(readEvents(endless())), RangeError);
  });
});
