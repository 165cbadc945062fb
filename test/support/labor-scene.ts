import type { Effect } from '../../src/core/books/rules.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import type { LaborRecord } from '../../src/core/wire/messages/labor.ts';
import { attestWork, type ClaimTerms, claimWork, noteBooks, recordOf } from './work.ts';
import { type Actor, type Body, idNamed, TestWorld } from './world.ts';

/** A cooperative of three, one of one, and a bank. */
export interface LaborScene {
  readonly world: TestWorld;
  readonly ana: Actor;
  readonly bea: Actor;
  readonly carla: Actor;
  /** A member of nothing but the bank. */
  readonly dora: Actor;
  /** Ana, Bea and Carla; its charter asks for two attestors. */
  readonly garden: Body;
  /** Ana alone. */
  readonly forge: Body;
  readonly bank: Body;
}

/** A scene in which nothing was recorded yet. */
export function setUpLabor(): LaborScene {
  const world = new TestWorld();
  const [ana, bea, carla, dora] = [
    world.person('Ana'),
    world.person('Bea'),
    world.person('Carla'),
    world.person('Dora'),
  ];
  const garden = world.found('Garden', 'cooperative', [ana, bea, carla]);
  const forge = world.found('Forge', 'cooperative', [ana]);
  const bank = world.found('Bank', 'bank', [ana, bea, dora]);
  for (const body of [garden, forge]) noteBooks(body, ana, bea, carla, dora);
  return { world, ana, bea, carla, dora, garden, forge, bank };
}

/** Writes a claim, by default of Ana for the garden. */
export function claimIn(
  { garden, bank, ana }: LaborScene,
  terms: Partial<ClaimTerms> = {},
  writer = ana,
  cooperative = garden,
): Entry {
  return claimWork(writer, {
    cooperative: cooperative.identity,
    bank: bank.identity,
    account: idNamed('account'),
    ...terms,
  });
}

/** Writes a record in a cooperative's labor book, and takes its effect. */
export function writeRecord(body: Body, record: LaborRecord): Effect {
  return body.transfers.write(laborRecordKind, record);
}

/** Ana's claim, attested by Bea and Carla. */
export function recordClaim(scene: LaborScene, terms: Partial<ClaimTerms> = {}): Effect {
  const claimed = claimIn(scene, terms);
  return writeRecord(
    scene.garden,
    recordOf(claimed, attestWork(claimed, scene.bea, scene.carla), scene.garden.memberHead),
  );
}

/** Ana's usual claim, attested by these. */
export function recordAttested(scene: LaborScene, ...attestors: readonly Actor[]): Effect {
  const claimed = claimIn(scene);
  return writeRecord(scene.garden, recordOf(claimed, attestWork(claimed, ...attestors), scene.garden.memberHead));
}
