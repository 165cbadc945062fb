import { replayFile } from '../../src/client/replay.ts';
import { bytesToId, type Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { decodeFile } from '../../src/core/files/decode.ts';
import type { BookReport, FileReport } from '../../src/core/files/report.ts';
import { verifyFile } from '../../src/core/files/verify.ts';
import { openingOf, readEntry } from '../../src/core/wire/entry.ts';
import { Chance } from '../simulation/chance.ts';
import { NETWORK } from './books.ts';
import { Machine } from './machine.ts';
import { verifySignature } from './signing.ts';
import { Actor, RULE_SETS } from './world.ts';

/** What a reader makes of one book. */
export interface BookVerdict {
  /** Sequence of the first entry without effect; undefined where the book has not ended. */
  readonly end: number | undefined;
  /** Where it forks; undefined where a revocation ends it below that, since a node need not learn of the fork then. */
  readonly fork: number | undefined;
  /** What the rules make of it; undefined where none govern it. */
  readonly rules:
    | {
        /** Entries that were judged. */
        readonly judged: number;
        readonly waits: boolean;
        /** Codes of the entries that were refused, sorted. */
        readonly refused: readonly string[];
        readonly stateRoot: Id;
      }
    | undefined;
}

/** Verdicts by book. A person's transfers book is left out: nodes don't keep others'. */
export type Verdicts = Readonly<Record<Id, BookVerdict>>;

/** @returns what `mutua verify` makes of a file. */
export async function verdictsOffline(file: Uint8Array): Promise<Verdicts> {
  const report = await verifyFile([file], { verify: verifySignature });
  const replay = await replayFile(() => [file], report, { verify: verifySignature, ruleSets: RULE_SETS });
  const replayed = new Map(replay.books.map((book) => [book.book, book]));
  const verdictOf = (told: BookReport): BookVerdict => {
    const { book, end } = told;
    const fork = forkThatCounts(told, told.fork?.sequence);
    const rules = replayed.get(book);
    if (rules === undefined) return { end, fork, rules };
    const { applied, stateRoot, waitsAt } = rules;
    const refused = Object.entries(rules.refused).flatMap(([code, count]) => Array<string>(count).fill(code));
    const judged = applied + refused.length;
    return {
      end,
      fork,
      rules: { judged, waits: waitsAt !== undefined, refused: refused.sort(), stateRoot },
    };
  };
  return Object.fromEntries(keptBooks(report).map((book) => [book.book, verdictOf(book)]));
}

/** In which order a node gets what a file holds; by chance it is another one with each pass, and the node starts anew in between. */
export type Arrival = 'as imported' | 'statements last' | Chance;

/** Passes in which nothing changes, after which nothing will. */
const SAME_MAX = 3;

/**
 * @returns what a node makes of it that takes the file in, knows every author in it, and asks for what it misses until nothing of that is in
 *   the file. With `statements last` it learns of proofs and revocations after everything else.
 */
export async function verdictsOfNode(file: Uint8Array, arrival: Arrival = 'as imported'): Promise<Verdicts> {
  const report = await verifyFile([file], { verify: verifySignature });
  const machine = await Machine.start(new Actor('Reader of files', 'person'));
  await machine.feed({ type: 'addRoots', roots: [...new Set(report.books.map(({ identity }) => identity))] });
  const { statements, first, second, byId } = await itemsOf(file);
  const passes = arrival === 'as imported' ? [[...statements, ...first], second] : [first, second, statements];
  for (let before = '', same = 0; ; ) {
    if (arrival instanceof Chance) await takeByChance(machine, passes.flat(), arrival);
    else
      for (const items of passes) {
        await machine.items(items);
        await answerWants(machine, byId);
      }
    await answerWants(machine, byId);
    const verdicts = Object.fromEntries(keptBooks(report).map((book) => [book.book, nodeVerdict(machine, book)]));
    const now = JSON.stringify([verdicts, wantedBy(machine)]);
    same = now === before ? same + 1 : 0;
    if (same === (arrival instanceof Chance ? SAME_MAX : 1)) return verdicts;
    before = now;
  }
}

/** Takes items in some order, a few at a time. */
async function takeByChance(machine: Machine, items: readonly Uint8Array[], chance: Chance): Promise<void> {
  const places = items.map((item) => ({ item, place: chance.next() })).sort((left, right) => left.place - right.place);
  const line = places.map(({ item }) => item);
  while (line.length > 0) {
    await machine.items(line.splice(0, chance.between(1, 12)));
    if (chance.happens(0.125)) await machine.restart();
  }
}

function wantedBy({ peer }: Machine): readonly Id[] {
  return [...peer.endings.wanted(), ...peer.world.sideChains.wanted()];
}

/** Gives what is asked for, as long as the file holds it and the answer changes what is asked for. */
async function answerWants(machine: Machine, byId: ReadonlyMap<Id, Uint8Array>): Promise<void> {
  for (let before = ''; ; ) {
    const wanted = wantedBy(machine);
    const items = wanted.flatMap((id) => byId.get(id) ?? []);
    if (items.length === 0 || wanted.join() === before) return;
    before = wanted.join();
    await machine.items(items);
  }
}

function forkThatCounts({ lastGood }: BookReport, fork: number | undefined): number | undefined {
  return fork !== undefined && lastGood !== undefined && fork > lastGood ? undefined : fork;
}

function nodeVerdict(machine: Machine, report: BookReport): BookVerdict {
  const { book: id } = report;
  const { books, endings } = machine.peer;
  const book = present(books.get(id), 'the node holds the book');
  const fork = forkThatCounts(report, endings.forks().find((known) => known.book === id)?.sequence);
  const end = book.forkSequence === 0 ? undefined : book.forkSequence;
  if (book.state === undefined) return { end, fork, rules: undefined };
  const effects = new Map<number, string>();
  for (const effect of machine.out)
    if (effect.type === 'tell' && effect.event.type === 'effect' && effect.event.book === id)
      effects.set(effect.event.sequence, effect.event.effect);
  const refused = [...effects].filter(([sequence, effect]) => sequence < book.judged && effect !== 'applied');
  return {
    end,
    fork,
    rules: {
      judged: book.judged,
      waits: book.judged <= book.head.sequence,
      refused: refused.map(([, code]) => code).sort(),
      stateRoot: bytesToId(book.state.root()),
    },
  };
}

function keptBooks({ books }: FileReport): readonly BookReport[] {
  return books.filter(({ kind, channel }) => kind !== 'person' || channel !== 'transfers');
}

/** The items of a file, entries apart by the two passes in which it is imported, and its entries by id. */
async function itemsOf(file: Uint8Array) {
  const [statements, first, second]: [Uint8Array[], Uint8Array[], Uint8Array[]] = [[], [], []];
  const byId = new Map<Id, Uint8Array>();
  const people = new Set<Id>();
  for await (const part of decodeFile([file])) {
    if (part.type !== 'item') continue;
    const { item, bytes, type } = part.item;
    const entry = type === 'entry' ? readEntry(bytes, NETWORK) : undefined;
    if (entry?.ok !== true) {
      statements.push(item);
      continue;
    }
    const opening = openingOf(entry.value);
    if (opening?.channel === 'people') people.add(entry.value.id);
    byId.set(entry.value.id, item);
    (opening !== undefined || people.has(entry.value.book) ? first : second).push(item);
  }
  return { statements, first, second, byId };
}
