import { parentPort, workerData } from 'node:worker_threads';
import { assert, present } from '../../core/base/outcome.ts';
import { openNativeEngine } from './open-native-engine.ts';
import { answerChecks, unpackChunk } from './verify-chunk.ts';

const port = present(parentPort ?? undefined, 'verify-worker runs only as a worker thread.');
const engine = openNativeEngine(workerData === 'sodium' || workerData === 'node-crypto' ? workerData : undefined);

port.on('message', (chunk: unknown) => {
  assert(chunk instanceof Uint8Array, 'verify-worker takes chunks as Uint8Array.');
  const answer = answerChecks(engine, unpackChunk(chunk));
  port.postMessage(answer, [answer.buffer]);
});
