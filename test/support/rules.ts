import type { RuleContext } from '../../src/core/books/rules.ts';
import { NETWORK } from './books.ts';
import { keyOf, verifySignature } from './signing.ts';

/** @returns what a rule may look at in a bank's ledger; no member book is here. */
export function contextOf(change: Partial<RuleContext> = {}): RuleContext {
  return {
    network: NETWORK,
    body: keyOf('some bank').id,
    kind: 'bank',
    channel: 'transfers',
    device: keyOf('some device').id,
    verify: verifySignature,
    membersAt: () => 'waiting',
    ...change,
  };
}
