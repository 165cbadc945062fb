import type { Command } from 'commander';
import { z } from 'zod';
import { ROUTES } from '../../../src/api/routes.ts';
import { EXIT, usageError } from '../../shared/exit-codes.ts';
import { writeStreamToFile } from '../../shared/files.ts';
import { contextOf } from '../context.ts';
import { faultOf } from '../fields.ts';
import { renderAnswer } from '../render.ts';

const showFlags = z.object({ file: z.string().optional(), full: z.boolean().default(false) });
const verifyFlags = z.object({ body: z.string().optional(), proposal: z.string().optional() });

/** `certificate show PROPOSAL [--file FILE [--full]]`: what a body decided, and the file that proves it. */
export function addCertificateShow(noun: Command): void {
  const command = noun
    .command('show')
    .description(ROUTES['certificate.show'].summary)
    .argument('<proposal>')
    .option('--file <file>', 'write the certificate as a file too, which `certificate verify` checks anywhere')
    .option('--full', 'with --file: put the electorate and the ballots in, so that the result can be counted anew');
  command.action(async (proposal: string) => {
    const { file, full } = showFlags.parse(command.opts());
    const context = contextOf(command);
    const fault = faultOf(ROUTES['certificate.show'], { proposal });
    if (fault !== undefined) throw usageError(`${fault}.`);
    if (full && file === undefined) throw usageError('--full is for the file: say which, with --file FILE.');
    const client = await context.client();
    const { sentence, ...shown } = await client.call('certificate.show', { proposal });
    if (file === undefined) {
      context.output.result({ sentence, ...shown }, () => `${sentence}\n\n${renderAnswer(shown)}`);
      return;
    }
    const stream = await client.download('certificate.file', { proposal, full });
    const bytes = await writeStreamToFile(stream, file);
    const written = `${file} is written: ${bytes} bytes. Check it with: mutua certificate verify ${file}`;
    const answer = { sentence, ...shown, file, fileBytes: bytes };
    context.output.result(answer, () => `${sentence}\n\n${renderAnswer(shown)}\n\n${written}`);
  });
}

/** `certificate verify FILE [--body BODY] [--proposal PROPOSAL]`: with nothing but the file. */
export function addCertificateVerify(noun: Command): void {
  const command = noun
    .command('verify')
    .description(
      'Checks a certificate with nothing but its file: which body decided what, under which checkpoint, and who confirms that. A full one is counted anew.',
    )
    .argument('<file>')
    .option('--body <body>', 'refuse the certificate of any other body')
    .option('--proposal <proposal>', 'refuse the certificate of any other proposal');
  command.action(async (file: string) => {
    const { output } = contextOf(command);
    const expected = verifyFlags.parse(command.opts());
    const { verifyCertificateAt } = await import('../../shared/verify-certificate.ts');
    const found = await verifyCertificateAt(file, expected);
    output.result(found, ({ sentence, ...shown }) =>
      found.valid ? `${sentence}\n\n${renderAnswer(shown)}` : `The certificate does NOT hold: ${sentence}`,
    );
    if (!found.valid) process.exitCode = EXIT.refused;
  });
}
