import { Workload } from './workload.ts';
import { SimWorld } from './world.ts';

/** What a run saw. */
export interface SimReport {
  readonly seed: number;
  readonly steps: number;
  readonly entries: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly effects: ReadonlyMap<string, number>;
}

/** Virtual time for founding and first accounts, in milliseconds. */
const BEGIN_MS = 4000;
/** Time after the last fault until everybody must hold the same (protocol §10, CONVERGE). */
const SETTLE_MS = 90_000;

/**
 * Runs one seeded world: begin in fair weather, then faults, then peace; checks the invariants after every step and convergence
 * at the end. @throws InvariantBroken at the step at which one stops to hold.
 */
export function simulate(options: { readonly seed: number; readonly nodes: number; readonly steps: number }): SimReport {
  const world = new SimWorld(options);
  const work = new Workload(world);
  world.start();
  work.begin();
  world.run(BEGIN_MS);
  Object.assign(world.weather, { loss: 0.1, duplication: 0.1, delayMsMax: 300 });
  storm(world, work, options.steps);
  Object.assign(world.weather, { loss: 0, duplication: 0, delayMsMax: 20 });
  world.heal();
  calm(world, work);
  world.invariants.settled();
  return { seed: options.seed, steps: world.steps, entries: work.written, faults: world.faults, effects: world.effects };
}

function storm(world: SimWorld, work: Workload, steps: number): void {
  const { chance } = world;
  let apart = false;
  for (let turn = 0; world.steps < steps || turn < 60; turn += 1) {
    for (let acts = 0; acts < 8; acts += 1) work.act();
    if (turn % 12 === 3 && !apart) {
      world.partition();
      apart = true;
    }
    if (turn % 12 === 9 && apart) {
      world.heal();
      apart = false;
    }
    if (turn % 9 === 5) world.crash(chance.pick(world.nodes), chance.between(50, 3000));
    if (turn % 20 === 8) chance.pick(world.nodes).diskFull = true;
    if (turn === 30) work.lie();
    world.run(400);
    world.relink();
  }
}

function calm(world: SimWorld, work: Workload): void {
  for (let passed = 0; passed < SETTLE_MS; passed += 5000) {
    world.relink();
    work.sendAllAgain();
    for (const node of world.nodes) node.feed({ type: 'syncNow' });
    world.run(5000);
  }
}
