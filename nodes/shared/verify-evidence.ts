import { hexToBytes } from '@noble/hashes/utils.js';
import { base64url } from 'multiformats/bases/base64';
import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { evidenceShowRoute } from '../../src/api/routes/witness.ts';
import { EVIDENCE_SENTENCES } from '../../src/client/operations/evidence.ts';
import { evidenceKind, readStatement, statementContentOf } from '../../src/core/wire/statement.ts';
import type { Accusation } from '../../src/core/witness/accusation.ts';
import { verifyEvidence } from '../../src/core/witness/evidence.ts';
import { readJsonFile } from './json-file.ts';

/** What a piece of evidence was found to prove. */
export type EvidenceFinding =
  | ({
      readonly holds: true;
      readonly evidence: string;
      readonly network: string;
      readonly sentence: string;
    } & Accusation)
  | { readonly holds: false; readonly sentence: string };

const NOTHING = 'This proves nothing: its parts are damaged, not signed by one device, or do not exclude each other.';

/**
 * Verifies evidence with nothing but the file, which `evidence show --json` printed: of that only the signed parts and the network count,
 * everything said is made from them again.
 * @throws CommandError (usage) when the file cannot be read or holds something else.
 */
export async function verifyEvidenceAt(path: string): Promise<EvidenceFinding> {
  const { wire, network } = await readJsonFile(path, evidenceShowRoute.response, 'evidence', 'evidence show');
  const statement = readStatement(decode(wire) ?? new Uint8Array(0));
  const evidence = statement.ok ? statementContentOf(statement.value, evidenceKind) : undefined;
  if (!statement.ok || evidence === undefined) return { holds: false, sentence: NOTHING };
  await using signatures = createNativeSignatures({ threads: 1 });
  const context = {
    network: hexToBytes(network),
    verify: (check: Parameters<typeof signatures.verify>[0]): boolean => signatures.verify(check),
  };
  const accusation = verifyEvidence(evidence, context);
  if (accusation === undefined) return { holds: false, sentence: NOTHING };
  const sentence = EVIDENCE_SENTENCES[accusation.type];
  return { holds: true, evidence: statement.value.digest, network, sentence, ...accusation };
}

function decode(text: string): Uint8Array | undefined {
  try {
    return base64url.baseDecode(text);
  } catch {
    return undefined;
  }
}
