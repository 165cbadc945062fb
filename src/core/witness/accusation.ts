import type { SignatureCheck } from '../../ports/signatures.ts';
import type { Id } from '../base/id.ts';
import type { EvidenceType } from '../wire/messages/witness.ts';
import { type Statement, statementCheck } from '../wire/statement.ts';

/** What evidence proves of whom. */
export interface Accusation {
  readonly type: EvidenceType;
  readonly book: Id;
  /** The device that signed both words. Whose it is, its owner's log says: a name that it gave itself proves nothing. */
  readonly device: Id;
  readonly role: 'writer' | 'witness';
}

/** What is needed to check a signature. */
export interface EvidenceContext {
  readonly network: Uint8Array;
  verify(check: SignatureCheck): boolean;
}

/** @returns whether the device is the author of all, and signed them. */
export function areSigned(statements: readonly Statement[], device: Id, { network, verify }: EvidenceContext): boolean {
  return statements.every((statement) => {
    const check = statement.author === device ? statementCheck(statement, network) : undefined;
    return check !== undefined && verify(check);
  });
}
