/** Every limit and setting of the SQLite store, with its reason. */

/** Bytes of a page. 330-byte entries take 5 % less room than in 4 KiB; 16 KiB saves nothing more and writes more per commit. */
export const PAGE_BYTES = 8192;

/** How long an open waits for another process that is just closing, in milliseconds; a living one holds the lock for good. */
export const LOCK_WAIT_MS = 250;

/** Pages in the write-ahead log before it is copied back: 16 MiB, so that a page changed often is copied once. */
export const CHECKPOINT_PAGES = 2048;

/** What the log file keeps on disk after it was copied back, twice what it usually holds. */
export const LOG_BYTES_KEPT_MAX = 2 * CHECKPOINT_PAGES * PAGE_BYTES;

/** SQLite's cache in KiB; the upper pages of the indexes of 10⁶ entries fit, and it is the store's whole share of memory. */
export const CACHE_KIBIBYTES = 32 * 1024;

/** Bytes of commits that one transaction takes together: some tens of milliseconds of writing. */
export const GROUP_BYTES_MAX = 8 * 1024 * 1024;

/** Commits that one transaction takes together, so that falling back to each alone stays short. */
export const GROUP_COMMITS_MAX = 1024;

/** Bytes of commits that may wait for the disk; a peer that writes further without awaiting has lost its brakes. */
export const WAITING_BYTES_MAX = 256 * 1024 * 1024;

/** Book numbers remembered by the writer, about 200 bytes each; all are forgotten at once when there are more. */
export const BOOK_NUMBERS_MAX = 10_000;

/** Bytes of an id that its index holds. Two ids that begin alike only cost a second look, and 2⁶⁴ keeps them rare. */
export const ID_PREFIX_BYTES = 8;

/** Marks a SQLite file as a store of this program (`PRAGMA application_id`): "Mutu" in ASCII. */
export const APPLICATION_ID = 0x4d757475;

/** The owner alone reads and writes what holds a peer's books. */
export const FILE_MODE = 0o600;
/** The same for the folder. */
export const FOLDER_MODE = 0o700;
