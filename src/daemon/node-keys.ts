import { addBodyKeys, type KeyFile } from '../adapters/keystore/key-file.ts';
import type { LabelledRootSeeds, RootSeeds } from '../adapters/keystore/key-set.ts';
import { createNativeSigner } from '../adapters/signatures/native-signatures.ts';
import type { BodyKeyRing, BodyKeys, RootKeys } from '../client/identity-setup.ts';
import { bytesToId } from '../core/base/id.ts';
import type { Random } from '../ports/random.ts';

/** @returns root keys that sign, from their seeds. */
export function rootKeysOf({ rootSeed, nextSeed }: RootSeeds): RootKeys {
  return { root: createNativeSigner(rootSeed), nextKey: bytesToId(createNativeSigner(nextSeed).publicKey) };
}

/** @returns the ring of root keys that a person keeps in its key file for the bodies that it founds. */
export function bodyKeyRingOf(file: KeyFile, random: Random): BodyKeyRing {
  return {
    make: async (label) => toBodyKeys(await addBodyKeys(file, label, random)),
    all: () => file.keys.bodies.map(toBodyKeys),
  };
}

function toBodyKeys(seeds: LabelledRootSeeds): BodyKeys {
  return { label: seeds.label, ...rootKeysOf(seeds) };
}
