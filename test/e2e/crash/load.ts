/**
 * The process that makes the load and remembers what was acknowledged: it pays in circles, hands entries signed here to
 * every node, and writes a line for each acknowledgement before it goes on. It ends at SIGTERM.
 */
import { openSync, writeSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { connect } from '../../../nodes/shared/connect.ts';
import { untilSignal } from '../../../nodes/shared/signals.ts';
import type { ApiClient } from '../../../src/api/client.ts';
import { present } from '../../../src/core/base/outcome.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { hand, OutsideWriter } from './outside-writer.ts';

/** What the load is told in its one argument. */
export const loadPlan = z.object({
  logFile: z.string(),
  network: z.string(),
  payers: z.array(z.object({ folder: z.string(), account: z.string(), payees: z.array(z.string()).min(1) })),
  /** One for each node; the assembly admits it, so that every node keeps its book. */
  writers: z.array(z.object({ name: z.string(), folder: z.string() })),
  assembly: z.string(),
});
/** See loadPlan. */
export type LoadPlan = z.infer<typeof loadPlan>;

/** One acknowledgement: entries that a node has said are durable, and where they must be found. */
export const acknowledgement = z.object({
  folder: z.string(),
  /** In the node that acknowledged. */
  here: z.array(z.string()),
  /** In every node, once all have converged. */
  everywhere: z.array(z.string()),
});
/** See acknowledgement. */
export type Acknowledgement = z.infer<typeof acknowledgement>;

type Record = (acknowledged: Acknowledgement) => void;

/** Wait before a node that was killed is asked again. */
const RETRY_DELAY_MS = 100;
/** Orders under way at once, for each payer. */
const ORDERS_AT_ONCE = 2;
/** Entries that a writer hands over at once, and the time between. Five writers try 500 each second. */
const BATCH_ENTRIES = 10;
const BATCH_INTERVAL_MS = 100;

async function pay(payer: LoadPlan['payers'][number], record: Record, end: AbortSignal): Promise<void> {
  let client: ApiClient | undefined;
  for (let turn = 0; !end.aborted; turn += 1) {
    try {
      client ??= await connect(payer.folder);
      const to = payer.payees[turn % payer.payees.length] ?? '';
      const { order, answer } = await client.call('pay', { account: payer.account, payments: [{ to, amount: 1 }] });
      record({
        folder: payer.folder,
        here: [order],
        everywhere: answer.carrier === undefined ? [] : [answer.carrier.id],
      });
    } catch {
      // The node was killed or is starting: nothing was acknowledged. What is lost wrongly, the verification finds.
      client = undefined;
      await wait(RETRY_DELAY_MS);
    }
  }
}

/** Hands one batch after another to its node, again where no acknowledgement came. */
async function write(
  { name, folder }: LoadPlan['writers'][number],
  plan: LoadPlan,
  record: Record,
  end: AbortSignal,
): Promise<void> {
  const writer = new OutsideWriter(name, plan.network);
  let batch = await applied(writer, plan);
  let client: ApiClient | undefined;
  while (!end.aborted) {
    const nextMs = performance.now() + BATCH_INTERVAL_MS;
    try {
      client ??= await connect(folder);
      if (await hand(client, batch)) {
        record({ folder, here: [], everywhere: batch.map(({ id }) => id) });
        batch = writer.next(BATCH_ENTRIES);
      }
    } catch {
      client = undefined;
    }
    await wait(Math.max(0, nextMs - performance.now()));
  }
}

async function applied(writer: OutsideWriter, { assembly }: LoadPlan): Promise<readonly Entry[]> {
  const client = await connect(assembly);
  const { body, charterHead } = await client.call('member.list', {});
  const entries = writer.apply(body, present(charterHead, 'a founded body has a charter'));
  await hand(client, entries);
  return entries;
}

async function main(argument: string | undefined): Promise<void> {
  const plan = loadPlan.parse(JSON.parse(argument ?? ''));
  const log = openSync(plan.logFile, 'a');
  const end = new AbortController();
  const signalled = untilSignal();
  const record: Record = (acknowledged) => void writeSync(log, `${JSON.stringify(acknowledged)}\n`);
  const payments = plan.payers.flatMap((payer) =>
    Array.from({ length: ORDERS_AT_ONCE }, () => pay(payer, record, end.signal)),
  );
  const writings = plan.writers.map((writer) => write(writer, plan, record, end.signal));
  await signalled;
  end.abort();
  await Promise.all([...payments, ...writings]);
}

if (import.meta.main) await main(process.argv[2]);
