/** What people do in an assembly of daemons. */
import assert from 'node:assert/strict';
import type { RouteInput, RouteOutput } from '../../src/api/routes.ts';
import { type TestNode, until } from './processes.ts';

/** A proposal as a node shows it. */
export type Shown = RouteOutput<'proposal.show'>;

/** Proposes to a body that can be reached. @returns the proposal. */
export async function propose(
  by: TestNode,
  body: TestNode,
  question: Omit<RouteInput<'proposal.open'>, 'body'>,
): Promise<string> {
  const { answer, proposal } = await by.client.call('proposal.open', { body: body.identity, ...question });
  assert.ok(answer.word === 'accepted' && proposal !== undefined, `the proposal is open: ${answer.sentence}`);
  return proposal;
}

/** Waits until a node shows a proposal so. @returns it. */
export async function proposalBecomes(
  at: TestNode,
  proposal: string,
  isSo: (shown: Shown) => boolean,
  delayMsMax?: number,
): Promise<Shown> {
  let last: Shown | undefined;
  return until(
    () => `${at.name} seeing the proposal so (last seen ${JSON.stringify(last)})`,
    async () => {
      last = await at.client.call('proposal.show', { proposal }).catch(() => undefined);
      return last !== undefined && isSo(last) ? last : undefined;
    },
    delayMsMax,
  );
}

/** Votes as soon as the proposal is seen. @returns what the body said. */
export async function vote(
  by: TestNode,
  proposal: string,
  ballot: Omit<RouteInput<'ballot.cast'>, 'proposal'>,
): Promise<RouteOutput<'ballot.cast'>['answer']> {
  await proposalBecomes(by, proposal, () => true);
  return (await by.client.call('ballot.cast', { proposal, ...ballot })).answer;
}

/** Waits until everybody shows the proposal closed, with one result. @returns it. */
export async function resultAt(nodes: readonly TestNode[], proposal: string, delayMsMax?: number): Promise<Shown> {
  const isClosed = ({ voters }: Shown): boolean => voters !== undefined;
  const seen = await Promise.all(nodes.map((node) => proposalBecomes(node, proposal, isClosed, delayMsMax)));
  const results = seen.map(({ state, electors, voters, voices, options }) =>
    JSON.stringify({ state, electors, voters, voices, counts: options.map(({ count, chosen }) => [count, chosen]) }),
  );
  assert.equal(new Set(results).size, 1, `everybody counts the same: ${results.join('\n')}`);
  const [first] = seen;
  assert.ok(first !== undefined);
  return first;
}
