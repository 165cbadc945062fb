import { createHash } from 'node:crypto';
import { openNativeEngine } from '../../../src/adapters/signatures/open-native-engine.ts';
import { PlainStore } from './plain-store.ts';

/** Signs, chains and stores entries on one thread with the fastest signer: no forms, no rules, no API. */
export function appendLoop(folder: string, count: number, entryBytes: number): void {
  const signer = openNativeEngine().openSigner(new Uint8Array(32).fill(9));
  using store = new PlainStore(folder);
  let previous = new Uint8Array(32);
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const entry = new Uint8Array(entryBytes);
    entry.set(previous);
    new DataView(entry.buffer).setUint32(32, sequence);
    entry.set(signer.sign(entry.subarray(0, entryBytes - 64)), entryBytes - 64);
    previous = new Uint8Array(createHash('sha256').update(entry).digest());
    store.add(1, sequence, previous, entry);
  }
  store.flush();
}
