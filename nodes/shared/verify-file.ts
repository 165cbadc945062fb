import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { type FileReport, verifyFile } from '../../src/index.ts';
import { readFileStream } from './files.ts';

/** Verifies a file of items with nothing but the file. @throws CommandError (usage) when it cannot be read. */
export async function verifyFileAt(path: string): Promise<FileReport> {
  await using signatures = createNativeSignatures({ threads: 1 });
  return await verifyFile(readFileStream(path), { verify: (check) => signatures.verify(check) });
}
