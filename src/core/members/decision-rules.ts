import { type DecisionRule, MATTERS, type Matter, type Method } from '../wire/messages/rules.ts';

const YES_OR_NO: readonly Method[] = ['consensus', 'consent', 'majority', 'supermajority'];

/** @returns the rule for a matter: its own, else that for general matters. */
export function ruleOf(rules: readonly DecisionRule[], matter: Matter): DecisionRule | undefined {
  return rules.find((rule) => rule.matter === matter) ?? rules.find((rule) => rule.matter === 'general');
}

/** @returns whether a ballot under this method says yes or no, without options. */
export function isYesOrNo(method: Method): boolean {
  return YES_OR_NO.includes(method);
}

/**
 * @returns whether a charter may have these rules: rising by matter from `general`, shares up to one, a threshold of at least a
 *   half for a supermajority and whole elsewhere, blocks only in a consensus, silence as assent only where nobody need say yes.
 */
export function areRulesSound(rules: readonly DecisionRule[]): boolean {
  const places = rules.map(({ matter }) => MATTERS.indexOf(matter));
  const isRising = places.every((place, index) => index === 0 || place > (places[index - 1] ?? place));
  return rules[0]?.matter === 'general' && isRising && rules.every(isRuleSound);
}

function isRuleSound(rule: DecisionRule): boolean {
  const { method, quorumNumerator, quorumDenominator, thresholdNumerator, thresholdDenominator } = rule;
  if (quorumNumerator > quorumDenominator || thresholdNumerator > thresholdDenominator) return false;
  const isThresholdSound =
    method === 'supermajority'
      ? thresholdNumerator * 2 >= thresholdDenominator
      : thresholdNumerator === 1 && thresholdDenominator === 1;
  const bearsBlocks = method === 'consensus' || rule.blocksMax === 0;
  const isSilenceSound = rule.silence === 'abstain' || method === 'consensus' || method === 'consent';
  return isThresholdSound && bearsBlocks && isSilenceSound;
}
