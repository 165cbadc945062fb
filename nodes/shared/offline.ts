import { ROUTES, type RouteInput, type RouteOutput } from '../../src/api/routes.ts';
import { NodeFailedError } from '../../src/daemon/node-failed-error.ts';
import { openOffline } from '../../src/daemon/offline.ts';
import { readFileStream, writeStreamToFile } from './files.ts';
import { createLogger } from './logger.ts';

const NOTHING_YET =
  'No book is here yet, so that there is nothing to write: run `mutua start` once, which opens this node’s own books.';

/**
 * Writes a file of items from the books of a node whose daemon is stopped. @returns its length in bytes.
 * @throws NodeFailedError, also where no book is there yet; StoreLockedError while its daemon runs; CommandError (usage) when the file
 *   cannot be written.
 */
export async function exportOffline(dataFolder: string, query: RouteInput<'export'>, file: string): Promise<number> {
  await using node = await openOffline(dataFolder, createLogger('error'));
  if (node.client.driver.peer.books.size === 0) throw new NodeFailedError('never_started', NOTHING_YET);
  const stream = await node.client.stream('export', ROUTES.export.query.parse(query));
  return await writeStreamToFile(stream, file);
}

/**
 * Takes a file of items into the books of a node whose daemon is stopped.
 * @throws NodeFailedError; StoreLockedError while its daemon runs; CommandError (usage) when the file cannot be read.
 */
export async function importOffline(dataFolder: string, file: string, join: boolean): Promise<RouteOutput<'import'>> {
  await using node = await openOffline(dataFolder, createLogger('error'));
  return await node.client.import(() => readFileStream(file), { join });
}
