import { ROUTES, type RouteInput, type RouteOutput } from '../../src/api/routes.ts';
import { openOffline } from '../../src/daemon/offline.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { readFileStream, writeStreamToFile } from './files.ts';
import { createLogger } from './logger.ts';

/**
 * Writes a file of items from the books of a node whose daemon is stopped. @returns its length in bytes.
 * @throws NodeFailedError; StoreLockedError while its daemon runs; CommandError (refused, `not_started`) when no book is here, since
 *   the node was never started and took no file in; CommandError (usage) when the file cannot be written.
 */
export async function exportOffline(dataFolder: string, query: RouteInput<'export'>, file: string): Promise<number> {
  await using node = await openOffline(dataFolder, createLogger('error'));
  const { books } = await node.client.call('book.list', {});
  if (books.length === 0) {
    const next = `start it once with: mutua start --data ${dataFolder}`;
    throw new CommandError(
      EXIT.refused,
      'not_started',
      `The node in ${dataFolder} has no books yet, so ${file} was not written; ${next}`,
    );
  }
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
