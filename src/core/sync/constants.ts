/**
 * Limits of comparing two tries, with the reason of each.
 */

/**
 * Leaves of a subtree that are told as rows instead of the hashes of 16 children. 8 rows of 76 bytes cost what 16 hashes of 34
 * do, so SYNC_PATHS_MAX nodes fit a frame whatever they hold, and a change among many books costs few rows of others.
 */
export const ROWS_TOLD_MAX = 8;
/**
 * Paths that one walk keeps open, about 100 bytes each: 3.2 MB. Deepest first, an answer opens at most 16 × 256 and closes 256,
 * so eight full levels fit, and that many levels are full only with 16^8 books; what needs more is a liar.
 */
export const PATHS_OPEN_MAX = 32_768;
