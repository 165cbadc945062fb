import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RULE_SETS } from '../../../src/client/index.ts';
import { type Replay, replayFile } from '../../../src/client/replay.ts';
import { bytesToId } from '../../../src/core/base/id.ts';
import type { FileReport } from '../../../src/core/files/report.ts';
import { verifyFile } from '../../../src/core/files/verify.ts';
import { accountOf, ledgerFigures } from '../../../src/core/ledger/figures.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { RootedState } from '../../../src/engine/rooted-state.ts';
import { BankScene } from '../../support/bank.ts';
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
    const { replay } = await replayOf(file, { at: head });
    assert.equal(replay.rootAt, bytesToId(new RootedState(ledger.state).root()));
    assert.equal((await replayOf(file)).replay.rootAt, undefined);
  });
});
