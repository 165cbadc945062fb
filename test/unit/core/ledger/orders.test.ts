import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { AMOUNT_MAX, type Amount } from '../../../../src/core/base/amount.ts';
import { PAYEES_PER_ORDER_MAX } from '../../../../src/core/base/limits.ts';
import { accountsOfHolder, allAccounts, answerOf, ledgerFigures } from '../../../../src/core/ledger/figures.ts';
import { orderRefusedKind, retireOrderKind, transferKind } from '../../../../src/core/wire/kinds/ledger.ts';
import { BankScene } from '../../../support/bank.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { idNamed } from '../../../support/world.ts';

/** Ana has two hours. */
function setUp(): BankScene {
  const scene = new BankScene();
  assert.equal(scene.issue(scene.record()).type, 'applied');
  return scene;
}

const nobody = idNamed('account');
const amounts = (...numbers: readonly number[]): readonly Amount[] => numbers as readonly Amount[];

/** Faults that the bank cannot answer in its ledger: nobody's number is used up. */
const UNANSWERABLE: readonly RefusalCase<BankScene>[] = [
  {
    code: 'carried_malformed',
    when: 'a retire order where a transfer order should be',
    attempt: (scene) => scene.transfer([scene.retireOrder(1), 7199, []]),
  },
  {
    code: 'carried_malformed',
    when: 'a transfer order where a retire order should be',
    attempt: (scene) => scene.retire(scene.order(1), 7199),
  },
  {
    code: 'unknown_book',
    when: 'an order to another bank from a book that was not noted',
    attempt: (scene) => {
      const book = scene.ana.book('transfers', scene.ana.grant('phone'));
      return scene.transfer([scene.order(1, { bank: nobody }, book), 7199, [1]]);
    },
  },
  {
    code: 'bad_carried_signature',
    when: 'an order that Bea signed in Ana’s book',
    attempt: (scene) => {
      const content = { bank: scene.bank.identity, account: scene.accountOf(scene.ana), amount: 1 as Amount };
      return scene.retire(scene.ana.book('transfers').write(retireOrderKind, content, scene.bea.keys), 7199);
    },
  },
  {
    code: 'device_revoked',
    when: 'an order by a device whose revocation was noted',
    attempt: (scene) => {
      scene.ana.revoke(scene.ana.keys);
      scene.ledger.noteFacts({ identityEvents: scene.ana.log });
      return scene.transfer([scene.order(1), 7199, [1]]);
    },
  },
  {
    code: 'wrong_bank',
    when: 'an order to another bank, from an account that is not here',
    attempt: (scene) => scene.transfer([scene.order(1, { bank: scene.garden.identity, account: nobody }), 7199, [1]]),
  },
  {
    code: 'unknown_account',
    when: 'an order from an account that is not here',
    attempt: (scene) => scene.transfer([scene.order(1, { account: nobody }), 7199, [1]]),
  },
  {
    code: 'not_holder',
    when: 'an order of nothing by Bea from Ana’s account',
    attempt: (scene) => scene.transfer([scene.order(0, {}, scene.bea.book('transfers')), 7200, [0]]),
  },
  {
    code: 'order_superseded',
    when: 'an order that was applied, which has grown too large as well',
    attempt: (scene) => {
      const order = scene.order(5000);
      assert.equal(scene.transfer([order, 2200, [5000]]).type, 'applied');
      return scene.transfer([order, 0, [10_000]]);
    },
  },
  {
    code: 'order_superseded',
    when: 'an order written before one that was applied',
    attempt: (scene) => {
      const [first, second] = [scene.order(1), scene.order(2)];
      assert.equal(scene.transfer([second, 7198, [2]]).type, 'applied');
      return scene.transfer([first, 7197, [3]]);
    },
  },
  {
    code: 'order_superseded',
    when: 'one order twice in an entry',
    attempt: (scene) => {
      const order = scene.order(1);
      return scene.transfer([order, 7199, [1]], [order, 7198, [2]]);
    },
  },
  {
    code: 'order_superseded',
    when: 'an order that was refused',
    attempt: (scene) => {
      const order = scene.order(7201);
      assert.equal(scene.refuse(order, 'overdraft').type, 'applied');
      return scene.transfer([order, 0, [7201]]);
    },
  },
];

