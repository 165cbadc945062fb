import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreFailedError, StoreTooNewError } from '../../ports/store.ts';
import {
  APPLICATION_ID,
  CACHE_KIBIBYTES,
  CHECKPOINT_PAGES,
  FILE_MODE,
  FOLDER_MODE,
  LOCK_WAIT_MS,
  LOG_BYTES_KEPT_MAX,
  PAGE_BYTES,
} from './constants.ts';
import type { OpenOptions, StorePragmas } from './messages.ts';
import { MIGRATIONS } from './migrations.ts';
import { pragmaNumber, pragmaText } from './pragmas.ts';

/**
 * Opens or makes the database, locks it for this connection alone and brings it to the newest schema.
 * @throws StoreTooNewError, StoreFailedError, and SQLite's own errors (busy where another holds it).
 */
export function openDatabase(options: OpenOptions): DatabaseSync {
  prepareFile(options.path);
  const database = new DatabaseSync(options.path, { timeout: LOCK_WAIT_MS });
  try {
    configure(database, options);
    migrate(database, options.path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** @returns the settings in force. */
export function readPragmas(database: DatabaseSync): StorePragmas {
  return {
    journalMode: pragmaText(database, 'journal_mode'),
    synchronous: pragmaNumber(database, 'synchronous'),
    lockingMode: pragmaText(database, 'locking_mode'),
    secureDelete: pragmaNumber(database, 'secure_delete'),
    pageBytes: pragmaNumber(database, 'page_size'),
    pagesMax: pragmaNumber(database, 'max_page_count'),
    schemaVersion: pragmaNumber(database, 'user_version'),
  };
}

/** SQLite gives the log and its index the mode of the database, so it is enough to make that one first. */
function prepareFile(path: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  createFile(path);
  chmodSync(path, FILE_MODE);
  if (process.platform !== 'win32') syncFolder(folder);
}

/**
 * Never opens a file that is there: closing any descriptor of it would free this process's POSIX locks on it, and with
 * them the lock of a store that is open here (sqlite.org/howtocorrupt.html §2.2).
 */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', FILE_MODE));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
  }
}

/** The name of a new file survives power loss only when its folder was synced; Windows has no such call. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function configure(database: DatabaseSync, { path, sizeBytesMax }: OpenOptions): void {
  database.exec(`
    PRAGMA page_size = ${PAGE_BYTES};
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA fullfsync = ON;
    PRAGMA checkpoint_fullfsync = ON;
    PRAGMA secure_delete = ON;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${LOG_BYTES_KEPT_MAX};
    PRAGMA cache_size = -${CACHE_KIBIBYTES};
  `);
  const { journalMode, synchronous, lockingMode, pageBytes } = readPragmas(database);
  if (sizeBytesMax !== undefined) {
    database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(sizeBytesMax / pageBytes))}`);
  }
  if (journalMode === 'wal' && synchronous === 2 && lockingMode === 'exclusive') return;
  throw new StoreFailedError(
    `SQLite does not take the settings that keep the store ${path} durable: it answers journal_mode ${journalMode}, synchronous ${synchronous}, locking_mode ${lockingMode}. Put the data folder on a local disk.`,
  );
}

function migrate(database: DatabaseSync, path: string): void {
  database.exec('BEGIN EXCLUSIVE');
  try {
    const version = checkedVersion(database, path);
    for (const step of MIGRATIONS.slice(version)) database.exec(step);
    if (version < MIGRATIONS.length) {
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function checkedVersion(database: DatabaseSync, path: string): number {
  const version = pragmaNumber(database, 'user_version');
  const isNew = version === 0 && database.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (!isNew && pragmaNumber(database, 'application_id') !== APPLICATION_ID) {
    throw new StoreFailedError(`${path} is a database of another program. Choose another data folder.`);
  }
  if (version <= MIGRATIONS.length) return version;
  throw new StoreTooNewError(
    `The store ${path} was written by a newer version of this program (format ${version}; this one knows ${MIGRATIONS.length}). Install the newer version, or choose another data folder.`,
  );
}
