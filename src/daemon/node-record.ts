import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { base64 } from 'multiformats/bases/base64';
import { z } from 'zod';
import { isThere, readPrivateFile, writePrivateFile } from '../adapters/keystore/private-files.ts';
import { textToBytes } from '../core/base/bytes.ts';
import { taggedHash } from '../core/base/hash.ts';
import { type Id, parseId } from '../core/base/id.ts';
import { IDENTITY_EVENT_BYTES_MAX, NETWORK_BYTES } from '../core/base/limits.ts';
import { parseRegion, type Region } from '../core/base/region.ts';
import { IDENTITY_KINDS, IdentityEvent } from '../core/wire/messages/identity.ts';
import { CharterText, Founding } from '../core/wire/messages/people.ts';
import type { Shape } from '../core/wire/shape.ts';
import { TAGS } from '../core/wire/tags.ts';
import { NodeFailedError } from './node-failed-error.ts';

/** The file that says whose node a data folder is; it holds no secret. */
export const NODE_FILE = 'node.json';
/** The store in a data folder. */
export const STORE_FILE = 'books.sqlite';
/** The network that everybody is on who doesn't make one of their own. */
export const DEFAULT_NETWORK = 'mutua';
/** A founding with 16 logs, and a charter of 32 criteria. */
const MESSAGE_BYTES_MAX = 64 * 1024;

/** @returns the 16 bytes by which a network's name keeps it apart from others. */
export function networkOf(name: string): Uint8Array {
  return taggedHash(TAGS.network, [textToBytes(name)]).subarray(0, NETWORK_BYTES);
}

function message<Message>(shape: Shape<Message>, bytesMax: number): z.ZodType<Message, string> {
  return z.codec(z.base64(), z.custom<Message>(), {
    decode: (text, context) => {
      const decoded = shape.decode(base64.baseDecode(text.replace(/=+$/, '')), bytesMax);
      if (decoded.ok) return decoded.value;
      context.issues.push({ code: 'custom', message: decoded.reason.sentence, input: text });
      return z.NEVER;
    },
    encode: (value) => Buffer.from(shape.encode(value)).toString('base64'),
  });
}

const id = z.custom<Id>((value) => typeof value === 'string' && parseId(value) !== undefined);
const region = z.custom<Region>((value) => typeof value === 'string' && parseRegion(value) !== undefined);
const network = z.codec(z.string().regex(/^[0-9a-f]{32}$/), z.custom<Uint8Array>(), {
  decode: hexToBytes,
  encode: bytesToHex,
});

const recordJson = z.strictObject({
  format: z.literal('mutua-node'),
  version: z.literal(1),
  kind: z.enum(IDENTITY_KINDS),
  name: z.string().min(1),
  region,
  network,
  /** Undefined for a body until all its founders have signed. */
  identity: id.optional(),
  log: z.array(message(IdentityEvent, IDENTITY_EVENT_BYTES_MAX)),
  /** What a body's founders are to sign, as text. */
  foundingText: z.string().optional(),
  founding: message(Founding, MESSAGE_BYTES_MAX).optional(),
  charterText: message(CharterText, MESSAGE_BYTES_MAX).optional(),
  /** Whether it was started: from then on a folder without a store has lost its books. */
  begun: z.boolean().default(false),
});

/** Whose node it is. */
export type NodeRecord = z.output<typeof recordJson>;

/** Whether the folder holds a node. */
export async function hasNode(folder: string): Promise<boolean> {
  return await isThere(join(folder, NODE_FILE));
}

/** @throws NodeFailedError `not_initialized` where the folder holds no node. */
export async function requireNode(folder: string): Promise<void> {
  if (await hasNode(folder)) return;
  throw new NodeFailedError(
    'not_initialized',
    `There is no node in ${folder}; make one with mutua init, or name its folder with --data.`,
  );
}

/** Reads whose node a folder is. @throws NodeFailedError `not_initialized` or `damaged`. */
export async function readNode(folder: string): Promise<NodeRecord> {
  const path = join(folder, NODE_FILE);
  await requireNode(folder);
  const text = Buffer.from(await readPrivateFile(path)).toString('utf8');
  try {
    return recordJson.parse(JSON.parse(text));
  } catch (cause) {
    throw new NodeFailedError('damaged', `${path} is not as Mutua wrote it; restore it from a backup.`, { cause });
  }
}

/**
 * A node that began its books anew would contradict the ones that others hold.
 * @throws NodeFailedError `damaged` where a node that was started before has no store any more.
 */
export async function requireStore(folder: string, { begun }: NodeRecord): Promise<void> {
  const path = join(folder, STORE_FILE);
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  if (!begun || bytes > 0) return;
  const sentence = `${path} is gone, and with it what this node knows of its own books. Put your backup of it in its place; where there is none, start with --restored: the node then fetches its books from two peers before it writes anything.`;
  throw new NodeFailedError('damaged', sentence);
}

/** Writes whose node a folder is; whole or not at all. */
export async function writeNode(folder: string, record: NodeRecord): Promise<void> {
  const text = `${JSON.stringify(recordJson.encode(record), undefined, 2)}\n`;
  await writePrivateFile(join(folder, NODE_FILE), textToBytes(text));
}
