/** What the main thread and the thread of the store say to each other. Each request has one answer, in the order asked. */
import type { StoreFault } from './faults.ts';

/** What a store is opened with. */
export interface OpenOptions {
  /** Path of the database file; its folder is made where it is missing. */
  readonly path: string;
  /** Cap of the database in bytes, rounded down to whole pages; without it only the disk is a limit. */
  readonly sizeBytesMax?: number;
}

/** The settings that durability hangs on, read back from the open database. */
export interface StorePragmas {
  readonly journalMode: string;
  /** 2 is FULL. */
  readonly synchronous: number;
  readonly lockingMode: string;
  readonly secureDelete: number;
  readonly pageBytes: number;
  readonly pagesMax: number;
  readonly schemaVersion: number;
}

/** Questions to the store. */
export type ReadRequest =
  | { readonly type: 'books' }
  | {
      readonly type: 'entriesOf';
      readonly book: Uint8Array;
      readonly from: number;
      readonly limit: number;
      readonly bytesMax: number;
    }
  | { readonly type: 'entriesByIds'; readonly packedIds: Uint8Array }
  | {
      readonly type: 'entriesOfKind';
      readonly kind: number;
      readonly limit: number;
      readonly book: Uint8Array | undefined;
      readonly beforeArrival: number;
    }
  | { readonly type: 'carriersOf'; readonly id: Uint8Array }
  | { readonly type: 'stateOf'; readonly book: Uint8Array }
  | { readonly type: 'statements' }
  | { readonly type: 'settings' };

/** All that the thread of the store is asked. `open` comes first, `close` last. */
export type StoreRequest =
  | { readonly type: 'open'; readonly options: OpenOptions }
  | { readonly type: 'commit'; readonly batches: readonly Uint8Array[] }
  | { readonly type: 'read'; readonly read: ReadRequest }
  | { readonly type: 'sizeBytes' }
  | { readonly type: 'pragmas' }
  | { readonly type: 'close' };

/** Its answers: `committed` has for each batch the fault that kept it out, or nothing. */
export type StoreAnswer =
  | { readonly type: 'done' }
  | { readonly type: 'committed'; readonly faults: readonly (StoreFault | undefined)[] }
  | { readonly type: 'rows'; readonly packed: Uint8Array<ArrayBuffer> }
  | { readonly type: 'sizeBytes'; readonly sizeBytes: number }
  | { readonly type: 'pragmas'; readonly pragmas: StorePragmas }
  | { readonly type: 'fault'; readonly fault: StoreFault };
