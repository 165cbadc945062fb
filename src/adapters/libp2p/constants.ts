import { BUNDLE_BYTES_MAX, FRAME_BYTES_MAX, TOPICS_MAX } from '../../core/base/limits.ts';

/**
 * Every limit of the libp2p adapter, with its reason and its memory cost. Worst case of one hostile peer: gossip input
 * GOSSIP_RPC_BYTES_MAX + two paused frame streams of (2 × STREAM_WINDOW_BYTES_MAX + FRAME_BYTES_MAX) + two send queues
 * of SEND_QUEUE_BYTES_MAX + gossip output GOSSIP_SEND_BYTES_MAX, about 17 MiB; of an honest idle peer about 100 KiB.
 */

/** Connections kept open; above it libp2p prunes the least valued. Cost: about 100 KiB each when idle. */
export const CONNECTIONS_MAX = 96;
/** Connections that are still shaking hands. Cost: about 30 KiB and 3 ms of one core each. */
export const CONNECTIONS_PENDING_MAX = 32;
/** Connections that one address may open per second; a cooperative's members share one. Cost: as above, each. */
export const CONNECTIONS_PER_ADDRESS_PER_SECOND_MAX = 32;
/** Dials at the same time. Cost: about 30 KiB each. */
export const DIALS_PARALLEL_MAX = 16;
/** Dials that wait. Cost: about 1 KiB each. */
export const DIALS_WAITING_MAX = 256;
/** Addresses tried of one peer; it may have several interfaces, relays and transports. Cost: about 200 B each. */
export const ADDRESSES_PER_PEER_MAX = 24;
/** How long one peer is dialed, all its addresses together. */
export const DIAL_DELAY_MS_MAX = 10_000;
/** How long one address is dialed, so that a dead one leaves time for the others. */
export const ADDRESS_DIAL_DELAY_MS_MAX = 5_000;
/** A connection whose ping takes longer is cut; a loaded small computer may pause this long. */
export const PING_DELAY_MS_MIN = 15_000;

/** Streams that one peer may open at once, all protocols. Cost: about 2 KiB each, a window more where one is paused. */
export const INBOUND_STREAMS_MAX = 64;
/** Streams that we open to one peer at once, all protocols. Cost: about 2 KiB each. */
export const OUTBOUND_STREAMS_MAX = 64;
/** Inbound streams of one frame protocol and peer: one, and a few that are just replacing it. */
export const FRAME_INBOUND_STREAMS_MAX = 4;
/** Outbound streams of one frame protocol and peer: one, and one that is just closing. */
export const FRAME_OUTBOUND_STREAMS_MAX = 2;
/** Gossip streams of one peer and direction: one, and those of a second connection that is being replaced. */
export const GOSSIP_STREAMS_MAX = 4;
/** DHT streams of one peer; queries run in parallel. Cost: about 2 KiB each. */
export const DHT_STREAMS_MAX = 16;
/** Yamux's first window, fixed by its specification. Cost: held for a stream that we have paused. */
export const STREAM_WINDOW_BYTES = 256 * 1024;
/** Yamux's largest window: 10 MB/s over a path of 100 ms. Cost: held for a stream that we have paused. */
export const STREAM_WINDOW_BYTES_MAX = 1024 * 1024;
/** What an unread stream may hold before it is cut: one window and its rest. */
export const STREAM_READ_BYTES_MAX = 2 * STREAM_WINDOW_BYTES_MAX;
/** How long opening a stream may take. */
export const STREAM_OPEN_DELAY_MS_MAX = 10_000;

/** The longest varint before a frame of FRAME_BYTES_MAX. */
const FRAME_PREFIX_BYTES_MAX = 4;
/** Undecoded bytes of one inbound stream: a frame in parts and what arrived while the handler was busy. */
export const FRAME_INPUT_BYTES_MAX = FRAME_BYTES_MAX + FRAME_PREFIX_BYTES_MAX + 2 * STREAM_WINDOW_BYTES_MAX;
/** Bytes that wait to be sent to one peer on one protocol; eight of the largest frames. */
export const SEND_QUEUE_BYTES_MAX = 8 * FRAME_BYTES_MAX;
/** Frames that wait to be sent to one peer on one protocol. Cost: about 250 B each besides their bytes. */
export const SEND_QUEUE_FRAMES_MAX = 16_384;
/** Bytes joined into one write; at least one frame is written. Cost: one copy for the time of the write. */
export const WRITE_BYTES_MAX = FRAME_BYTES_MAX;

