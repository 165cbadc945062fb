/** Counts of decisions, against elections that others have held and published. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { SECONDS_PER_NOTE } from '../../src/core/base/amount.ts';
import { shareBudget } from '../../src/core/decisions/methods/equal-shares.ts';
import { countRanked } from '../../src/core/decisions/methods/ranked.ts';

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
