import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ledgerFigures } from '../../../../src/core/ledger/figures.ts';
import {
  acceptAttestorsKind,
  acceptCooperativeKind,
  accountOpenedKind,
  accountRequestKind,
  endCooperativeKind,
  tickKind,
} from '../../../../src/core/wire/kinds/ledger.ts';
import { BankScene, CEILING_HOURS, NOW_MINUTE } from '../../../support/bank.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import type { Actor } from '../../../support/world.ts';

const CEILING_SECONDS = CEILING_HOURS * 3600;

function accept(scene: BankScene, cooperative: Actor, secondsPerMemberPerWeek: number) {
  return scene.ledger.write(acceptCooperativeKind, { cooperative: cooperative.identity, secondsPerMemberPerWeek });
}

function end(scene: BankScene, cooperative: Actor) {
  return scene.ledger.write(endCooperativeKind, { cooperative: cooperative.identity });
}

const ROWS: readonly RefusalCase<BankScene>[] = [
  {
    code: 'already_accepted',
    when: 'a cooperative on the same terms',
    attempt: (scene) => accept(scene, scene.garden, CEILING_SECONDS),
  },
  {
    code: 'already_accepted',
    when: 'attestors of one body twice',
    attempt: ({ ledger, assembly }) => {
      ledger.apply(acceptAttestorsKind, { body: assembly.identity });
      return ledger.write(acceptAttestorsKind, { body: assembly.identity });
    },
  },
  {
    code: 'already_accepted',
    when: 'attestors of the bank, who may attest anyway',
    attempt: ({ ledger, bank }) => ledger.write(acceptAttestorsKind, { body: bank.identity }),
  },
  { code: 'ceiling_out_of_range', when: 'a ceiling of nothing', attempt: (scene) => accept(scene, scene.dora, 0) },
  {
    code: 'ceiling_out_of_range',
    when: 'a second above 60 hours',
    attempt: (scene) => accept(scene, scene.garden, 60 * 3600 + 1),
  },
  {
    code: 'cooperative_not_accepted',
    when: 'an end of what was not accepted',
    attempt: (scene) => end(scene, scene.dora),
  },
  {
    code: 'cooperative_not_accepted',
    when: 'a second end',
    attempt: (scene) => {
      end(scene, scene.garden);
      return end(scene, scene.garden);
    },
  },
  {
    code: 'tick_not_rising',
    when: 'the same minute again',
    attempt: ({ ledger }) => ledger.write(tickKind, { minute: NOW_MINUTE }),
  },
  {
    code: 'empty_batch',
    when: 'no requests',
    attempt: ({ ledger }) => ledger.write(accountOpenedKind, { requests: [] }),
  },
  {
    code: 'carried_malformed',
    when: 'an order where a request should be',
    attempt: (scene) => scene.ledger.write(accountOpenedKind, { requests: [scene.order(1).bytes] }),
  },
  {
    code: 'unknown_book',
    when: 'a request to another bank from a book that was not noted',
    attempt: (scene) => {
      const request = scene.request(scene.world.person('Eva'), scene.garden);
      return scene.ledger.write(accountOpenedKind, { requests: [request.bytes] });
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'a request to another bank signed by another',
    attempt: ({ ledger, garden, dora, ana }) => {
      const forged = dora.book('transfers').write(accountRequestKind, { bank: garden.identity }, ana.keys);
      return ledger.write(accountOpenedKind, { requests: [forged.bytes] });
    },
  },
  {
    code: 'wrong_bank',
    when: 'a good request and one to another bank',
    attempt: (scene) => {
      const requests = [scene.request(scene.dora), scene.request(scene.dora, scene.garden)];
      return scene.ledger.write(accountOpenedKind, { requests: requests.map(({ bytes }) => bytes) });
    },
  },
  {
    code: 'duplicate_account',
    when: 'one request twice in an entry',
    attempt: (scene) => {
      const { bytes } = scene.request(scene.dora);
      return scene.ledger.write(accountOpenedKind, { requests: [bytes, bytes] });
    },
  },
  {
    code: 'duplicate_account',
    when: 'a request that has its account',
    attempt: (scene) => {
      const { bytes } = scene.request(scene.dora);
      scene.ledger.apply(accountOpenedKind, { requests: [bytes] });
      return scene.ledger.write(accountOpenedKind, { requests: [bytes] });
    },
  },
];

suite('a bank’s own entries are refused', () => {
  testRefusals(
    () => new BankScene(),
    ({ ledger }) => ledger,
    ROWS,
  );
});

suite('a bank', () => {
  test('says what it rests on, in the order in which it accepted', () => {
    const scene = new BankScene();
    accept(scene, scene.garden, 3600);
    end(scene, scene.forge);
    const { cooperatives, accounts, tickMinute, issued, outstanding } = ledgerFigures(scene.ledger.state);
    assert.deepEqual(cooperatives, [
      { cooperative: scene.garden.identity, secondsPerMemberPerWeek: 3600, ended: false, records: 0, seconds: 0 },
      {
        cooperative: scene.forge.identity,
        secondsPerMemberPerWeek: CEILING_SECONDS,
        ended: true,
        records: 0,
        seconds: 0,
      },
    ]);
    assert.deepEqual(
      { accounts, tickMinute, issued, outstanding },
      { accounts: 3, tickMinute: NOW_MINUTE, issued: 0, outstanding: 0 },
    );
  });

  test('may accept once more what it has ended, on the same terms', () => {
    const scene = new BankScene();
    end(scene, scene.garden);
    assert.equal(accept(scene, scene.garden, CEILING_SECONDS).type, 'applied');
    assert.equal(ledgerFigures(scene.ledger.state).cooperatives.length, 2);
  });

  test('opens several accounts for one holder', () => {
    const scene = new BankScene();
    const [first, second] = [scene.open(scene.ana), scene.open(scene.ana)];
    assert.notEqual(first, second);
    assert.equal(ledgerFigures(scene.ledger.state).accounts, 5);
  });
});
