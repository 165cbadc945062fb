import type { Command } from 'commander';
import { z } from 'zod';
import { contextOf, withDryRun } from '../context.ts';
import { askRoute } from '../route-command.ts';
import { readDeadline } from './proposal.ts';

/** `member found ACCEPTANCE…`: puts the acceptances of all founders together; from then on the body can start. */
export function addMemberFound(noun: Command): void {
  const command = withDryRun(noun.command('found'))
    .description('Puts the acceptances of all founders together; from then on this body can start. It needs no daemon.')
    .argument('<acceptances...>', 'what each founder got from: mutua member accept-founding TEXT');
  command.action(async (acceptances: string[]) => {
    const { dataFolder, output, isDryRun } = contextOf(command);
    if (isDryRun) {
      const would = `It would found the body in ${dataFolder} with ${acceptances.length} acceptances.`;
      output.result({ dryRun: true, would }, () => would);
      return;
    }
    const { foundBody } = await import('../../shared/make-node.ts');
    const identity = await foundBody(dataFolder, acceptances);
    output.result({ identity }, () => `${identity} is founded. Next: mutua start --data ${dataFolder}`);
  });
}

/** `member refuse IDENTITY --criterion N [--reason TEXT]`: nobody is refused without a criterion. */
export function addMemberRefuse(noun: Command): void {
  const command = withDryRun(noun.command('refuse'))
    .description('Refuses an application by a criterion of the charter, named by its number.')
    .argument('<identity>', 'who applied')
    .requiredOption('--criterion <number>', 'which criterion is not met; `mutua body show` numbers them', Number)
    .option('--reason <text>', 'why it is not met; can be erased later');
  command.action(async (identity: string) => {
    const { criterion, reason }: { criterion?: unknown; reason?: unknown } = command.opts();
    await askRoute(contextOf(command), 'member.refuse', { identity, criterion, reason });
  });
}

/** `member expel BODY MEMBER [--title T] [--text T] [--deadline T]`: nobody is expelled but by a decision. */
export function addMemberExpel(noun: Command): void {
  const command = withDryRun(noun.command('expel'))
    .description('Proposes to a body that a member is to go; when it is adopted, the body’s node carries it out.')
    .argument('<body>')
    .argument('<member>')
    .option('--title <title>', 'where absent “Expulsion”', 'Expulsion')
    .option('--text <text>', 'why')
    .option('--deadline <time>', 'when the ballots end: 2026-11-30T18:00:00Z, or in how long, such as 48h');
  command.action(async (body: string, expel: string) => {
    const { title, text, deadline } = expelFlags.parse(command.opts());
    const question = { body, title, text, matter: 'expulsion', expel };
    await askRoute(contextOf(command), 'proposal.open', { ...question, deadline: deadline && readDeadline(deadline) });
  });
}

const expelFlags = z.object({ title: z.string(), text: z.string().optional(), deadline: z.string().optional() });
