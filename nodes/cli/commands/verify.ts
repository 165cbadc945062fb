import type { Command } from 'commander';
import { z } from 'zod';
import { amountToJson, signedAmountToJson } from '../../../src/api/schema.ts';
import { EXIT } from '../../shared/exit-codes.ts';
import type { VerifiedFile } from '../../shared/verify-file.ts';
import { contextOf } from '../context.ts';
import { renderAnswer } from '../render.ts';

const flagsSchema = z.object({ account: z.string().optional(), statement: z.string().optional() });

/** `verify FILE [--account ACCOUNT] [--statement FILE]`: signatures, chains, forks, effects and figures, with nothing but the file. */
export function addVerify(program: Command): void {
  const command = program
    .command('verify')
    .description(
      'Checks a file of entries with nothing but the file: who signed, in which order, what the rules make of it, and what is missing.',
    )
    .argument('<file>')
    .option('--account <account>', 'show the passbook that the ledger in the file gives this account')
    .option('--statement <file>', 'check a statement that `account statement --json` printed against the file');
  command.action(async (file: string) => {
    const { output } = contextOf(command);
    const flags = flagsSchema.parse(command.opts());
    const { account } = flags;
    const { isSound, readStatementFile, verifyFileAt } = await import('../../shared/verify-file.ts');
    const statement = flags.statement === undefined ? undefined : await readStatementFile(flags.statement);
    const found = await verifyFileAt(file, { account, statement });
    const sound = isSound(found);
    const showsLines = account !== undefined || statement !== undefined;
    output.result(toldOf(found, showsLines), ({ books, replayed, ledgers, identities, faults, lines, ...rest }) => {
      const verdict = verdictOf(found, sound);
      if (found.report.header === undefined) return verdict;
      const told = { ...rest, books, replayed, ledgers, ...(showsLines ? { lines } : {}), identities, faults };
      return `${verdict}\n\n${renderAnswer(told)}`;
    });
    if (!sound) process.exitCode = EXIT.refused;
  });
}

/** What a person wants to know first. */
function verdictOf(found: VerifiedFile, sound: boolean): string {
  const { valid, complete, header, faultCount, faults } = found.report;
  if (header === undefined) return faults[0]?.sentence ?? 'The file is empty.';
  if (!complete) return 'The file is NOT whole: it ends early or is damaged. What stands before that is told below.';
  if (!valid) return `The file is NOT valid: ${faultCount} of its items do not hold, told below.`;
  return sound
    ? 'The file is valid: every signature and every chain in it holds.'
    : 'The file is valid, but the statement does NOT hold against it.';
}

function toldOf({ report, replay, statement }: VerifiedFile, showsLines: boolean) {
  const { header, ...told } = report;
  return {
    ...told,
    books: told.books.map(({ branch: _, ...book }) => book),
    topics: header?.topics ?? [],
    replayed: replay.books.map(({ figures: _, lots: __, ...book }) => ({ ...book, refused: refusalsOf(book.refused) })),
    ledgers: replay.books.flatMap(({ book, figures }) =>
      figures === undefined
        ? []
        : [
            {
              ledger: book,
              issued: amountToJson(figures.issued),
              retired: amountToJson(figures.retired),
              outstanding: amountToJson(figures.outstanding),
              backed: amountToJson(figures.backedSeconds),
              records: figures.records,
              accounts: figures.accounts,
            },
          ],
    ),
    lines: showsLines
      ? replay.lines.map((line) => ({
          sequence: line.sequence,
          line: line.line,
          type: line.type,
          amount: signedAmountToJson(line.amount),
          balanceAfter: amountToJson(line.balanceAfter),
          counterpart: line.counterpart,
          entry: line.entry,
        }))
      : undefined,
    statement,
  };
}

function refusalsOf(refused: VerifiedFile['replay']['books'][number]['refused']): string[] {
  return Object.entries(refused).map(([code, count]) => `${code} × ${count}`);
}
