import { lotDrawnKind, lotKind, lotSealedKind } from '../../src/core/wire/kinds/lots.ts';
import { commit, drawing, lotOf, reveal, sealing } from '../support/lots.ts';
import { idNamed } from '../support/world.ts';
import { type Lie, write } from './lying-scene.ts';

/** Decision books that lie about lots: which there are, who committed, and who was drawn. */
export const LOT_LIES: readonly Lie[] = [
  {
    code: 'unknown_lot',
    tell: ({ garden, ana }) => {
      const lot = idNamed('nothing');
      return write(garden.decisions, lotSealedKind, sealing(garden, lot, [commit(garden, lot, ana)]));
    },
  },
  {
    code: 'lot_not_open',
    tell: ({ garden, ana }) => {
      const lot = garden.decisions.apply(lotKind, lotOf(garden, [ana])).id;
      garden.decisions.apply(lotSealedKind, sealing(garden, lot, [commit(garden, lot, ana)]));
      garden.decisions.apply(lotDrawnKind, drawing(garden, lot, [reveal(garden, lot, ana)]));
      return write(garden.decisions, lotSealedKind, sealing(garden, lot, [commit(garden, lot, ana)]));
    },
  },
  {
    code: 'lot_malformed',
    tell: ({ garden, ana, bea }) => {
      const lot = garden.decisions.apply(lotKind, lotOf(garden, [ana])).id;
      return write(garden.decisions, lotSealedKind, sealing(garden, lot, [commit(garden, lot, bea)]));
    },
  },
];
