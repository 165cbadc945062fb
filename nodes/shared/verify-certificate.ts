import { open } from 'node:fs/promises';
import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { idText } from '../../src/api/schema.ts';
import { type CertificateReport, checkCertificateFile } from '../../src/client/certificates/file.ts';
import { RULE_SETS } from '../../src/client/index.ts';
import { usageError } from './exit-codes.ts';
import { fileError, readFileStream } from './files.ts';

/** Of whom and of what a certificate has to be. */
export interface ExpectedCertificate {
  readonly body?: string | undefined;
  readonly proposal?: string | undefined;
}

/**
 * Checks a certificate file with nothing but the file: no daemon, no data folder, no network.
 * @returns what it shows, or what is wrong. @throws CommandError (usage) when it cannot be read, or what is expected is no id.
 */
export async function verifyCertificateAt(
  path: string,
  expected: ExpectedCertificate = {},
): Promise<CertificateReport> {
  for (const [name, id] of Object.entries(expected))
    if (id !== undefined && !idText.safeParse(id).success)
      throw usageError(`--${name}: ${id} is no id: one begins with b and has 53 characters.`);
  await using signatures = createNativeSignatures({ threads: 1 });
  const verify = (check: Parameters<typeof signatures.verify>[0]): boolean => signatures.verify(check);
  const source = {
    start: (bytes: number) => readStart(path, bytes),
    from: (offset: number) => readFileStream(path, offset),
  };
  return await checkCertificateFile(source, { verify, ruleSets: RULE_SETS, expected });
}

/** Reads the first bytes of a file, or all of a smaller one. @throws CommandError (usage) when it cannot be read. */
async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw fileError(error, path, 'read');
  }
}
