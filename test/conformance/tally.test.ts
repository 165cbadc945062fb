/** Counts of decisions, against elections that others have held and published. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SECONDS_PER_NOTE } from '../../src/core/base/amount.ts';
import { bytesToId, type Id, idToBytes } from '../../src/core/base/id.ts';
import { shareBudget } from '../../src/core/decisions/methods/equal-shares.ts';
import { countRanked } from '../../src/core/decisions/methods/ranked.ts';
import { compareRows, rowsRoot } from '../../src/core/decisions/pages.ts';
import { countProposal } from '../../src/core/decisions/tally.ts';
import { BallotRow, Question } from '../../src/core/wire/messages/decisions.ts';
import { DecisionRule, METHODS } from '../../src/core/wire/messages/rules.ts';
import type { Shape } from '../../src/core/wire/shape.ts';
import { amountOf } from '../support/books.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { count as countAgain } from './second-reader/decisions.ts';

const VECTORS = new URL('./vectors/', import.meta.url);
const linesOf = (path: string): readonly string[] => readFileSync(new URL(path, VECTORS), 'utf8').split(/\r?\n/);
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const rising = (values: readonly number[]): readonly number[] => values.toSorted((left, right) => left - right);

const ELECTED: readonly (readonly [ward: string, names: readonly string[]])[] = [
  ['10_-_meadowsmorningside', ['Mandy WATT', 'Melanie MAIN', 'Neil ROSS', 'Nick COOK']],
  ['11_-_city_centre', ['Alasdair RANKIN', 'Claire MILLER', 'Jo MOWAT', 'Karen DORAN']],
  ['13_-_leith', ['Adam MCVEY', 'Chas BOOTH', 'Gordon John MUNRO']],
  ['15_-_southsidenewington', ['Alison DICKIE', 'Cameron ROSE', 'Ian PERRY', 'Steve BURGESS']],
];

/** An election in BLT form: how many papers, then a ranking from 1, ended by 0. */
function readBlt(path: string) {
  const lines = linesOf(path).filter((line) => line !== '');
  const [options = 0, seats = 0] = (lines[0] ?? '').split(' ').map(Number);
  const end = lines.indexOf('0');
  const rankings = lines.slice(1, end).flatMap((line) => {
    const [count = 0, ...ranking] = line.split(/\s+/).map(Number);
    return Array.from({ length: count }, () => ranking.slice(0, -1));
  });
  return { options, seats, rankings, names: lines.slice(end + 1).map((name) => name.replaceAll('"', '')) };
}

interface OutcomeCase {
  readonly name: string;
  readonly rule: string;
  readonly question: string;
  readonly electors: readonly string[];
  readonly rows: readonly string[];
  readonly rowsRoot: string;
  readonly outcome: unknown;
  readonly early: boolean;
}

function decoded<Message>(shape: Shape<Message>, digits: string): Message {
  const read = shape.decode(Buffer.from(digits, 'hex'), 64 * 1024);
  assert.ok(read.ok, 'every message here is canonical');
  return read.value;
}

describe('decision/outcomes.json', () => {
  const { proposal, cases }: { proposal: string; cases: readonly OutcomeCase[] } = JSON.parse(
    linesOf('decision/outcomes.json').join(''),
  );
  const idOf = (digits: string): Id => bytesToId(Buffer.from(digits, 'hex'));
  for (const one of cases) {
    it(one.name, () => {
      const electors = new Set(one.electors.map(idOf));
      const members = { count: electors.size, isMember: (identity: Id) => electors.has(identity) };
      const rows = one.rows.map((row) => decoded(BallotRow, row));
      const asked = { rule: decoded(DecisionRule, one.rule), question: decoded(Question, one.question) };
      assert.equal(Buffer.from(rowsRoot(rows)).toString('hex'), one.rowsRoot);
      const { outcome, isEarly } = countProposal(idOf(proposal), asked, members, rows);
      assert.deepEqual([outcome, isEarly], [one.outcome, one.early]);
      const reader = countAgain(proposal, one);
      assert.deepEqual(reader, { rowsRoot: one.rowsRoot, outcome: one.outcome, early: one.early }, 'second reader');
    });
  }
});

