/** The module of the worker: carries requests to a StoreThread and its answers back. */
import { parentPort } from 'node:worker_threads';
import { present } from '../../core/base/outcome.ts';
import type { StoreRequest } from './messages.ts';
import { StoreThread } from './store-thread.ts';

const port = present(parentPort ?? undefined, 'store-worker runs only as a worker thread.');
const thread = new StoreThread();

port.on('message', (request: StoreRequest) => {
  const answer = thread.answer(request);
  port.postMessage(answer, answer.type === 'rows' ? [answer.packed.buffer] : []);
  if (request.type === 'close') port.close();
});
