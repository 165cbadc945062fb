import assert from 'node:assert/strict';
import { it } from 'node:test';
import { present } from '../../../../src/core/base/outcome.ts';
import { BookState, StateDraft } from '../../../../src/core/books/state.ts';
import { stepClosePage } from '../../../../src/core/decisions/close.ts';
import { composePage } from '../../../../src/core/decisions/compose.ts';
import { compareRows, rowsOf } from '../../../../src/core/decisions/pages.ts';
import { proposalsTable } from '../../../../src/core/decisions/tables.ts';
import type { BallotRow } from '../../../../src/core/wire/messages/decisions.ts';
import { DecisionScene } from '../../../support/decisions.ts';
import { idNamed } from '../../../support/world.ts';

const ballots = (count: number, choice: readonly number[]): readonly BallotRow[] =>
  Array.from({ length: count }, (_, index) => ({
    voter: idNamed(`voter ${index}`),
    number: 1,
    ballot: idNamed(`ballot ${index}`),
    choice: [...choice],
    delegate: undefined,
    commitment: undefined,
  }));

const ranking = Array.from({ length: 64 }, (_, index) => index + 1);
const cases: readonly (readonly [name: string, rows: readonly BallotRow[], pages: number])[] = [
  ['nobody’s ballot', [], 0],
  ['five short ones', ballots(5, [1]), 1],
  ['as many short ones as one page holds', ballots(500, [1]), 1],
  ['one more', ballots(501, [1]), 2],
  ['1,200 rankings of 64 options, which fill pages by their bytes', ballots(1200, ranking), 4],
];
for (const [name, rows, count] of cases) {
  it(`puts ${name} on ${count} pages, each row once, that the rules take`, () => {
    const scene = new DecisionScene();
    const { id } = scene.open();
    const draft = new StateDraft(new BookState());
    draft.set(proposalsTable, [id], present(scene.hall.decisions.state.get(proposalsTable, id), 'it is open'));
    const rowNow = () => present(draft.get(proposalsTable, id), 'it is open');
    for (
      let page = composePage(id, rowNow(), rows, draft);
      page !== undefined;
      page = composePage(id, rowNow(), rows, draft)
    )
      assert.equal(stepClosePage(page, draft).type, 'applied');
    assert.equal(rowNow().pages, count);
    assert.deepEqual(rowsOf(id, rowNow(), draft), rows.toSorted(compareRows));
  });
}