/** Faults that the bank answers: first as a line of Transfer, then as an answer. */
const FAULTS = [
  ['zero_amount', 'an amount of nothing and too few amounts', { to: [nobody, nobody], amounts: amounts(0) }],
  [
    'amount_too_large',
    'a sum above all numbers, to an account that is not here',
    { to: [nobody, nobody], amounts: amounts(AMOUNT_MAX, 1) },
  ],
  ['payees_malformed', 'no payees', { to: [], amounts: [] }],
  ['payees_malformed', 'an amount too many, to an account that is not here', { to: [nobody], amounts: amounts(1, 1) }],
  [
    'payees_malformed',
    '201 payees',
    {
      to: Array.from({ length: PAYEES_PER_ORDER_MAX + 1 }, () => nobody),
      amounts: amounts(...Array(PAYEES_PER_ORDER_MAX + 1).fill(1)),
    },
  ],
  ['unknown_payee', 'a payee who has no account here, above the balance', { to: [nobody], amounts: amounts(7201) }],
  ['payer_is_payee', 'the payer as payee, above the balance', { to: 'payer', amounts: amounts(7201) }],
  ['overdraft', 'a second more than the balance', { amounts: amounts(7201) }],
  ['overdraft', 'amounts that fit alone but not together', { to: 'both', amounts: amounts(7200, 1) }],
] as const;

function faultyOrder(scene: BankScene, terms: (typeof FAULTS)[number][2]) {
  const named = 'to' in terms ? terms.to : undefined;
  const [payer, bea, carla] = [scene.ana, scene.bea, scene.carla].map((holder) => scene.accountOf(holder));
  const to = named === 'payer' ? [payer ?? nobody] : named === 'both' ? [bea ?? nobody, carla ?? nobody] : named;
  return scene.order(1, { amounts: terms.amounts, ...(to === undefined ? {} : { to }) });
}

const LINES: readonly RefusalCase<BankScene>[] = [
  { code: 'empty_batch', when: 'no orders', attempt: ({ ledger }) => ledger.write(transferKind, { lines: [] }) },
  ...FAULTS.map(
    ([code, when, terms]): RefusalCase<BankScene> => ({
      code,
      when,
      attempt: (scene) => scene.transfer([faultyOrder(scene, terms), 0, []]),
    }),
  ),
  {
    code: 'zero_amount',
    when: 'a retire order of nothing',
    attempt: (scene) => scene.retire(scene.retireOrder(0), 7200),
  },
  {
    code: 'overdraft',
    when: 'more given back than there is',
    attempt: (scene) => scene.retire(scene.retireOrder(7201), 0),
  },
  {
    code: 'wrong_amount',
    when: 'a wrong balance of the payer',
    attempt: (scene) => scene.transfer([scene.order(1), 7200, [1]]),
  },
  {
    code: 'wrong_amount',
    when: 'a wrong balance of the payee',
    attempt: (scene) => scene.transfer([scene.order(1), 7199, [2]]),
  },
  {
    code: 'wrong_amount',
    when: 'a balance too many',
    attempt: (scene) => scene.transfer([scene.order(1), 7199, [1, 1]]),
  },
  {
    code: 'wrong_amount',
    when: 'a wrong balance after a retire',
    attempt: (scene) => scene.retire(scene.retireOrder(1), 7200),
  },
  {
    code: 'overdraft',
    when: 'a batch whose second order is too large: the first has no effect either',
    attempt: (scene) => scene.transfer([scene.order(7000), 200, [7000]], [scene.order(201), 0, [7201]]),
  },
];

const ANSWERS: readonly RefusalCase<BankScene>[] = [
  { code: 'empty_batch', when: 'no answers', attempt: ({ ledger }) => ledger.write(orderRefusedKind, { orders: [] }) },
  {
    code: 'carried_malformed',
    when: 'an answer to an account request',
    attempt: (scene) => scene.refuse(scene.request(scene.ana), 'overdraft'),
  },
  {
    code: 'wrong_bank',
    when: 'an answer to an order for another bank, with that code',
    attempt: (scene) => scene.refuse(scene.order(1, { bank: nobody }), 'wrong_bank'),
  },
  {
    code: 'unknown_account',
    when: 'an answer to an order from no account, with that code',
    attempt: (scene) => scene.refuse(scene.order(1, { account: nobody }), 'unknown_account'),
  },
  {
    code: 'not_holder',
    when: 'an answer to Bea’s order from Ana’s account, with that code',
    attempt: (scene) => scene.refuse(scene.order(1, {}, scene.bea.book('transfers')), 'not_holder'),
  },
  {
    code: 'order_superseded',
    when: 'a second answer, with a wrong code',
    attempt: (scene) => {
      const order = scene.order(7201);
      scene.refuse(order, 'overdraft');
      return scene.refuse(order, 'zero_amount');
    },
  },
  {
    code: 'refusal_unfounded',
    when: 'a refusal of an order that applies',
    attempt: (scene) => scene.refuse(scene.order(7200), 'overdraft'),
  },
  {
    code: 'refusal_unfounded',
    when: 'a refusal for another reason than the first',
    attempt: (scene) => scene.refuse(scene.order(7201, { to: [nobody] }), 'overdraft'),
  },
  {
    code: 'refusal_unfounded',
    when: 'a code that is none',
    attempt: (scene) => {
      const orders = [{ order: scene.order(7201).bytes, code: 9999 }];
      return scene.ledger.write(orderRefusedKind, { orders });
    },
  },
];

