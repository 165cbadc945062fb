import { availableParallelism } from 'node:os';
import { KEY_BYTES } from '../../core/base/limits.ts';
import { isAcceptablePublicKey, isAcceptableSignature } from '../../core/identity/ed25519-strict.ts';
import type { SignatureCheck, Signatures, Signer } from '../../ports/signatures.ts';
import type { NativeEngineName } from './native-engine.ts';
import { openNativeEngine } from './open-native-engine.ts';
import { answerChecks, packedBytes } from './verify-chunk.ts';
import { VerifyPool } from './verify-pool.ts';

/** Threads at most: beyond, the calling thread cannot pack as fast as they verify. */
const THREADS_MAX = 16;

/** Checks in a chunk at least, where there are as many: for fewer a message to another thread costs more than it gains. */
const CHUNK_CHECKS_MIN = 8;

/** Checks in a chunk at most: some 4 ms of work, so that a small batch never waits long behind a large one. */
const CHUNK_CHECKS_MAX = 64;

/** Bytes in a chunk at most, unless one check alone is larger: what is copied on the calling thread at once. */
const CHUNK_BYTES_MAX = 1024 * 1024;

/** How native signatures are checked. */
export interface NativeSignaturesOptions {
  /** Worker threads for `verifyBatch`, 1 … 16. Default: as many as the machine runs at once. */
  readonly threads?: number;
  /** Default: sodium, or node-crypto where sodium-native has no build. Verdicts are the same. */
  readonly engine?: NativeEngineName;
  /** Told when a worker thread died; its work was done on the calling thread, and another one is started up to 8 times. */
  readonly onWorkerLost?: (fault: Error) => void;
}

/** Signatures with threads behind them, which end with `close()`. */
export interface NativeSignatures extends Signatures, AsyncDisposable {
  /** The library in use. */
  readonly engine: NativeEngineName;
  /** Ends the threads; batches under way reject with SignaturesClosedError. `verify` goes on working. */
  close(): Promise<void>;
}

/**
 * Verifies in native code: `verify` on the calling thread, `verifyBatch` on worker threads, which start with the first
 * batch. The bytes of a batch must not change before it is answered. What waits is bounded only by its callers.
 *
 * @throws RangeError when `threads` is out of range. @throws Error when the engine asked for cannot be loaded.
 */
export function createNativeSignatures(options: NativeSignaturesOptions = {}): NativeSignatures {
  const threads = options.threads ?? Math.min(availableParallelism(), THREADS_MAX);
  if (!Number.isInteger(threads) || threads < 1 || threads > THREADS_MAX) {
    throw new RangeError(`The threads for signatures are a whole number from 1 to ${THREADS_MAX}, not ${threads}.`);
  }
  const engine = openNativeEngine(options.engine);
  const pool = new VerifyPool({
    workerUrl: workerUrl(),
    workerData: engine.name,
    threads,
    answerHere: (checks) => answerChecks(engine, checks),
    onWorkerLost: options.onWorkerLost ?? (() => undefined),
  });
  return {
    engine: engine.name,
    verify: (check) => isAcceptable(check) && engine.verify(check.publicKey, check.message, check.signature),
    verifyBatch: (checks) => verifyInPool(pool, threads, checks),
    close: () => pool.close(),
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/**
 * A signer in native code; signatures are the same with every engine (RFC 8032 §5.1.6 leaves no choice).
 *
 * @param seed 32 bytes, the private key of RFC 8032 §5.1.5; copied.
 * @throws RangeError when the seed has another length. @throws Error when the engine asked for cannot be loaded.
 */
export function createNativeSigner(seed: Uint8Array, engineName?: NativeEngineName): Signer {
  if (seed.length !== KEY_BYTES) throw new RangeError(`An Ed25519 seed has 32 bytes; this one has ${seed.length}.`);
  const signer = openNativeEngine(engineName).openSigner(seed);
  return {
    publicKey: signer.publicKey,
    sign: async (message) => signer.sign(message),
  };
}

function isAcceptable(check: SignatureCheck): boolean {
  return isAcceptablePublicKey(check.publicKey) && isAcceptableSignature(check.signature);
}

async function verifyInPool(
  pool: VerifyPool,
  threads: number,
  checks: readonly SignatureCheck[],
): Promise<readonly boolean[]> {
  const acceptable = checks.map(isAcceptable);
  const chunks = splitIntoChunks(
    checks.filter((_, index) => acceptable[index] === true),
    threads,
  );
  const answers = await Promise.all(chunks.map((chunk) => pool.answer(chunk)));
  const holds = answers.flatMap((answer) => Array.from(answer, (byte) => byte === 1));
  let next = 0;
  return acceptable.map((isWorthAnswer) => {
    if (!isWorthAnswer) return false;
    next += 1;
    return holds[next - 1] === true;
  });
}

function splitIntoChunks(checks: readonly SignatureCheck[], threads: number): SignatureCheck[][] {
  const share = Math.ceil(checks.length / threads);
  const checksMax = Math.min(Math.max(share, CHUNK_CHECKS_MIN), CHUNK_CHECKS_MAX);
  const chunks: SignatureCheck[][] = [];
  let chunk: SignatureCheck[] = [];
  let bytes = 0;
  for (const check of checks) {
    if (chunk.length === checksMax || (chunk.length > 0 && bytes + packedBytes(check) > CHUNK_BYTES_MAX)) {
      chunks.push(chunk);
      chunk = [];
      bytes = 0;
    }
    chunk.push(check);
    bytes += packedBytes(check);
  }
  if (chunk.length > 0) chunks.push(chunk);
  return chunks;
}

/** The worker beside this file, as source in the checkout and as JavaScript where it was built. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js', import.meta.url);
}
