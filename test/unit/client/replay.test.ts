import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { base64url } from 'multiformats/bases/base64';
import { amountToJson, signedAmountToJson } from '../../../src/api/schema.ts';
import { RULE_SETS } from '../../../src/client/index.ts';
import { type Replay, replayFile } from '../../../src/client/replay.ts';
import { checkStatement, isStatementSound, type Statement } from '../../../src/client/statement-check.ts';
import type { Amount } from '../../../src/core/base/amount.ts';
import { bytesToId, idToBytes } from '../../../src/core/base/id.ts';
import { MerkleTree, merkleLeaf } from '../../../src/core/base/merkle.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { stateLeaf } from '../../../src/core/base/trie.ts';
import type { FileReport } from '../../../src/core/files/report.ts';
import { verifyFile } from '../../../src/core/files/verify.ts';
import { accountOf, ledgerFigures } from '../../../src/core/ledger/figures.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { RootedState } from '../../../src/engine/rooted-state.ts';
import { BankScene } from '../../support/bank.ts';
import { NETWORK } from '../../support/books.ts';
import { entryItem, fileOf } from '../../support/files.ts';
import { verifySignature } from '../../support/signing.ts';
import { TestBook } from '../../support/world.ts';

/** A bank that has issued, paid, and refused a line. */
function usedBank(): BankScene {
  const scene = new BankScene();
  assert.equal(scene.issue(scene.record()).type, 'applied');
  assert.equal(scene.transfer([scene.order(1800), 5400, [1800]]).type, 'applied');
  assert.equal(scene.issue(scene.record()).type, 'refused');
  return scene;
}

/** The file that a follower of the bank exports; `books` in the order given. */
function fileWith(...books: readonly TestBook[]): Uint8Array {
  return fileOf(books.flatMap(({ entries }) => entries.map(entryItem)));
}

async function replayOf(
  file: Uint8Array,
  asked: Partial<Parameters<typeof replayFile>[2]> = {},
): Promise<{ readonly report: FileReport; readonly replay: Replay }> {
  const report = await verifyFile([file], { verify: verifySignature });
  return {
    report,
    replay: await replayFile(() => [file], report, { verify: verifySignature, ruleSets: RULE_SETS, ...asked }),
  };
}

/** A line that says something else. */
function lineWith(line: Statement['lines'][number] | undefined, change: Partial<Statement['lines'][number]>) {
  return { ...present(line, 'the statement has the line'), ...change };
}

