import assert from 'node:assert/strict';
import { test } from 'node:test';
import { base64url } from 'multiformats/bases/base64';
import { amountToJson, signedAmountToJson } from '../../../src/api/schema.ts';
import { unprovenLines } from '../../../src/client/line-proofs.ts';
import type { Statement } from '../../../src/client/statement-check.ts';
import type { Amount } from '../../../src/core/base/amount.ts';
import { bytesToId, idToBytes } from '../../../src/core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../../../src/core/base/merkle.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { issueKind, retireKind, transferKind } from '../../../src/core/wire/kinds/ledger.ts';
import { BankScene } from '../../support/bank.ts';
import { NETWORK } from '../../support/books.ts';

const HOUR = 3600 as Amount;

/** A statement of one line, proven by this entry of the ledger: the proof leads to the root, whatever the entry says. */
function provenBy(scene: BankScene, entry: Entry): Statement {
  const { ledger, bank, ana } = scene;
  const account = scene.accountOf(ana);
  const tree = new MerkleTree(ledger.book.entries.map(({ id }) => merkleLeaf(idToBytes(id))));
  const { sequence, claimedAt } = entry.header;
  const line = { type: 'received', line: 0, counterpart: undefined, order: entry.id } as const;
  const inclusion = { entry: base64url.baseEncode(entry.bytes), path: tree.path(sequence).map(bytesToId) };
  const money = { amount: signedAmountToJson(HOUR), balanceAfter: amountToJson(HOUR) };
  return {
    account: { account, bank: bank.identity, holder: ana.identity, balance: amountToJson(HOUR), own: true },
    ledger: ledger.book.id,
    head: ledger.book.head.id,
    sequence: ledger.book.head.sequence,
    stateRoot: entry.id,
    entriesRoot: bytesToId(tree.root()),
    proof: { key: '', value: '', levels: [] },
    from: 0,
    lines: [{ ...line, ...money, entry: entry.id, sequence, claimedAt, inclusion }],
  };
}

test('a proof by an entry that no ledger takes proves nothing, and stops no reader', () => {
  const scene = new BankScene();
  const { book } = scene.ledger;
  const order = scene.order(1800).bytes;
  const request = scene.request(scene.ana).bytes;
  const balances = { payerBalanceAfter: HOUR, payeeBalancesAfter: [HOUR] };
  const entries = [
    book.write(transferKind, { lines: [{ order: new Uint8Array(200), ...balances }] }),
    book.write(transferKind, { lines: [{ order: request, ...balances }] }),
    book.write(transferKind, { lines: [{ order, ...balances, payeeBalancesAfter: [] }] }),
    book.write(issueKind, {
      lines: [
        { record: request, amount: HOUR, balanceAfter: HOUR, ratioNumerator: 1, ratioDenominator: 1, rate: undefined },
      ],
    }),
    book.write(retireKind, { order, balanceAfter: HOUR }),
  ];
  for (const entry of entries) {
    const statement = provenBy(scene, entry);
    assert.deepEqual(unprovenLines(statement, NETWORK), statement.lines, `entry ${entry.header.sequence}`);
  }
});
