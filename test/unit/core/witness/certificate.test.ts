import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Checkpoint, Cosignature } from '../../../../src/core/wire/messages/witness.ts';
import { heldNoticeKind, type Statement } from '../../../../src/core/wire/statement.ts';
import {
  newestCertificate,
  type VerifiedCertificate,
  verifyCertificate,
} from '../../../../src/core/witness/certificate.ts';
import { checkpointDigest } from '../../../../src/core/witness/checkpoint.ts';
import { quorumOf } from '../../../../src/core/witness/quorum.ts';
import { readHeldNotice, wordsOf } from '../../../../src/core/witness/words.ts';
import {
  charterAt,
  checkpointOf,
  deviceOf,
  entryIds,
  idOf,
  signCheckpoint,
  signCosignature,
  signStatement,
  witnessedBook,
  witnessOf,
} from '../../../support/witnesses.ts';

const book = witnessedBook({ 0: [], 1: [0, 1, 2, 3], 2: [2, 3, 4, 5, 6], 3: [7] });
const ids = entryIds(9);
const five = checkpointOf(ids.slice(0, 5));

function cosigned(checkpoint: Checkpoint, number: number, change: Partial<Cosignature> = {}): Statement {
  const digest = checkpointDigest(checkpoint);
  const cosignature = { book: checkpoint.book, checkpoint: digest, previousSize: 0, auditing: false };
  return signCosignature({ ...cosignature, witness: witnessOf(number), ...change }, number);
}

function verdict(checkpoint: Checkpoint, cosignatures: readonly Statement[], held?: VerifiedCertificate) {
  return verifyCertificate({ checkpoint: signCheckpoint(checkpoint), cosignatures }, book, held);
}

function certified(checkpoint: Checkpoint, numbers: readonly number[], held?: VerifiedCertificate) {
  const found = verdict(
    checkpoint,
    numbers.map((number) => cosigned(checkpoint, number)),
    held,
  );
  assert.ok(found.ok, found.ok ? '' : found.reason);
  return found.value;
}

function fault(...parts: Parameters<typeof verdict>): string {
  const found = verdict(...parts);
  return found.ok ? 'ok' : found.reason;
}

describe('a certificate', () => {
  it('needs k cosignatures by distinct witnesses of its charter', () => {
    const three = [0, 1, 3].map((number) => cosigned(five, number));
    assert.equal(fault(five, three), 'ok');
    assert.equal(fault(five, three.slice(1)), 'too_few_cosignatures');
    assert.equal(fault(five, [...three.slice(1), cosigned(five, 1, { auditing: true })]), 'too_few_cosignatures');
    assert.equal(fault(five, [...three.slice(1), cosigned(five, 4)]), 'too_few_cosignatures', 'of another charter');
  });

  it('counts nothing that is not said of this checkpoint by a device of that witness', () => {
    const two = [0, 1].map((number) => cosigned(five, number));
    const nothing = [
      cosigned(checkpointOf(ids), 2),
      cosigned(five, 2, { witness: witnessOf(3) }),
      cosigned(five, 2, { book: idOf('other') }),
      cosigned(five, 2, { previousSize: 6 }),
      { ...cosigned(five, 2), signature: new Uint8Array(64) },
      signCheckpoint(five),
    ];
    assert.equal(fault(five, [...two, ...nothing]), 'too_few_cosignatures');
    assert.equal(fault(five, [...two, ...nothing, cosigned(five, 2)]), 'ok');
  });

  it('is of the book’s writer, epoch and charter', () => {
    const cosignatures = [0, 1, 2].map((number) => cosigned(five, number));
    const thief = verifyCertificate({ checkpoint: signCheckpoint(five, 'thief'), cosignatures }, book);
    assert.deepEqual(thief, { ok: false, reason: 'unknown_writer' });
    assert.equal(fault({ ...five, epoch: 1 }, cosignatures), 'wrong_epoch');
    assert.equal(fault({ ...five, charterHead: charterAt(9) }, cosignatures), 'unknown_charter');
  });

  it('names who confirmed it, and who audited it', () => {
    const found = verdict(five, [
      cosigned(five, 3),
      cosigned(five, 0),
      cosigned(five, 0, { auditing: true }),
      cosigned(five, 1),
    ]);
    assert.ok(found.ok);
    assert.deepEqual(found.value.cosigners, [0, 1, 3].map(witnessOf));
    assert.deepEqual(found.value.auditors, [witnessOf(0)]);
    assert.equal(found.value.statements.length, 5);
  });

  it('keeps of each witness one cosignature for each key, and none of strangers', () => {
    const many = [1, 2, 3, 4].map((previousSize) => cosigned(five, 0, { previousSize }));
    const found = verdict(five, [...many, cosigned(five, 1), cosigned(five, 2), cosigned(five, 5)]);
    assert.ok(found.ok);
    assert.equal(found.value.statements.length, 4);
  });

  it('is the writer’s word alone where the charter has no witnesses', () => {
    const alone = certified({ ...five, charterHead: charterAt(0) }, []);
    assert.equal(alone.quorum.words, 'unwitnessed');
  });

  it('counts as a naive reader counts', () => {
    const numbers = fc.array(fc.nat(7), { maxLength: 10 });
    fc.assert(
      fc.property(numbers, fc.constantFrom(1, 2, 3), (signers, charter) => {
        const checkpoint = { ...five, charterHead: charterAt(charter) };
        const witnesses = { 1: [0, 1, 2, 3], 2: [2, 3, 4, 5, 6], 3: [7] }[charter] ?? [];
        let count = 0;
        for (const witness of witnesses) if (signers.includes(witness)) count += 1;
        const found = verdict(
          checkpoint,
          signers.map((number) => cosigned(checkpoint, number)),
        );
        assert.equal(found.ok, count >= quorumOf(witnesses.length).needed);
      }),
      { numRuns: 60 },
    );
  });
});

