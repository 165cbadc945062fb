import type { Command } from 'commander';
import { addStartFlags, startFlagsOf } from '../../shared/start-flags.ts';
import { contextOf } from '../context.ts';

/** `start`: runs the node of the data folder until Ctrl-C. */
export function addStart(program: Command): void {
  const command = addStartFlags(program.command('start')).description(
    'Runs the node until Ctrl-C, and tells what happens.',
  );
  command.action(async () => {
    const { runNode } = await import('../../shared/run-node.ts');
    const { dataFolder, environment, output } = contextOf(command);
    await runNode({ dataFolder, environment, flags: startFlagsOf(command), output });
  });
}
