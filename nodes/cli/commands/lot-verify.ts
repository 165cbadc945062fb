import type { Command } from 'commander';
import { z } from 'zod';
import { parseId } from '../../../src/api/index.ts';
import { EXIT, usageError } from '../../shared/exit-codes.ts';
import type { VerifiedFile } from '../../shared/verify-file.ts';
import { contextOf } from '../context.ts';
import { renderAnswer } from '../render.ts';

const flagsSchema = z.object({ lot: z.string().optional() });

/** `lot verify FILE [--lot LOT]`: draws the lots in a file again, with nothing but the file. */
export function addLotVerify(noun: Command): void {
  const command = noun
    .command('verify')
    .description(
      'Draws the lots in an exported file again, with nothing but the file: who committed, who withheld, who was drawn.',
    )
    .argument('<file>')
    .option('--lot <lot>', 'only this one');
  command.action(async (file: string) => {
    const { output } = contextOf(command);
    const lot = lotOf(flagsSchema.parse(command.opts()).lot);
    const { verifyFileAt } = await import('../../shared/verify-file.ts');
    const found = await verifyFileAt(file);
    const lots = lotsIn(found).filter((each) => lot === undefined || each.lot === lot);
    const holds = found.report.valid && lots.length > 0 && lots.every(({ state }) => state === 'drawn');
    output.result(
      { valid: found.report.valid, holds, lots },
      (told) => `${verdictOf(told)}\n\n${renderAnswer({ lots })}`,
    );
    if (!holds) process.exitCode = EXIT.refused;
  });
}

function lotOf(text: string | undefined) {
  const id = text === undefined ? undefined : parseId(text);
  if (text === undefined || id !== undefined) return id;
  throw usageError(`${text} is no lot: an id begins with b and has 53 characters.`);
}

type Told = { readonly valid: boolean; readonly holds: boolean; readonly lots: ReturnType<typeof lotsIn> };

function verdictOf({ valid, holds, lots }: Told): string {
  if (!valid) return 'The file is NOT valid: mutua verify tells what does not hold in it.';
  if (lots.length === 0)
    return 'The file holds no such lot: export it from a node that keeps the decision book and the member book of its body.';
  if (!holds) return 'Not every lot is drawn as far as the file goes; what stands of them is told below.';
  const weak = lots.filter((lot) => lot.weak).length;
  const proof =
    weak === 0
      ? ''
      : ` ${weak} of them ${weak === 1 ? 'is' : 'are'} weak: fewer than three secrets made the draw, so that it proves little.`;
  return `Every lot was drawn as its secrets draw it.${proof}`;
}

function lotsIn({ report, replay }: VerifiedFile) {
  return replay.books.flatMap(({ book, lots }) =>
    lots.map(({ lot, state, count, parties, committed, excluded, pool, drawn, withheld, weak }) => ({
      lot,
      body: report.books.find((each) => each.book === book)?.identity,
      state,
      count,
      parties,
      committed: committed.map(({ party }) => party),
      without: excluded,
      pool: pool === undefined ? undefined : { book: pool.book, sequence: pool.sequence, id: pool.id },
      drawn,
      withheld,
      weak,
    })),
  );
}
