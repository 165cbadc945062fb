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
 * Consensus: somebody is for it, nobody against, and there are no more blocks than the rule bears. Consent: somebody is for it
 * and nobody objects. Majority: more for than against. Supermajority: for ≥ threshold · (for + against), and somebody for it.
 */
export function isAdopted([forIt, against, , block]: VoiceCounts, rule: DecisionRule): boolean {
  if (forIt === 0) return false;
  switch (rule.method) {
    case 'consensus':
      return against === 0 && block <= rule.blocksMax;
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

/**
 * @returns whether no further ballot can change the result, so that a proposal may close before its time: a majority or
 *   supermajority that holds, or fails, however the electors who are left vote. A consensus or consent waits for everybody.
 */
export function isSettled(voices: readonly Voice[], electors: number, rule: DecisionRule): boolean {
  if (rule.method !== 'majority' && rule.method !== 'supermajority') return false;
  const left = electors - voices.length;
  const [forIt, against, aside, block] = countVoices(voices, electors, rule);
  const worst = isAdopted([forIt, against + left, aside, block], rule);
  const best = isAdopted([forIt + left, against, aside, block], rule);
  return worst === best;
}
