import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RULE_SETS } from '../../../src/client/index.ts';
import { replayFile } from '../../../src/client/replay.ts';
import { bytesToId } from '../../../src/core/base/id.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import { decodeFile } from '../../../src/core/files/decode.ts';
import { verifyFile } from '../../../src/core/files/verify.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { proposalKind } from '../../../src/core/wire/kinds/decisions.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import type { Head } from '../../../src/core/wire/messages/book.ts';
import { forkProofKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { DecisionScene } from '../../support/decisions.ts';
import { entryItem, eventItem, fileOf, statementItem } from '../../support/files.ts';
import { Machine } from '../../support/machine.ts';
import { verifySignature } from '../../support/signing.ts';
import { Actor, idNamed, TestBook } from '../../support/world.ts';

/** A file is taken in so often: what one entry makes sought may stand before it. */
const IMPORTS = 4;

/** What somebody makes of the governed books of a file: book → entries judged and state root. */
type Verdicts = ReadonlyMap<string, string>;

async function verdictsOfReplay(file: Uint8Array): Promise<Verdicts> {
  const report = await verifyFile([file], { verify: verifySignature });
  const { books } = await replayFile(() => [file], report, { verify: verifySignature, ruleSets: RULE_SETS });
  return new Map(books.map(({ book, stateRoot, waitsAt }) => [book, `${waitsAt ?? 'all'} ${stateRoot}`]));
}

async function verdictsOfNode(file: Uint8Array, roots: readonly Actor[]): Promise<Verdicts> {
  const items: Uint8Array[] = [];
  for await (const part of decodeFile([file])) if (part.type === 'item') items.push(itemOf(part.item));
  const machine = await Machine.start(new Actor('reader of files', 'person'));
  await machine.feed({ type: 'addRoots', roots: roots.map(({ identity }) => identity) });
  for (let times = 0; times < IMPORTS; times += 1) await machine.items(items);
  const verdicts = new Map<string, string>();
  for (const book of machine.peer.books.all()) {
    if (book.state === undefined) continue;
    const waits = book.judged <= book.head.sequence ? String(book.judged) : 'all';
    verdicts.set(book.id, `${waits} ${bytesToId(book.state.root())}`);
  }
  return verdicts;
}

function itemOf({ type, bytes }: { readonly type: 'entry' | 'statement'; readonly bytes: Uint8Array }): Uint8Array {
  return type === 'entry' ? entryItem({ bytes }) : statementItem(bytes);
}

/** An assembly that vouches for three, and a thief with its device who vouches for others from the second on. */
class ForkedHall {
  readonly scene = new DecisionScene();
  readonly trunk: readonly Entry[];
  readonly rival: readonly Entry[];

  constructor() {
    const { hall } = this.scene;
    const { book } = hall.memberBook;
    hall.memberBook.apply(vouchKind, { identity: idNamed('one') });
    const thief = new TestBook(hall.keys, book.opening);
    thief.entries.push(...book.entries.slice(1));
    for (const name of ['two', 'three']) hall.memberBook.apply(vouchKind, { identity: idNamed(name) });
    for (const name of ['stolen two', 'stolen three']) thief.write(vouchKind, { identity: idNamed(name) });
    this.trunk = book.entries;
    this.rival = thief.entries.slice(-2);
  }

  headOf(entry: Entry | undefined): Head {
    assert.ok(entry !== undefined);
    return { book: entry.book, sequence: entry.header.sequence, id: entry.id };
  }

  /** The file with the log, after the device was revoked where one says so. */
  file(entries: readonly Entry[], proves: boolean): Uint8Array {
    const { hall } = this.scene;
    const forked = this.trunk.find(({ header }) => header.sequence === this.rival[0]?.header.sequence);
    const [first] = this.rival;
    assert.ok(forked !== undefined && first !== undefined);
    const proof = statementItem(sealStatement(forkProofKind, proveFork(hall.memberBook.book.opening, forked, first)));
    return fileOf([...hall.log.map(eventItem), ...(proves ? [proof] : []), ...entries.map(entryItem)]);
  }
}

const CASES: readonly { readonly name: string; readonly make: () => { file: Uint8Array; roots: readonly Actor[] } }[] =
  [
    {
      name: 'a book without faults',
      make: () => {
        const scene = new DecisionScene();
        scene.adopted();
        return { file: fileOfScene(scene), roots: [scene.hall] };
      },
    },
    {
      name: 'a head in a person’s people book, where no rules are: wrong',
      make: () => withHead((scene) => scene.ana.book('people')),
    },
    {
      name: 'a head in the assembly’s emergency book, where no rules are: wrong',
      make: () => withHead((scene) => scene.hall.book('emergency')),
    },
    {
      name: 'a head in a person’s transfers book, which nobody else holds: waited for',
      make: () => withHead((scene) => scene.ana.book('transfers')),
    },
    {
      name: 'a head of no entry in a member book: waited for',
      make: () => {
        const scene = new DecisionScene();
        const memberHead = { ...scene.hall.memberHead, id: idNamed('nothing') };
        return proposing(scene, memberHead);
      },
    },
    {
      name: 'a fork, its device not revoked',
      make: () => forked((hall) => hall.file(hall.trunk, true)),
    },
    {
      name: 'a fork shown by its entries alone',
      make: () => forked((hall) => hall.file([...hall.trunk, ...hall.rival.slice(0, 1)], false)),
    },
    {
      name: 'a fork below the last good entry of the chain that the file holds: void',
      make: () =>
        revoked(
          (hall) => hall.trunk.at(-1),
          (hall) => hall.file(hall.trunk, true),
        ),
    },
    {
      name: 'a fork below a last good entry that the file does not lead to',
      make: () =>
        revoked(
          (hall) => hall.rival.at(-1),
          (hall) => hall.file(hall.trunk, true),
        ),
    },
    {
      name: 'a fork below the last good entry, to which the second chain of the file leads',
      make: () =>
        revoked(
          (hall) => hall.rival.at(-1),
          (hall) => hall.file([...hall.trunk, ...hall.rival], true),
        ),
    },
    {
      name: 'the same with the rivals first',
      make: () =>
        revoked(
          (hall) => hall.rival.at(-1),
          (hall) => hall.file([...hall.trunk.slice(0, 3), ...hall.rival, ...hall.trunk.slice(3)], true),
        ),
    },
    {
      name: 'a fork above the last good entry',
      make: () =>
        revoked(
          (hall) => hall.trunk[2],
          (hall) => hall.file(hall.trunk, true),
        ),
    },
    {
      name: 'a last good entry that names no entry of the book, and no fork',
      make: () => {
        const hall = new ForkedHall();
        hall.scene.hall.revoke(hall.scene.hall.keys, [{ ...hall.headOf(hall.trunk[3]), id: idNamed('nothing') }]);
        return { file: hall.file(hall.trunk, false), roots: [hall.scene.hall] };
      },
    },
    {
      name: 'a revocation that lists no book',
      make: () => {
        const hall = new ForkedHall();
        hall.scene.hall.revoke(hall.scene.hall.keys);
        return { file: hall.file(hall.trunk, false), roots: [hall.scene.hall] };
      },
    },
  ];

function forked(make: (hall: ForkedHall) => Uint8Array): { file: Uint8Array; roots: readonly Actor[] } {
  const hall = new ForkedHall();
  return { file: make(hall), roots: [hall.scene.hall] };
}

function revoked(
  lastGood: (hall: ForkedHall) => Entry | undefined,
  make: (hall: ForkedHall) => Uint8Array,
): { file: Uint8Array; roots: readonly Actor[] } {
  return forked((hall) => {
    hall.scene.hall.revoke(hall.scene.hall.keys, [hall.headOf(lastGood(hall))]);
    return make(hall);
  });
}

function withHead(bookOf: (scene: DecisionScene) => TestBook): { file: Uint8Array; roots: readonly Actor[] } {
  const scene = new DecisionScene();
  const book = bookOf(scene);
  const named = book.write(profileKind, { name: 'x', description: '', contact: '' });
  return proposing(scene, { book: book.id, sequence: 1, id: named.id }, book);
}

/** The decision book opens a proposal for the electors at a head. */
function proposing(
  scene: DecisionScene,
  memberHead: Head,
  ...more: readonly TestBook[]
): { file: Uint8Array; roots: readonly Actor[] } {
  const { hall } = scene;
  hall.decisions.write(proposalKind, { ...scene.opening(scene.propose(scene.ana)), memberHead });
  return { file: fileOfScene(scene, more), roots: [hall] };
}

function fileOfScene({ hall, people }: DecisionScene, more: readonly TestBook[] = []): Uint8Array {
  const books = [hall.memberBook.book, ...more, hall.decisions.book];
  const events = [hall, ...people].flatMap(({ log }) => log.map(eventItem));
  return fileOf([...events, ...books.flatMap(({ entries }) => entries.map(entryItem))]);
}

describe('a replayed file agrees with a node that takes it in', () => {
  for (const { name, make } of CASES) {
    it(name, async () => {
      const { file, roots } = make();
      const [replayed, node] = [await verdictsOfReplay(file), await verdictsOfNode(file, roots)];
      assert.ok(replayed.size > 0);
      assert.deepEqual(replayed, node);
    });
  }
});
