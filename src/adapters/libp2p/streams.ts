import type { Connection, PeerId, Stream } from '@libp2p/interface';
import { FRAME_BYTES_MAX } from '../../core/base/limits.ts';
import { NetworkFailedError, type PeerName, type StreamProtocol } from '../../ports/network.ts';
import * as limits from './constants.ts';
import { FrameReceiver } from './frame-receiver.ts';
import { FrameSender } from './frame-sender.ts';

/** The stream protocols whose frames this adapter carries. */
export const STREAM_PROTOCOLS: readonly StreamProtocol[] = ['/mutua/sync/1', '/mutua/submit/1'];

/** What frame streams need of the node and tell their user. */
export interface FrameStreamsInit {
  /** @returns the open, unlimited connection to use, or undefined when the peer is gone. */
  connectionTo(peer: PeerName): Connection | undefined;
  /** One whole frame; the next one of the stream is read when the promise resolves. Never rejects. */
  onFrame(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void>;
  /** A stream was cut because its peer broke the framing. */
  onBroken(peer: PeerName, protocol: StreamProtocol, error: Error): void;
}

/** Frames to and from all peers: one long-lived stream per (peer, protocol) and direction. */
export interface FrameStreams {
  /** Queues one frame. @throws NetworkFailedError as the port's `send` says. */
  send(peer: PeerName, protocol: StreamProtocol, frame: Uint8Array): Promise<void>;
  /** Takes an inbound stream; it replaces an older one of the same peer and protocol. */
  accept(peerId: PeerId, protocol: StreamProtocol, stream: Stream): void;
  /** Forgets a peer that is gone: its frames in both directions are dropped, its senders told. */
  drop(peer: PeerName): void;
  /** Drops every peer. */
  dropAll(): void;
}

async function openStream(
  connection: Connection | undefined,
  peer: PeerName,
  protocol: StreamProtocol,
): Promise<Stream> {
  if (connection === undefined) throw new NetworkFailedError(`peer ${peer} is not connected; dial it first`);
  const stream = await connection.newStream([protocol], {
    maxOutboundStreams: limits.FRAME_OUTBOUND_STREAMS_MAX,
    signal: AbortSignal.timeout(limits.STREAM_OPEN_DELAY_MS_MAX),
  });
  await stream.closeRead();
  return stream;
}

/** Remembers a frame that is being handled until it is done. */
async function handOver(inHand: Map<string, Promise<void>>, key: string, handling: Promise<void>): Promise<void> {
  inHand.set(key, handling);
  await handling;
  if (inHand.get(key) === handling) inHand.delete(key);
}

/** Builds the frame streams of one node. */
export function createFrameStreams(init: FrameStreamsInit): FrameStreams {
  const senders = new Map<string, FrameSender>();
  const receivers = new Map<string, FrameReceiver>();
  /** Frames that are being handled, also of streams that were replaced meanwhile: one for each peer and protocol. */
  const inHand = new Map<string, Promise<void>>();
  const keyOf = (peer: PeerName, protocol: StreamProtocol): string => `${peer} ${protocol}`;

  function senderTo(peer: PeerName, protocol: StreamProtocol): FrameSender {
    const key = keyOf(peer, protocol);
    const known = senders.get(key);
    if (known !== undefined) return known;
    if (init.connectionTo(peer) === undefined) {
      throw new NetworkFailedError(`peer ${peer} is not connected; dial it first`);
    }
    const sender = new FrameSender(`${protocol} of peer ${peer}`, () =>
      openStream(init.connectionTo(peer), peer, protocol),
    );
    senders.set(key, sender);
    return sender;
  }

  function dropKey(key: string, reason: Error): void {
    senders.get(key)?.stop(reason);
    senders.delete(key);
    receivers.get(key)?.stop(reason);
    receivers.delete(key);
  }

  return {
    async send(peer, protocol, frame) {
      if (frame.length === 0 || frame.length > FRAME_BYTES_MAX) {
        throw new RangeError(`a frame has 1 to ${FRAME_BYTES_MAX} bytes, not ${frame.length}`);
      }
      await senderTo(peer, protocol).send(frame);
    },
    accept(peerId, protocol, stream) {
      const peer = peerId.toString();
      const key = keyOf(peer, protocol);
      receivers.get(key)?.stop(new NetworkFailedError(`a newer ${protocol} stream of peer ${peer} replaced this one`));
      const receiver: FrameReceiver = new FrameReceiver(stream, {
        onFrame: (frame) => handOver(inHand, key, init.onFrame(peer, protocol, frame)),
        onEnd: (error) => {
          if (receivers.get(key) === receiver) receivers.delete(key);
          if (error !== undefined) init.onBroken(peer, protocol, error);
        },
      });
      receivers.set(key, receiver);
      const before = inHand.get(key);
      if (before === undefined) return receiver.start();
      // Else whoever opens streams one after the other could have as many frames in hand.
      stream.pause();
      void before.then(() => {
        if (receivers.get(key) !== receiver) return;
        receiver.start();
        if (stream.readStatus === 'paused') stream.resume();
      });
    },
    drop(peer) {
      const reason = new NetworkFailedError(`peer ${peer} is gone; dial it again`);
      for (const protocol of STREAM_PROTOCOLS) dropKey(keyOf(peer, protocol), reason);
    },
    dropAll() {
      const reason = new NetworkFailedError('this node has stopped');
      for (const key of new Set([...senders.keys(), ...receivers.keys()])) dropKey(key, reason);
    },
  };
}
