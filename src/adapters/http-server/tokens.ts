import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Scope } from '../../api/route.ts';

/** A bearer token and what it may do. */
export interface ApiToken {
  readonly token: string;
  readonly scopes: readonly Scope[];
}

/**
 * Looks a bearer token up (RFC 6750; the scheme in any case, RFC 9110 §11.1) without telling by its time how much of it was right.
 * @returns its scopes, undefined where it is none of the known ones.
 */
export function scopesOf(header: string | undefined, tokens: readonly ApiToken[]): readonly Scope[] | undefined {
  const given = digestOf(/^bearer +([\x21-\x7e]{1,200})$/i.exec(header ?? '')?.[1] ?? '');
  let scopes: readonly Scope[] | undefined;
  for (const known of tokens) if (timingSafeEqual(given, digestOf(known.token))) scopes = known.scopes;
  return scopes;
}

/** @returns what only a holder of the token can answer to a challenge, as hexadecimal; it tells nothing of the token. */
export function proofOfToken(token: string, challenge: string): string {
  return createHmac('sha256', token).update(`mutua/1/api ${challenge}`).digest('hex');
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
