import type { Amount } from '../../src/core/base/amount.ts';
import type { RefusalCode } from '../../src/core/base/refusals.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import { tickKind } from '../../src/core/wire/kinds/ledger.ts';
import { attestWork, hours, recordOf } from '../support/work.ts';
import { idNamed } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

type Terms = Parameters<LyingScene['claim']>[1];

function record(scene: LyingScene, claim: Entry, attestations: readonly Entry[], head = scene.garden.memberHead): Told {
  return write(scene.garden.transfers, laborRecordKind, recordOf(claim, attestations, head));
}

/** A claim of Ana's with these terms, attested as it should be. */
function claiming(code: RefusalCode, terms: (scene: LyingScene) => Terms): Lie {
  return {
    code,
    tell: (scene) => {
      const claim = scene.claim(scene.ana, { intervals: [scene.freshHour()], ...terms(scene) });
      return record(scene, claim, attestWork(claim, scene.bea, scene.carla));
    },
  };
}

/** A good claim of Ana's, attested badly. */
function attesting(code: RefusalCode, attest: (scene: LyingScene, claim: Entry) => readonly Entry[]): Lie {
  return {
    code,
    tell: (scene) => {
      const claim = scene.claim(scene.ana, { intervals: [scene.freshHour()] });
      return record(scene, claim, attest(scene, claim));
    },
  };
}

/** Labor books that lie about work, about who saw it, and about who is a member. */
export const LABOR_LIES: readonly Lie[] = [
  { code: 'wrong_writer', tell: (scene) => write(scene.garden.transfers, tickKind, { minute: 1 }) },
  claiming('wrong_cooperative', (scene) => ({ cooperative: scene.forge.identity })),
  claiming('worker_mismatch', (scene) => ({ worker: scene.bea.identity })),
  claiming('interval_too_long', () => ({ intervals: [hours(200, 25)] })),
  claiming('intervals_overlap', () => ({ intervals: [hours(200, 2), hours(201, 2)] })),
  claiming('seconds_exceed_intervals', () => ({ seconds: 3601 as Amount })),
  {
    code: 'worker_not_member',
    tell: (scene) => {
      const claim = scene.claim(scene.dora, { account: scene.accountOf(scene.ana) });
      return record(scene, claim, attestWork(claim, scene.bea, scene.carla));
    },
  },
  attesting('attestation_mismatch', (scene) => attestWork(idNamed('another claim'), scene.bea)),
  attesting('self_attestation', (scene, claim) => attestWork(claim, scene.ana, scene.bea)),
  attesting('duplicate_attestor', (scene, claim) => attestWork(claim, scene.bea, scene.bea)),
  attesting('attestor_not_member', (scene, claim) => attestWork(claim, scene.bea, scene.dora)),
  attesting('too_few_attestors', (scene, claim) => attestWork(claim, scene.bea)),
  {
    code: 'overlap',
    tell: (scene) => {
      const claim = scene.claim(scene.ana, { intervals: [hours(300, 2)] });
      record(scene, claim, attestWork(claim, scene.bea, scene.carla));
      const again = scene.claim(scene.ana, { intervals: [hours(301, 1)] });
      return record(scene, again, attestWork(again, scene.bea, scene.carla));
    },
  },
  {
    code: 'wrong_head',
    tell: (scene) =>
      record(scene, scene.claim(scene.ana, { intervals: [scene.freshHour()] }), [], scene.forge.memberHead),
  },
  {
    code: 'head_went_back',
    tell: (scene) => {
      scene.garden.admit(scene.stranger());
      const claim = scene.claim(scene.ana, { intervals: [hours(310, 1)] });
      record(scene, claim, attestWork(claim, scene.bea, scene.carla));
      return record(scene, scene.claim(scene.ana), [], scene.garden.memberBook.book.headAt(1));
    },
  },
];
