import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Amount } from '../../../../src/core/base/amount.ts';
import { INTERVAL_MINUTES_MAX, INTERVALS_PER_CLAIM_MAX } from '../../../../src/core/base/limits.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { laborFigures } from '../../../../src/core/labor/rules.ts';
import { attestationKind } from '../../../../src/core/wire/kinds/labor.ts';
import { memoKind } from '../../../../src/core/wire/kinds/ledger.ts';
import type { Interval } from '../../../../src/core/wire/messages/labor.ts';
import {
  claimIn,
  type LaborScene,
  recordAttested,
  recordClaim,
  setUpLabor,
  writeRecord,
} from '../../../support/labor-scene.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { attestWork, hours, MONDAY, noteBooks, recordOf } from '../../../support/work.ts';
import { idNamed } from '../../../support/world.ts';

const rising = (count: number): readonly Interval[] => Array.from({ length: count }, (_, index) => hours(index, 1));
const day = (minutes: number): Interval => ({ startMinute: MONDAY, minutes });

const CARRIED: readonly RefusalCase<LaborScene>[] = [
  {
    code: 'carried_malformed',
    when: 'attestations that are not sorted by id, before the claim is looked at',
    attempt: (scene) => {
      const claimed = claimIn(scene, { cooperative: scene.forge.identity });
      const record = recordOf(claimed, attestWork(claimed, scene.bea, scene.carla), scene.garden.memberHead);
      return writeRecord(scene.garden, { ...record, attestations: record.attestations.toReversed() });
    },
  },
  {
    code: 'carried_malformed',
    when: 'a claim where an attestation should be',
    attempt: (scene) =>
      writeRecord(scene.garden, recordOf(claimIn(scene), [claimIn(scene, {}, scene.bea)], scene.garden.memberHead)),
  },
  {
    code: 'unknown_book',
    when: 'an attestation from a device whose book was not noted',
    attempt: (scene) => {
      const phone = scene.ana.grant('phone');
      const book = scene.ana.book('transfers', phone);
      const usual = claimIn(scene);
      const copy = book.write(attestationKind, { claim: usual.id });
      return writeRecord(scene.garden, recordOf(usual, [copy], scene.garden.memberHead));
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'an attestation that the worker signed for a co-worker',
    attempt: (scene) => {
      const claimed = claimIn(scene);
      const forged = scene.bea.book('transfers').write(attestationKind, { claim: claimed.id }, scene.ana.keys);
      return writeRecord(scene.garden, recordOf(claimed, [forged], scene.garden.memberHead));
    },
  },
  {
    code: 'device_revoked',
    when: 'a claim by a device whose revocation was noted',
    attempt: (scene) => {
      scene.ana.revoke(scene.ana.keys);
      scene.garden.transfers.noteFacts({ identityEvents: scene.ana.log });
      return recordClaim(scene);
    },
  },
  {
    code: 'wrong_writer',
    when: 'a claim written by a cooperative',
    attempt: (scene) => {
      noteBooks(scene.garden, scene.forge);
      const claimed = claimIn(scene, {}, scene.forge);
      return writeRecord(scene.garden, recordOf(claimed, [], scene.garden.memberHead));
    },
  },
];

const HEADS: readonly RefusalCase<LaborScene>[] = [
  {
    code: 'head_went_back',
    when: 'a member head before one that was named, though the claim is for another cooperative',
    attempt: (scene) => {
      scene.garden.admit(scene.dora);
      recordClaim(scene);
      const claimed = claimIn(scene, { cooperative: scene.forge.identity });
      return writeRecord(scene.garden, recordOf(claimed, [], scene.garden.memberBook.book.headAt(1)));
    },
  },
  {
    code: 'head_went_back',
    when: 'a receiver head before one that was named',
    attempt: (scene) => {
      const early = scene.bank.memberHead;
      scene.bank.admit(scene.carla);
      const record = (intervals: readonly Interval[], head: typeof early): Effect => {
        const claimed = claimIn(scene, { intervals }, scene.ana, scene.forge);
        return writeRecord(
          scene.forge,
          recordOf(claimed, attestWork(claimed, scene.dora), scene.forge.memberHead, head),
        );
      };
      assert.equal(record([hours(1, 1)], scene.bank.memberHead).type, 'applied');
      return record([hours(2, 1)], early);
    },
  },
  {
    code: 'wrong_head',
    when: 'a head of another cooperative’s member book',
    attempt: (scene) => writeRecord(scene.garden, recordOf(claimIn(scene), [], scene.forge.memberHead)),
  },
  {
    code: 'wrong_head',
    when: 'a head in a person’s book',
    attempt: (scene) => writeRecord(scene.garden, recordOf(claimIn(scene), [], scene.ana.book('people').head)),
  },
  {
    code: 'wrong_head',
    when: 'a receiver’s head in a cooperative of three',
    attempt: (scene) => {
      const claimed = claimIn(scene);
      return writeRecord(
        scene.garden,
        recordOf(claimed, attestWork(claimed, scene.dora), scene.garden.memberHead, scene.bank.memberHead),
      );
    },
  },
  {
    code: 'wrong_head',
    when: 'a cooperative of one as its own receiver',
    attempt: (scene) => {
      const claimed = claimIn(scene, {}, scene.ana, scene.forge);
      return writeRecord(scene.forge, recordOf(claimed, [], scene.forge.memberHead, scene.forge.memberHead));
    },
  },
];

const CLAIMS: readonly RefusalCase<LaborScene>[] = [
  {
    code: 'wrong_cooperative',
    when: 'a claim for another cooperative in another’s name',
    attempt: (scene) => recordClaim(scene, { cooperative: scene.forge.identity, worker: scene.bea.identity }),
  },
  {
    code: 'worker_mismatch',
    when: 'a claim for somebody else, of no hours',
    attempt: (scene) => recordClaim(scene, { worker: scene.bea.identity, intervals: [] }),
  },
  {
    code: 'interval_too_long',
    when: 'no intervals',
    attempt: (scene) => recordClaim(scene, { intervals: [], seconds: 60 as Amount }),
  },
  {
    code: 'interval_too_long',
    when: 'an interval of no minutes',
    attempt: (scene) => recordClaim(scene, { intervals: [hours(8, 1), hours(9, 0)] }),
  },
  {
    code: 'interval_too_long',
    when: 'an interval of a day and a minute',
    attempt: (scene) => recordClaim(scene, { intervals: [day(INTERVAL_MINUTES_MAX + 1)] }),
  },
  {
    code: 'interval_too_long',
    when: '32 intervals, one twice',
    attempt: (scene) => recordClaim(scene, { intervals: [...rising(INTERVALS_PER_CLAIM_MAX), hours(30, 1)] }),
  },
  {
    code: 'intervals_overlap',
    when: 'two intervals that share a minute',
    attempt: (scene) => recordClaim(scene, { intervals: [day(61), hours(1, 1)] }),
  },
  {
    code: 'intervals_overlap',
    when: 'intervals in falling order with too many seconds',
    attempt: (scene) => recordClaim(scene, { intervals: [hours(9, 1), hours(8, 1)], seconds: 7201 as Amount }),
  },
  {
    code: 'seconds_exceed_intervals',
    when: 'no seconds',
    attempt: (scene) => recordClaim(scene, { seconds: 0 as Amount }),
  },
  {
    code: 'seconds_exceed_intervals',
    when: 'a second more than the intervals hold',
    attempt: (scene) => recordClaim(scene, { seconds: 7201 as Amount }),
  },
  {
    code: 'worker_not_member',
    when: 'work of one who is no member, with an attestation of another claim',
    attempt: (scene) => {
      const claimed = claimIn(scene, {}, scene.dora);
      return writeRecord(
        scene.garden,
        recordOf(claimed, attestWork(idNamed('claim'), scene.ana), scene.garden.memberHead),
      );
    },
  },
  {
    code: 'worker_not_member',
    when: 'work of one who has left before the named head',
    attempt: (scene) => {
      scene.garden.part(scene.ana);
      return recordAttested(scene, scene.bea, scene.carla);
    },
  },
];

const ATTESTORS: readonly RefusalCase<LaborScene>[] = [
  {
    code: 'attestation_mismatch',
    when: 'an attestation of another claim, by the worker itself',
    attempt: (scene) => {
      const claimed = claimIn(scene);
      return writeRecord(
        scene.garden,
        recordOf(claimed, attestWork(idNamed('claim'), scene.ana), scene.garden.memberHead),
      );
    },
  },
  {
    code: 'self_attestation',
    when: 'the worker and a co-worker twice',
    attempt: (scene) => recordAttested(scene, scene.ana, scene.bea, scene.bea),
  },
  {
    code: 'duplicate_attestor',
    when: 'a stranger twice',
    attempt: (scene) => recordAttested(scene, scene.dora, scene.dora),
  },
  {
    code: 'attestor_not_member',
    when: 'a stranger, and too few as well',
    attempt: (scene) => recordAttested(scene, scene.dora),
  },
  {
    code: 'attestor_not_member',
    when: 'a member that joined after the named head',
    attempt: (scene) => {
      const early = scene.garden.memberHead;
      scene.garden.admit(scene.dora);
      const claimed = claimIn(scene);
      return writeRecord(scene.garden, recordOf(claimed, attestWork(claimed, scene.bea, scene.dora), early));
    },
  },
  { code: 'too_few_attestors', when: 'no attestation', attempt: (scene) => recordAttested(scene) },
  {
    code: 'too_few_attestors',
    when: 'one where the charter asks for two, of time that was recorded',
    attempt: (scene) => {
      recordClaim(scene);
      return recordAttested(scene, scene.bea);
    },
  },
  {
    code: 'overlap',
    when: 'the same hours again',
    attempt: (scene) => {
      recordClaim(scene);
      return recordClaim(scene);
    },
  },
  {
    code: 'overlap',
    when: 'an hour past midnight of work that began the day before',
    attempt: (scene) => {
      recordClaim(scene, { intervals: [hours(20, 8)] });
      return recordClaim(scene, { intervals: [hours(27, 1)] });
    },
  },
  {
    code: 'overlap',
    when: 'a long day that ends in hours recorded for the day after',
    attempt: (scene) => {
      recordClaim(scene, { intervals: [hours(25, 1)] });
      return recordClaim(scene, { intervals: [hours(10, 16)] });
    },
  },
];

const ALONE: readonly RefusalCase<LaborScene>[] = [
  {
    code: 'attestor_not_member',
    when: 'a cooperative of one attested by one who is not of the receiver’s body',
    attempt: (scene) => {
      const claimed = claimIn(scene, {}, scene.ana, scene.forge);
      return writeRecord(
        scene.forge,
        recordOf(claimed, attestWork(claimed, scene.carla), scene.forge.memberHead, scene.bank.memberHead),
      );
    },
  },
  {
    code: 'self_attestation',
    when: 'the only member attests as a member of the bank',
    attempt: (scene) => {
      const claimed = claimIn(scene, {}, scene.ana, scene.forge);
      return writeRecord(
        scene.forge,
        recordOf(claimed, attestWork(claimed, scene.ana), scene.forge.memberHead, scene.bank.memberHead),
      );
    },
  },
  {
    code: 'too_few_attestors',
    when: 'a cooperative of one that nobody attests',
    attempt: (scene) =>
      writeRecord(scene.forge, recordOf(claimIn(scene, {}, scene.ana, scene.forge), [], scene.forge.memberHead)),
  },
];

suite('labor books refuse', () => {
  const inForge = (row: RefusalCase<LaborScene>): boolean =>
    row.when.includes('cooperative of one') || row.when.startsWith('a receiver head');
  const rows = [...CARRIED, ...HEADS, ...CLAIMS, ...ATTESTORS];
  testRefusals(
    setUpLabor,
    ({ garden }) => garden.transfers,
    rows.filter((row) => !inForge(row)),
  );
  testRefusals(setUpLabor, ({ forge }) => forge.transfers, [...rows.filter(inForge), ...ALONE]);
});

suite('labor books', () => {
  test('record work that two co-workers saw', () => {
    const scene = setUpLabor();
    const claimed = claimIn(scene);
    const record = recordOf(claimed, attestWork(claimed, scene.bea, scene.carla), scene.garden.memberHead);
    const effect = writeRecord(scene.garden, record);
    assert.equal(effect.type, 'applied');
    const [fact] = effect.type === 'applied' ? effect.facts : [];
    assert.equal(fact?.['type'], 'laborRecorded');
    assert.equal(fact?.['claim'], claimed.id);
    assert.equal(fact?.['seconds'], 7200);
    assert.equal(fact?.['attestedBy'], 'members');
    assert.deepEqual(laborFigures(scene.garden.transfers.state), { records: 1, seconds: 7200, receiverSeconds: 0 });
  });

  test('ask for no more attestors than there are co-workers', () => {
    const scene = setUpLabor();
    scene.garden.part(scene.carla);
    assert.equal(recordAttested(scene, scene.bea).type, 'applied');
  });

  test('record work of a cooperative of one that its receiver saw', () => {
    const scene = setUpLabor();
    const claimed = claimIn(scene, {}, scene.ana, scene.forge);
    const record = recordOf(claimed, attestWork(claimed, scene.dora), scene.forge.memberHead, scene.bank.memberHead);
    assert.equal(writeRecord(scene.forge, record).type, 'applied');
    assert.deepEqual(laborFigures(scene.forge.transfers.state), { records: 1, seconds: 7200, receiverSeconds: 7200 });
  });

  test('take hours that only touch, around midnight too', () => {
    const scene = setUpLabor();
    for (const intervals of [[hours(20, 4)], [hours(24, 2)], [hours(18, 2)], [hours(26, 1)]]) {
      assert.equal(recordClaim(scene, { intervals }).type, 'applied');
    }
  });

  test('wait for member books that are not here, and then take the same effect', () => {
    const scene = setUpLabor();
    const claimed = claimIn(scene, {}, scene.ana, scene.forge);
    const heads = [scene.forge.memberHead, scene.bank.memberHead];
    const record = recordOf(claimed, attestWork(claimed, scene.dora), scene.forge.memberHead, scene.bank.memberHead);
    scene.world.missing.add(scene.forge.memberHead.book).add(scene.bank.memberHead.book);
    assert.deepEqual(writeRecord(scene.forge, record), { type: 'waiting', heads });
    scene.world.missing.clear();
    assert.equal(writeRecord(scene.forge, record).type, 'applied');
  });

  test('wait for an entry of a member book that is not here, at whatever sequence', () => {
    const scene = setUpLabor();
    const head = scene.garden.memberHead;
    for (const wanted of [
      { ...head, id: idNamed('no entry') },
      { ...head, sequence: head.sequence + 1 },
    ]) {
      const record = recordOf(claimIn(scene), [], wanted);
      assert.deepEqual(writeRecord(scene.garden, record), { type: 'waiting', heads: [wanted] });
    }
  });

  test('let entries stand that say nothing of labor', () => {
    const scene = setUpLabor();
    assert.equal(
      scene.garden.transfers.write(memoKind, { sealed: new Uint8Array(9), to: idNamed('payee') }).type,
      'applied',
    );
  });
});
