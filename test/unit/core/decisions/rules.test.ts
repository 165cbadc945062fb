import assert from 'node:assert/strict';
import { suite } from 'node:test';
import type { Amount } from '../../../../src/core/base/amount.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { rowsRoot } from '../../../../src/core/decisions/pages.ts';
import {
  closePageKind,
  proposalEndedKind,
  proposalKind,
  proposeKind,
} from '../../../../src/core/wire/kinds/decisions.ts';
import { NO_ACT, type Propose } from '../../../../src/core/wire/messages/decisions.ts';
import { DecisionScene, YES_OR_NO } from '../../../support/decisions.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { type Actor, idNamed } from '../../../support/world.ts';

const FOR = [1];
const AGAINST = [2];
const RATE = { taskClass: 7, numerator: 3, denominator: 2, startMinute: 29_000_000, minutes: 43_200 };

const setUp = (): DecisionScene => new DecisionScene();

function open(scene: DecisionScene, by: Actor, changes: Partial<Propose> = {}): Effect {
  return scene.hall.decisions.write(proposalKind, scene.opening(scene.propose(by, changes)));
}

const OPENING: readonly RefusalCase<DecisionScene>[] = [
  {
    code: 'unknown_book',
    when: 'a Propose of a book that was not noted',
    attempt: (scene) => {
      const content = {
        body: scene.hall.identity,
        matter: 'general',
        textDigest: idNamed('t'),
        question: YES_OR_NO,
        deadline: 0,
        amends: undefined,
      } as const;
      const propose = scene.ana.book('proposals').write(proposeKind, content);
      return scene.hall.decisions.write(proposalKind, scene.opening(propose));
    },
  },
  {
    code: 'head_went_back',
    when: 'electors of an earlier time than the proposal before had',
    attempt: (scene) => {
      const memberHead = scene.hall.memberBook.book.headAt(0);
      scene.open();
      return scene.hall.decisions.write(proposalKind, { ...scene.opening(scene.propose(scene.ana)), memberHead });
    },
  },
  {
    code: 'wrong_head',
    when: 'electors of another body',
    attempt: (scene) => {
      const other = scene.world.found('Other', 'assembly', [scene.ana]);
      return scene.hall.decisions.write(proposalKind, {
        ...scene.opening(scene.propose(scene.ana)),
        memberHead: other.memberHead,
      });
    },
  },
  {
    code: 'wrong_body',
    when: 'a Propose to another body',
    attempt: (scene) => open(scene, scene.ana, { body: scene.finn.identity }),
  },
  { code: 'not_elector', when: 'a Propose by somebody who is no member', attempt: (scene) => open(scene, scene.finn) },
  {
    code: 'already_proposed',
    when: 'one Propose for two proposals',
    attempt: (scene) => {
      const opening = scene.opening(scene.propose(scene.ana));
      scene.hall.decisions.apply(proposalKind, opening);
      return scene.hall.decisions.write(proposalKind, opening);
    },
  },
  {
    code: 'wrong_rule',
    when: 'a majority where the charter asks for consent',
    attempt: (scene) => {
      const rule = { ...scene.rule(), method: 'majority' } as const;
      return scene.hall.decisions.write(proposalKind, scene.opening(scene.propose(scene.ana), rule));
    },
  },
  {
    code: 'wrong_proposal',
    when: 'what was written as a newer version',
    attempt: (scene) => open(scene, scene.ana, { amends: scene.open().id }),
  },
  {
    code: 'question_malformed',
    when: 'options for a yes or no',
    attempt: (scene) => open(scene, scene.ana, { question: { ...YES_OR_NO, options: 2 } }),
  },
  {
    code: 'question_malformed',
    when: 'a rate without its act',
    attempt: (scene) => open(scene, scene.ana, { matter: 'rate' }),
  },
  {
    code: 'question_malformed',
    when: 'an act beside a general matter',
    attempt: (scene) => open(scene, scene.ana, { question: { ...YES_OR_NO, act: { ...NO_ACT, rate: RATE } } }),
  },
  {
    code: 'question_malformed',
    when: 'as many seats as options',
    attempt: (scene) => {
      const propose = scene.propose(scene.ana, {
        matter: 'election',
        question: { ...YES_OR_NO, options: 3, seats: 3 },
      });
      return scene.hall.decisions.write(proposalKind, scene.opening(propose, scene.rule('election')));
    },
  },
  {
    code: 'question_malformed',
    when: 'an option that costs more than the budget',
    attempt: (scene) => {
      const question = { ...YES_OR_NO, options: 2, costs: [3600, 7201] as Amount[], budget: 7200 as Amount };
      const propose = scene.propose(scene.ana, { matter: 'budget', question });
      return scene.hall.decisions.write(proposalKind, scene.opening(propose, scene.rule('budget')));
    },
  },
];