/** Small elections by every method; the first five of seven voters are electors. */
const elections = fc.record({
  method: fc.constantFrom(...METHODS),
  terms: fc.record({
    quorum: fc.nat(4),
    threshold: fc.integer({ min: 2, max: 4 }),
    blocks: fc.nat(2),
    assents: fc.boolean(),
  }),
  options: fc.integer({ min: 2, max: 5 }),
  seats: fc.integer({ min: 1, max: 4 }),
  budget: fc.constantFrom(7, 60, 4000, 3_000_000),
  costs: fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 5, maxLength: 5 }),
  ballots: fc.array(
    fc.record({
      voter: fc.integer({ min: 1, max: 7 }),
      number: fc.constantFrom(1, 1, 1, 2),
      ballot: fc.nat(1),
      choice: fc.array(fc.nat(6), { maxLength: 5 }),
      isTidy: fc.integer({ min: 0, max: 4 }).map((chance) => chance > 0),
      to: fc.option(fc.integer({ min: 1, max: 7 }), { freq: 4 }),
    }),
    { maxLength: 12 },
  ),
});
type Election = typeof elections extends fc.Arbitrary<infer Value> ? Value : never;

function ruleOfElection({ method, terms }: Election): DecisionRule {
  const isSuper = method === 'supermajority';
  const mayAssent = method === 'consensus' || method === 'consent';
  return {
    matter: 'general',
    method,
    quorumNumerator: terms.quorum,
    quorumDenominator: 4,
    thresholdNumerator: isSuper ? terms.threshold : 1,
    thresholdDenominator: isSuper ? 4 : 1,
    blocksMax: method === 'consensus' ? terms.blocks : 0,
    silence: mayAssent && terms.assents ? 'assent' : 'abstain',
  };
}

function questionOf({ method, options, seats, budget, costs }: Election): Question {
  if (method === 'equalShares') {
    const within = costs.slice(0, options).map((cost) => amountOf(1 + Math.floor((cost * (budget - 1)) / 1000)));
    return { ...YES_OR_NO, options, costs: within, budget: amountOf(budget) };
  }
  if (method === 'score') return { ...YES_OR_NO, options, seats: Math.min(seats, options - 1), scoreMax: 3 };
  return method === 'rankedChoice' ? { ...YES_OR_NO, options, seats: Math.min(seats, options - 1) } : YES_OR_NO;
}

/** Most choices are such as were offered. */
function rowsOfElection({ method, options, ballots }: Election): readonly BallotRow[] {
  const idOf = (...bytes: readonly number[]): Id => bytesToId(Buffer.alloc(32, Buffer.from(bytes)));
  const tidy = (choice: readonly number[]): readonly number[] => {
    if (method === 'score') return upTo(options).map((_, index) => (choice[index] ?? 0) % 4);
    if (method === 'rankedChoice' || method === 'equalShares')
      return [...new Set(choice.map((option) => 1 + (option % options)))];
    return [1 + ((choice[0] ?? 0) % 4)];
  };
  const rows = ballots.map(({ voter, number, ballot, choice, isTidy, to }) => ({
    voter: idOf(voter),
    number,
    ballot: idOf(voter, number, ballot),
    choice: to !== null ? [] : isTidy ? tidy(choice) : choice,
    delegate: to === null ? undefined : idOf(to),
    commitment: undefined,
  }));
  return [...new Map(rows.map((row) => [row.ballot, row])).values()].toSorted(compareRows);
}

