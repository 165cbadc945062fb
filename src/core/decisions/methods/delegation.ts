import type { Id } from '../../base/id.ts';

/** Delegates on the way from an elector to the ballot that counts for it. */
export const DELEGATION_DEPTH_MAX = 8;

/** What counts for an elector. */
export interface EffectiveChoice<Choice> {
  readonly choice: Choice;
  /** The elector whose own ballot it is. */
  readonly voter: Id;
}

/**
 * Finds what counts for each elector (protocol §8): an own ballot, whatever delegate was named beside it; else the ballot to which
 * the way from delegate to delegate leads, through at most DELEGATION_DEPTH_MAX of them. A longer way, a circle, and a delegate who is no
 * elector or has neither ballot nor delegate lead nowhere.
 * @param choices own ballots, by voter. @param delegates whom an elector named, by elector.
 * @returns by elector, in the order of `electors`; undefined for one who abstains.
 */
export function resolveDelegations<Choice>(
  electors: readonly Id[],
  choices: ReadonlyMap<Id, Choice>,
  delegates: ReadonlyMap<Id, Id>,
): ReadonlyMap<Id, EffectiveChoice<Choice> | undefined> {
  const isElector = new Set(electors);
  const follow = (elector: Id): EffectiveChoice<Choice> | undefined => {
    let voter: Id | undefined = elector;
    for (let depth = 0; voter !== undefined && isElector.has(voter) && depth <= DELEGATION_DEPTH_MAX; depth += 1) {
      const choice = choices.get(voter);
      if (choice !== undefined) return { choice, voter };
      voter = delegates.get(voter);
    }
    return undefined;
  };
  return new Map(electors.map((elector) => [elector, follow(elector)]));
}
