/** What goes wrong in SQLite, as one of the port's errors; the fault is what crosses the threads. */
import { StoreFailedError, StoreFullError, StoreLockedError, StoreTooNewError } from '../../ports/store.ts';

/** A failure that can be sent between threads. */
export interface StoreFault {
  readonly code: 'full' | 'locked' | 'tooNew' | 'failed';
  readonly sentence: string;
  readonly cause: unknown;
}

/** The low byte of `errcode` names the kind of an SQLite error (sqlite.org/rescode.html). */
const PRIMARY_CODE_MASK = 0xff;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** After these nobody knows what is on the disk: trying again could call durable what is not. */
const BREAKING_CODES: readonly (number | undefined)[] = [SQLITE_IOERR, SQLITE_CORRUPT, SQLITE_NOTADB];

/** @returns the fault that the error of a store at `path` is. */
export function faultOf(error: unknown, path: string): StoreFault {
  const cause = error;
  if (error instanceof StoreTooNewError) return { code: 'tooNew', sentence: error.message, cause: undefined };
  if (error instanceof StoreFailedError) return { code: 'failed', sentence: error.message, cause: error.cause };
  switch (primaryCode(error)) {
    case SQLITE_FULL:
      return {
        code: 'full',
        sentence: `There is no room for this in ${path}: the disk or the configured cap is full. Free space or raise the cap, then try again.`,
        cause,
      };
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {
        code: 'locked',
        sentence: `Another process uses the store ${path}. Stop that process, or choose another data folder.`,
        cause,
      };
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return {
        code: 'failed',
        sentence: `The store ${path} is damaged or no store at all. Restore it from a backup, or choose another data folder.`,
        cause,
      };
    default:
      return { code: 'failed', sentence: `The store ${path} failed: ${messageOf(error)}.`, cause };
  }
}

/** @returns whether the store must be opened again before another write. */
export function isBreaking(error: unknown): boolean {
  return BREAKING_CODES.includes(primaryCode(error));
}

/** @returns the port's error for a fault. */
export function errorOfFault({ code, sentence, cause }: StoreFault): Error {
  switch (code) {
    case 'full':
      return new StoreFullError(sentence, { cause });
    case 'locked':
      return new StoreLockedError(sentence, { cause });
    case 'tooNew':
      return new StoreTooNewError(sentence);
    case 'failed':
      return new StoreFailedError(sentence, { cause });
  }
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined;
  return error.errcode & PRIMARY_CODE_MASK;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