describe('certificates of one book, one after the other', () => {
  const held = certified(five, [0, 1, 2]);
  const nine = checkpointOf(ids);

  it('the larger is the newer; of one size the one under the later charter', () => {
    const larger = certified(nine, [1, 2, 3], held);
    assert.equal(newestCertificate(held, larger, book), larger);
    assert.equal(newestCertificate(larger, held, book), larger);
    const changed = certified({ ...five, charterHead: charterAt(2) }, [0, 1, 2, 3, 4, 5], held);
    assert.equal(newestCertificate(held, changed, book), changed);
    assert.equal(newestCertificate(changed, held, book), changed);
  });

  it('other witnesses count from the first checkpoint that k of the old ones cosigned too', () => {
    const changed = { ...checkpointOf(ids.slice(0, 7)), charterHead: charterAt(2) };
    const byNew = [2, 3, 4, 5].map((number) => cosigned(changed, number));
    assert.equal(fault(changed, byNew, held), 'old_witnesses_missing');
    assert.equal(fault(changed, [...byNew, cosigned(changed, 0)], held), 'ok');
    const first = certified(changed, [0, 2, 3, 4, 5], held);
    const next = { ...nine, charterHead: charterAt(2) };
    assert.equal(
      fault(
        next,
        [2, 4, 5, 6].map((number) => cosigned(next, number)),
        held,
      ),
      'old_witnesses_missing',
    );
    certified(next, [2, 4, 5, 6], first);
  });

  it('neither size nor charter goes back alone', () => {
    const changed = certified({ ...five, charterHead: charterAt(2) }, [0, 1, 2, 3, 4, 5], held);
    const byOld = [0, 1, 2].map((number) => cosigned(nine, number));
    assert.equal(fault(nine, byOld, changed), 'charter_went_back');
    const small = { ...checkpointOf(ids.slice(0, 3)), charterHead: charterAt(3) };
    assert.equal(fault(small, [cosigned(small, 7)], changed), 'charter_went_back');
    certified(checkpointOf(ids.slice(0, 3)), [0, 1, 2], changed);
  });

  it('two of one size that differ disagree', () => {
    const rival = checkpointOf(entryIds(5, 'rival', 2));
    assert.equal(
      fault(
        rival,
        [0, 1, 2].map((number) => cosigned(rival, number)),
        held,
      ),
      'disagrees',
    );
  });
});

describe('the word for an entry', () => {
  const small = certified(five, [0, 1, 2]);
  const nine = checkpointOf(ids);
  const large = certified(nine, [0, 1, 2]);
  const notice = (number: number, { digest, checkpoint }: VerifiedCertificate) => {
    const content = { book: checkpoint.book, witness: witnessOf(number), checkpoint: digest };
    const read = readHeldNotice(signStatement(heldNoticeKind, content, deviceOf(number)), book);
    assert.ok(read);
    return read;
  };

  it('is pending, accepted, witnessed, final', () => {
    const certificates = [small];
    const words = (sequence: number | undefined, notices = [0, 1].map((number) => notice(number, small))) =>
      wordsOf(sequence, { certificates, notices }).certainty;
    assert.equal(words(undefined), 'pending');
    assert.equal(words(5), 'accepted', 'sequence 5 is the sixth entry');
    assert.equal(words(4), 'witnessed');
    assert.equal(
      words(
        4,
        [0, 1, 1].map((number) => notice(number, small)),
      ),
      'witnessed',
      'one witness twice',
    );
    assert.equal(
      words(
        4,
        [0, 1, 2].map((number) => notice(number, small)),
      ),
      'final',
    );
    assert.equal(
      words(
        4,
        [0, 1, 4].map((number) => notice(number, small)),
      ),
      'witnessed',
      'not of this charter',
    );
  });

  it('takes a notice for a larger certificate for a smaller one too, not the other way round', () => {
    const notices = [notice(0, small), notice(1, large), notice(3, large)];
    assert.equal(wordsOf(4, { certificates: [small, large], notices }).certainty, 'final');
    assert.equal(wordsOf(8, { certificates: [small, large], notices }).certainty, 'witnessed');
    assert.equal(wordsOf(4, { certificates: [small], notices }).certainty, 'witnessed', 'the larger is not known here');
  });

  it('says how much the witnesses carry', () => {
    assert.deepEqual(wordsOf(1, { certificates: [], notices: [] }), {
      certainty: 'accepted',
      witnessing: 'unwitnessed',
    });
    const alone = certified({ ...five, charterHead: charterAt(0) }, []);
    assert.deepEqual(wordsOf(1, { certificates: [alone], notices: [] }), {
      certainty: 'accepted',
      witnessing: 'unwitnessed',
    });
    const few = certified({ ...five, charterHead: charterAt(3) }, [7]);
    assert.deepEqual(wordsOf(1, { certificates: [few], notices: [notice(7, few)] }), {
      certainty: 'final',
      witnessing: 'few witnesses',
    });
  });

  it('reads no notice that a device of its witness did not sign', () => {
    const content = { book: five.book, witness: witnessOf(0), checkpoint: small.digest };
    assert.equal(readHeldNotice(signStatement(heldNoticeKind, content, deviceOf(1)), book), undefined);
    assert.equal(readHeldNotice(signCheckpoint(five), book), undefined);
  });
});
