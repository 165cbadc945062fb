import type { Question } from '../../../src/core/wire/messages/decisions.ts';
import { amountOf } from '../../support/books.ts';
import { hex } from '../../support/proto-bytes.ts';
import {
  AGAINST,
  ASIDE,
  BLOCK,
  choices,
  counting,
  FOR,
  PROPOSAL,
  type RuleOf,
  rowOf,
  same,
  tieOrder,
  upTo,
} from './decision-case.ts';

const majority: RuleOf = { method: 'majority' };
const consensus: RuleOf = { method: 'consensus' };
const consent: RuleOf = { method: 'consent' };
const twoThirds: RuleOf = { method: 'supermajority', threshold: [2, 3] };

const VOICES = [
  counting(
    'a majority',
    { rule: majority, rows: choices(FOR, FOR, FOR, AGAINST, AGAINST) },
    { adopted: true, voters: 5, counts: [3, 2, 0, 0], early: true },
  ),
  counting(
    'as many for as against',
    { rule: majority, rows: choices(FOR, FOR, AGAINST, AGAINST) },
    { adopted: false, voters: 4, counts: [2, 2, 0, 0], early: false },
  ),
  counting(
    'a majority that nobody can turn',
    { rule: { ...majority, quorum: [1, 2] }, rows: choices(FOR, FOR, FOR) },
    { adopted: true, voters: 3, counts: [3, 0, 0, 0], early: true },
  ),
  counting(
    'a majority that nobody can reach',
    { rule: majority, rows: choices(AGAINST, AGAINST, AGAINST) },
    { adopted: false, voters: 3, counts: [0, 3, 0, 0], early: true },
  ),
  counting(
    'a quorum missed by one',
    { rule: { ...majority, quorum: [4, 5] }, rows: choices(FOR, FOR, FOR) },
    { adopted: false, voters: 3, counts: [3, 0, 0, 0], early: false },
  ),
  counting(
    'a quorum met by who stands aside',
    { rule: { ...majority, quorum: [4, 5] }, rows: choices(FOR, FOR, FOR, ASIDE) },
    { adopted: true, voters: 4, counts: [3, 0, 1, 0], early: true },
  ),
  counting(
    'two thirds exactly',
    { rule: twoThirds, electors: 6, rows: choices(FOR, FOR, FOR, FOR, AGAINST, AGAINST) },
    { adopted: true, voters: 6, counts: [4, 2, 0, 0], early: true },
  ),
  counting(
    'less than two thirds',
    { rule: twoThirds, electors: 6, rows: choices(FOR, FOR, FOR, AGAINST, AGAINST, ASIDE) },
    { adopted: false, voters: 6, counts: [3, 2, 1, 0], early: true },
  ),
  counting(
    'a supermajority of nobody',
    { rule: twoThirds, rows: choices(ASIDE) },
    { adopted: false, voters: 1, counts: [0, 0, 1, 0], early: false },
  ),
  counting(
    'a consensus lets pass who is against or aside',
    { rule: consensus, rows: choices(FOR, AGAINST, ASIDE, ASIDE) },
    { adopted: true, voters: 4, counts: [1, 1, 2, 0], early: false },
  ),
  counting(
    'as many blocks as a consensus bears',
    { rule: { ...consensus, blocksMax: 1 }, rows: choices(FOR, FOR, BLOCK) },
    { adopted: true, voters: 3, counts: [2, 0, 0, 1], early: false },
  ),
  counting(
    'one block more',
    { rule: { ...consensus, blocksMax: 1 }, rows: choices(FOR, FOR, BLOCK, BLOCK) },
    { adopted: false, voters: 4, counts: [2, 0, 0, 2], early: false },
  ),
  counting(
    'more blocks than can be taken back ends no consensus early',
    { rule: consensus, rows: choices(BLOCK, BLOCK, BLOCK, BLOCK) },
    { adopted: false, voters: 4, counts: [0, 0, 0, 4], early: false },
  ),
  counting(
    'a consensus that bears as many blocks as are left',
    { rule: { ...consensus, blocksMax: 1 }, rows: choices(FOR, FOR, FOR, FOR) },
    { adopted: true, voters: 4, counts: [4, 0, 0, 0], early: true },
  ),
  counting(
    'silence that assents',
    { rule: { ...consensus, silence: 'assent' }, rows: [] },
    { adopted: true, voters: 0, counts: [5, 0, 0, 0], early: false },
  ),
  counting(
    'silence that assents makes no quorum',
    { rule: { ...consent, silence: 'assent', quorum: [1, 5] }, rows: [] },
    { adopted: false, voters: 0, counts: [5, 0, 0, 0], early: false },
  ),
  counting(
    'who abstains by a delegation does not assent',
    { rule: { ...consent, silence: 'assent' }, rows: [rowOf(1, { to: 2 })] },
    { adopted: true, voters: 1, counts: [4, 0, 0, 0], early: false },
  ),
  counting(
    'an objection to a consent',
    { rule: consent, rows: choices(FOR, FOR, AGAINST) },
    { adopted: false, voters: 3, counts: [2, 1, 0, 0], early: false },
  ),
  counting(
    'a consent without objection',
    { rule: consent, rows: choices(FOR, ASIDE) },
    { adopted: true, voters: 2, counts: [1, 0, 1, 0], early: false },
  ),
  counting(
    'a block counts nothing but in a consensus',
    { rule: consent, rows: choices(FOR, BLOCK) },
    { adopted: true, voters: 1, counts: [1, 0, 0, 0], early: false },
  ),
  counting(
    'no ballots',
    { rule: majority, rows: [] },
    { adopted: false, voters: 0, counts: [0, 0, 0, 0], early: false },
  ),
  counting(
    'everybody stands aside',
    { rule: consensus, rows: same(ASIDE, 5, 1) },
    { adopted: false, voters: 5, counts: [0, 0, 5, 0], early: true },
  ),
];

