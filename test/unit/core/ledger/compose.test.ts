import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Amount } from '../../../../src/core/base/amount.ts';
import { ORDERS_PER_ENTRY_MAX, PAYLOAD_BYTES_MAX } from '../../../../src/core/base/limits.ts';
import {
  composeAccounts,
  composeIssue,
  composeRefusals,
  composeRetire,
  composeTransfer,
} from '../../../../src/core/ledger/compose.ts';
import { linesOfEntry } from '../../../../src/core/ledger/passbook.ts';
import type { Entry } from '../../../../src/core/wire/entry.ts';
import {
  accountOpenedKind,
  issueKind,
  orderRefusedKind,
  retireKind,
  transferKind,
} from '../../../../src/core/wire/kinds/ledger.ts';
import { BankScene } from '../../../support/bank.ts';
import { hours } from '../../../support/work.ts';
import { idNamed } from '../../../support/world.ts';

/** Ana has two hours. */
function setUp(): BankScene {
  const scene = new BankScene();
  assert.equal(scene.issue(scene.record()).type, 'applied');
  return scene;
}

function compose({ ledger }: BankScene, orders: readonly Entry[]) {
  return composeTransfer(ledger.state, orders, ledger.context);
}

suite('the bank’s desk', () => {
  test('transfers what applies, and answers the rest after it', () => {
    const scene = setUp();
    const fromBea = { account: scene.accountOf(scene.bea), to: [scene.accountOf(scene.carla)] };
    const good = scene.order(7000);
    const tooMuch = scene.order(201);
    const next = scene.order(1);
    const beforeItsMoney = scene.order(100, fromBea, scene.bea.book('transfers'));
    const foreign = scene.order(1, { bank: idNamed('bank') }, scene.carla.book('transfers'));
    const composed = compose(scene, [beforeItsMoney, good, tooMuch, next, foreign]);
    assert.deepEqual(composed.refused, [{ entry: tooMuch, code: 'overdraft' }]);
    assert.deepEqual(composed.unanswerable, [{ entry: foreign, code: 'wrong_bank' }]);
    assert.deepEqual(composed.left, [beforeItsMoney, next]);
    assert.ok(composed.content);
    scene.ledger.apply(transferKind, composed.content);
    for (const content of composeRefusals(composed.refused)) scene.ledger.apply(orderRefusedKind, content);
    const rest = compose(scene, composed.left);
    assert.ok(rest.content);
    assert.deepEqual(
      { ...rest, content: rest.content.lines.length },
      { content: 2, refused: [], unanswerable: [], waiting: [], left: [] },
    );
    scene.ledger.apply(transferKind, rest.content);
    assert.deepEqual(
      [scene.ana, scene.bea, scene.carla].map((holder) => scene.balanceOf(holder)),
      [199, 6901, 100],
    );
  });

  test('holds an entry to 100 orders', () => {
    const scene = setUp();
    const orders = Array.from({ length: ORDERS_PER_ENTRY_MAX + 5 }, () => scene.order(1));
    const composed = compose(scene, orders);
    assert.equal(composed.content?.lines.length, ORDERS_PER_ENTRY_MAX);
    assert.deepEqual(composed.left, orders.slice(ORDERS_PER_ENTRY_MAX));
  });

  test('holds an entry to its bytes', () => {
    const scene = setUp();
    const to = Array.from({ length: 120 }, () => scene.accountOf(scene.bea));
    const amounts = to.map(() => 1 as Amount);
    const orders = Array.from({ length: 20 }, () => scene.order(0, { to, amounts }));
    const composed = compose(scene, orders);
    assert.ok(composed.content);
    const bytes = transferKind.shape.encode(composed.content).length;
    assert.ok(bytes <= PAYLOAD_BYTES_MAX && bytes > PAYLOAD_BYTES_MAX * 0.8, `${bytes} bytes`);
    assert.equal(composed.content.lines.length + composed.left.length, orders.length);
    scene.ledger.apply(transferKind, composed.content);
  });

  test('spreads refusals over entries', () => {
    const scene = setUp();
    const refused = Array.from({ length: ORDERS_PER_ENTRY_MAX + 1 }, () => ({
      entry: scene.order(9999),
      code: 'overdraft' as const,
    }));
    const answers = composeRefusals(refused);
    assert.deepEqual(
      answers.map(({ orders }) => orders.length),
      [ORDERS_PER_ENTRY_MAX, 1],
    );
    for (const answer of answers) scene.ledger.apply(orderRefusedKind, answer);
    assert.deepEqual(composeRefusals([]), []);
  });

  test('finds nothing to write where nothing applies', () => {
    const scene = setUp();
    const order = scene.order(1);
    assert.equal(scene.transfer([order, 7199, [1]]).type, 'applied');
    const composed = compose(scene, [order]);
    assert.deepEqual(composed, {
      content: undefined,
      refused: [],
      unanswerable: [{ entry: order, code: 'order_superseded' }],
      waiting: [],
      left: [],
    });
  });

  test('retires, or answers why not', () => {
    const scene = setUp();
    const { state, context } = scene.ledger;
    const tooMuch = composeRetire(state, scene.retireOrder(7201), context);
    assert.deepEqual(
      tooMuch.refused.map(({ code }) => code),
      ['overdraft'],
    );
    const order = scene.retireOrder(1200);
    const { content } = composeRetire(state, order, context);
    assert.deepEqual(content, { order: order.bytes, balanceAfter: 6000 });
    scene.ledger.apply(retireKind, content);
    assert.deepEqual(
      composeRetire(state, order, context).unanswerable.map(({ code }) => code),
      ['order_superseded'],
    );
  });

  test('opens accounts', () => {
    const scene = setUp();
    const [good, twice] = [scene.request(scene.dora), scene.request(scene.ana)];
    const foreign = scene.request(scene.ana, scene.garden);
    const composed = composeAccounts(scene.ledger.state, [good, twice, twice, foreign], scene.ledger.context);
    assert.deepEqual(composed.content, { requests: [good.bytes, twice.bytes] });
    assert.deepEqual(
      composed.unanswerable.map(({ code }) => code),
      ['duplicate_account', 'wrong_bank'],
    );
    scene.ledger.apply(accountOpenedKind, composed.content);
  });

  test('issues on records, and says which wait or are refused', () => {
    const scene = setUp();
    const records = [
      scene.record(),
      scene.record({ intervals: [hours(30, 1)] }),
      scene.record({ intervals: [hours(31, 1)] }),
    ];
    const { state, context } = scene.ledger;
    scene.world.missing.add(scene.garden.memberHead.book);
    assert.equal(composeIssue(state, records, context).waiting.length, 3);
    scene.world.missing.clear();
    const composed = composeIssue(state, records, context);
    assert.deepEqual(
      composed.unanswerable.map(({ code }) => code),
      ['overlap'],
    );
    assert.deepEqual(
      composed.content?.lines.map(({ balanceAfter }) => balanceAfter),
      [10_800, 14_400],
    );
    scene.ledger.apply(issueKind, composed.content);
    assert.equal(composeIssue(state, [], context).content, undefined);
  });

  test('issues on 16 records at once', () => {
    const scene = setUp();
    const records = Array.from({ length: 18 }, (_, index) => scene.record({ intervals: [hours(30 + index, 1)] }));
    const composed = composeIssue(scene.ledger.state, records, scene.ledger.context);
    assert.deepEqual([composed.content?.lines.length, composed.left.length], [16, 2]);
  });
});

