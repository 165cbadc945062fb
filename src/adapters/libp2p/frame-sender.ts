import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Stream } from '@libp2p/interface';
import { varint } from 'multiformats';
import { NetworkFailedError } from '../../ports/network.ts';
import { SEND_QUEUE_BYTES_MAX, SEND_QUEUE_FRAMES_MAX, WRITE_BYTES_MAX } from './constants.ts';

interface Waiting {
  readonly frame: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** @returns the frames, each behind its length as a varint, in one piece. */
function joinFrames(batch: readonly Waiting[]): Uint8Array {
  let length = 0;
  for (const { frame } of batch) length += varint.encodingLength(frame.length) + frame.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const { frame } of batch) {
    varint.encodeTo(frame.length, joined, offset);
    offset += varint.encodingLength(frame.length);
    joined.set(frame, offset);
    offset += frame.length;
  }
  return joined;
}

/**
 * Resolves when the stream holds no unsent bytes. The stream's own `onDrain` answers only the first time that it is
 * asked, and `drain` comes with every small renewal of the window.
 */
function whenWritten(stream: Stream): Promise<void> {
  if (stream.writeBufferLength === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stream.removeEventListener('idle', settle);
      stream.removeEventListener('close', settle);
      if (stream.status === 'open') resolve();
      else reject(new Error(`the stream was ${stream.status} by the other side or the connection`));
    };
    stream.addEventListener('idle', settle);
    stream.addEventListener('close', settle);
  });
}

/**
 * Sends frames on one long-lived outbound stream, which it opens when there is something to send. Frames that are
 * queued within one turn of the event loop, or while a write waits for the other side, share the next write.
 */
export class FrameSender {
  readonly #name: string;
  readonly #open: () => Promise<Stream>;
  #queue: Waiting[] = [];
  #queuedBytes = 0;
  #stream: Stream | undefined;
  #pumping = false;
  #stopped: Error | undefined;

  /** @param name what an error calls the stream. @param open opens it. */
  constructor(name: string, open: () => Promise<Stream>) {
    this.#name = name;
    this.#open = open;
  }

  /** Queues one frame; resolves when it was handed to the connection. @throws NetworkFailedError on failure. */
  send(frame: Uint8Array): Promise<void> {
    if (this.#stopped !== undefined) return Promise.reject(this.#stopped);
    if (this.#queue.length >= SEND_QUEUE_FRAMES_MAX || this.#queuedBytes + frame.length > SEND_QUEUE_BYTES_MAX) {
      const held = `${this.#queue.length} frames and ${this.#queuedBytes} bytes wait`;
      return Promise.reject(new NetworkFailedError(`${this.#name} is slow: ${held}; send less or later`));
    }
    this.#queuedBytes += frame.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({ frame, resolve, reject });
      if (!this.#pumping) void this.#pump();
    });
  }

  /** Rejects what waits and cuts the stream; nothing can be sent afterwards. */
  stop(reason: Error): void {
    if (this.#stopped !== undefined) return;
    this.#stopped = reason;
    this.#failAll([], reason);
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    await nextTurn();
    while (this.#queue.length > 0) {
      let batch: readonly Waiting[] = [];
      try {
        const stream = await this.#writableStream();
        batch = this.#takeBatch();
        stream.send(joinFrames(batch));
        await whenWritten(stream);
        for (const { frame, resolve } of batch) {
          this.#queuedBytes -= frame.length;
          resolve();
        }
      } catch (error) {
        this.#failAll(batch, this.#stopped ?? (error instanceof Error ? error : new Error(String(error))));
      }
    }
    this.#pumping = false;
  }

  async #writableStream(): Promise<Stream> {
    if (this.#stream?.writeStatus === 'writable') return this.#stream;
    const opened = await this.#open();
    if (this.#stopped !== undefined) {
      opened.abort(this.#stopped);
      throw this.#stopped;
    }
    this.#stream = opened;
    return opened;
  }

  #takeBatch(): readonly Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const { frame } of this.#queue) {
      if (count > 0 && bytes + frame.length > WRITE_BYTES_MAX) break;
      bytes += frame.length;
      count += 1;
    }
    return this.#queue.splice(0, count);
  }

  #failAll(batch: readonly Waiting[], cause: Error): void {
    const error =
      cause instanceof NetworkFailedError
        ? cause
        : new NetworkFailedError(`could not send on ${this.#name}: ${cause.message}`, { cause });
    const waiting = [...batch, ...this.#queue];
    this.#queue = [];
    this.#queuedBytes = 0;
    this.#stream?.abort(error);
    this.#stream = undefined;
    for (const { reject } of waiting) reject(error);
  }
}
