import { type DecisionRule, VOICES, type Voice } from '../../wire/messages/rules.ts';

/** How many electors spoke in each way, in the order of VOICES. */
export type VoiceCounts = readonly [forIt: number, against: number, standAside: number, block: number];

/** @returns the voice of a choice, undefined where it is none that this method knows: only a consensus can be blocked. */
export function voiceOf(choice: readonly number[], { method }: Pick<DecisionRule, 'method'>): Voice | undefined {
  const voice = choice.length === 1 ? VOICES[(choice[0] ?? 0) - 1] : undefined;
  return voice === 'block' && method !== 'consensus' ? undefined : voice;
}

/** @returns the counts of the ballots, with electors who cast none as the rule's silence has it. */
export function countVoices(voices: readonly Voice[], electors: number, { silence }: DecisionRule): VoiceCounts {
  const count = (wanted: Voice): number => voices.filter((voice) => voice === wanted).length;
  const silent = silence === 'assent' ? Math.max(0, electors - voices.length) : 0;
  return [count('for') + silent, count('against'), count('standAside'), count('block')];
}

/**
 * Whether a yes-or-no proposal is adopted (protocol §8), apart from the quorum.
 * Consensus: somebody is for it, and there are no more blocks than the rule bears; who is against without a block lets it pass.
 * Consent: somebody is for it and nobody objects. Majority: more for than against. Supermajority: for ≥ threshold · (for + against), and somebody for it.
 */
export function isAdopted([forIt, against, , block]: VoiceCounts, rule: DecisionRule): boolean {
  if (forIt === 0) return false;
  switch (rule.method) {
    case 'consensus':
      return block <= rule.blocksMax;
    case 'consent':
      return against === 0;
    case 'majority':
      return forIt > against;
    case 'supermajority':
      return forIt * rule.thresholdDenominator >= rule.thresholdNumerator * (forIt + against);
    default:
      return false;
  }
}

/** @returns whether enough electors have a ballot that counts: voters ≥ quorum · electors. Whoever stands aside is there too. */
export function hasQuorum(
  voters: number,
  electors: number,
  { quorumNumerator, quorumDenominator }: Pick<DecisionRule, 'quorumNumerator' | 'quorumDenominator'>,
): boolean {
  return voters * quorumDenominator >= quorumNumerator * electors;
}

/**
 * @returns whether a proposal may close before its time (protocol §8): every elector has a ballot, or whatever those who are left
 *   cast, or leave out, the result is the same. An objection or a block ends nothing early: it asks for a talk, after which it may be
 *   taken back by a newer ballot. `voters` are the electors whose ballot counts, `voices` what those said who said something.
 */
export function isDecided(voices: readonly Voice[], voters: number, electors: number, rule: DecisionRule): boolean {
  if (voters >= electors) return true;
  const left = electors - voices.length;
  const [forIt, against, aside, block] = countVoices(voices, voices.length, rule);
  const isSafe =
    hasQuorum(voters, electors, rule) &&
    isAdopted([forIt, against + left, aside, block], rule) &&
    isAdopted([forIt, against, aside, block + left], rule);
  if (isSafe || rule.method === 'consent' || rule.method === 'consensus') return isSafe;
  return !isAdopted([forIt + left, against, aside, block], rule);
}
