import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { z } from 'zod';
import type { Random } from '../../ports/random.ts';

/** A seed of an Ed25519 key, in bytes (RFC 8032 §5.1.5). */
export const SEED_BYTES = 32;

/** A label of a key pair, in characters: room for a name and a region. */
export const LABEL_CHARACTERS_MAX = 200;

/** The root key in force of an identity and the one announced to follow it (protocol §2). */
export interface RootSeeds {
  /** 32 bytes. */
  readonly rootSeed: Uint8Array;
  /** 32 bytes; the digest of its public key is in the newest Inception or Rotation. */
  readonly nextSeed: Uint8Array;
}

/** Root keys made for a body that this person founds with others. */
export interface LabelledRootSeeds extends RootSeeds {
  /** What the person calls it; no two are the same. */
  readonly label: string;
}

/** Every secret of a node. */
export interface KeySet {
  /** 32 bytes; the device key signs entries. Random, never from recovery words. */
  readonly deviceSeed: Uint8Array;
  /** 32 bytes; the libp2p key. Random, never from recovery words. */
  readonly nodeSeed: Uint8Array;
  /** For a person its own root keys; null for a body, whose root keys its founders hold. */
  readonly root: RootSeeds | null;
  /** In the order in which they were made. */
  readonly bodies: readonly LabelledRootSeeds[];
}

/** @returns new root seeds by chance alone, as for bodies; persons derive theirs from recovery words. */
export function randomRootSeeds(random: Random): RootSeeds {
  return { rootSeed: random.bytes(SEED_BYTES), nextSeed: random.bytes(SEED_BYTES) };
}

/** @returns the secrets of a new node: device and node key by chance, and the root seeds given. */
export function newKeySet(random: Random, root: RootSeeds | null): KeySet {
  return { deviceSeed: random.bytes(SEED_BYTES), nodeSeed: random.bytes(SEED_BYTES), root, bodies: [] };
}

const seedBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array && value.length === SEED_BYTES);

const seed = z.codec(z.string().regex(/^[0-9a-f]{64}$/), seedBytes, {
  decode: hexToBytes,
  encode: bytesToHex,
});

const rootSeeds = z.strictObject({ rootSeed: seed, nextSeed: seed });

/** The text in the key file: JSON, seeds as 64 lower-case hex digits. */
const keyFileText = z.strictObject({
  format: z.literal('mutua-keys'),
  version: z.literal(1),
  deviceSeed: seed,
  nodeSeed: seed,
  root: rootSeeds.nullable(),
  bodies: z
    .array(z.strictObject({ label: z.string().min(1).max(LABEL_CHARACTERS_MAX), ...rootSeeds.shape }))
    .refine((bodies) => new Set(bodies.map((body) => body.label)).size === bodies.length, 'two pairs have one label'),
});

/** @returns the text of a key file. @throws ZodError when a seed or label has a wrong length or a label is there twice. */
export function keySetToText(keys: KeySet): string {
  const json = z.encode(keyFileText, { format: 'mutua-keys', version: 1, ...keys, bodies: [...keys.bodies] });
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** @returns the secrets in the text of a key file. @throws SyntaxError or ZodError when it is not one. */
export function textToKeySet(text: string): KeySet {
  const { deviceSeed, nodeSeed, root, bodies } = z.decode(keyFileText, JSON.parse(text));
  return { deviceSeed, nodeSeed, root, bodies };
}
