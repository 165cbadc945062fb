/** Limits of the HTTP server; it listens on loopback, for one operator and the programs of the same machine. */

/** A JSON body: 64 items of 50 KiB in base64. */
export const BODY_BYTES_MAX = 6 * 1024 * 1024;
/** Calls of one address in a minute: far above what people and their programs do, far below what would starve the peer. */
export const CALLS_PER_MINUTE_MAX = 60_000;
/** Event streams open at once, each with a queue of EVENTS_QUEUED_MAX. */
export const EVENT_STREAMS_MAX = 64;
/** A comment is sent on a quiet event stream, so that a broken connection is noticed. */
export const HEARTBEAT_MS = 15_000;
/** Time that a client has to send a request's head and body. */
export const REQUEST_TIMEOUT_MS = 120_000;