suite('orders are refused', () => {
  testRefusals(setUp, ({ ledger }) => ledger, [...UNANSWERABLE, ...LINES, ...ANSWERS]);

  for (const [code, when, terms] of FAULTS) {
    test(`${code} can be answered: ${when}`, () => {
      const scene = setUp();
      const order = faultyOrder(scene, terms);
      assert.equal(answerOf(scene.ledger.state, order), undefined);
      const effect = scene.refuse(order, code);
      const account = scene.accountOf(scene.ana);
      const fact = { type: 'orderRefused', order: order.id, account, holder: scene.ana.identity, code };
      assert.deepEqual(effect, { type: 'applied', facts: [fact] });
      assert.deepEqual(answerOf(scene.ledger.state, order), { code, entry: scene.ledger.book.head.id });
      assert.equal(scene.balanceOf(scene.ana), 7200);
    });
  }
});

suite('orders', () => {
  test('move notes from one to another, and create none', () => {
    const scene = setUp();
    const order = scene.order(1800);
    assert.equal(scene.transfer([order, 5400, [1800]]).type, 'applied');
    assert.deepEqual([scene.balanceOf(scene.ana), scene.balanceOf(scene.bea)], [5400, 1800]);
    assert.equal(ledgerFigures(scene.ledger.state).outstanding, 7200);
    assert.deepEqual(answerOf(scene.ledger.state, order), { code: undefined, entry: scene.ledger.book.head.id });
  });

  test('pay many, one of them twice', () => {
    const scene = setUp();
    const [bea, carla] = [scene.accountOf(scene.bea), scene.accountOf(scene.carla)];
    const order = scene.order(0, { to: [bea, carla, bea], amounts: amounts(100, 200, 300) });
    const effect = scene.transfer([order, 6600, [100, 200, 400]]);
    const [fact] = effect.type === 'applied' ? effect.facts : [];
    assert.deepEqual(fact, {
      type: 'transferred',
      order: order.id,
      account: scene.accountOf(scene.ana),
      holder: scene.ana.identity,
      to: [bea, carla, bea],
      amounts: [100, 200, 300],
      amount: 600,
      balance: 6600,
      payeeBalances: [100, 200, 400],
      memoDigest: undefined,
    });
  });

  test('apply one after another in a batch, each on what the one before left', () => {
    const scene = setUp();
    const toAna = { account: scene.accountOf(scene.bea), to: [scene.accountOf(scene.ana)] };
    const back = scene.order(7200, toAna, scene.bea.book('transfers'));
    assert.equal(scene.transfer([scene.order(7200), 0, [7200]], [back, 0, [7200]]).type, 'applied');
  });

  test('come from two devices without superseding each other', () => {
    const scene = setUp();
    const phone = scene.ana.book('transfers', scene.ana.grant('phone'));
    scene.ledger.note(phone);
    const first = scene.order(1);
    const early = scene.order(2, {}, phone);
    assert.equal(scene.transfer([first, 7199, [1]], [early, 7197, [3]]).type, 'applied');
  });

  test('take notes out of circulation', () => {
    const scene = setUp();
    assert.equal(scene.retire(scene.retireOrder(1200), 6000).type, 'applied');
    const { issued, retired, outstanding } = ledgerFigures(scene.ledger.state);
    assert.deepEqual({ issued, retired, outstanding }, { issued: 7200, retired: 1200, outstanding: 6000 });
    assert.equal(scene.retire(scene.retireOrder(6000), 0).type, 'applied');
    assert.equal(ledgerFigures(scene.ledger.state).outstanding, 0);
  });

  test('of a retire kind can be refused, and then use up their number', () => {
    const scene = setUp();
    const before = scene.order(1);
    const order = scene.retireOrder(7201);
    assert.equal(scene.refuse(order, 'overdraft').type, 'applied');
    assert.deepEqual(scene.transfer([before, 7199, [1]]), { type: 'refused', code: 'order_superseded' });
    assert.equal(answerOf(scene.ledger.state, before), undefined);
  });

  test('leave accounts to be listed', () => {
    const scene = setUp();
    assert.deepEqual(accountsOfHolder(scene.ledger.state, scene.ana.identity), [
      { account: scene.accountOf(scene.ana), holder: scene.ana.identity, balance: 7200 },
    ]);
    assert.equal(allAccounts(scene.ledger.state).length, 3);
  });
});
