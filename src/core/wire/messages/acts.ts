import { mutua } from '../generated/mutua.js';
import { shapeOf } from '../shape.ts';
import { DecisionCertificate } from './decisions.ts';

const { v1 } = mutua;

/** A body's next charter is in force. */
export const CharterAmended = shapeOf(v1.CharterAmended, { certificate: DecisionCertificate });
/** Somebody is a member no more, by a decision. */
export const Expelled = shapeOf(v1.Expelled, { certificate: DecisionCertificate });