const ROWS = [
  counting(
    'the highest number counts, whatever stands there',
    {
      rule: majority,
      rows: [
        rowOf(1, { choice: FOR }),
        rowOf(1, { choice: AGAINST, number: 2 }),
        rowOf(2, { choice: FOR }),
        rowOf(2, { choice: [9], number: 2 }),
      ],
    },
    { adopted: false, voters: 1, counts: [0, 1, 0, 0], early: false },
  ),
  counting(
    'two ballots of one number are none, and a lower one does not come back',
    {
      rule: majority,
      rows: [
        rowOf(1, { choice: FOR }),
        rowOf(1, { choice: FOR, number: 2, ballot: 3 }),
        rowOf(1, { choice: FOR, number: 2, ballot: 4 }),
        rowOf(2, { choice: FOR }),
      ],
    },
    { adopted: true, voters: 1, counts: [1, 0, 0, 0], early: false },
  ),
  counting(
    'strangers, no voice, two voices, a delegate beside a choice, and oneself',
    {
      rule: majority,
      rows: [
        rowOf(1, { choice: [] }),
        rowOf(2, { choice: [1, 1] }),
        rowOf(3, { choice: FOR, to: 5 }),
        rowOf(4, { to: 4 }),
        rowOf(5, { choice: AGAINST }),
        rowOf(6, { choice: FOR }),
      ],
    },
    { adopted: false, voters: 1, counts: [0, 1, 0, 0], early: false },
  ),
  counting(
    'delegates: one of a delegate, a circle, and one who cast none',
    {
      rule: majority,
      electors: 7,
      rows: [
        rowOf(1, { choice: FOR }),
        rowOf(2, { to: 1 }),
        rowOf(3, { to: 2 }),
        rowOf(4, { to: 5 }),
        rowOf(5, { to: 4 }),
        rowOf(6, { to: 7 }),
      ],
    },
    { adopted: true, voters: 6, counts: [3, 0, 0, 0], early: false },
  ),
  counting(
    'eight delegates on the way, and nine',
    {
      rule: majority,
      electors: 11,
      rows: [...upTo(10).map((voter) => rowOf(voter, { to: voter + 1 })), rowOf(11, { choice: FOR })],
    },
    { adopted: true, voters: 11, counts: [9, 0, 0, 0], early: true },
  ),
  counting(
    'a delegate who is no elector, and one whose ballot is void',
    {
      rule: majority,
      rows: [
        rowOf(1, { to: 6 }),
        rowOf(2, { to: 3 }),
        rowOf(3, { choice: FOR, ballot: 1 }),
        rowOf(3, { choice: FOR, ballot: 2 }),
        rowOf(6, { choice: FOR }),
      ],
    },
    { adopted: false, voters: 2, counts: [0, 0, 0, 0], early: false },
  ),
];

const ranked: RuleOf = { method: 'rankedChoice' };
const score: RuleOf = { method: 'score' };
const U = 100_000;
const [firstOfTwo = 1, secondOfTwo = 2] = tieOrder(2);

