import { createHash } from 'node:crypto';
import { bytesToId } from '../../../src/core/base/id.ts';
import { BallotRow, Question } from '../../../src/core/wire/messages/decisions.ts';
import { DecisionRule } from '../../../src/core/wire/messages/rules.ts';
import { YES_OR_NO } from '../../support/decisions.ts';
import { bytes32, hex, taggedSha256 } from '../../support/proto-bytes.ts';

/** Id of the proposal of every case. */
export const PROPOSAL = bytes32(80);
const person = (number: number) => bytesToId(bytes32(number));
/** @returns 1, 2, 3 … */
export const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Options in the order in which they come where they stand equal. */
export function tieOrder(options: number): readonly number[] {
  const hashOf = (option: number) => taggedSha256('mutua/1/tie-order', PROPOSAL, Buffer.from([option]));
  return upTo(options).toSorted((left, right) => Buffer.compare(hashOf(left), hashOf(right)));
}

/** RFC 6962 §2.1, as it is written there. */
function treeHash(leaves: readonly Uint8Array[]): Buffer {
  const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.from([0]), only);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha256(Buffer.from([1]), treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** Voices. */
export const FOR = [1];
/** See FOR. */
export const AGAINST = [2];
/** See FOR. */
export const ASIDE = [3];
/** See FOR. */
export const BLOCK = [4];

/** A rule by its method; a quorum of nobody, a whole threshold and silence that abstains where nothing else is said. */
export interface RuleOf extends Partial<DecisionRule> {
  readonly method: DecisionRule['method'];
  readonly quorum?: readonly [number, number];
  readonly threshold?: readonly [number, number];
}

function ruleOf({ quorum = [0, 1], threshold = [1, 1], ...rest }: RuleOf): DecisionRule {
  return {
    matter: 'general',
    quorumNumerator: quorum[0],
    quorumDenominator: quorum[1],
    thresholdNumerator: threshold[0],
    thresholdDenominator: threshold[1],
    blocksMax: 0,
    silence: 'abstain',
    ...rest,
  };
}

interface RowOf {
  readonly choice?: readonly number[];
  readonly to?: number;
  readonly number?: number;
  readonly ballot?: number;
}

/** @returns the row of a voter by number; `to` is whom it delegates to. */
export function rowOf(voter: number, { choice = [], to, number = 1, ballot = 200 + number }: RowOf): BallotRow {
  const delegate = to === undefined ? undefined : person(to);
  return { voter: person(voter), number, ballot: bytesToId(bytes32(ballot)), choice, delegate, commitment: undefined };
}

/** Voters 1, 2, 3 … with these choices. */
export function choices(...all: readonly (readonly number[])[]): readonly BallotRow[] {
  return all.map((choice, index) => rowOf(index + 1, { choice }));
}

/** Voters from one on with the same choice. */
export function same(choice: readonly number[], count: number, from: number): readonly BallotRow[] {
  return upTo(count).map((_, index) => rowOf(from + index, { choice }));
}

interface Counting {
  readonly rule: RuleOf;
  readonly question?: Partial<Question>;
  readonly electors?: number;
  readonly rows: readonly BallotRow[];
}

interface Expected {
  readonly adopted: boolean;
  readonly voters: number;
  readonly chosen?: readonly number[];
  readonly counts: readonly number[];
  readonly early: boolean;
}

/** @returns one vector. */
export function counting(name: string, { rule, question = {}, electors = 5, rows }: Counting, expected: Expected) {
  const asked = { ...YES_OR_NO, ...question };
  const { adopted, voters, chosen = [], counts, early } = expected;
  const bytes = rows.map((row) => BallotRow.encode(row));
  return {
    name,
    rule: hex(DecisionRule.encode(ruleOf(rule))),
    question: hex(Question.encode(asked)),
    electors: upTo(electors).map((number) => hex(bytes32(number))),
    rows: bytes.map(hex),
    rowsRoot: hex(treeHash(bytes)),
    outcome: { adopted, electors, voters, chosen, counts },
    early,
  };
}
