import { enumField, integerField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';

const { v1 } = mutua;

/** What a decision is about; the order gives the proto numbers. */
export const MATTERS = [
  'general',
  'budget',
  'election',
  'rate',
  'charter',
  'expulsion',
  'mandates',
  'standard',
] as const;
/** One of MATTERS. */
export type Matter = (typeof MATTERS)[number];

/** How ballots are counted; the order gives the proto numbers. */
export const METHODS = [
  'consensus',
  'consent',
  'majority',
  'supermajority',
  'rankedChoice',
  'score',
  'equalShares',
] as const;
/** One of METHODS. */
export type Method = (typeof METHODS)[number];

/** What an elector counts as who casts no ballot; the order gives the proto numbers. */
export const SILENCES = ['abstain', 'assent'] as const;
/** What a yes-or-no ballot says; the order gives the numbers, from 1. */
export const VOICES = ['for', 'against', 'standAside', 'block'] as const;
/** One of VOICES. */
export type Voice = (typeof VOICES)[number];

/** Terms of the fractions in a rule. */
const SHARE_TERM_MAX = 1000;
const shareField = integerField(0, SHARE_TERM_MAX);
const wholeField = integerField(1, SHARE_TERM_MAX);

/** How a body decides one matter; the rules refuse shares above one. */
export const DecisionRule = shapeOf(v1.DecisionRule, {
  matter: enumField(MATTERS),
  method: enumField(METHODS),
  quorumNumerator: shareField,
  quorumDenominator: wholeField,
  thresholdNumerator: shareField,
  thresholdDenominator: wholeField,
  blocksMax: integerField(0, 2 ** 32 - 1),
  silence: enumField(SILENCES),
});
/** See the shape of the same name. */
export type DecisionRule = Infer<typeof DecisionRule>;
