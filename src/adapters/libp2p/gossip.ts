import {
  type GossipSub,
  type GossipSubComponents,
  gossipsub,
  type Message,
  StrictNoSign,
  type TopicValidatorFn,
  TopicValidatorResult,
} from '@chainsafe/libp2p-gossipsub';
import type { TopicScoreParams } from '@chainsafe/libp2p-gossipsub/score';
import type { PeerId } from '@libp2p/interface';
import { sha256 } from '@noble/hashes/sha2.js';
import { textToBytes } from '../../core/base/bytes.ts';
import { BUNDLE_BYTES_MAX } from '../../core/base/limits.ts';
import { NetworkFailedError, type PeerName, type Verdict } from '../../ports/network.ts';
import * as limits from './constants.ts';

/** Answers for one gossip message; the port's `onGossip`. */
export type Judge = (topic: string, data: Uint8Array, from: PeerName) => Promise<Verdict>;

/** Gossip on topics (protocol §4), as a libp2p service and the few words that the adapter needs. */
export interface Gossip {
  /** What libp2p's `services` takes. */
  readonly service: (components: GossipSubComponents) => GossipSub;
  /** Joins every topic asked for so far; libp2p has started. */
  started(): void;
  /** libp2p stops; nothing is joined or published any more. */
  stopped(): void;
  /** Joins a topic, at once or when started. @throws NetworkFailedError above SUBSCRIPTIONS_MAX topics. */
  subscribe(topic: string): void;
  /** Leaves a topic. */
  unsubscribe(topic: string): void;
  /** @returns the number of peers a message of 1 … BUNDLE_BYTES_MAX bytes was handed to. */
  publish(topic: string, data: Uint8Array): Promise<number>;
  /** @returns the peer's score, 0 where unknown. */
  score(peer: PeerName): number;
  /** @returns whether gossip streams with the peer stand; gossipsub never renews them on a live connection. */
  reaches(peer: PeerName): boolean;
}

const VERDICTS: Readonly<Record<Verdict, TopicValidatorResult>> = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
};

/** Loopback carries whole test networks; there many peers behind one address mean nothing. */
const COLOCATION_ALLOWED = new Set(['127.0.0.1', '::1']);

/**
 * What a topic adds to a peer's score. Quiet topics are normal here, so no weight hangs on how much a mesh peer
 * delivers. One message that every honest node rejects costs 20 and puts the peer out of the mesh; with two, nothing
 * it says is read for a while (graylist), and it stays out of the mesh until about ten minutes of decay have passed.
 */
const TOPIC_SCORE: TopicScoreParams = {
  topicWeight: 1,
  timeInMeshWeight: 0.01,
  timeInMeshQuantum: 1_000,
  timeInMeshCap: 300,
  firstMessageDeliveriesWeight: 0.1,
  firstMessageDeliveriesDecay: 0.9,
  firstMessageDeliveriesCap: 50,
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 60_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -20,
  invalidMessageDeliveriesDecay: 0.998,
};

const ZERO_BYTE = new Uint8Array(1);

/** @returns the message id: the first 20 bytes of SHA-256(topic ‖ 0 ‖ data), since the seen-cache ignores topics. */
export function messageIdOf(topic: string, data: Uint8Array): Uint8Array {
  const hash = sha256.create().update(textToBytes(topic)).update(ZERO_BYTE).update(data);
  return hash.digest().subarray(0, limits.MESSAGE_ID_BYTES);
}

/** A topic without a validator would accept everything; here it accepts nothing. */
class TopicValidators extends Map<string, TopicValidatorFn> {
  override get(topic: string): TopicValidatorFn {
    return super.get(topic) ?? ignoreAll;
  }
}

function ignoreAll(): TopicValidatorResult {
  return TopicValidatorResult.Ignore;
}

/** What we use of gossipsub's object beyond its published type; checked once, so that a new version fails loudly. */
interface Inside {
  readonly getScore: (peer: string) => number;
  readonly streamsInbound: ReadonlyMap<string, unknown>;
  readonly streamsOutbound: ReadonlyMap<string, unknown>;
  readonly opts: { readonly scoreParams: { readonly topics: Record<string, TopicScoreParams> } };
}

function hasInside(service: object): service is Inside {
  if (!('getScore' in service) || typeof service.getScore !== 'function') return false;
  if (!('streamsInbound' in service && service.streamsInbound instanceof Map)) return false;
  if (!('streamsOutbound' in service && service.streamsOutbound instanceof Map)) return false;
  if (!('opts' in service) || typeof service.opts !== 'object' || service.opts === null) return false;
  const { opts } = service;
  if (!('scoreParams' in opts) || typeof opts.scoreParams !== 'object' || opts.scoreParams === null) return false;
  return 'topics' in opts.scoreParams && typeof opts.scoreParams.topics === 'object';
}

