import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Id } from '../../../../src/core/base/id.ts';
import { compareIds } from '../../../../src/core/base/id.ts';
import { MerkleTree } from '../../../../src/core/base/merkle.ts';
import { type Checkpoint, Evidence } from '../../../../src/core/wire/messages/witness.ts';
import {
  epochSealKind,
  evidenceKind,
  heldNoticeKind,
  readStatement,
  type Statement,
  sealStatement,
  statementContentOf,
} from '../../../../src/core/wire/statement.ts';
import { accuseCosigners, evidenceOf } from '../../../../src/core/witness/accuse.ts';
import { verifyCertificate } from '../../../../src/core/witness/certificate.ts';
import { checkpointDigest } from '../../../../src/core/witness/checkpoint.ts';
import { judgeCheckpoint, type WitnessMemory } from '../../../../src/core/witness/cosign.ts';
import { verifyEvidence } from '../../../../src/core/witness/evidence.ts';
import { NETWORK } from '../../../support/books.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';
import {
  charterAt,
  checkpointOf,
  consistencyOf,
  deviceOf,
  entryIds,
  idOf,
  leavesOf,
  OPENING,
  signCheckpoint,
  signCosignature,
  signStatement,
  WRITER,
  witnessedBook,
  witnessOf,
} from '../../../support/witnesses.ts';

const context = { network: NETWORK, verify: verifySignature };
const main = entryIds(9);
const rival = entryIds(9, 'rival', 3);
const five = checkpointOf(main.slice(0, 5));
const fiveOfRival = checkpointOf(rival.slice(0, 5));
const nineOfRival = checkpointOf(rival);
const writer = keyOf(WRITER).id;
const liar = keyOf(deviceOf(0)).id;

function verdict(evidence: Evidence): string {
  const found = verifyEvidence(evidence, context);
  if (found === undefined) return 'nothing';
  const who = found.device === writer ? 'writer' : found.device === liar ? 'liar' : 'another';
  return `${found.type} ${found.role} ${who}`;
}

function cosign(checkpoint: Checkpoint, previousSize = 0, number = 0): Statement {
  const content = { book: checkpoint.book, witness: witnessOf(number), checkpoint: checkpointDigest(checkpoint) };
  return signCosignature({ ...content, previousSize, auditing: false }, number);
}

function byWriter(one: Checkpoint, other: Checkpoint, device = WRITER) {
  return {
    opening: OPENING,
    one: { checkpoint: signCheckpoint(one, device) },
    other: { checkpoint: signCheckpoint(other, device) },
  };
}

function byWitness(one: Checkpoint, other: Checkpoint, previousSizes: readonly [number, number] = [0, 0]) {
  return {
    one: { checkpoint: signCheckpoint(one), cosignature: cosign(one, previousSizes[0]) },
    other: { checkpoint: signCheckpoint(other), cosignature: cosign(other, previousSizes[1]) },
  };
}

function leafOf(ids: readonly Id[], index: number) {
  return { id: ids[index] ?? idOf('none'), path: new MerkleTree(leavesOf(ids)).path(index) };
}

