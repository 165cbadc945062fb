import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Checkpoint } from '../../../../src/core/wire/messages/witness.ts';
import { checkpointDigest } from '../../../../src/core/witness/checkpoint.ts';
import {
  COSIGN_REFUSALS,
  type CosignRefusal,
  cosignSentence,
  judgeCheckpoint,
  type WitnessMemory,
} from '../../../../src/core/witness/cosign.ts';
import {
  charterAt,
  checkpointOf,
  consistencyOf,
  entryIds,
  idOf,
  signCheckpoint,
  witnessedBook,
  witnessOf,
} from '../../../support/witnesses.ts';

const book = witnessedBook({ 1: [0, 1, 2, 3], 2: [0, 1, 2, 3], 3: [4] });
const ids = entryIds(9);
const five = checkpointOf(ids.slice(0, 5));
const nine = checkpointOf(ids);
const FRESH: WitnessMemory = { last: undefined, sealedEpoch: undefined };
const AT_FIVE: WitnessMemory = { last: five, sealedEpoch: undefined };
const proof = consistencyOf(ids, 5);
const after = (change: Partial<Checkpoint>): WitnessMemory => ({
  last: { ...five, ...change },
  sealedEpoch: undefined,
});

interface Asked {
  readonly checkpoint?: Checkpoint;
  readonly consistency?: readonly Uint8Array[];
  readonly memory?: WitnessMemory;
  readonly witness?: number;
  readonly device?: string;
  readonly replayed?: Checkpoint;
}

function judge({ checkpoint = nine, consistency = proof, memory = AT_FIVE, witness = 0, device, replayed }: Asked) {
  const statement = signCheckpoint(checkpoint, device);
  return judgeCheckpoint({ statement, consistency }, { witness: witnessOf(witness), replayed }, memory, book);
}

function refusal(asked: Asked): CosignRefusal | 'cosign' {
  const decision = judge(asked);
  return decision.ok ? 'cosign' : decision.reason;
}

describe('a witness', () => {
  it('confirms a book that it meets for the first time, and one that only grew, and remembers it', () => {
    const first = judge({ checkpoint: five, consistency: [], memory: FRESH });
    assert.ok(first.ok);
    assert.deepEqual(first.value, {
      memory: AT_FIVE,
      cosignature: {
        book: five.book,
        witness: witnessOf(0),
        checkpoint: checkpointDigest(five),
        previousSize: 0,
        auditing: false,
      },
    });
    const second = judge({ memory: first.value.memory });
    assert.ok(second.ok);
    assert.equal(second.value.cosignature.previousSize, 5);
    assert.deepEqual(second.value.memory.last, nine);
  });

  it('confirms the same again, and the same under a later charter', () => {
    assert.equal(refusal({ checkpoint: five, consistency: [] }), 'cosign');
    assert.equal(refusal({ checkpoint: { ...five, charterHead: charterAt(2) }, consistency: [] }), 'cosign');
  });

  const later: WitnessMemory = { last: { ...five, charterHead: charterAt(2) }, sealedEpoch: undefined };
  const cases: readonly (readonly [string, CosignRefusal, Asked])[] = [
    ['a checkpoint signed by another device', 'unknown_writer', { device: 'thief' }],
    ['a checkpoint of another book', 'unknown_writer', { checkpoint: { ...nine, book: idOf('other') } }],
    ['another epoch', 'wrong_epoch', { checkpoint: { ...nine, epoch: 1 } }],
    ['a charter head that is not held', 'unknown_charter', { checkpoint: { ...nine, charterHead: charterAt(7) } }],
    [
      'a charter head of another body',
      'unknown_charter',
      { checkpoint: { ...nine, charterHead: { ...charterAt(1), book: idOf('elsewhere') } } },
    ],
    ['a charter that names others', 'not_a_witness', { checkpoint: { ...nine, charterHead: charterAt(3) } }],
    ['another witness’s book', 'not_a_witness', { witness: 4 }],
    ['an epoch that it sealed', 'epoch_sealed', { memory: { last: five, sealedEpoch: 0 } }],
    ['an epoch before the one that it confirmed', 'epoch_sealed', { memory: after({ epoch: 1 }) }],
    ['a second book in one epoch', 'rival_book', { memory: after({ book: idOf('rival') }) }],
    ['a charter head that went back', 'charter_went_back', { memory: later }],
    [
      'another charter head at the same sequence',
      'charter_went_back',
      { checkpoint: { ...nine, charterHead: { ...charterAt(1), id: idOf('rival') } } },
    ],
    ['a book that went back', 'smaller_size', { checkpoint: checkpointOf(ids.slice(0, 4)) }],
    ['another root at its size', 'other_root', { checkpoint: checkpointOf(entryIds(5, 'rival', 3)) }],
    ['another state at its size', 'other_figures', { checkpoint: { ...five, stateRoot: idOf('rival') } }],
    ['no proof', 'bad_consistency', { consistency: [] }],
    ['a proof from another size', 'bad_consistency', { consistency: consistencyOf(ids, 4) }],
    [
      'a book that grew out of another',
      'bad_consistency',
      { checkpoint: checkpointOf(entryIds(9, 'rival', 3)), consistency: consistencyOf(entryIds(9, 'rival', 3), 5) },
    ],
    ['figures that an audit does not give', 'audit_differs', { replayed: { ...nine, stateRoot: idOf('mine') } }],
    ['an audit of another size', 'audit_differs', { replayed: five }],
  ];
  for (const [what, expected, asked] of cases)
    it(`refuses ${what}: ${expected}`, () => {
      assert.equal(refusal(asked), expected);
      assert.match(cosignSentence(expected), /^The .*\.$|^This .*\.$/);
    });

  it('has a case here for every refusal', () => {
    assert.deepEqual(new Set(cases.map(([, code]) => code)), new Set(COSIGN_REFUSALS));
  });

  it('begins anew with the book of a later epoch, at any size', () => {
    const continued = { ...five, epoch: 1 };
    const before: WitnessMemory = { last: { ...nine, book: idOf('before') }, sealedEpoch: 0 };
    const statement = signCheckpoint(continued);
    const self = { witness: witnessOf(0), replayed: undefined };
    const decision = judgeCheckpoint({ statement, consistency: [] }, self, before, { ...book, epoch: 1 });
    assert.ok(decision.ok);
    assert.equal(decision.value.cosignature.previousSize, 0);
    assert.deepEqual(decision.value.memory, { last: continued, sealedEpoch: 0 });
  });

  it('says that it audited only what it replayed', () => {
    const audited = judge({ replayed: nine });
    assert.ok(audited.ok && audited.value.cosignature.auditing);
  });

  it('never confirms two views, whatever order a lying writer shows them in', () => {
    const views = [0, 2, 4, 6].flatMap((fork) =>
      [1, 3, 5, 7].filter((size) => size > fork || fork === 0).map((size) => entryIds(size, `branch ${fork}`, fork)),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(views.length - 1), { maxLength: 8 }), (shown) => {
        let memory = FRESH;
        const confirmed: (readonly string[])[] = [];
        for (const index of shown) {
          const view = views[index] ?? [];
          const consistency = consistencyOf(view, memory.last?.size ?? 0);
          const decision = judge({ checkpoint: checkpointOf(view), consistency, memory });
          if (!decision.ok) continue;
          memory = decision.value.memory;
          for (const before of confirmed) assert.deepEqual(view.slice(0, before.length), before);
          confirmed.push(view);
        }
      }),
      { numRuns: 60 },
    );
  });
});
