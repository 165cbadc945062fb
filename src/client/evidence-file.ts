import { hexToBytes } from '@noble/hashes/utils.js';
import { base64url } from 'multiformats/bases/base64';
import type { RouteOutput } from '../api/routes.ts';
import { evidenceKind, readStatement, statementContentOf } from '../core/wire/statement.ts';
import type { Accusation, EvidenceContext } from '../core/witness/accusation.ts';
import { verifyEvidence } from '../core/witness/evidence.ts';
import { EVIDENCE_SENTENCES } from './operations/evidence.ts';

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
 * Verifies evidence as `evidence.show` told it, with nothing else: of that only the signed parts and the network count, everything said
 * is made from them again.
 */
export function findEvidence(
  { wire, network }: Pick<RouteOutput<'evidence.show'>, 'wire' | 'network'>,
  verify: EvidenceContext['verify'],
): EvidenceFinding {
  const statement = readStatement(decode(wire) ?? new Uint8Array(0));
  const evidence = statement.ok ? statementContentOf(statement.value, evidenceKind) : undefined;
  if (!statement.ok || evidence === undefined) return { holds: false, sentence: NOTHING };
  const accusation = verifyEvidence(evidence, { network: hexToBytes(network), verify });
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