describe('evidence of two checkpoints', () => {
  it('of one size that differ accuses who signed both', () => {
    assert.equal(verdict(evidenceOf(byWriter(five, fiveOfRival))), 'sameSize writer writer');
    assert.equal(verdict(evidenceOf(byWriter(fiveOfRival, five))), 'sameSize writer writer');
    assert.equal(verdict(evidenceOf(byWitness(five, fiveOfRival))), 'sameSize witness liar');
    assert.equal(verdict(evidenceOf(byWriter(five, { ...five, stateRoot: idOf('other') }))), 'sameSize writer writer');
    assert.equal(verdict(evidenceOf(byWriter(five, { ...five, charterHead: charterAt(2) }))), 'nothing');
    assert.equal(verdict(evidenceOf(byWriter(five, five))), 'nothing');
    const grown = evidenceOf(byWriter(five, checkpointOf(main)));
    assert.equal(verdict({ ...grown, type: 'sameSize' }), 'nothing', 'of two sizes');
  });

  it('of two sizes needs the entries where they part', () => {
    const proof = byWitness(five, nineOfRival, [0, 5]);
    const [one, other] = [leafOf(main.slice(0, 5), 3), leafOf(rival, 3)];
    const parted = { one: { ...proof.one, leaf: one }, other: { ...proof.other, leaf: other }, index: 3 };
    const evidence = evidenceOf(parted);
    assert.equal(verdict(evidence), 'otherLeaf witness liar');
    assert.equal(verdict(evidenceOf({ ...parted, one: parted.other, other: parted.one })), 'otherLeaf witness liar');
    assert.equal(verdict(evidenceOf(proof)), 'nothing');
    assert.equal(verdict({ ...evidence, index: 2 }), 'nothing');
    assert.equal(verdict({ ...evidence, leaves: evidence.leaves.toReversed() }), 'nothing');
    assert.equal(verdict({ ...evidence, leaves: [one] }), 'nothing');
    const invented = { id: idOf('invented'), path: one.path };
    assert.equal(verdict({ ...evidence, leaves: [invented, other] }), 'nothing', 'the smaller tree has no such entry');
    assert.equal(
      verdict({ ...evidence, leaves: [one, { ...invented, path: other.path }] }),
      'nothing',
      'nor the larger',
    );
    const shared = evidenceOf({
      one: { ...proof.one, leaf: leafOf(main.slice(0, 5), 2) },
      other: { ...proof.other, leaf: leafOf(rival, 2) },
      index: 2,
    });
    assert.equal(verdict(shared), 'nothing', 'the entry before they part is the same');
    const writers = byWriter(five, nineOfRival);
    const ofWriter = {
      ...writers,
      one: { ...writers.one, leaf: one },
      other: { ...writers.other, leaf: other },
      index: 3,
    };
    assert.equal(verdict(evidenceOf(ofWriter)), 'otherLeaf writer writer');
  });

  it('out of order accuses a witness by the size that it says it had confirmed, a writer by the charter', () => {
    const nine = checkpointOf(main);
    assert.equal(verdict(evidenceOf(byWitness(five, nine, [0, 4]))), 'rollback witness liar');
    assert.equal(verdict(evidenceOf(byWitness(five, nine, [0, 5]))), 'nothing');
    assert.equal(verdict(evidenceOf(byWitness(five, nine, [0, 7]))), 'nothing');
    assert.equal(verdict(evidenceOf(byWitness(five, five, [0, 3]))), 'nothing');
    const late = { ...five, charterHead: charterAt(4) };
    assert.equal(verdict(evidenceOf(byWriter(late, nine))), 'rollback writer writer');
    assert.equal(verdict(evidenceOf(byWriter(five, { ...nine, charterHead: charterAt(4) }))), 'nothing');
    const elsewhere = { ...late, charterHead: { ...charterAt(4), book: idOf('continued') } };
    assert.equal(verdict(evidenceOf(byWriter(elsewhere, nine))), 'nothing');
  });

  it('needs both by one device, and of a writer the Opening of that book', () => {
    const proof = byWitness(five, fiveOfRival);
    const evidence = evidenceOf(proof);
    const ofAnother = evidenceOf({ ...proof, other: { ...proof.other, cosignature: cosign(fiveOfRival, 0, 1) } });
    assert.equal(verdict(ofAnother), 'nothing');
    assert.equal(verdict({ ...evidence, statements: evidence.statements.slice(0, 3) }), 'nothing');
    assert.equal(verdict({ ...evidence, statements: evidence.statements.slice(0, 2) }), 'nothing');
    assert.equal(verdict({ ...evidence, opening: OPENING.bytes }), 'nothing');
    assert.equal(verdict({ ...evidence, index: 1 }), 'nothing');
    assert.equal(verdict({ ...evidence, statements: [new Uint8Array(1), new Uint8Array(1)] }), 'nothing');
    const [first, second, ...rest] = evidence.statements;
    assert.ok(first && second);
    assert.equal(verdict({ ...evidence, statements: [second, first, ...rest] }), 'nothing');
    assert.equal(verdict(evidenceOf(byWriter(five, fiveOfRival, 'thief'))), 'nothing');
    const writers = evidenceOf(byWriter(five, fiveOfRival));
    assert.equal(verdict({ ...writers, statements: [...writers.statements, first] }), 'nothing', 'one more');
    const { checkpoint } = proof.other;
    const named = { book: idOf('other'), witness: witnessOf(0), checkpoint: checkpointDigest(fiveOfRival) };
    const cosignature = signCosignature({ ...named, previousSize: 0, auditing: false }, 0);
    assert.equal(verdict(evidenceOf({ ...proof, other: { checkpoint, cosignature } })), 'nothing', 'of another book');
    const otherBook = { book: idOf('other') };
    assert.equal(verdict(evidenceOf(byWriter({ ...five, ...otherBook }, { ...fiveOfRival, ...otherBook }))), 'nothing');
    assert.equal(verifyEvidence(evidence, { ...context, network: new Uint8Array(16) }), undefined);
  });

  it('accuses the witness also where the writer signed neither', () => {
    const proof = byWitness(five, fiveOfRival);
    const forged = { ...proof, one: { ...proof.one, checkpoint: signCheckpoint(five, 'thief') } };
    assert.equal(verdict(evidenceOf(forged)), 'sameSize witness liar');
  });

  it('fits a statement that proves itself', () => {
    const evidence = evidenceOf(byWriter(five, fiveOfRival));
    const read = readStatement(sealStatement(evidenceKind, evidence));
    assert.ok(read.ok);
    const carried = statementContentOf(read.value, evidenceKind);
    assert.ok(carried);
    assert.equal(verdict(carried), 'sameSize writer writer');
    const path = Array.from({ length: 53 }, () => new Uint8Array(32).fill(1));
    const largest = Evidence.encode({
      type: 'otherLeaf',
      opening: new Uint8Array(10_240),
      statements: Array.from({ length: 4 }, () => new Uint8Array(512)),
      index: Number.MAX_SAFE_INTEGER,
      leaves: [0, 1].map(() => ({ id: idOf('leaf'), path })),
    });
    assert.ok(largest.length < 20_000);
  });
});

