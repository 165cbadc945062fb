/**
 * Limits of one peer's engine: every queue and table, with its unit in the name, its reason and what it costs.
 */

/** Entries of all books that wait for a gap to fill: at most 20 MB with the bytes limit below. */
export const PARKED_ENTRIES_MAX = 4096;
/** Parked entries of one book, so that one flood cannot push the others out. */
export const PARKED_PER_BOOK_MAX = 64;
/** All parked entries, in bytes. */
export const PARKED_BYTES_MAX = 20 * 1024 * 1024;
/** Books of identities that nobody here knows; the oldest goes first. */
export const STRANGER_BOOKS_MAX = 1000;
/** Entries of one stranger's book. */
export const STRANGER_ENTRIES_MAX = 64;
/** Bytes of one stranger's book: 1,000 such books cost 256 MB of disk and little memory. */
export const STRANGER_BYTES_MAX = 256 * 1024;
/** Depth of the walk from the roots over members and vouched identities (protocol §4). */
export const KNOWN_DEPTH_MAX = 3;
/** Of each body the first this many are known. */
export const KNOWN_PER_BODY_MAX = 2000;
/** Items of one batch that are checked together: 256 signatures keep two cores busy for about 25 ms. */
export const BATCH_ITEMS_MAX = 256;
/** Batches waiting for the verifier before gossip is answered Ignore (and pulled later). */
export const BATCHES_WAITING_MAX = 64;
/** Verified signatures remembered, about 450 bytes each: an order is checked once on arrival and again when it is carried. */
export const VERIFIED_MAX = 16_384;
/** Entries remembered as read, some 2 kB each with their content: as many as come while a bank composes its next entries. */
export const CARRIED_REMEMBERED_MAX = 4096;
/** How long new own items are gathered into one bundle (protocol §4: ≤ 20 ms). */
export const GATHER_MS = 15;
/** Gossip budget of a known author: a burst of this many bytes. */
export const AUTHOR_BURST_BYTES = 512 * 1024;
/** Gossip budget of a known author, refilled each second; what is over it is pulled later, never dropped. */
export const AUTHOR_BYTES_PER_SECOND = 128 * 1024;
/** Time between catch-up rounds with a random peer: 30 ± 10 s (protocol §4). */
export const ROUND_MS = 30_000;
/** The ± of that. */
export const ROUND_JITTER_MS = 10_000;
/** Shortest time between two rounds with one peer that gaps ask for. */
export const GAP_ROUND_MS = 200;
/** Entries loaded at once when effects are taken again. */
export const REPLAY_ENTRIES_MAX = 512;
/** And their bytes. */
export const REPLAY_BYTES_MAX = 4 * 1024 * 1024;
/** Entries of one book that wait in memory for their effect; more are read from the store when their turn comes. */
export const EFFECTS_WAITING_MAX = 1024;
/** Submitted items that a body keeps until it carries them. */
export const INBOX_MAX = 20_000;
/** Ballots that a body keeps until it closes their proposals, each about 600 bytes of disk and 300 of memory. */
export const BALLOTS_MAX = 50_000;
/** Proposals of one member that are open or about to be: each is an entry of the body's book that everybody keeps. */
export const PROPOSALS_PER_MEMBER_MAX = 16;
/** Time between attempts to write what the decision book did not take, where nothing else asks for it. */
export const DECISIONS_AGAIN_MS = 15_000;
/** Highest number of a delegate’s ballot that is taken: numbers rise, and each is an entry of the body’s book that everybody keeps. */
export const MANDATED_NUMBER_MAX = 1000;
/** Time between attempts to write into the member book that a term is over. */
export const MANDATES_AGAIN_MS = 15_000;
/** Orders that a bank holds in memory before it has answered them; more are answered `later`. */
export const ORDERS_WAITING_MAX = 20_000;
/** Statements kept of known authors in all; each is at most 20 KiB and most are 400 bytes. */
export const STATEMENTS_MAX = 100_000;
/** And of strangers: some megabytes, and a log for each of the books that their pool holds. */
export const STRANGER_STATEMENTS_MAX = 4096;
/** Memos that one identity keeps, each at most 2 KiB and most of them 400 bytes. */
export const MEMOS_MAX = 16_384;
/** Memos of one payer's book: three a day for a year; an older one gives way. */
export const MEMOS_PER_BOOK_MAX = 1024;
/** Identity events that wait for the one before them: at 6 KiB at most 6 MB, at an honest 400 bytes 400 kB. */
export const ORPHAN_EVENTS_MAX = 1024;
/** And of one identity, so that junk under one name pushes out nothing else. */
export const ORPHAN_EVENTS_PER_IDENTITY_MAX = 64;
/** A statement that was not worth keeping is not asked for again so soon: what it lacked may have come by then. */
export const UNWANTED_MS = 30_000;
/** Pending claims are shown for 30 days (protocol §4). */
export const PENDING_CLAIM_MS = 30 * 24 * 3600 * 1000;
/** A worker's clock may be wrong by years; beyond that no claim is shown. */
export const CLOCK_AHEAD_MS_MAX = 3 * 365 * 24 * 3600 * 1000;
/** A submit that was not answered is given up after this time; the caller may send it again. */
export const SUBMIT_TIMEOUT_MS = 15_000;
/** Peers that must have answered before a restored data folder writes again. */
export const RESTORE_PEERS_MIN = 2;
/** A peer that has not said hello is asked again after this time: a frame is lost where its stream is not open yet. */
export const HELLO_AGAIN_MS = 2_000;
/** Entries of a revoked device's true chain that are looked for where a book holds another one: some 100 bytes of memory each. */
export const LAST_GOOD_PATH_MAX = 4096;
/** Checkpoints of one book that are kept while too few witnesses confirm them: a writer has one under way, a liar some more. */
export const OPEN_CHECKPOINTS_MAX = 4;
/** Certificates of one book that changed its witnesses: a charter lasts for years. */
export const WITNESS_CHANGES_MAX = 8;
/** Words of one witness about a checkpoint of a book that is not here yet. */
export const AWAITED_PER_WITNESS_MAX = 2;
/** Bodies' books that one node confirms; each costs a row of at most 400 bytes and some signatures an hour. */
export const WITNESSED_BOOKS_MAX = 1024;
/** Shortest time between two checkpoints of one book, also where its witnesses answer at once. */
export const CHECKPOINT_GAP_MS = 250;
/** A checkpoint that is not confirmed by then gives way to a newer one, and peers are asked for what they hold. */
export const CHECKPOINT_PATIENCE_MS = 5000;
/** Trees kept in memory of one book: those of the checkpoints that are spoken of now. */
export const TREES_PER_BOOK_MAX = 6;
/** A book that grew by so many entries since its tree was written down is written down again: a start reads no more than these. */
export const TREE_SAVED_ENTRIES = 256;
/** Words about books that are not here yet, 512 bytes each: those of some dozen books, which a first meeting brings before their entries. */
export const EARLY_STATEMENTS_MAX = 512;
/** They are let go after this time; catch-up offers them again. */
export const EARLY_STATEMENTS_MS = 60_000;
/** And looked at as often as this. */
export const EARLY_STATEMENTS_RETRY_MS = 500;

/** How long a body waits for electors to show what their sealed ballots commit to; those that are late count as abstaining. */
export const REVEAL_MS = 24 * 3_600_000;
/** Choices that were shown and stand on no page yet; at this many a page is written before the rest has come: 300 B each. */
export const REVEALS_HELD_MAX = 250;
