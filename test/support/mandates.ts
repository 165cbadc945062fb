/** What people do with mandates in a village of daemons. */
import assert from 'node:assert/strict';
import { ApiError } from '../../src/api/errors.ts';
import type { RouteOutput } from '../../src/api/routes.ts';
import { type TestNode, until } from './processes.ts';

/** A mandate as a node lists it. */
export type Mandate = RouteOutput<'mandate.list'>['mandates'][number];

/** What a mandate says. */
export interface MandateTerms {
  readonly delegate: TestNode;
  readonly at: TestNode;
  readonly termMs: number;
  readonly matters?: string;
  readonly amount?: string;
}

/** A body gives a mandate by its command line. @returns its id. */
export async function giveMandate(by: TestNode, terms: MandateTerms): Promise<string> {
  const { delegate, at, termMs, matters = 'general', amount } = terms;
  const to = new Date(Date.now() + termMs).toISOString();
  const flags = ['--matters', matters, ...(amount === undefined ? [] : ['--amount', amount])];
  const { mandate } = await by.command('mandate', 'grant', delegate.identity, at.identity, to, ...flags);
  assert.ok(typeof mandate === 'string', 'a mandate has an id');
  return mandate;
}

/** Waits until nodes list a mandate so. */
export async function mandateBecomes(
  nodes: readonly TestNode[],
  id: string,
  isSo: (mandate: Mandate) => boolean,
  delayMsMax?: number,
): Promise<void> {
  for (const node of nodes)
    await until(
      () => `${node.name} sees the mandate so`,
      async () => {
        const { mandates } = await node.client.call('mandate.list', {});
        return mandates.find((mandate) => mandate.mandate === id && isSo(mandate));
      },
      delayMsMax,
    );
}

/** @returns the code with which something is refused, whether at once or by the body. */
export async function codeOf(work: Promise<{ readonly code?: string | undefined }>): Promise<string | undefined> {
  const result = await work.catch((error: unknown) => error);
  if (result instanceof ApiError) return result.code;
  return typeof result === 'object' && result !== null && 'code' in result ? String(result.code) : undefined;
}
