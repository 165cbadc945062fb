import type { RefusalCode } from '../../src/core/base/refusals.ts';
import { Workload } from './workload.ts';
import { SimWorld } from './world.ts';

/** What a run is made from; the same gives the same run. */
export interface SimulateOptions {
  readonly seed: number;
  readonly nodes: number;
  /** Steps at least, each one event of one machine. */
  readonly steps: number;
}

/** What a run saw. */
export interface SimReport {
  readonly seed: number;
  readonly steps: number;
  /** Entries that nodes wrote. */
  readonly entries: number;
  readonly faults: ReadonlyMap<string, number>;
  /** Effects on any node: `applied` or a refusal code. */
  readonly effects: ReadonlyMap<string, number>;
  readonly answers: ReadonlyMap<RefusalCode, number>;
  readonly evidence: ReadonlyMap<string, number>;
}

/** A run saw less than each run must. */
export class RunTooQuiet extends Error {
  override readonly name = 'RunTooQuiet';
}

/** Virtual time for founding and first accounts, in milliseconds. */
const BEGIN_MS = 2500;
/** Time after the last fault until everybody must hold the same (protocol §10, CONVERGE). */
const SETTLE_MS = 90_000;
/** How often it is looked at whether everybody does. */
const LOOK_MS = 1000;
/** Entries that each run must see written, and by how many. */
const ENTRIES_MIN = 300;
const AUTHORS_MIN = 4;
/** One turn of the storm. */
const TURN_MS = 250;
const ACTS_PER_TURN = 10;
/** Turns within which every fault comes at least once, and after which a run that is still too quiet is given up. */
const TURNS_MIN = 14;
const TURNS_MAX = 200;

/**
 * Runs one seeded world: begin in fair weather, then faults, then peace; checks the invariants after every step and convergence
 * at the end. @throws InvariantBroken at the step at which one stops to hold. @throws RunTooQuiet where too little happened.
 */
export function simulate(options: SimulateOptions): SimReport {
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
  const { steps, entries, faults, effects, answers, evidence } = world;
  return { seed: options.seed, steps, entries, faults, effects, answers, evidence };
}

function storm(world: SimWorld, work: Workload, steps: number): void {
  for (let turn = 0; turn < TURNS_MIN || missing(world, steps) !== undefined; turn += 1) {
    if (turn > TURNS_MAX) throw new RunTooQuiet(`after ${turn} turns ${missing(world, steps)}`);
    for (let acts = 0; acts < ACTS_PER_TURN; acts += 1) work.act();
    trouble(world, work, turn);
    world.run(TURN_MS);
    if (turn % 3 === 0) world.relink();
  }
}

/** @returns what a run of this length must have seen and this one has not. */
function missing(world: SimWorld, steps: number): string | undefined {
  const seen = (fault: string): boolean => world.faults.has(fault);
  if (world.steps < steps) return `only ${world.steps} of ${steps} steps were taken`;
  if (world.entries < ENTRIES_MIN) return `only ${world.entries} of ${ENTRIES_MIN} entries were written`;
  if (world.authors.size < AUTHORS_MIN) return `only ${world.authors.size} of ${AUTHORS_MIN} identities wrote`;
  if (!seen('healed partition')) return 'no partition was healed';
  return seen('torn write') ? undefined : 'no crash tore a write';
}

/** The faults that come by the clock of turns; those of the network come by chance. */
function trouble(world: SimWorld, work: Workload, turn: number): void {
  const { chance, nodes } = world;
  if (turn % 12 === 2) world.partition();
  if (turn % 12 === 8) world.heal();
  if (turn % 4 === 3) crashOne(world);
  if (turn % 20 === 6) chance.pick(nodes).diskFull = true;
  if (turn === 4) work.tellLies();
  if (turn === 5) work.flood();
  if (turn >= 10 && !world.faults.has('equivocation')) work.equivocate();
}

/** Kills a node, one with a write on its way to the disk where there is one. */
function crashOne(world: SimWorld): void {
  const writing = world.nodes.filter((node) => node.committing);
  world.crash(world.chance.pick(writing.length > 0 ? writing : world.nodes), world.chance.between(50, 1500));
}

function calm(world: SimWorld, work: Workload): void {
  for (let passedMs = 0; passedMs < SETTLE_MS; passedMs += LOOK_MS) {
    world.relink();
    work.sendAllAgain();
    if (passedMs % (5 * LOOK_MS) === 0) for (const node of world.nodes) node.feed({ type: 'syncNow' });
    world.run(LOOK_MS);
    if (work.unanswered === 0 && world.difference() === undefined) return;
  }
}