const OPTIONS = [
  counting(
    'instant runoff',
    { rule: ranked, question: { options: 3, seats: 1 }, rows: choices([1], [1, 3], [2], [2, 1], [3, 2]) },
    { adopted: true, voters: 5, chosen: [2], counts: [2 * U, 3 * U, 0], early: true },
  ),
  counting(
    'a surplus, and a quota that it just fills',
    {
      rule: ranked,
      question: { options: 3, seats: 2 },
      electors: 7,
      rows: [...same([1, 2], 5, 1), ...same([2], 1, 6), ...same([3], 1, 7)],
    },
    { adopted: true, voters: 7, chosen: [1, 2], counts: [3 * U, 3 * U, U], early: true },
  ),
  counting(
    'transfers drop what is left over, and the last seat goes to who is left',
    {
      rule: ranked,
      question: { options: 3, seats: 2 },
      electors: 10,
      rows: [...same([1, 2], 7, 1), ...same([3], 2, 8)],
    },
    { adopted: true, voters: 9, chosen: [1, 2], counts: [4 * U, 7 * 42_857, 0], early: false },
  ),
  counting(
    'the largest surplus first, and papers pass over who is elected',
    {
      rule: ranked,
      question: { options: 4, seats: 3 },
      electors: 15,
      rows: [...same([1, 2, 3], 8, 1), ...same([2, 1, 4], 5, 9), ...same([4], 2, 14)],
    },
    // Quota 4. Option 1 passes 8 papers at 50,000 past option 2, which is elected; option 3 has 400,000 and is elected.
    { adopted: true, voters: 15, chosen: [1, 2, 3], counts: [4 * U, 5 * U, 4 * U, 2 * U], early: true },
  ),
  counting(
    'equal votes: who had fewer before goes first',
    {
      rule: ranked,
      question: { options: 4, seats: 1 },
      electors: 9,
      rows: [...same([1], 4, 1), ...same([2], 2, 5), ...same([3, 4], 2, 7), ...same([4, 3], 1, 9)],
    },
    // Option 4 goes, option 3 has 3; then option 2 goes, its papers are spent; then option 3 with fewer than option 1.
    { adopted: true, voters: 9, chosen: [1], counts: [4 * U, 0, 0, 0], early: true },
  ),
  counting(
    'equal votes from the first stage on: the tie order',
    { rule: ranked, question: { options: 2, seats: 1 }, rows: choices([1], [2]) },
    { adopted: true, voters: 2, chosen: [firstOfTwo], counts: firstOfTwo === 1 ? [U, 0] : [0, U], early: false },
  ),
  counting(
    'equal votes now: as they stood at the latest stage at which they differed',
    {
      rule: ranked,
      question: { options: 4, seats: 1 },
      electors: 10,
      rows: [...same([1], 4, 1), ...same([2], 3, 5), ...same([3], 2, 8), ...same([4, 3], 1, 10)],
    },
    // Option 4 goes, so that options 2 and 3 have 3; option 3 had 2 before, and goes. Then option 2 goes.
    { adopted: true, voters: 10, chosen: [1], counts: [4 * U, 0, 0, 0], early: true },
  ),
  counting(
    'rankings of what is not offered, of one option twice, and of none',
    { rule: ranked, question: { options: 2, seats: 1 }, rows: choices([3], [1, 1], [], [2]) },
    { adopted: true, voters: 1, chosen: [2], counts: [0, U], early: false },
  ),
  counting(
    'nobody ranks anything',
    { rule: ranked, question: { options: 2, seats: 1 }, rows: [rowOf(1, { to: 2 }), rowOf(2, { to: 1 })] },
    { adopted: false, voters: 2, chosen: [], counts: [0, 0], early: false },
  ),
  counting(
    'an election without quorum',
    { rule: { ...ranked, quorum: [1, 2] }, question: { options: 2, seats: 1 }, rows: choices([1], [1]) },
    { adopted: false, voters: 2, chosen: [], counts: [2 * U, 0], early: false },
  ),
  counting(
    'scores',
    { rule: score, question: { options: 3, seats: 2, scoreMax: 5 }, rows: choices([5, 0, 1], [0, 5, 1], [1, 0, 5]) },
    { adopted: true, voters: 3, chosen: [3, 1], counts: [6, 5, 7], early: false },
  ),
  counting(
    'scores: an option without any is not chosen',
    { rule: score, question: { options: 3, seats: 2, scoreMax: 5 }, rows: choices([5, 0, 0]) },
    { adopted: true, voters: 1, chosen: [1], counts: [5, 0, 0], early: false },
  ),
  counting(
    'equal scores: the tie order',
    { rule: score, question: { options: 2, seats: 1, scoreMax: 5 }, rows: choices([2, 2]) },
    { adopted: true, voters: 1, chosen: [firstOfTwo], counts: [2, 2], early: false },
  ),
  counting(
    'scores that are too high, or too few',
    { rule: score, question: { options: 2, seats: 1, scoreMax: 5 }, rows: choices([6, 0], [5], [5, 0, 0], [0, 1]) },
    { adopted: true, voters: 1, chosen: [2], counts: [0, 1], early: false },
  ),
];

