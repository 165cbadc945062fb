import { KEY_BYTES, SIGNATURE_BYTES } from '../../core/base/limits.ts';
import type { SignatureCheck } from '../../ports/signatures.ts';
import type { NativeEngine } from './native-engine.ts';

/*
 * What goes to a worker and back: one buffer each way, however many signatures there are.
 *
 *   chunk   = check*     check = publicKey(32) ‖ signature(64) ‖ messageLength(4, big-endian) ‖ message
 *   answer  = verdict*   verdict = 01 where the signature holds, else 00
 */

const LENGTH_BYTES = 4;
const CHECK_HEAD_BYTES = KEY_BYTES + SIGNATURE_BYTES + LENGTH_BYTES;

/** @returns how many bytes a check takes in a chunk. */
export function packedBytes(check: SignatureCheck): number {
  return CHECK_HEAD_BYTES + check.message.length;
}

/** Packs checks whose key and signature have the right length. @returns the chunk in a buffer of its own. */
export function packChunk(checks: readonly SignatureCheck[]): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(checks.reduce((total, check) => total + packedBytes(check), 0));
  const view = new DataView(chunk.buffer);
  let offset = 0;
  for (const { publicKey, signature, message } of checks) {
    chunk.set(publicKey, offset);
    chunk.set(signature, offset + KEY_BYTES);
    view.setUint32(offset + KEY_BYTES + SIGNATURE_BYTES, message.length);
    chunk.set(message, offset + CHECK_HEAD_BYTES);
    offset += CHECK_HEAD_BYTES + message.length;
  }
  return chunk;
}

/** @returns the checks of a chunk, as views of it. */
export function unpackChunk(chunk: Uint8Array): SignatureCheck[] {
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  const checks: SignatureCheck[] = [];
  let offset = 0;
  while (offset < chunk.length) {
    const messageStart = offset + CHECK_HEAD_BYTES;
    const messageEnd = messageStart + view.getUint32(offset + KEY_BYTES + SIGNATURE_BYTES);
    checks.push({
      publicKey: chunk.subarray(offset, offset + KEY_BYTES),
      signature: chunk.subarray(offset + KEY_BYTES, offset + KEY_BYTES + SIGNATURE_BYTES),
      message: chunk.subarray(messageStart, messageEnd),
    });
    offset = messageEnd;
  }
  return checks;
}

/** Verifies on this thread. @returns the answer to the chunk of these checks. */
export function answerChecks(engine: NativeEngine, checks: readonly SignatureCheck[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(checks, ({ publicKey, message, signature }) =>
    engine.verify(publicKey, message, signature) ? 1 : 0,
  );
}
