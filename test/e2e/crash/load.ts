/**
 * The process that makes the load and remembers what was acknowledged: it pays in circles through every node it is told of,
 * and writes a line for each acknowledgement before it goes on. It ends at SIGTERM.
 */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { connect } from '../../../nodes/shared/connect.ts';
import { untilSignal } from '../../../nodes/shared/signals.ts';
import type { ApiClient } from '../../../src/api/client.ts';

/** What the load is told in its one argument. */
export const loadPlan = z.object({
  logFile: z.string(),
  payers: z.array(z.object({ folder: z.string(), account: z.string(), payees: z.array(z.string()).min(1) })),
  /** Orders under way at once, for each payer. */
  atOnce: z.int().min(1),
});
/** See loadPlan. */
export type LoadPlan = z.infer<typeof loadPlan>;

/** One acknowledgement: entries that a node has said are durable, and where they must be found. */
export const acknowledgement = z.object({
  folder: z.string(),
  order: z.string(),
  /** The ledger entry that carries the order, where the bank had answered. */
  carrier: z.string().optional(),
});
/** See acknowledgement. */
export type Acknowledgement = z.infer<typeof acknowledgement>;

/** Wait before a node that was killed is asked again. */
const RETRY_DELAY_MS = 100;

async function pay(
  payer: LoadPlan['payers'][number],
  record: (acknowledged: Acknowledgement) => void,
  end: AbortSignal,
): Promise<void> {
  let client: ApiClient | undefined;
  for (let turn = 0; !end.aborted; turn += 1) {
    try {
      client ??= await connect(payer.folder);
      const to = payer.payees[turn % payer.payees.length] ?? '';
      const { order, answer } = await client.call('pay', { account: payer.account, payments: [{ to, amount: 1 }] });
      record({ folder: payer.folder, order, ...(answer.carrier === undefined ? {} : { carrier: answer.carrier.id }) });
    } catch {
      // The node was killed or is starting: nothing was acknowledged. What is lost wrongly, the verification finds.
      client = undefined;
      await wait(RETRY_DELAY_MS);
    }
  }
}

async function main(argument: string | undefined): Promise<void> {
  const plan = loadPlan.parse(JSON.parse(argument ?? ''));
  const log = openSync(plan.logFile, 'a');
  const end = new AbortController();
  const record = (acknowledged: Acknowledgement): void => void writeSync(log, `${JSON.stringify(acknowledged)}\n`);
  const work = plan.payers.flatMap((payer) =>
    Array.from({ length: plan.atOnce }, () => pay(payer, record, end.signal)),
  );
  await untilSignal();
  end.abort();
  await Promise.all(work);
}

if (import.meta.main) await main(process.argv[2]);
