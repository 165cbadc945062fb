import {
  admitKind,
  appealedKind,
  appealKind,
  applyKind,
  leaveKind,
  leftKind,
  refusedKind,
  vouchKind,
} from '../../src/core/wire/kinds/people.ts';
import type { Actor, Body } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

function apply(applicant: Actor, addressee: Body, charterSequence = 1) {
  const charterHead = addressee.memberBook.book.headAt(charterSequence);
  return applicant.book('people').write(applyKind, { body: addressee.identity, charterHead, afterChange: 0 });
}

function admit(body: Body, applicant: Actor, addressee = body, charterSequence = 1): Told {
  const { bytes } = apply(applicant, addressee, charterSequence);
  body.memberBook.note(applicant.book('people'));
  return write(body.memberBook, admitKind, { apply: bytes });
}

/** One who joined and left, applying with the same words once more. */
function comeBack(scene: LyingScene): Told {
  const eva = scene.stranger();
  const { bytes } = apply(eva, scene.garden);
  scene.garden.memberBook.note(eva.book('people'));
  scene.garden.memberBook.apply(admitKind, { apply: bytes });
  scene.garden.part(eva);
  return write(scene.garden.memberBook, admitKind, { apply: bytes });
}

function refuse({ garden }: LyingScene, bytes: Uint8Array, criterion: number): Told {
  return write(garden.memberBook, refusedKind, { apply: bytes, criterion, reasonDigest: undefined });
}

/** Somebody whose application was refused, and the entries of that. */
function refusedApplicant(scene: LyingScene) {
  const { garden } = scene;
  const applicant = scene.stranger();
  const asked = apply(applicant, garden);
  garden.memberBook.note(applicant.book('people'));
  const { id } = garden.memberBook.apply(refusedKind, { apply: asked.bytes, criterion: 1, reasonDigest: undefined });
  const appeal = (refused = id): Told => {
    const content = { body: garden.identity, refused, apply: asked.id };
    return write(garden.memberBook, appealedKind, {
      appeal: applicant.book('people').write(appealKind, content).bytes,
    });
  };
  return { asked, appeal };
}

/** Member books that lie: about their founders, and about who came and went. */
export const MEMBER_LIES: readonly Lie[] = [
  { code: 'already_founded', tell: (scene) => scene.found(scene.garden, [scene.ana]) },
  {
    code: 'not_founded',
    tell: (scene) => write(scene.body('Mill').memberBook, vouchKind, { identity: scene.ana.identity }),
  },
  {
    code: 'founders_unsorted',
    tell: (scene) => scene.found(scene.body('Kiln'), [scene.ana, scene.bea], (acceptances) => acceptances.toReversed()),
  },
  { code: 'too_few_founders', tell: (scene) => scene.found(scene.body('Loom', 2), [scene.ana]) },
  {
    code: 'bad_acceptance',
    tell: (scene) => scene.found(scene.body('Press'), [scene.ana, scene.bea], (acceptances) => acceptances.slice(0, 1)),
  },
  { code: 'wrong_member_kind', tell: (scene) => scene.found(scene.body('Forge 2'), [scene.assembly]) },
  { code: 'wrong_body', tell: (scene) => admit(scene.garden, scene.stranger(), scene.forge) },
  { code: 'stale_charter', tell: (scene) => admit(scene.garden, scene.stranger(), scene.garden, 0) },
  { code: 'already_member', tell: (scene) => admit(scene.garden, scene.ana) },
  {
    code: 'not_member',
    tell: (scene) => {
      const leave = scene.dora.book('people').write(leaveKind, { body: scene.garden.identity, afterChange: 0 });
      scene.garden.memberBook.note(scene.dora.book('people'));
      return write(scene.garden.memberBook, leftKind, { leave: leave.bytes });
    },
  },
  { code: 'stale_consent', tell: comeBack },
  {
    code: 'unknown_criterion',
    tell: (scene) => {
      const applicant = scene.stranger();
      scene.garden.memberBook.note(applicant.book('people'));
      return refuse(scene, apply(applicant, scene.garden).bytes, 2);
    },
  },
  { code: 'already_refused', tell: (scene) => refuse(scene, refusedApplicant(scene).asked.bytes, 1) },
  {
    code: 'unknown_refusal',
    tell: (scene) => {
      const { asked, appeal } = refusedApplicant(scene);
      return appeal(asked.id);
    },
  },
  {
    code: 'already_appealed',
    tell: (scene) => {
      const { appeal } = refusedApplicant(scene);
      appeal();
      return appeal();
    },
  },
];
