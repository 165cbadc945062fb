/** Whose books a node confirms where their charter names it: bodies those of their region, all that it holds, or none. */
export const WITNESS_OFFERS = ['auto', 'on', 'off'] as const;
/** One of WITNESS_OFFERS. */
export type WitnessOffer = (typeof WITNESS_OFFERS)[number];
