import { AMOUNT_MAX, type Amount } from '../../src/core/base/amount.ts';
import { type RefusalCode, refusalNumber } from '../../src/core/base/refusals.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { orderRefusedKind, transferKind } from '../../src/core/wire/kinds/ledger.ts';
import type { TransferOrder } from '../../src/core/wire/messages/ledger.ts';
import { idNamed } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

/** A ledger that applies an order as if nothing were wrong with it. */
function transfer(scene: LyingScene, order: Entry, payerAfter: number, payeesAfter: readonly number[]): Told {
  const line = {
    order: order.bytes,
    payerBalanceAfter: payerAfter as Amount,
    payeeBalancesAfter: payeesAfter as readonly Amount[],
  };
  return write(scene.ledger, transferKind, { lines: [line] });
}

function ordering(code: RefusalCode, terms: (scene: LyingScene) => Partial<TransferOrder>): Lie {
  return { code, tell: (scene) => transfer(scene, scene.order(60, terms(scene)), 0, []) };
}

const amounts = (...numbers: readonly number[]): readonly Amount[] => numbers as readonly Amount[];

/** Ledgers that apply orders that nobody gave, that are too large, or that were answered before. */
export const ORDER_LIES: readonly Lie[] = [
  ordering('wrong_bank', (scene) => ({ bank: scene.garden.identity })),
  ordering('unknown_account', () => ({ account: idNamed('no account') })),
  ordering('not_holder', (scene) => ({ account: scene.accountOf(scene.bea) })),
  {
    code: 'order_superseded',
    tell: (scene) => {
      const order = scene.order(60);
      scene.transfer([order, 3540, [60]]);
      return transfer(scene, order, 3480, [120]);
    },
  },
  ordering('zero_amount', () => ({ amounts: amounts(0) })),
  ordering('amount_too_large', (scene) => {
    const payee = scene.accountOf(scene.bea);
    return { to: [payee, payee], amounts: amounts(AMOUNT_MAX, 1) };
  }),
  ordering('payees_malformed', () => ({ to: [], amounts: [] })),
  ordering('unknown_payee', () => ({ to: [idNamed('no account')] })),
  ordering('payer_is_payee', (scene) => ({ to: [scene.accountOf(scene.ana)] })),
  ordering('overdraft', () => ({ amounts: amounts(36_000) })),
  { code: 'wrong_amount', tell: (scene) => transfer(scene, scene.order(60), 3600, [60]) },
  {
    code: 'refusal_unfounded',
    tell: (scene) => {
      const orders = [{ order: scene.order(60).bytes, code: refusalNumber('overdraft') }];
      return write(scene.ledger, orderRefusedKind, { orders });
    },
  },
];
