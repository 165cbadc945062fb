import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZodError } from 'zod';
import type { Question } from '../adapters/http-server/server.ts';
import { ApiError } from '../api/errors.ts';
import type { Planned } from '../api/route.ts';
import { isFileRoute, type JsonRouteName, type ParsedRouteInput, type RouteName } from '../api/routes.ts';
import { NotWrittenError, PeerRestartedError } from '../client/driver.ts';
import { type Client, OperationFault } from '../client/index.ts';
import { NetworkFailedError } from '../ports/network.ts';

/** Answers a question of the HTTP server by the operation of its route. Rejects with ApiError where it is refused. */
export async function answer(client: Client, name: RouteName, question: Question): Promise<unknown> {
  try {
    if (name === 'import') return await takeFile(client, question);
    if (isFileRoute(name)) return await client.stream(name, question.input as never);
    return question.dryRun
      ? await client.run(name as JsonRouteName, question.input as ParsedRouteInput<JsonRouteName>, true)
      : await client.run(name as JsonRouteName, question.input as ParsedRouteInput<JsonRouteName>, false);
  } catch (error) {
    throw toApiError(error);
  }
}

/** A file that somebody hands to the API; larger ones are imported while the node is stopped, which needs no second copy. */
const FILE_BYTES_MAX = 4 * 1024 ** 3;

async function* atMost(chunks: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) {
      const sentence = `The file has more than ${bytesMax} bytes; stop the node and import it then.`;
      throw new ApiError(413, { code: 'too_large', sentence });
    }
    yield chunk;
  }
}

/** A file is read twice, so it is put on disk first. */
async function takeFile(client: Client, { file, input, dryRun }: Question): Promise<unknown> {
  if (file === undefined) {
    const sentence = 'Send the file as the body, with content-type application/octet-stream.';
    throw new ApiError(400, { code: 'bad_request', sentence, field: 'body' });
  }
  if (dryRun) return await planOf(atMost(file, FILE_BYTES_MAX), input['join'] === true);
  const folder = await mkdtemp(join(tmpdir(), 'mutua-import-'));
  const path = join(folder, 'items');
  try {
    await pipeline(atMost(file, FILE_BYTES_MAX), createWriteStream(path, { mode: 0o600 }));
    return await client.import(() => createReadStream(path), { join: input['join'] === true });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reads the file to its end, since whoever sends it waits for that, and takes nothing in. */
async function planOf(file: AsyncIterable<Uint8Array>, join: boolean): Promise<Planned> {
  let bytes = 0;
  for await (const chunk of file) bytes += chunk.length;
  const joining = join ? ', and follow the regions that it is of' : '';
  return { dryRun: true, would: `It would take in a file of ${bytes} bytes${joining}; mutua verify checks a file.` };
}

function toApiError(error: unknown): unknown {
  if (error instanceof OperationFault) {
    const field = error.field === undefined ? {} : { field: error.field };
    return new ApiError(statusOf(error.code), { code: error.code, sentence: error.message, ...field });
  }
  if (error instanceof NotWrittenError) return new ApiError(409, { code: error.code, sentence: error.message });
  if (error instanceof PeerRestartedError) return new ApiError(503, { code: 'restarted', sentence: error.message });
  if (error instanceof NetworkFailedError) return new ApiError(409, { code: 'unreachable', sentence: error.message });
  if (!(error instanceof ZodError)) return error;
  const [issue] = error.issues;
  const field = issue?.path.join('.') ?? 'body';
  return new ApiError(400, {
    code: 'bad_request',
    sentence: `${field}: ${issue?.message ?? 'is not well formed'}`,
    field,
  });
}

function statusOf(code: OperationFault['code']): number {
  if (code === 'not_found') return 404;
  if (code === 'malformed') return 400;
  return code === 'closed' || code === 'not_ready' ? 503 : 409;
}
