import { parseRegion } from '../../src/api/index.ts';
import { foundNode, type InitOptions, type InitResult, initNode } from '../../src/daemon/init-node.ts';
import { usageError } from './exit-codes.ts';
import { choosePassphrase, type PassphraseOrigin } from './passphrase.ts';

/** What `init` is told. */
export interface NodePlan extends Omit<InitOptions, 'passphrase' | 'region'> {
  readonly region: string;
}

/**
 * Makes keys and identity of a new node in its folder. @throws CommandError (usage) for a region or passphrase that is not
 * well formed; NodeFailedError, KeyFileError; nothing is overwritten.
 */
export async function makeNode(plan: NodePlan, origin: PassphraseOrigin): Promise<InitResult> {
  const region = parseRegion(plan.region);
  if (region === undefined) {
    throw usageError(
      `${plan.region} is no region: write 1 to 5 lower-case labels, such as cascadia/willamette/sellwood.`,
    );
  }
  const passphrase = await choosePassphrase(origin);
  return await initNode({ ...plan, region, passphrase: passphrase ?? null });
}

/** @returns the identity of a body whose founders have all signed. @throws NodeFailedError that says who is missing. */
export async function foundBody(dataFolder: string, acceptances: readonly string[]): Promise<string> {
  return (await foundNode(dataFolder, acceptances)).identity;
}
