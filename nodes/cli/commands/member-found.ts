import type { Command } from 'commander';
import { contextOf, withDryRun } from '../context.ts';

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