describe('evidence of seals', () => {
  const seal = (
    successor: string,
    certificate: { epoch: number; size: number; checkpoint: Id } | undefined,
    number = 0,
  ) =>
    signStatement(
      epochSealKind,
      { book: five.book, epoch: 0, witness: witnessOf(number), successor: idOf(successor), certificate },
      deviceOf(number),
    );
  const certified = (checkpoint: Checkpoint) => ({
    epoch: checkpoint.epoch,
    size: checkpoint.size,
    checkpoint: checkpointDigest(checkpoint),
  });
  const notice = (checkpoint: Checkpoint, number = 0) =>
    signStatement(
      heldNoticeKind,
      { book: checkpoint.book, witness: witnessOf(number), checkpoint: checkpointDigest(checkpoint) },
      deviceOf(number),
    );
  const none = { opening: new Uint8Array(), index: 0, leaves: [] };
  const twice = (one: Statement, other: Statement): Evidence => ({
    ...none,
    type: 'sealedTwice',
    statements: [one, other].toSorted((left, right) => compareIds(left.digest, right.digest)).map(({ bytes }) => bytes),
  });
  const below = (...statements: readonly Statement[]): Evidence => ({
    ...none,
    type: 'sealedBelow',
    statements: statements.map(({ bytes }) => bytes),
  });

  it('two of one epoch accuse, one twice does not', () => {
    const one = seal('first', certified(five));
    assert.equal(verdict(twice(one, seal('second', certified(five)))), 'sealedTwice witness liar');
    assert.equal(verdict(twice(one, seal('first', undefined))), 'sealedTwice witness liar');
    assert.equal(verdict(twice(one, one)), 'nothing');
    assert.equal(verdict(twice(one, seal('second', undefined, 1))), 'nothing', 'of two witnesses');
    const swapped = twice(one, seal('second', undefined));
    assert.equal(verdict({ ...swapped, statements: swapped.statements.toReversed() }), 'nothing');
    assert.equal(verdict({ ...swapped, opening: OPENING.bytes }), 'nothing');
  });

  it('one that hands over less than its witness held accuses', () => {
    const nine = checkpointOf(main);
    const shown = signCheckpoint(nine);
    assert.equal(verdict(below(seal('first', certified(five)), notice(nine), shown)), 'sealedBelow witness liar');
    assert.equal(verdict(below(seal('first', undefined), notice(nine), shown)), 'sealedBelow witness liar');
    assert.equal(verdict(below(seal('first', certified(nine)), notice(nine), shown)), 'nothing');
    assert.equal(verdict(below(seal('first', certified(nine)), notice(five), signCheckpoint(five))), 'nothing');
    assert.equal(verdict(below(seal('first', undefined), notice(nine, 1), shown)), 'nothing', 'of two witnesses');
    assert.equal(verdict(below(seal('first', undefined), notice(nine), signCheckpoint(five))), 'nothing');
    assert.equal(verdict(below(seal('first', undefined), notice(nine))), 'nothing');
    const later = { ...nine, epoch: 1 };
    assert.equal(verdict(below(seal('first', undefined), notice(later), signCheckpoint(later))), 'nothing', 'unsealed');
    const earlier = { ...certified(nine), epoch: 0 };
    const inEpochOne = { book: five.book, epoch: 1, witness: witnessOf(0), successor: idOf('first') };
    const sealOfOne = signStatement(epochSealKind, { ...inEpochOne, certificate: earlier }, deviceOf(0));
    const small = { ...five, epoch: 1 };
    assert.equal(
      verdict(below(sealOfOne, notice(small), signCheckpoint(small))),
      'sealedBelow witness liar',
      'a later epoch is more',
    );
  });
});

