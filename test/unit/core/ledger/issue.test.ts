import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AMOUNT_MAX, type Amount } from '../../../../src/core/base/amount.ts';
import { StateDraft } from '../../../../src/core/books/state.ts';
import { ledgerFigures } from '../../../../src/core/ledger/figures.ts';
import { totalsOf, totalsTable } from '../../../../src/core/ledger/tables.ts';
import { attestationKind, laborRecordKind } from '../../../../src/core/wire/kinds/labor.ts';
import {
  acceptAttestorsKind,
  endCooperativeKind,
  issueKind,
  tickKind,
} from '../../../../src/core/wire/kinds/ledger.ts';
import type { Interval } from '../../../../src/core/wire/messages/labor.ts';
import { BankScene, CEILING_HOURS, NOW_MINUTE } from '../../../support/bank.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { attestWork, hours, recordOf } from '../../../support/work.ts';
import { type Actor, type Body, idNamed } from '../../../support/world.ts';

const HOUR = 3600;
const later: Interval = hours(40, 1);

/** The forge's record of Ana's hours, attested by a receiver. */
function forgeRecord(scene: BankScene, receiver: Actor, body: Body, intervals = [later]) {
  const claim = scene.claim(scene.ana, { intervals }, scene.forge);
  const record = recordOf(claim, attestWork(claim, receiver), scene.forge.memberHead, body.memberHead);
  return scene.forge.book('transfers').write(laborRecordKind, record);
}

