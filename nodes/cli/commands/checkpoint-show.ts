import type { Command } from 'commander';
import { ROUTES } from '../../../src/api/routes.ts';
import { usageError } from '../../shared/exit-codes.ts';
import { contextOf } from '../context.ts';
import { faultOf } from '../fields.ts';
import { renderAnswer } from '../render.ts';

/** `checkpoint show BOOK [--note]`: who confirms a book, and the C2SP text for the witnesses and monitors of other logs. */
export function addCheckpointShow(noun: Command): void {
  const command = noun
    .command('show')
    .description('Shows the newest confirmed checkpoint of a book, or its writer’s own while none is.')
    .argument('<book>')
    .option('--note', 'print only the C2SP text, for a file');
  command.action(async (book: string) => {
    const context = contextOf(command);
    const fault = faultOf(ROUTES['checkpoint.show'], { book });
    if (fault !== undefined) throw usageError(`${fault}.`);
    const client = await context.client();
    const answer = await client.call('checkpoint.show', { book });
    const { note, ...rest } = answer;
    const isNote = command.getOptionValue('note') === true;
    context.output.result(answer, () => (isNote ? note.trimEnd() : `${renderAnswer(rest)}\n\n${note}`.trimEnd()));
  });
}
