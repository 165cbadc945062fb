import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { evidenceShowRoute } from '../../src/api/routes/witness.ts';
import { type EvidenceFinding, findEvidence } from '../../src/client/evidence-file.ts';
import { readJsonFile } from './json-file.ts';

/**
 * Verifies evidence with nothing but the file, which `evidence show --json` printed.
 * @throws CommandError (usage) when the file cannot be read or holds something else.
 */
export async function verifyEvidenceAt(path: string): Promise<EvidenceFinding> {
  const shown = await readJsonFile(path, evidenceShowRoute.response, 'evidence', 'evidence show');
  await using signatures = createNativeSignatures({ threads: 1 });
  return findEvidence(shown, (check) => signatures.verify(check));
}
