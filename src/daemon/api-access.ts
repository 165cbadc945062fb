import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { base64url } from 'multiformats/bases/base64';
import { z } from 'zod';
import { type ApiToken, proofOfToken } from '../adapters/http-server/tokens.ts';
import { isThere, readPrivateFile, writePrivateFile } from '../adapters/keystore/private-files.ts';
import { SCOPES } from '../api/route.ts';
import { textToBytes } from '../core/base/bytes.ts';
import type { Random } from '../ports/random.ts';
import { NodeFailedError } from './node-failed-error.ts';

/** Bearer tokens of the API, one line for each: the widest scope, a space, the token. */
export const TOKEN_FILE = 'api-token';
/** Where the running daemon's API is; there only while it runs. */
export const API_FILE = 'api.json';
/** 192 bits: nobody guesses it. */
const TOKEN_BYTES = 24;
/** One that somebody chose is at least so long that nobody guesses it. */
const TOKEN_PATTERN = /^[\w-]{20,}$/;
/** A busy daemon answers within seconds. */
const PROOF_MS_MAX = 10_000;

/** Reads the tokens of a data folder, or makes them: one for each scope, which also holds the narrower ones. @throws NodeFailedError `damaged`. */
export async function openTokens(folder: string, random: Random): Promise<readonly ApiToken[]> {
  const path = join(folder, TOKEN_FILE);
  if (!(await isThere(path))) {
    const lines = SCOPES.map((scope) => `${scope} ${base64url.baseEncode(random.bytes(TOKEN_BYTES))}\n`);
    await writePrivateFile(path, textToBytes(lines.join('')));
  }
  const tokens = tokensIn(Buffer.from(await readPrivateFile(path)).toString('utf8'));
  const missing = SCOPES.filter((scope) => !tokens.some(({ scopes }) => scopes.at(-1) === scope));
  if (missing.length === 0) return tokens;
  const sentence = `${path} lacks the token for ${missing.join(' and ')}. Remove the file: the next start makes new tokens, and programs that use the old ones need theirs again.`;
  throw new NodeFailedError('damaged', sentence);
}

const apiJson = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('is not JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ url: z.url() }));

/** How a program of the same user reaches the running daemon. */
export interface ApiAccess {
  readonly url: string;
  /** A token with every scope. */
  readonly token: string;
}

/** @returns how to reach the daemon of a folder, or undefined when none has said that it runs there. */
export async function readApiAccess(folder: string): Promise<ApiAccess | undefined> {
  const [where, tokens] = [join(folder, API_FILE), join(folder, TOKEN_FILE)];
  if (!(await isThere(where)) || !(await isThere(tokens))) return undefined;
  const parsed = apiJson.safeParse(Buffer.from(await readPrivateFile(where)).toString('utf8'));
  const admin = tokensIn(Buffer.from(await readPrivateFile(tokens)).toString('utf8')).find(({ scopes }) =>
    scopes.includes('admin'),
  );
  return parsed.success && admin !== undefined ? { url: parsed.data.url, token: admin.token } : undefined;
}

/**
 * Whether the daemon itself answers there. One that was killed leaves its address behind, and another program may have taken its
 * port: the token is not sent before whoever answers has proven to hold it.
 */
export async function answersAt({ url, token }: ApiAccess): Promise<boolean> {
  const challenge = crypto.randomUUID();
  try {
    const response = await fetch(`${url}/healthz?challenge=${challenge}`, {
      signal: AbortSignal.timeout(PROOF_MS_MAX),
    });
    const answer = z.object({ proof: z.string() }).safeParse(await response.json());
    return answer.success && answer.data.proof === proofOfToken(token, challenge);
  } catch {
    return false;
  }
}

/** Says where the running daemon's API is. */
export async function announceApi(folder: string, url: string): Promise<void> {
  await writePrivateFile(join(folder, API_FILE), textToBytes(`${JSON.stringify({ url })}\n`));
}

/** Takes that back. */
export async function withdrawApi(folder: string): Promise<void> {
  await rm(join(folder, API_FILE), { force: true });
}

function tokensIn(text: string): readonly ApiToken[] {
  return text.split('\n').flatMap((line): ApiToken[] => {
    const [scope, token] = line.split(' ');
    const names: readonly (string | undefined)[] = SCOPES;
    const widest = names.indexOf(scope);
    return widest < 0 || token === undefined || !TOKEN_PATTERN.test(token)
      ? []
      : [{ token, scopes: SCOPES.slice(0, widest + 1) }];
  });
}