function buildGossipSub(): (components: GossipSubComponents) => GossipSub {
  return gossipsub({
    globalSignaturePolicy: StrictNoSign,
    msgIdFn: (message: Message) => messageIdOf(message.topic, message.data),
    fallbackToFloodsub: false,
    floodPublish: false,
    batchPublish: true,
    doPX: false,
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    tagMeshPeers: true,
    mcacheGossip: limits.GOSSIP_ANNOUNCED_HEARTBEATS,
    idontwantMinDataSize: limits.GOSSIP_IDONTWANT_BYTES_MIN,
    idontwantMaxMessages: limits.GOSSIP_IDONTWANT_IDS_MAX,
    maxInboundStreams: limits.GOSSIP_STREAMS_MAX,
    maxOutboundStreams: limits.GOSSIP_STREAMS_MAX,
    maxInboundDataLength: limits.GOSSIP_RPC_BYTES_MAX,
    maxOutboundBufferSize: limits.GOSSIP_SEND_BYTES_MAX,
    maxTopicBytesPerPeer: limits.SUBSCRIPTION_BYTES_PER_PEER_MAX,
    decodeRpcLimits: {
      maxSubscriptions: limits.SUBSCRIPTIONS_MAX,
      maxMessages: limits.GOSSIP_MESSAGES_PER_RPC_MAX,
      maxIhaveMessageIDs: limits.GOSSIP_IHAVE_IDS_MAX,
      maxIwantMessageIDs: limits.GOSSIP_IWANT_IDS_MAX,
      maxIdontwantMessageIDs: limits.GOSSIP_IDONTWANT_IDS_MAX,
      maxControlMessages: limits.GOSSIP_CONTROL_MAX,
      maxPeerInfos: limits.GOSSIP_PEER_INFOS_MAX,
    },
    scoreParams: {
      IPColocationFactorWeight: -5,
      IPColocationFactorThreshold: limits.CONNECTIONS_PER_ADDRESS_PER_SECOND_MAX,
      IPColocationFactorWhitelist: COLOCATION_ALLOWED,
      behaviourPenaltyWeight: -10,
      behaviourPenaltyThreshold: 6,
      behaviourPenaltyDecay: 0.9,
    },
    scoreThresholds: { gossipThreshold: -10, publishThreshold: -40, graylistThreshold: -60 },
  });
}

/** @returns the judge's verdict; `ignore` when it throws or takes longer than VERDICT_DELAY_MS_MAX. */
async function verdictInTime(answer: () => Promise<Verdict>): Promise<Verdict> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(resolve, limits.VERDICT_DELAY_MS_MAX, 'ignore');
  });
  try {
    return await Promise.race([answer(), late]);
  } catch {
    return 'ignore';
  } finally {
    clearTimeout(timer);
  }
}

function validatorOf(judge: Judge): TopicValidatorFn {
  return async (from: PeerId, message: Message) => {
    const { topic, data } = message;
    if (data.length === 0 || data.length > BUNDLE_BYTES_MAX) return TopicValidatorResult.Reject;
    return VERDICTS[await verdictInTime(async () => judge(topic, data, from.toString()))];
  };
}

/** Builds the gossip of one node. `judge` is asked for every message on a joined topic, never for own ones. */
export function createGossip(judge: Judge): Gossip {
  const validator = validatorOf(judge);
  const wanted = new Set<string>();
  let service: (GossipSub & Inside) | undefined;
  let running = false;

  function join(gossip: GossipSub & Inside, topic: string): void {
    gossip.opts.scoreParams.topics[topic] = TOPIC_SCORE;
    gossip.topicValidators.set(topic, validator);
    gossip.subscribe(topic);
  }

  return {
    service(components) {
      const built = buildGossipSub()(components);
      if (!hasInside(built)) throw new Error('this version of gossipsub is not the one that gossip.ts was written for');
      built.topicValidators = new TopicValidators();
      service = built;
      return built;
    },
    started() {
      running = true;
      if (service !== undefined) for (const topic of wanted) join(service, topic);
    },
    stopped() {
      running = false;
    },
    subscribe(topic) {
      if (wanted.has(topic)) return;
      if (wanted.size >= limits.SUBSCRIPTIONS_MAX) {
        throw new NetworkFailedError(
          `cannot join ${topic}: ${limits.SUBSCRIPTIONS_MAX} topics are joined already; leave a region or a bank first`,
        );
      }
      wanted.add(topic);
      if (running && service !== undefined) join(service, topic);
    },
    unsubscribe(topic) {
      if (!wanted.delete(topic) || !running || service === undefined) return;
      service.unsubscribe(topic);
      service.topicValidators.delete(topic);
      delete service.opts.scoreParams.topics[topic];
    },
    async publish(topic, data) {
      if (data.length === 0 || data.length > BUNDLE_BYTES_MAX) {
        throw new RangeError(`a gossip message has 1 to ${BUNDLE_BYTES_MAX} bytes, not ${data.length}`);
      }
      if (!running || service === undefined) return 0;
      return (await service.publish(topic, data)).recipients.length;
    },
    score: (peer) => service?.getScore(peer) ?? 0,
    reaches: (peer) => service?.streamsInbound.has(peer) === true && service.streamsOutbound.has(peer),
  };
}