describe('a second reader counts as the program does', () => {
  const proposal = bytesToId(Buffer.alloc(32, 9));
  const electors = upTo(5).map((voter) => bytesToId(Buffer.alloc(32, voter)));
  const members = { count: 5, isMember: (identity: Id) => electors.includes(identity) };
  const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
  for (const method of METHODS) {
    it(method, () => {
      fc.assert(
        fc.property(elections, (drawn) => {
          const election = { ...drawn, method };
          const [rule, question, rows] = [ruleOfElection(election), questionOf(election), rowsOfElection(election)];
          const { outcome, isEarly } = countProposal(proposal, { rule, question }, members, rows);
          const again = countAgain(hexOf(idToBytes(proposal)), {
            rule: hexOf(DecisionRule.encode(rule)),
            question: hexOf(Question.encode(question)),
            electors: electors.map((elector) => hexOf(idToBytes(elector))),
            rows: rows.map((row) => hexOf(BallotRow.encode(row))),
          });
          assert.deepEqual(again, { rowsRoot: hexOf(rowsRoot(rows)), outcome, early: isEarly });
        }),
        { numRuns: Number(process.env['TALLY_RUNS'] ?? 300) },
      );
    });
  }
});

describe('ranked choice elects whom the wards of Edinburgh elected in 2017', () => {
  for (const [ward, names] of ELECTED) {
    it(ward, () => {
      const election = readBlt(`stv/edinburgh-2017-ward_${ward}.csv`);
      for (const tieOrder of [upTo(election.options), upTo(election.options).toReversed()]) {
        const { elected } = countRanked(election.options, election.seats, election.rankings, tieOrder);
        assert.deepEqual(elected.map((option) => election.names[option - 1] ?? '').toSorted(), names);
      }
    });
  }
});

describe('equal shares', () => {
  const files = readdirSync(new URL('equal-shares/', VECTORS)).filter((name) => name.endsWith('.yaml'));
  assert.equal(files.length, 10);
  for (const name of files) {
    it(`gives one of the possible results of ${name}`, () => {
      const text = linesOf(`equal-shares/${name}`).join('\n');
      const profile: readonly number[][] = JSON.parse(/^profile: (.*)$/m.exec(text)?.[1] ?? '[]');
      const [count, budget] = [/^num_cand: (\d+)$/m, /^committeesize: (\d+)$/m].map((form) =>
        Number(form.exec(text)?.[1]),
      );
      const resultsOf = (rule: string, resolute: boolean): readonly (readonly number[])[] =>
        JSON.parse(new RegExp(`rule_id: ${rule}\n  result: (.*)\n  resolute: ${resolute}`).exec(text)?.[1] ?? '[]');
      const options = upTo(count ?? 0);
      const chosen = shareBudget({
        budget: (budget ?? 0) * SECONDS_PER_NOTE,
        costs: options.map(() => SECONDS_PER_NOTE),
        ballots: profile.map((approved) => approved.map((candidate) => candidate + 1)),
        tieOrder: options,
      });
      const result = rising(chosen.map((option) => option - 1));
      const isOneOf = (results: readonly (readonly number[])[]): boolean =>
        results.some((possible) => JSON.stringify(possible) === JSON.stringify(result));
      assert.ok(isOneOf(resultsOf('equal-shares', false)), JSON.stringify(result));
      assert.ok(isOneOf(resultsOf('equal-shares-with-increment-completion', true)), JSON.stringify(result));
    });
  }

  it('with add1 buys what Wieliczka decided in 2023', () => {
    const lines = linesOf('equal-shares/poland_wieliczka_2023.pb').filter((line) => line !== '');
    const [projectsAt, votesAt] = [lines.indexOf('PROJECTS'), lines.indexOf('VOTES')];
    const projects = lines.slice(projectsAt + 2, votesAt).map((line) => {
      const fields = line.split(';');
      return { id: fields[0], cost: Number(fields.at(-3)), selected: fields.at(-1) === '1' };
    });
    const places = new Map(projects.map(({ id }, index) => [id, index + 1]));
    const ballots = lines.slice(votesAt + 2).map((line) => {
      const [, approved = ''] = line.split(';');
      return approved.split(',').map((id) => places.get(id) ?? 0);
    });
    assert.deepEqual([projects.length, ballots.length], [64, 6586]);
    const costs = projects.map(({ cost }) => cost);
    const chosen = shareBudget({ budget: 1_000_000, costs, ballots, tieOrder: upTo(projects.length) });
    const selected = projects.flatMap(({ selected: is }, index) => (is ? [index + 1] : []));
    assert.deepEqual(rising(chosen), selected);
  });
});
