import { charterAmendedKind, expelledKind } from '../../src/core/wire/kinds/acts.ts';
import type { DecisionCertificate } from '../../src/core/wire/messages/decisions.ts';
import { certificateOf, charterAct, decideOn, expulsionAct } from '../support/rates.ts';
import { charterWith } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

/** The assembly, whose only member is Dora, certifies that it adopted its charter anew. */
function amending({ assembly, dora }: LyingScene): DecisionCertificate {
  assembly.memberBook.note(assembly.decisions.book);
  const close = decideOn(assembly, dora, 'charter', charterAct(assembly, charterWith(2)));
  return certificateOf(assembly, close);
}

function amend({ assembly }: LyingScene, certificate: DecisionCertificate): Told {
  return write(assembly.memberBook, charterAmendedKind, { certificate });
}

/** Member books that do what their bodies did not decide. */
export const ACT_LIES: readonly Lie[] = [
  {
    code: 'wrong_decision',
    tell: (scene) => write(scene.assembly.memberBook, expelledKind, { certificate: amending(scene) }),
  },
  {
    code: 'decision_used',
    tell: (scene) => {
      const { assembly, dora } = scene;
      assembly.memberBook.note(assembly.decisions.book);
      const close = decideOn(assembly, dora, 'charter', charterAct(assembly, charterWith(2)));
      assembly.memberBook.apply(charterAmendedKind, { certificate: certificateOf(assembly, close) });
      return amend(scene, certificateOf(assembly, close));
    },
  },
  {
    code: 'act_impossible',
    tell: (scene) => {
      const { assembly, dora } = scene;
      assembly.memberBook.note(assembly.decisions.book);
      const expulsion = expulsionAct(assembly, scene.stranger());
      const close = decideOn(assembly, dora, 'expulsion', expulsion);
      return write(assembly.memberBook, expelledKind, { certificate: certificateOf(assembly, close) });
    },
  },
];
