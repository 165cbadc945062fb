import { CHANNELS } from '../../base/region.ts';
import { boolField, enumField, idField, integerField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { shapeOf } from '../shape.ts';
import { IDENTITY_KINDS } from './identity.ts';

const { v1 } = mutua;

/** Row of `books/<book>`. */
export const NotedBook = shapeOf(v1.NotedBook, {
  identity: idField,
  kind: enumField(IDENTITY_KINDS),
  device: idField,
  channel: enumField(CHANNELS),
  stopped: boolField,
});

/** Row of `devices/<identity>/<device>`. */
export const NotedRevoke = shapeOf(v1.NotedRevoke, { number: integerField(0, 2 ** 32 - 1) });

/** Row of `heads/<book>`. */
export const NamedHead = shapeOf(v1.NamedHead, { sequence: integerField(0, Number.MAX_SAFE_INTEGER), id: idField });