/** Topics that one peer may announce in one message. Cost: about 1 KiB each and peer. */
export const SUBSCRIPTIONS_MAX = TOPICS_MAX;
/** Bytes of topics that one peer may occupy; each counts its length and 1 KiB. */
export const SUBSCRIPTION_BYTES_PER_PEER_MAX = 2 * SUBSCRIPTIONS_MAX * 1024;
/**
 * One gossip message with what gossipsub puts around it. gossipsub answers a request for missed messages in one piece,
 * and one that is too large ends its stream, so there is room for what two heartbeats of busy topics carry.
 */
export const GOSSIP_RPC_BYTES_MAX = 64 * BUNDLE_BYTES_MAX;
/** Bytes of gossip that wait for a slow peer; above it its stream is cut. */
export const GOSSIP_SEND_BYTES_MAX = 64 * BUNDLE_BYTES_MAX;
/** Messages in one piece: an answer to a request for missed ones. Their bytes are bound by GOSSIP_RPC_BYTES_MAX. */
export const GOSSIP_MESSAGES_PER_RPC_MAX = 512;
/** Message ids that a peer may announce per topic. Cost: 20 B each, until the request is sent. */
export const GOSSIP_IHAVE_IDS_MAX = 1_000;
/** Message ids that a peer may ask for at once; what gossipsub itself asks at most. Cost: 20 B each. */
export const GOSSIP_IWANT_IDS_MAX = 5_000;
/** Message ids that a peer may decline in one piece, and per heartbeat. Cost: about 100 B each for five seconds. */
export const GOSSIP_IDONTWANT_IDS_MAX = 512;
/** Control messages of one kind in one piece: a graft or prune for every topic and some more. */
export const GOSSIP_CONTROL_MAX = 4 * SUBSCRIPTIONS_MAX;
/** Peers in a prune; we exchange none and believe none, so a few are only skipped. */
export const GOSSIP_PEER_INFOS_MAX = 16;
/** Heartbeats whose messages are announced to peers outside the mesh; more would ask for too much in one answer. */
export const GOSSIP_ANNOUNCED_HEARTBEATS = 2;
/** Messages below this size are not declined in advance: the notice costs as much as the message. */
export const GOSSIP_IDONTWANT_BYTES_MIN = 4 * 1024;
/** The verdict on a message comes within this time or the message is ignored (protocol §4). */
export const VERDICT_DELAY_MS_MAX = 100;
/** Bytes of a message id: the first of a SHA-256 (protocol §4). */
export const MESSAGE_ID_BYTES = 20;

/** Peers that we look for by ourselves; with so many, gossip and catch-up reach everything. */
export const PEERS_WANTED = 16;
/** Automatic dials at once, so that a discovery of many does not fill the dial queue. */
export const AUTOMATIC_DIALS_MAX = 4;
/** Known peers read from the store at a time to be dialed again. Cost: about 1 KiB each for a moment. */
export const REMEMBERED_PEERS_MAX = 32;
/** How often missing peers are dialed again and deaf connections are renewed. */
export const UPKEEP_DELAY_MS = 30_000;
/** Peers that were hung up and are not dialed by ourselves again. Cost: about 150 B each. */
export const SHUNNED_PEERS_MAX = 1_024;

/** Keys that one node provides: its regions and their ancestors. Cost: about 500 B each. */
export const PROVIDED_KEYS_MAX = 128;
/** Providers dialed in one search; more come by gossip's mesh and later searches. */
export const PROVIDERS_DIALED_MAX = 8;
/** How long a search for providers may take. */
export const FIND_PROVIDERS_DELAY_MS_MAX = 20_000;
/** How long announcing one key may take. */
export const PROVIDE_DELAY_MS_MAX = 30_000;
/** How soon after a new peer came a key that nobody has stored yet is announced. */
export const PROVIDE_DELAY_MS = 1_000;
/** How often own records are announced anew: a small network changes often. */
export const REPROVIDE_DELAY_MS = 3_600_000;
/** How long a provider record counts. */
export const PROVIDER_VALIDITY_MS = 48 * 3_600_000;
/** Keys whose providers are held in memory; others are on disk. Cost: about 1 KiB each. */
export const PROVIDERS_CACHED_MAX = 256;
/** DHT peers of one distance; Kademlia's usual 20. Cost: about 500 B each, 64 distances at most. */
export const DHT_BUCKET_PEERS_MAX = 20;
/** Records that one re-announcing may queue. Cost: about 500 B each. */
export const DHT_QUEUE_MAX = 1_024;
