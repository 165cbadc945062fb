import type { Command } from 'commander';
import { EXIT } from '../../shared/exit-codes.ts';
import { contextOf } from '../context.ts';
import { renderAnswer } from '../render.ts';

/** `evidence verify FILE`: says again what evidence proves, with nothing but the file. */
export function addEvidenceVerify(noun: Command): void {
  const command = noun
    .command('verify')
    .description(
      'Checks a piece of evidence with nothing but its file: what it proves, of which device and which book.',
    )
    .argument('<file>', 'what mutua evidence show --json printed');
  command.action(async (file: string) => {
    const { output } = contextOf(command);
    const { verifyEvidenceAt } = await import('../../shared/verify-evidence.ts');
    const finding = await verifyEvidenceAt(file);
    output.result(finding, ({ holds, sentence, ...rest }) =>
      [
        `The evidence ${holds ? 'holds' : 'does NOT hold'}. ${sentence}`,
        ...(holds ? ['', renderAnswer(rest)] : []),
      ].join('\n'),
    );
    if (!finding.holds) process.exitCode = EXIT.refused;
  });
}