describe('replaying a file', () => {
  it('gives a ledger’s root, figures and passbook, in whatever order the books stand', async () => {
    const scene = usedBank();
    const { bank, garden, ledger, ana } = scene;
    const books = [bank.memberBook.book, garden.memberBook.book, ledger.book];
    for (const order of [books, books.toReversed()]) {
      const { report, replay } = await replayOf(fileWith(...order), { account: scene.accountOf(ana) });
      assert.ok(report.valid);
      const found = replay.books.find(({ book }) => book === ledger.book.id);
      assert.equal(found?.stateRoot, bytesToId(new RootedState(ledger.state).root()));
      assert.deepEqual(found?.figures, ledgerFigures(ledger.state));
      assert.deepEqual([found?.waitsAt, found?.refused], [undefined, { overlap: 1 }]);
      assert.deepEqual(
        replay.lines.map(({ type, amount, balanceAfter }) => [type, amount, balanceAfter]),
        [
          ['issued', 7200, 7200],
          ['paid', -1800, 5400],
        ],
      );
      assert.equal(replay.lines.at(-1)?.balanceAfter, accountOf(ledger.state, scene.accountOf(ana))?.balance);
    }
  });

  it('stops where an entry reads a book that is not in the file, and says where', async () => {
    const { bank, ledger } = usedBank();
    const { replay } = await replayOf(fileWith(bank.memberBook.book, ledger.book));
    const found = replay.books.find(({ book }) => book === ledger.book.id);
    const firstIssue = ledger.book.entries.length - 3;
    assert.deepEqual([found?.waitsAt, found?.figures?.issued], [firstIssue, 0]);
  });

  it('takes no effect of a fork from where the two chains part', async () => {
    const { bank, ana, bea } = new BankScene();
    const trunk = bank.memberBook.book;
    const rival = new TestBook(bank.keys, trunk.opening);
    rival.entries.push(...trunk.entries.slice(1));
    trunk.write(vouchKind, { identity: ana.identity });
    rival.write(vouchKind, { identity: bea.identity });
    const { replay } = await replayOf(fileOf([...trunk.entries, ...rival.entries.slice(-1)].map(entryItem)));
    assert.equal(replay.books[0]?.applied, trunk.entries.length - 1);
  });

  it('tells the root after an entry that is asked for', async () => {
    const scene = usedBank();
    const { bank, garden, ledger } = scene;
    const head = ledger.book.head.id;
    const file = fileWith(bank.memberBook.book, garden.memberBook.book, ledger.book);
    const { replay } = await replayOf(file, { at: { book: ledger.book.id, id: head } });
    assert.equal(replay.rootAt, bytesToId(new RootedState(ledger.state).root()));
    assert.equal((await replayOf(file)).replay.rootAt, undefined);
  });

  it('checks a statement by its proof, its root, and every line from its first on', async () => {
    const scene = usedBank();
    const { bank, garden, ledger, ana } = scene;
    const account = scene.accountOf(ana);
    const file = fileWith(bank.memberBook.book, garden.memberBook.book, ledger.book);
    const rooted = new RootedState(ledger.state);
    const key = `accounts/${account}`;
    const value = present(ledger.state.bytesOf(key), 'the account has a row');
    const proof = present(rooted.trie().prove(stateLeaf(key, value).key), 'the row has a leaf');
    const at = { book: ledger.book.id, id: ledger.book.head.id };
    const { replay } = await replayOf(file, { account, at });
    const lines: Statement['lines'] = replay.lines.map(({ account: _, memoDigest: __, ...line }) => ({
      ...line,
      amount: signedAmountToJson(line.amount),
      balanceAfter: amountToJson(line.balanceAfter),
      memo: undefined,
      counterpartName: undefined,
    }));
    const balance = amountToJson(5400 as Amount);
    const statement: Statement = {
      account: { account, bank: bank.identity, holder: ana.identity, balance, own: true },
      ledger: at.book,
      head: at.id,
      sequence: ledger.book.head.sequence,
      stateRoot: bytesToId(rooted.root()),
      proof: {
        key,
        value: base64url.baseEncode(value),
        levels: proof.levels.map((children) => children.map(bytesToId)),
      },
      from: 0,
      lines,
    };
    const sound = {
      proofHolds: true,
      rootHolds: true,
      wrongFields: [],
      wrongLines: [],
      missingLines: 0,
      entriesRootHolds: undefined,
      unproven: undefined,
      isPage: false,
      unchecked: [],
    };
    const check = (change: Partial<Statement>) => checkStatement({ ...statement, ...change }, replay, NETWORK);
    assert.deepEqual(check({}), sound);
    const page = { from: lines[1]?.sequence ?? 0, lines: lines.slice(1) };
    assert.deepEqual(check(page), { ...sound, isPage: true }, 'a page may begin anywhere');
    assert.equal(isStatementSound(check({ lines: lines.slice(1) })), false, 'and says where');
    assert.equal(check({ lines: [] }).missingLines, 2);
    assert.equal(check({ lines: lines.slice(0, 1) }).missingLines, 1);
    assert.equal(check({ lines: [...lines, ...lines] }).wrongLines.length, 2);
    const richer = { ...statement.account, balance: { seconds: 5401 as Amount, notes: '' } };
    assert.equal(check({ account: richer }).proofHolds, false);
    const changed: readonly (readonly [field: string, change: Partial<Statement>])[] = [
      ['account.bank', { account: { ...statement.account, bank: garden.identity } }],
      ['account.balance.notes', { account: { ...statement.account, balance: { seconds: 5400, notes: '1000' } } }],
      ['sequence', { sequence: statement.sequence - 1 }],
      ['lines[1].amount.notes', { lines: lines.with(1, lineWith(lines[1], { amount: { seconds: 0, notes: '500' } })) }],
    ];
    for (const [field, change] of changed) assert.ok(check(change).wrongFields.includes(field), field);
    for (const change of [{ claimedAt: 0 }, { sequence: 100 }])
      assert.equal(check({ lines: lines.with(0, lineWith(lines[0], change)) }).wrongLines.length, 1);
    const told = { lines: lines.with(0, lineWith(lines[0], { memo: 'debt paid' })) };
    assert.deepEqual(check(told), { ...sound, unchecked: ['lines[0].memo'] });
    assert.equal(check({ stateRoot: at.id }).proofHolds, false);
    assert.equal(check({ stateRoot: at.id }).rootHolds, false);
    const leaves = ledger.book.entries.map(({ id }) => merkleLeaf(idToBytes(id)));
    const tree = new MerkleTree(leaves);
    const proven = {
      entriesRoot: bytesToId(tree.root()),
      lines: lines.map((line) => {
        const entry = present(ledger.book.entries[line.sequence], 'the ledger has it').bytes;
        const path = tree.path(line.sequence).map(bytesToId);
        return { ...line, inclusion: { entry: base64url.baseEncode(entry), path } };
      }),
    };
    assert.deepEqual(check(proven), { ...sound, entriesRootHolds: true, unproven: [] });
    assert.equal(check({ ...proven, entriesRoot: at.id }).entriesRootHolds, false);
    assert.equal(check({ lines: proven.lines }).unproven?.length, 2, 'proofs without their root prove nothing');
    const [first, second] = proven.lines;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(check({ ...proven, lines: [first, { ...second, inclusion: first.inclusion }] }).unproven?.length, 1);
    assert.equal(check({ ...proven, lines: [first, { ...second, amount: first.amount }] }).unproven?.length, 1);
    const other = await replayOf(file, { account, at: { book: bank.memberBook.book.id, id: at.id } });
    assert.deepEqual([other.replay.rootAt, other.replay.lines.length], [undefined, 0]);
  });
});
