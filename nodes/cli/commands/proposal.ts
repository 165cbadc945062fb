import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { z } from 'zod';
import { MATTERS, parseAmount } from '../../../src/api/index.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { fileError } from '../../shared/files.ts';
import { contextOf, withDryRun } from '../context.ts';
import { askRoute, type Question } from '../route-command.ts';

const SECOND_MS = 1000;

const wholeNumber = z.string().regex(/^\d+$/, 'is not a whole number').transform(Number);
const flagsSchema = z.object({
  title: z.string().optional(),
  matter: z.string().optional(),
  text: z.string().optional(),
  option: z.array(z.string()).optional(),
  seats: wholeNumber.optional(),
  scoreMax: wholeNumber.optional(),
  budget: z.string().optional(),
  deadline: z.string().optional(),
  rate: z.string().optional(),
  from: z.string().optional(),
  lasts: z.string().optional(),
  expel: z.string().optional(),
  charter: z.string().optional(),
  sealed: z.boolean().optional(),
});
type Flags = z.infer<typeof flagsSchema>;

/** `proposal open BODY TITLE [--matter M] [--text T] [--option NAME=COST …]`. */
export function addProposalOpen(noun: Command): void {
  const command = withVersionFlags(withDryRun(noun.command('open')))
    .description('Proposes something to a body, which opens it for the ballots of its members.')
    .argument('<body>')
    .argument('<title>')
    .option('--matter <matter>', `what it is about: ${MATTERS.join(', ')}; where absent general`);
  command.action(async (body: string, title: string) => {
    const { matter, ...flags } = flagsOf(command);
    await askRoute(contextOf(command), 'proposal.open', { body, title, matter, ...(await versionOf(flags)) });
  });
}

/** `proposal amend PROPOSAL [--title T] [--text T] …`: what is not given stays. */
export function addProposalAmend(noun: Command): void {
  const command = withVersionFlags(withDryRun(noun.command('amend')))
    .description(
      'Puts a newer version in the place of a proposal of one’s own; what is not given stays. Ballots begin anew.',
    )
    .argument('<proposal>')
    .option('--title <title>');
  command.action(async (proposal: string) => {
    const { title, ...flags } = flagsOf(command);
    await askRoute(contextOf(command), 'proposal.amend', { proposal, title, ...(await versionOf(flags)) });
  });
}

function withVersionFlags(command: Command): Command {
  return command
    .option('--text <text>', 'what is proposed, in words')
    .option('--option <name[=cost]...>', 'what can be chosen; of a budget with its cost, such as "New roof=120h"')
    .option('--seats <number>', 'ranked choice and score: how many options are chosen')
    .option('--score-max <number>', 'score: the largest score of an option')
    .option('--budget <amount>', 'budget: what there is to share out, such as 300h')
    .option('--sealed', 'ballots hide their choices until all are in; not in a consent or consensus')
    .option('--deadline <time>', 'when the ballots end: 2026-11-30T18:00:00Z, or in how long, such as 48h')
    .option('--rate <class=ratio>', 'a rate: at which ratio work of a task class is issued, such as 3=3/2')
    .option('--from <time>', 'of a rate: from when the work is done, on a whole minute')
    .option('--lasts <time>', 'of a rate: how long, such as 720h')
    .option('--expel <member>', 'an expulsion: who is to go')
    .option('--charter <file>', 'a charter: a JSON file with what is to change, such as {"criteria": ["lives here"]}');
}

function flagsOf(command: Command): Flags {
  const flags = flagsSchema.safeParse(command.opts());
  if (flags.success) return flags.data;
  const [issue] = flags.error.issues;
  throw usageError(`--${String(issue?.path[0]) === 'scoreMax' ? 'score-max' : 'seats'} ${issue?.message ?? ''}.`);
}

async function versionOf(flags: Omit<Flags, 'title' | 'matter'>): Promise<Question> {
  const { text, option, seats, scoreMax, budget, deadline, expel, charter, sealed, ...rate } = flags;
  return {
    text,
    options: option?.map(readOption),
    seats,
    scoreMax,
    budget,
    deadline: deadline && readDeadline(deadline),
    rate: readRate(rate),
    expel,
    sealed,
    charter: charter === undefined ? undefined : await readJson(charter),
  };
}

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw fileError(error, file, 'read');
  });
  try {
    return JSON.parse(text);
  } catch {
    throw usageError(`${file} is no JSON: write what is to change, such as {"criteria": ["lives here"]}.`);
  }
}

/** @returns name and cost of `NAME=COST`; a name may hold `=` where no amount follows the last one. */
export function readOption(text: string): { readonly name: string; readonly cost?: string } {
  const at = text.lastIndexOf('=');
  const cost = text.slice(at + 1);
  if (at < 1 || parseAmount(cost) === undefined) return { name: text };
  return { name: text.slice(0, at), cost };
}

/** @returns a time as ISO 8601. @throws CommandError (usage). */
export function readDeadline(text: string, nowMs: number = Date.now()): string {
  const seconds = parseAmount(text);
  const timeMs = seconds === undefined ? Date.parse(text) : nowMs + seconds * SECOND_MS;
  if (Number.isNaN(timeMs))
    throw usageError(`${text} is no time: write 2026-11-30T18:00:00Z, or in how long, such as 48h.`);
  return new Date(timeMs).toISOString();
}

/** @returns a rate of `--rate`, `--from` and `--lasts`, undefined where there is none of them. @throws CommandError (usage). */
export function readRate({ rate, from, lasts }: Pick<Flags, 'rate' | 'from' | 'lasts'>): object | undefined {
  if (rate === undefined && from === undefined && lasts === undefined) return undefined;
  const [, taskClass, numerator, denominator] = /^(\d+)=(\d+)\/(\d+)$/.exec(rate ?? '') ?? [];
  const seconds = parseAmount(lasts ?? '');
  if (taskClass === undefined || from === undefined || seconds === undefined || seconds % 60 !== 0)
    throw usageError(
      'A rate is a task class, a number, and a ratio, such as 3/2 (together: --rate 3=3/2); --from says a time and --lasts how long in whole minutes, such as 720h.',
    );
  const terms = { taskClass: Number(taskClass), numerator: Number(numerator), denominator: Number(denominator) };
  return { ...terms, start: readDeadline(from), minutes: seconds / 60 };
}
