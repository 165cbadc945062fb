import type { Stream, StreamMessageEvent } from '@libp2p/interface';
import { LengthPrefixedDecoder } from '@libp2p/utils';
import { FRAME_BYTES_MAX } from '../../core/base/limits.ts';
import { FRAME_INPUT_BYTES_MAX } from './constants.ts';

/** What a frame receiver tells its user. */
export interface FrameReceiverHandler {
  /** One whole frame; the next one is read when the promise resolves. Never rejects. */
  onFrame(frame: Uint8Array): Promise<void>;
  /** The stream ended; with an error when the other side broke the framing. Not called after `stop`. */
  onEnd(error?: Error): void;
}

/**
 * Reads the varint-prefixed frames of one inbound stream, one at a time. While a frame is being handled the stream is
 * paused, so its window is not renewed and the sender stops: at most FRAME_INPUT_BYTES_MAX are held. A frame above
 * FRAME_BYTES_MAX resets the stream.
 *
 * `resume()` first hands out what had arrived and only then renews the window; a `pause()` within that would be
 * undone by the renewal, so pausing waits until `resume()` has returned.
 */
export class FrameReceiver {
  readonly #stream: Stream;
  readonly #handler: FrameReceiverHandler;
  readonly #decoder = new LengthPrefixedDecoder({
    maxDataLength: FRAME_BYTES_MAX,
    maxBufferSize: FRAME_INPUT_BYTES_MAX,
  });
  readonly #arrived: StreamMessageEvent['data'][] = [];
  #busy = false;
  #ended = false;

  constructor(stream: Stream, handler: FrameReceiverHandler) {
    this.#stream = stream;
    this.#handler = handler;
  }

  /** Starts reading. */
  start(): void {
    this.#stream.addEventListener('message', this.#onMessage);
    this.#stream.addEventListener('close', this.#onClose);
    if (this.#stream.status !== 'open') this.#onClose();
  }

  /** Cuts the stream; no frame is handed out afterwards. */
  stop(reason: Error): void {
    if (this.#ended) return;
    this.#forget();
    this.#stream.abort(reason);
  }

  readonly #onMessage = (event: StreamMessageEvent): void => {
    this.#arrived.push(event.data);
    if (!this.#busy) void this.#work();
  };

  /** What had arrived before the close is still handed out. */
  readonly #onClose = (): void => {
    if (this.#arrived.length === 0 && !this.#busy && this.#stream.readBufferLength === 0) this.#end();
  };

  async #work(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#arrived.length > 0 && !this.#ended) {
        if (this.#stream.readStatus === 'readable') this.#stream.pause();
        await this.#handOutArrived();
        if (!this.#ended && this.#stream.readStatus === 'paused') this.#stream.resume();
      }
    } catch (error) {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    }
    this.#busy = false;
    if (this.#stream.status !== 'open') this.#onClose();
  }

  async #handOutArrived(): Promise<void> {
    for (let chunk = this.#arrived.shift(); chunk !== undefined; chunk = this.#arrived.shift()) {
      for (const frame of this.#decoder.decode(chunk)) {
        if (this.#ended) return;
        await this.#handler.onFrame(frame.slice());
      }
    }
  }

  #end(error?: Error): void {
    if (this.#ended) return;
    this.#forget();
    if (error !== undefined) this.#stream.abort(error);
    this.#handler.onEnd(error);
  }

  #forget(): void {
    this.#ended = true;
    this.#arrived.length = 0;
    this.#stream.removeEventListener('message', this.#onMessage);
    this.#stream.removeEventListener('close', this.#onClose);
  }
}