describe('evidence never accuses the honest', () => {
  /** Everything that a lying writer can show: branches off at several places, in several sizes, under two charters. */
  const branches = [0, 2, 5].map((fork) => entryIds(7, `branch ${fork}`, fork));
  const shown = branches.flatMap((ids) =>
    [1, 3, 5, 7].flatMap((size) =>
      [1, 2].map((charter) => ({
        ids: ids.slice(0, size),
        checkpoint: { ...checkpointOf(ids.slice(0, size)), charterHead: charterAt(charter) },
      })),
    ),
  );
  const book = witnessedBook({ 1: [0, 1, 2, 3], 2: [0, 1, 2, 3] });

  /** Cosignatures that an honest witness gives, whatever it is shown. */
  function honestCosignatures(indices: readonly number[]) {
    let memory: WitnessMemory = { last: undefined, sealedEpoch: undefined };
    return indices.flatMap((index) => {
      const { ids, checkpoint } = shown[index] ?? { ids: main, checkpoint: five };
      const statement = signCheckpoint(checkpoint);
      const request = { statement, consistency: consistencyOf(ids, memory.last?.size ?? 0) };
      const decision = judgeCheckpoint(request, { witness: witnessOf(0), replayed: undefined }, memory, book);
      if (!decision.ok) return [];
      memory = decision.value.memory;
      return [{ ids, checkpoint: statement, cosignature: signCosignature(decision.value.cosignature, 0) }];
    });
  }

  it('a witness that keeps the rule is never accused, whatever a lying writer shows it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(shown.length - 1), { maxLength: 10 }), (indices) => {
        const given = honestCosignatures(indices);
        for (const one of given)
          for (const other of given)
            for (const index of [undefined, 1, 4]) {
              const [left, right] = [one, other].map(({ ids, ...signed }) =>
                index === undefined || index >= ids.length ? signed : { ...signed, leaf: leafOf(ids, index) },
              );
              assert.ok(left && right);
              assert.equal(verdict(evidenceOf({ one: left, other: right, index: index ?? 0 })), 'nothing');
            }
      }),
      { numRuns: 50 },
    );
  });

  it('a writer that only appends, under charters that only advance, is never accused', () => {
    const steps = fc.array(fc.record({ grows: fc.nat(3), amends: fc.boolean() }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(steps, (taken) => {
        let [size, charter] = [1, 1];
        const signed = taken.map(({ grows, amends }) => {
          [size, charter] = [size + grows, charter + (amends ? 1 : 0)];
          return { ...checkpointOf(entryIds(size)), charterHead: charterAt(charter) };
        });
        for (const one of signed)
          for (const other of signed) assert.equal(verdict(evidenceOf(byWriter(one, other))), 'nothing');
      }),
      { numRuns: 50 },
    );
  });

  it('of two certificates that disagree exactly those are accused who cosigned both', () => {
    fc.assert(
      fc.property(
        fc.subarray([0, 1, 2, 3], { minLength: 3 }),
        fc.subarray([0, 1, 2, 3], { minLength: 3 }),
        (left, right) => {
          const certificateOf = (checkpoint: Checkpoint, numbers: readonly number[]) => {
            const cosignatures = numbers.map((number) => cosign(checkpoint, 0, number));
            const found = verifyCertificate({ checkpoint: signCheckpoint(checkpoint), cosignatures }, book);
            assert.ok(found.ok);
            return found.value;
          };
          const [one, same, larger] = [
            certificateOf(five, left),
            certificateOf(fiveOfRival, right),
            certificateOf(nineOfRival, right),
          ];
          const both = left.filter((number) => right.includes(number)).map((number) => keyOf(deviceOf(number)).id);
          assert.ok(both.length >= 2);
          const devices = (proven: ReturnType<typeof accuseCosigners>) =>
            proven.map(({ accusation }) => accusation.device);
          assert.deepEqual(devices(accuseCosigners(one, same, context)).toSorted(), both.toSorted());
          const parting = { index: 4, one: leafOf(main.slice(0, 5), 4), other: leafOf(rival, 4) };
          assert.deepEqual(devices(accuseCosigners(one, larger, context, parting)).toSorted(), both.toSorted());
          assert.deepEqual(accuseCosigners(one, one, context), []);
        },
      ),
      { numRuns: 20 },
    );
  });
});