const shares: RuleOf = { method: 'equalShares' };
const budgetOf = (budget: number, ...costs: readonly number[]): Partial<Question> => ({
  options: costs.length,
  costs: costs.map(amountOf),
  budget: amountOf(budget),
});

const BUDGETS = [
  counting(
    'add1 buys what one voter alone wants, and not what would cost too much',
    { rule: shares, question: budgetOf(100, 60, 40, 50), electors: 4, rows: choices([1, 3], [1, 3], [1], [2]) },
    // Share 25: option 1 at 20 each. At a share of 40 the fourth pays option 2. At 45 option 3 would make it 150.
    { adopted: true, voters: 4, chosen: [1, 2], counts: [3, 1, 2], early: true },
  ),
  counting(
    'who has less than the others gives all',
    { rule: shares, question: budgetOf(30, 12, 15), electors: 3, rows: choices([1], [1, 2], [2]) },
    // Share 10: option 1 at 6 each, then 4 and 10 are too little. At 11, 5 and 10 pay option 2.
    { adopted: true, voters: 3, chosen: [1, 2], counts: [2, 2], early: true },
  ),
  counting(
    'equal bids: the lower cost first',
    { rule: shares, question: budgetOf(30, 20, 10), electors: 4, rows: choices([1, 2], [1, 2], [1], [1]) },
    // Both cost their supporters the same for each second: 5 of 20, 5 of 10 is dearer; so option 1 comes first here.
    { adopted: true, voters: 4, chosen: [1, 2], counts: [4, 2], early: true },
  ),
  counting(
    'equal bids of one price: the lower cost comes first',
    { rule: shares, question: budgetOf(40, 20, 10), electors: 4, rows: choices([1], [1], [2], [2]) },
    // Share 10: 10 of 20 and 5 of 10.
    { adopted: true, voters: 4, chosen: [2, 1], counts: [2, 2], early: true },
  ),
  counting(
    'equal bids of one cost: the tie order, and no more than the budget',
    { rule: shares, question: budgetOf(10, 10, 10), electors: 2, rows: choices([1, 2], [1, 2]) },
    { adopted: true, voters: 2, chosen: [firstOfTwo], counts: [2, 2], early: true },
  ),
  counting(
    'ballots that approve nothing have a share too',
    { rule: shares, question: budgetOf(10, 6, 5), electors: 3, rows: choices([1], [], [2]) },
    // Share 10/3, raised to 5 and a third: option 2. At a share of 6 and a third option 1 would make it 11.
    { adopted: true, voters: 3, chosen: [2], counts: [1, 1], early: true },
  ),
  counting(
    'who abstains by a delegation has none',
    {
      rule: shares,
      question: budgetOf(10, 10, 10),
      electors: 3,
      rows: [rowOf(1, { choice: [secondOfTwo] }), rowOf(2, { to: 3 })],
    },
    { adopted: true, voters: 2, chosen: [secondOfTwo], counts: secondOfTwo === 1 ? [1, 0] : [0, 1], early: false },
  ),
  counting(
    'nobody approves anything',
    { rule: shares, question: budgetOf(10, 6, 5), rows: choices([], [3], [1, 1]) },
    { adopted: false, voters: 1, chosen: [], counts: [0, 0], early: false },
  ),
];

/** Vectors of what ballots come to. */
export function decisionVectors(): Readonly<Record<string, unknown>> {
  return {
    'outcomes.json': {
      about:
        'Canonical DecisionRule, Question and BallotRows of a proposal, and its electors: the root of the rows, the Outcome, and whether it may close before its time.',
      proposal: hex(PROPOSAL),
      cases: [...VOICES, ...ROWS, ...OPTIONS, ...BUDGETS],
    },
  };
}