const CARRIED: readonly RefusalCase<BankScene>[] = [
  { code: 'empty_batch', when: 'no records', attempt: ({ ledger }) => ledger.write(issueKind, { lines: [] }) },
  {
    code: 'carried_malformed',
    when: 'a claim where a record should be',
    attempt: (scene) => scene.issue(scene.claim(scene.ana)),
  },
  {
    code: 'unknown_book',
    when: 'a record of a cooperative whose book was not noted and which was not accepted',
    attempt: (scene) => {
      const mill = scene.world.found('Mill', 'cooperative', [scene.ana]);
      const record = recordOf(scene.claim(scene.ana, {}, mill), [], mill.memberHead);
      return scene.issue(mill.book('transfers').write(laborRecordKind, record));
    },
  },
  {
    code: 'unknown_book',
    when: 'an attestation from a book that was not noted, on a record of a cooperative not accepted',
    attempt: (scene) => {
      const eva = scene.world.person('Eva');
      const claim = scene.claim(scene.ana);
      const record = recordOf(claim, attestWork(claim, eva), scene.garden.memberHead);
      scene.ledger.apply(endCooperativeKind, { cooperative: scene.garden.identity });
      return scene.issue(scene.garden.book('transfers').write(laborRecordKind, record));
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'a record that the cooperative did not sign',
    attempt: (scene) => {
      const record = recordOf(scene.claim(scene.ana), [], scene.garden.memberHead);
      return scene.issue(scene.garden.book('transfers').write(laborRecordKind, record, scene.ana.keys));
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'an attestation made up by the worker in a record that the cooperative did sign',
    attempt: (scene) => {
      const claim = scene.claim(scene.ana);
      const forged = scene.bea.book('transfers').write(attestationKind, { claim: claim.id }, scene.ana.keys);
      const record = recordOf(claim, [forged], scene.garden.memberHead);
      return scene.issue(scene.garden.book('transfers').write(laborRecordKind, record));
    },
  },
  {
    code: 'device_revoked',
    when: 'a record by a device of the cooperative whose revocation was noted',
    attempt: (scene) => {
      scene.garden.revoke(scene.garden.keys);
      scene.ledger.noteFacts({ identityEvents: scene.garden.log });
      return scene.issue(scene.record());
    },
  },
];

const RESTED_ON: readonly RefusalCase<BankScene>[] = [
  {
    code: 'cooperative_not_accepted',
    when: 'a record of a cooperative that was never accepted, for another bank',
    attempt: (scene) => {
      const mill = scene.world.found('Mill', 'cooperative', [scene.ana, scene.bea]);
      scene.ledger.note(mill.book('transfers'));
      const claim = scene.claim(scene.ana, { bank: mill.identity }, mill);
      const record = recordOf(claim, attestWork(claim, scene.bea), mill.memberHead);
      return scene.issue(mill.book('transfers').write(laborRecordKind, record));
    },
  },
  {
    code: 'cooperative_not_accepted',
    when: 'a used record of a cooperative that was ended',
    attempt: (scene) => {
      const record = scene.record();
      scene.issue(record);
      scene.ledger.apply(endCooperativeKind, { cooperative: scene.garden.identity });
      return scene.issue(record);
    },
  },
  {
    code: 'record_used',
    when: 'one record twice, before its hours overlap',
    attempt: (scene) => {
      const record = scene.record();
      assert.equal(scene.issue(record).type, 'applied');
      return scene.issue(record);
    },
  },
  {
    code: 'record_used',
    when: 'one record twice in one entry',
    attempt: (scene) => {
      const record = scene.record();
      const line = scene.issueLine(record, 7200);
      return scene.ledger.write(issueKind, { lines: [line, { ...line, balanceAfter: 14_400 as Amount }] });
    },
  },
  {
    code: 'wrong_bank',
    when: 'a claim that names another bank, and an account that is not here',
    attempt: (scene) => scene.issue(scene.record({ bank: scene.garden.identity, account: idNamed('account') })),
  },
  {
    code: 'unknown_account',
    when: 'a claim for an account that is not here',
    attempt: (scene) => scene.issue(scene.record({ account: idNamed('account') })),
  },
  {
    code: 'not_holder',
    when: 'a claim for Bea’s account, with a head that is in no member book',
    attempt: (scene) => {
      const head = { ...scene.garden.memberHead, id: idNamed('no entry') };
      return scene.issue(scene.record({ account: scene.accountOf(scene.bea) }, head));
    },
  },
  {
    code: 'head_went_back',
    when: 'a record of the garden that names an earlier head than one issued before, in a claim for the forge',
    attempt: (scene) => {
      const early = scene.garden.memberHead;
      scene.garden.admit(scene.dora);
      assert.equal(scene.issue(scene.record()).type, 'applied');
      return scene.issue(scene.record({ intervals: [later], cooperative: scene.forge.identity }, early), HOUR);
    },
  },
  {
    code: 'wrong_head',
    when: 'a record that names the bank’s member book as its own',
    attempt: (scene) => scene.issue(scene.record({ cooperative: scene.forge.identity }, scene.bank.memberHead)),
  },
  {
    code: 'wrong_head',
    when: 'a receiver of a body that the bank did not name',
    attempt: (scene) => scene.issue(forgeRecord(scene, scene.dora, scene.assembly), HOUR),
  },
];

const RECORDS: readonly RefusalCase<BankScene>[] = [
  {
    code: 'wrong_cooperative',
    when: 'a claim for another cooperative of no hours',
    attempt: (scene) => scene.issue(scene.record({ cooperative: scene.forge.identity, intervals: [] })),
  },
  {
    code: 'worker_mismatch',
    when: 'a claim by Ana that names Bea and her account',
    attempt: (scene) => scene.issue(scene.record({ worker: scene.bea.identity, account: scene.accountOf(scene.bea) })),
  },
  {
    code: 'interval_too_long',
    when: 'work of 25 hours, which the garden’s own book would refuse as well',
    attempt: (scene) => scene.issue(scene.record({ intervals: [hours(0, 25)] })),
  },
  {
    code: 'intervals_overlap',
    when: 'hours that overlap each other',
    attempt: (scene) => scene.issue(scene.record({ intervals: [hours(1, 2), hours(2, 2)] })),
  },
  {
    code: 'seconds_exceed_intervals',
    when: 'more seconds than hours',
    attempt: (scene) => scene.issue(scene.record({ seconds: 7201 as Amount })),
  },
  {
    code: 'worker_not_member',
    when: 'work of one who has left at the named head',
    attempt: (scene) => {
      scene.garden.part(scene.ana);
      return scene.issue(scene.record());
    },
  },
  ...(
    [
      ['attestation_mismatch', 'an attestation of another claim', (scene) => attestWork(idNamed('claim'), scene.bea)],
      ['self_attestation', 'the worker as attestor', (scene, claim) => attestWork(claim, scene.ana)],
      ['duplicate_attestor', 'one co-worker twice', (scene, claim) => attestWork(claim, scene.bea, scene.bea)],
      ['attestor_not_member', 'a stranger as attestor', (scene, claim) => attestWork(claim, scene.dora)],
      [
        'too_few_attestors',
        'one attestor where the charter asks for two',
        (scene, claim) => attestWork(claim, scene.bea),
      ],
    ] as const satisfies readonly (readonly [
      string,
      string,
      (scene: BankScene, claim: ReturnType<BankScene['claim']>) => ReturnType<typeof attestWork>,
    ])[]
  ).map(
    ([code, when, attest]): RefusalCase<BankScene> => ({
      code,
      when,
      attempt: (scene) => {
        const claim = scene.claim(scene.ana);
        const record = recordOf(claim, attest(scene, claim), scene.garden.memberHead);
        return scene.issue(scene.garden.book('transfers').write(laborRecordKind, record));
      },
    }),
  ),
];

const LIMITS: readonly RefusalCase<BankScene>[] = [
  {
    code: 'overlap',
    when: 'hours that were issued on for another cooperative',
    attempt: (scene) => {
      assert.equal(scene.issue(forgeRecord(scene, scene.bea, scene.bank, [hours(8, 3)]), 3 * HOUR).type, 'applied');
      return scene.issue(scene.record());
    },
  },
  {
    code: 'overlap',
    when: 'a claim again in a new record, above the ceiling as well',
    attempt: (scene) => {
      const intervals = [hours(0, 24), hours(24, 16)];
      scene.issue(scene.record({ intervals }), 40 * HOUR);
      return scene.issue(scene.record({ intervals: [hours(30, 10)] }), 10 * HOUR);
    },
  },
  {
    code: 'amount_too_large',
    when: 'more notes than there are numbers, above the ceiling as well',
    attempt: (scene) => {
      const draft = new StateDraft(scene.ledger.state);
      draft.set(totalsTable, ['current'], { ...totalsOf(draft), issued: (AMOUNT_MAX - 7199) as Amount });
      scene.ledger.state.apply(draft);
      return scene.issue(scene.record({ intervals: [hours(0, 24), hours(24, 24)] }), 48 * HOUR);
    },
  },
  {
    code: 'ceiling_exceeded',
    when: 'a second above 40 hours in one record, in the future',
    attempt: (scene) => {
      scene.accept(scene.garden, 2 * HOUR - 1);
      return scene.issue(scene.record({ intervals: [hours(24 * 7 * 8, 2)] }));
    },
  },
  {
    code: 'ceiling_exceeded',
    when: 'a minute above 40 hours in two records of a week',
    attempt: (scene) => {
      const week = [hours(0, 20), hours(24, 20)];
      assert.equal(scene.issue(scene.record({ intervals: week }), CEILING_HOURS * HOUR).type, 'applied');
      return scene.issue(scene.record({ intervals: [{ ...hours(150, 1), minutes: 1 }] }), 60);
    },
  },
  {
    code: 'interval_in_future',
    when: 'work that ends a minute after the bank’s clock, at another rate',
    attempt: (scene) => {
      const intervals = [{ startMinute: NOW_MINUTE - 59, minutes: 60 }];
      return scene.issue(scene.record({ intervals }), HOUR, { ratioNumerator: 2 });
    },
  },
  {
    code: 'rate_not_decided',
    when: 'notes for twice the hours',
    attempt: (scene) => scene.issue(scene.record(), 14_400, { ratioNumerator: 2 }),
  },
  {
    code: 'rate_not_decided',
    when: 'a ratio of two to two, in a wrong amount',
    attempt: (scene) => scene.issue(scene.record(), 1, { ratioNumerator: 2, ratioDenominator: 2 }),
  },
  {
    code: 'wrong_amount',
    when: 'a second more than was worked',
    attempt: (scene) => scene.issue(scene.record(), 7201),
  },
  {
    code: 'wrong_amount',
    when: 'a wrong balance',
    attempt: (scene) => scene.issue(scene.record(), 7200, { balanceAfter: 7199 as Amount }),
  },
];

suite('issues are refused', () => {
  testRefusals(
    () => new BankScene(),
    ({ ledger }) => ledger,
    [...CARRIED, ...RESTED_ON, ...RECORDS, ...LIMITS],
  );
});

suite('issues', () => {
  test('give the worker a note for each hour', () => {
    const scene = new BankScene();
    const record = scene.record();
    const effect = scene.issue(record);
    const [fact] = effect.type === 'applied' ? effect.facts : [];
    assert.equal(fact?.['type'], 'issued');
    assert.equal(fact?.['record'], record.id);
    assert.equal(fact?.['cooperative'], scene.garden.identity);
    assert.equal(fact?.['balance'], 7200);
    assert.equal(scene.balanceOf(scene.ana), 7200);
    const { issued, outstanding, backedSeconds, attestedByReceiver, records, cooperatives } = ledgerFigures(
      scene.ledger.state,
    );
    assert.deepEqual(
      { issued, outstanding, backedSeconds, attestedByReceiver, records },
      {
        issued: 7200,
        outstanding: 7200,
        backedSeconds: 7200,
        attestedByReceiver: 0,
        records: 1,
      },
    );
    assert.deepEqual(
      cooperatives.map(({ seconds, records: count }) => [seconds, count]),
      [
        [7200, 1],
        [0, 0],
      ],
    );
  });

  test('rest on receivers who are members of the bank, or of a body that it named', () => {
    const scene = new BankScene();
    assert.equal(scene.issue(forgeRecord(scene, scene.dora, scene.bank), HOUR).type, 'applied');
    scene.ledger.apply(acceptAttestorsKind, { body: scene.assembly.identity });
    const record = forgeRecord(scene, scene.dora, scene.assembly, [hours(50, 2)]);
    assert.equal(scene.issue(record, 2 * HOUR).type, 'applied');
    assert.equal(ledgerFigures(scene.ledger.state).attestedByReceiver, 3 * HOUR);
  });

  test('count a week from Monday to Sunday, and the hours of an interval where it starts', () => {
    const scene = new BankScene();
    const lastWeek = [hours(0, 20), hours(24, 19), hours(24 * 7 - 1, 1)];
    assert.equal(scene.issue(scene.record({ intervals: lastWeek }), 40 * HOUR).type, 'applied');
    const thisWeek = [hours(24 * 7, 20), hours(24 * 8, 20)];
    assert.equal(scene.issue(scene.record({ intervals: thisWeek }), 40 * HOUR).type, 'applied');
    const overMidnight = [hours(24 * 14 - 1, 24)];
    assert.deepEqual(scene.issue(scene.record({ intervals: overMidnight }), 24 * HOUR), {
      type: 'refused',
      code: 'ceiling_exceeded',
    });
  });

  test('fill intervals in order where the seconds are fewer', () => {
    const scene = new BankScene();
    const intervals = [hours(0, 20), hours(24, 24), hours(24 * 7, 24)];
    const terms = { intervals, seconds: (40 * HOUR) as Amount };
    assert.equal(scene.issue(scene.record(terms), 40 * HOUR).type, 'applied');
    const more = scene.record({ intervals: [hours(24 * 8, 24), hours(24 * 9, 16)] });
    assert.equal(scene.issue(more, 40 * HOUR).type, 'applied');
  });

  test('wait for member books', () => {
    const scene = new BankScene();
    const record = scene.record();
    scene.world.missing.add(scene.garden.memberHead.book);
    assert.deepEqual(scene.issue(record), { type: 'waiting', heads: [scene.garden.memberHead] });
    scene.world.missing.clear();
    assert.equal(scene.issue(record).type, 'applied');
  });

  test('take work up to the minute of the bank’s clock', () => {
    const scene = new BankScene();
    const record = scene.record({ intervals: [{ startMinute: NOW_MINUTE - 59, minutes: 60 }] });
    assert.deepEqual(scene.issue(record, HOUR), { type: 'refused', code: 'interval_in_future' });
    scene.ledger.apply(tickKind, { minute: NOW_MINUTE + 1 });
    assert.equal(scene.issue(record, HOUR).type, 'applied');
  });
});
