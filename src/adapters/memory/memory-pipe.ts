import { FRAME_BYTES_MAX } from '../../core/base/limits.ts';
import { NetworkFailedError } from '../../ports/network.ts';

/** Bytes that a receiver takes before it has handled them, like the window of a real stream. */
const WINDOW_BYTES = FRAME_BYTES_MAX;
/** Bytes that wait for the window, as over the real network. */
const SEND_QUEUE_BYTES_MAX = 8 * FRAME_BYTES_MAX;
/** Frames that wait for the window. Cost: about 250 B each besides their bytes. */
const SEND_QUEUE_FRAMES_MAX = 16_384;

interface Waiting {
  readonly frame: Uint8Array;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Frames in one direction between two networks of one process, with the backpressure of a real stream. */
export class MemoryPipe {
  readonly #name: string;
  readonly #deliver: (frame: Uint8Array) => Promise<void>;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  readonly #taken: Uint8Array[] = [];
  #takenBytes = 0;
  #delivering = false;
  #closed: Error | undefined;

  /** @param name what an error calls it. @param deliver is called for one frame after the other; never rejects. */
  constructor(name: string, deliver: (frame: Uint8Array) => Promise<void>) {
    this.#name = name;
    this.#deliver = deliver;
  }

  /** Hands over a copy of a frame, when the window allows. @throws NetworkFailedError when closed or too much waits. */
  send(frame: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    if (this.#waiting.length >= SEND_QUEUE_FRAMES_MAX || this.#waitingBytes + frame.length > SEND_QUEUE_BYTES_MAX) {
      const held = `${this.#waiting.length} frames and ${this.#waitingBytes} bytes wait`;
      return Promise.reject(new NetworkFailedError(`${this.#name} is slow: ${held}; send less or later`));
    }
    this.#waitingBytes += frame.length;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ frame: frame.slice(), resolve, reject });
      this.#take();
    });
  }

  /** Drops what was not delivered and rejects what waits. */
  close(reason: Error): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const { reject } of this.#waiting) reject(reason);
    this.#waiting = [];
    this.#taken.length = 0;
  }

  #take(): void {
    let count = 0;
    for (const { frame, resolve } of this.#waiting) {
      if (this.#takenBytes > 0 && this.#takenBytes + frame.length > WINDOW_BYTES) break;
      count += 1;
      this.#waitingBytes -= frame.length;
      this.#takenBytes += frame.length;
      this.#taken.push(frame);
      resolve();
    }
    this.#waiting.splice(0, count);
    if (this.#delivering || this.#taken.length === 0) return;
    this.#delivering = true;
    setImmediate(() => void this.#deliverTaken());
  }

  async #deliverTaken(): Promise<void> {
    while (this.#taken.length > 0) {
      for (const frame of this.#taken.splice(0)) {
        if (this.#closed !== undefined) return;
        await this.#deliver(frame);
        this.#takenBytes -= frame.length;
      }
      this.#take();
    }
    this.#delivering = false;
  }
}