suite('a passbook', () => {
  test('has a line for each payee, with the balance after each', () => {
    const scene = setUp();
    const [ana, bea, carla] = [scene.ana, scene.bea, scene.carla].map((holder) => scene.accountOf(holder));
    const memoDigest = idNamed('memo');
    const order = scene.order(0, { to: [bea, carla] as never, amounts: [100, 200] as never, memoDigest });
    assert.equal(scene.transfer([scene.order(1), 7199, [1]], [order, 6899, [101, 200]]).type, 'refused');
    const entry = scene.ledger.apply(transferKind, {
      lines: [{ order: order.bytes, payerBalanceAfter: 6900 as Amount, payeeBalancesAfter: [100, 200] as never }],
    });
    const shared = { order: order.id, memoDigest, line: 0 };
    assert.deepEqual(linesOfEntry(entry), [
      { type: 'paid', account: ana, amount: -100, balanceAfter: 7100, counterpart: bea, ...shared },
      { type: 'received', account: bea, amount: 100, balanceAfter: 100, counterpart: ana, ...shared },
      { type: 'paid', account: ana, amount: -200, balanceAfter: 6900, counterpart: carla, ...shared },
      { type: 'received', account: carla, amount: 200, balanceAfter: 200, counterpart: ana, ...shared },
    ]);
  });

  test('shows what was issued and retired, and nothing for other entries', () => {
    const scene = new BankScene();
    const record = scene.record();
    const account = scene.accountOf(scene.ana);
    const issue = scene.ledger.apply(issueKind, { lines: [scene.issueLine(record, 7200)] });
    const shared = { account, memoDigest: undefined, line: 0 };
    const issued = {
      type: 'issued',
      amount: 7200,
      balanceAfter: 7200,
      counterpart: scene.garden.identity,
      order: record.id,
    };
    assert.deepEqual(linesOfEntry(issue), [{ ...issued, ...shared }]);
    const order = scene.retireOrder(200);
    const retire = scene.ledger.apply(retireKind, { order: order.bytes, balanceAfter: 7000 as Amount });
    const retired = { type: 'retired', amount: -200, balanceAfter: 7000, counterpart: undefined, order: order.id };
    assert.deepEqual(linesOfEntry(retire), [{ ...retired, ...shared }]);
    assert.deepEqual(linesOfEntry(scene.ledger.book.opening), []);
  });
});
