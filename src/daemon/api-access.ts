import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { base64url } from 'multiformats/bases/base64';
import { z } from 'zod';
import { type ApiToken, proofOfToken } from '../adapters/http-server/tokens.ts';
import { isThere, readPrivateFile, writePrivateFile } from '../adapters/keystore/private-files.ts';
import { SCOPES } from '../api/route.ts';
import { textToBytes } from '../core/base/bytes.ts';
import type { Random } from '../ports/random.ts';

/** Bearer tokens of the API, one line for each: the widest scope, a space, the token. */
export const TOKEN_FILE = 'api-token';
/** Where the running daemon's API is; there only while it runs. */
export const API_FILE = 'api.json';
/** 192 bits: nobody guesses it. */
const TOKEN_BYTES = 24;
/** A busy daemon answers within seconds. */
const PROOF_MS_MAX = 10_000;

/** Reads the tokens of a data folder, or makes them: one for each scope, which also holds the narrower ones. */
export async function openTokens(folder: string, random: Random): Promise<readonly ApiToken[]> {
  const path = join(folder, TOKEN_FILE);
  if (!(await isThere(path))) {
    const lines = SCOPES.map((scope) => `${scope} ${base64url.baseEncode(random.bytes(TOKEN_BYTES))}\n`);
    await writePrivateFile(path, textToBytes(lines.join('')));
  }
  return tokensIn(Buffer.from(await readPrivateFile(path)).toString('utf8'));
}

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
  const parsed = z
    .object({ url: z.url() })
    .safeParse(JSON.parse(Buffer.from(await readPrivateFile(where)).toString('utf8')));
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
    return widest < 0 || token === undefined ? [] : [{ token, scopes: SCOPES.slice(0, widest + 1) }];
  });
}