const CHANGING: readonly RefusalCase<DecisionScene>[] = [
  { code: 'unknown_proposal', when: 'an end of nothing', attempt: (scene) => scene.end(idNamed('nothing')) },
  {
    code: 'proposal_not_open',
    when: 'a second end',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.hall.decisions.apply(proposalEndedKind, { proposal: id });
      return scene.end(id);
    },
  },
  {
    code: 'proposal_not_open',
    when: 'a Withdraw after the Close',
    attempt: (scene) => scene.withdraw(scene.adopted(), scene.ana),
  },
  {
    code: 'proposal_not_open',
    when: 'a newer version after the end of its time',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.hall.decisions.apply(proposalEndedKind, { proposal: id });
      return scene.amend(id, scene.ana);
    },
  },
  {
    code: 'not_proposer',
    when: 'a Withdraw by another',
    attempt: (scene) => scene.withdraw(scene.open().id, scene.bea),
  },
  {
    code: 'wrong_proposal',
    when: 'a newer version of another proposal',
    attempt: (scene) => {
      const { id } = scene.open();
      return scene.amend(id, scene.ana, { amends: scene.open().id });
    },
  },
  {
    code: 'wrong_proposal',
    when: 'a new proposal as a newer version',
    attempt: (scene) => scene.amend(scene.open().id, scene.ana, { amends: undefined }),
  },
  {
    code: 'not_proposer',
    when: 'a newer version by another',
    attempt: (scene) => scene.amend(scene.open().id, scene.bea),
  },
  {
    code: 'wrong_body',
    when: 'a Withdraw to another body',
    attempt: (scene) => scene.withdraw(scene.open().id, scene.ana, idNamed('x')),
  },
  {
    code: 'wrong_rule',
    when: 'a newer version on another matter',
    attempt: (scene) => scene.amend(scene.open().id, scene.ana, { matter: 'mandates' }),
  },
];

const CLOSING: readonly RefusalCase<DecisionScene>[] = [
  {
    code: 'rows_unsorted',
    when: 'a row twice',
    attempt: (scene) => {
      const { id } = scene.open();
      const row = scene.row(scene.ana, id, FOR);
      return scene.hall.decisions.write(closePageKind, { proposal: id, rows: [row, row] });
    },
  },
  {
    code: 'rows_unsorted',
    when: 'a second page that begins before the end of the first',
    attempt: (scene) => {
      const { id } = scene.open();
      const rows = scene.people.map((voter) => scene.row(voter, id, FOR));
      scene.page(id, rows);
      return scene.page(id, rows.slice(0, 1));
    },
  },
  {
    code: 'stale_version',
    when: 'a Close of the version before',
    attempt: (scene) => {
      const { id } = scene.open();
      assert.equal(scene.amend(id, scene.ana).type, 'applied');
      return scene.close(id, { version: id });
    },
  },
  {
    code: 'wrong_rows',
    when: 'a Close that counts a row more',
    attempt: (scene) => {
      const { id } = scene.open();
      return scene.close(id, { rows: 1 });
    },
  },
  {
    code: 'wrong_rows',
    when: 'a Close of other rows, as many as stand there',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.page(id, scene.rows(id, FOR));
      return scene.close(id, { rowsRoot: rowsRoot(scene.rows(id, AGAINST)) });
    },
  },
  {
    code: 'too_early',
    when: 'a Close with a ballot missing',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.page(
        id,
        scene.people.slice(1).map((voter) => scene.row(voter, id, FOR)),
      );
      return scene.close(id);
    },
  },
  {
    code: 'wrong_result',
    when: 'an adoption that the ballots do not give',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.page(
        id,
        scene.people.map((voter, index) => scene.row(voter, id, index === 0 ? AGAINST : FOR)),
      );
      const { outcome } = scene.result(id);
      return scene.close(id, { outcome: { ...outcome, adopted: true } });
    },
  },
  {
    code: 'wrong_result',
    when: 'an act that was not proposed',
    attempt: (scene) => {
      const { id } = scene.open();
      scene.page(
        id,
        scene.people.map((voter) => scene.row(voter, id, FOR)),
      );
      return scene.close(id, { act: { ...NO_ACT, rate: RATE } });
    },
  },
];

suite('decision books refuse', () => {
  testRefusals(setUp, ({ hall }) => hall.decisions, [...OPENING, ...CHANGING, ...CLOSING]);
});
