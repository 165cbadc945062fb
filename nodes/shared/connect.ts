import { type ApiClient, createApiClient } from '../../src/api/client.ts';
import { answersAt, readApiAccess } from '../../src/daemon/api-access.ts';
import { requireNode } from '../../src/daemon/node-record.ts';
import { CommandError, EXIT } from './exit-codes.ts';

/**
 * @returns typed calls to the daemon of a data folder. @throws NodeFailedError `not_initialized` where no node is;
 * CommandError (not reachable) where none runs, with how to start it.
 */
export async function connect(dataFolder: string): Promise<ApiClient> {
  const client = await connectIfRunning(dataFolder);
  if (client !== undefined) return client;
  await requireNode(dataFolder);
  const sentence = `No daemon runs on ${dataFolder}: start it with mutua start --data ${dataFolder}`;
  throw new CommandError(EXIT.unreachable, 'not_running', `${sentence}, then run the same command again.`);
}

/** @returns typed calls to the daemon of a data folder, or undefined where none answers. */
export async function connectIfRunning(dataFolder: string): Promise<ApiClient | undefined> {
  const access = await readApiAccess(dataFolder);
  if (access === undefined) return undefined;
  return (await answersAt(access)) ? createApiClient(access) : undefined;
}
