/**
 * Every limit of the protocol, with its unit in the name and its reason beside it. Limits of one adapter
 * (connections, streams) live in that adapter's `constants.ts`.
 */

/** A payload, so that an entry with header and signature fits ENTRY_BYTES_MAX. */
export const PAYLOAD_BYTES_MAX = 48 * 1024;
/** An entry; a bundle of one entry fits one gossip message with room to spare. */
export const ENTRY_BYTES_MAX = 50 * 1024;
/** An entry of a kind that other entries carry, so that a batch of carried ones fits a payload. */
export const CARRIED_ENTRY_BYTES_MAX = 8 * 1024;
/** An Opening: a carried log and the rest of it. */
export const OPENING_BYTES_MAX = 10 * 1024;
/** An identity log that an Opening carries; a longer one travels as statements. */
export const CARRIED_LOG_BYTES_MAX = 8 * 1024;
/** One identity event; 16 keys, 16 digests and 16 signatures of 66 bytes fit. */
export const IDENTITY_EVENT_BYTES_MAX = 6 * 1024;
/** A statement; a fork proof is two headers, ClaimPending two carried entries. */
export const STATEMENT_BYTES_MAX = 20 * 1024;
/** A gossip message: a bundle of one writer's new items. */
export const BUNDLE_BYTES_MAX = 64 * 1024;
/** Items in one bundle; an item is at least about 200 bytes. */
export const BUNDLE_ITEMS_MAX = 320;
/** Topics that one node follows: 21 regions of one bioregion with all their channels. Cost: about 1 KiB each and peer. */
export const TOPICS_MAX = 128;
/** One frame of a stream protocol: a bundle-sized run of entries with its envelope. */
export const FRAME_BYTES_MAX = 256 * 1024;
/** A header, with AFTER_IDS_MAX ids of 34 bytes. */
export const HEADER_BYTES_MAX = 1024;
/** Ids in `after`: what the payload doesn't show is little. */
export const AFTER_IDS_MAX = 16;
/** Root keys of one identity; a body has at most FOUNDERS_MAX founders with one root key each. */
export const ROOT_KEYS_MAX = 16;
/** Founders of a body; others join by Admit. */
export const FOUNDERS_MAX = 16;
/** Events of one identity log, so that reading any log takes a bounded time: a grant and a revocation each month for ten years. */
export const IDENTITY_EVENTS_MAX = 256;
/** The last numbers of an identity log, for Rotations and revocations alone, so that a full log can still be closed. */
export const IDENTITY_EVENTS_RESERVED = 16;
/** Devices that one identity may hold at once. */
export const DEVICES_MAX = 64;
/** Orders in one ledger entry. */
export const ORDERS_PER_ENTRY_MAX = 100;
/** Labor records in one ledger entry. */
export const RECORDS_PER_ENTRY_MAX = 16;
/** Payees of one order (payroll), so that the order stays a carried entry. */
export const PAYEES_PER_ORDER_MAX = 200;
/** The text of a memo: sealed for thirteen devices it fits MEMO_BYTES_MAX of its message. */
export const MEMO_TEXT_BYTES_MAX = 300;
/** Intervals in one labor claim: a month of days. */
export const INTERVALS_PER_CLAIM_MAX = 31;
/** One interval of work, in minutes. */
export const INTERVAL_MINUTES_MAX = 24 * 60;
/** A cooperative's ceiling that a bank may set for one member and week, in labor-seconds. */
export const SECONDS_PER_MEMBER_PER_WEEK_MAX = 60 * 3600;
/** Attestors that a charter may ask for. */
export const ATTESTORS_MAX = 5;
/** Attestors where the charter is silent. */
export const ATTESTORS_DEFAULT = 2;
/** What a writer or witness signs of a book; with author and signature around it, it fits WITNESS_STATEMENT_BYTES_MAX. */
export const WITNESS_PAYLOAD_BYTES_MAX = 400;
/** The same as a statement: twice two and an Opening fit the statement that carries them as evidence. */
export const WITNESS_STATEMENT_BYTES_MAX = 512;
/** Witnesses of one body's books: a certificate of all of them, in both keys, fits a statement. */
export const WITNESSES_MAX = 16;
/** Hashes on the path of a leaf: a tree of 2^53 leaves has no longer one. */
export const MERKLE_PATH_MAX = 53;
/** Labels of a region path. */
export const REGION_LABELS_MAX = 5;
/** One label of a region path, in bytes. */
export const REGION_LABEL_BYTES_MAX = 40;
/** The salt of a payload digest, in bytes. */
export const SALT_BYTES = 16;
/** The network id in a header, in bytes. */
export const NETWORK_BYTES = 16;
/** SHA-256 and every id, in bytes. */
export const ID_BYTES = 32;
/** An Ed25519 public key, in bytes. */
export const KEY_BYTES = 32;
/** An Ed25519 signature, in bytes. */
export const SIGNATURE_BYTES = 64;
/** The term of a mandate, in milliseconds: four years, as long as any council sits; who is to stay longer is mandated anew. */
export const MANDATE_TERM_MS_MAX = 1461 * 24 * 60 * 60 * 1000;
/** The latest time that calendars of programs know (ECMA-262 §21.4.1.1), in Unix milliseconds; what is later nobody could print. */
export const TIME_MS_MAX = 8_640_000_000_000_000;
/** A decision certificate that stands alone: a few frames of a stream, and a printed page of it still fits a mail (protocol §8). */
export const CERTIFICATE_BYTES_MAX = 16 * 1024;
