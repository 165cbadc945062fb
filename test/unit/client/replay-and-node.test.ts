/** Offline recomputation of a file gives the verdict of a node that takes the file in. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import { erasedForm } from '../../../src/core/wire/entry.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { forkProofKind, sealStatement } from '../../../src/core/wire/statement.ts';
import { FileScene, headOf } from '../../support/file-scene.ts';
import { eventItem, statementItem } from '../../support/files.ts';
import { type BookVerdict, verdictsOffline, verdictsOfNode } from '../../support/two-readers.ts';
import { attestWork, hours, recordOf } from '../../support/work.ts';
import { idNamed, TestBook } from '../../support/world.ts';

interface Case {
  readonly name: string;
  readonly make: (scene: FileScene) => void;
  /** What both must say of the garden's labor book, where the case is about that. */
  readonly labor?: Partial<Omit<NonNullable<BookVerdict['rules']>, 'stateRoot'>>;
  /** Where the garden's member book must end. */
  readonly members?: { readonly end?: number; readonly fork?: number };
}

/** Entries of the labor book before what a case writes: its Opening and a Noted. */
const BEFORE = 2;
const WAITS = { judged: BEFORE, waits: true, refused: [] } as const;
const WRONG = { judged: BEFORE + 1, waits: false, refused: ['wrong_head'] } as const;
const APPLIES = { judged: BEFORE + 1, waits: false, refused: [] } as const;

const CASES: readonly Case[] = [
  {
    name: 'a record at the head of the member book',
    make: (scene) => void scene.tell(scene.members.head),
    labor: APPLIES,
  },
  {
    name: 'a head in a person’s people book',
    make: (scene) => {
      const book = scene.ana.book('people');
      book.write(profileKind, { name: 'Ana', description: '', contact: '' });
      scene.others.push(book);
      scene.tell(book.head);
    },
    labor: WRONG,
  },
  {
    name: 'a head in an assembly’s transfers book',
    make: (scene) => {
      scene.others.push(scene.assembly.book('transfers'));
      scene.tell(scene.assembly.book('transfers').head);
    },
    labor: WRONG,
  },
  {
    name: 'a head in the cooperative’s own labor book',
    make: (scene) => void scene.tell(scene.labor.head),
    labor: WRONG,
  },
  {
    name: 'a head in the ledger, above its end',
    make: (scene) => void scene.tell({ ...scene.ledger.book.head, sequence: 900 }),
    labor: WRONG,
  },
  {
    name: 'a head in another body’s member book',
    make: (scene) => void scene.tell(scene.bank.memberHead),
    labor: WRONG,
  },
  {
    name: 'a head in a book that is not in the file',
    make: (scene) => void scene.tell(scene.forge.memberHead),
    labor: WAITS,
  },
  {
    name: 'an id that is not in the member book, at a sequence that it has',
    make: (scene) => void scene.tell({ ...scene.members.head, id: idNamed('no entry') }),
    labor: WAITS,
  },
  {
    name: 'a head above the newest entry of the member book',
    make: (scene) => void scene.tell({ ...scene.members.head, sequence: scene.members.entries.length }),
    labor: WAITS,
  },
  {
    name: 'a receiver’s head in a book without rules',
    make: (scene) => {
      scene.others.push(scene.ana.book('people'));
      scene.tell(scene.members.head, scene.ana.book('people').head);
    },
    labor: WRONG,
  },
  {
    name: 'a head above a fork, on the chain that stands first',
    make: (scene) => {
      scene.rest.push(...scene.branch(scene.members, 1, 2));
      scene.tell(scene.grow('trunk'));
    },
    labor: APPLIES,
    members: { end: 2, fork: 2 },
  },
  {
    name: 'a head above a fork, on the other chain',
    make: (scene) => {
      const branch = scene.branch(scene.members, 1, 3);
      scene.rest.push(...branch);
      scene.grow('trunk');
      scene.tell(headOf(branch[1]));
    },
    labor: APPLIES,
    members: { end: 2, fork: 2 },
  },
  {
    name: 'heads on two chains, with an attestor who is a member on one',
    make: (scene) => {
      scene.rest.push(...scene.branch(scene.members, 1, 4));
      scene.garden.admit(scene.dora);
      for (const head of [scene.garden.memberHead, headOf(scene.rest[3])]) {
        const claim = scene.claim(scene.ana, { intervals: [hours(head.sequence, 1)] });
        scene.labor.write(laborRecordKind, recordOf(claim, attestWork(claim, scene.bea, scene.dora), head));
      }
    },
    labor: { judged: BEFORE + 2, waits: false, refused: ['attestor_not_member'] },
    members: { end: 2, fork: 2 },
  },
  {
    name: 'a head above a fork at a sequence where it does not stand',
    make: (scene) => {
      const branch = scene.branch(scene.members, 1, 3);
      scene.rest.push(...branch);
      scene.grow('trunk');
      scene.tell({ ...headOf(branch[1]), sequence: 4 });
    },
    labor: WAITS,
    members: { end: 2, fork: 2 },
  },
  {
    name: 'a head above a fork that a proof shows, with the other chain not in the file',
    make: (scene) => {
      const [rival, higher] = scene.branch(scene.members, 1, 2);
      const head = scene.grow('trunk');
      const own = present(scene.members.entries[2], 'it grew');
      const proof = proveFork(scene.members.opening, own, present(rival, 'it has one entry'));
      scene.statements.push(statementItem(sealStatement(forkProofKind, proof)));
      scene.tell(head);
      scene.tell(headOf(higher));
    },
    labor: { judged: BEFORE + 1, waits: true, refused: [] },
    members: { end: 2, fork: 2 },
  },
  {
    name: 'a member book that does not reach its fork',
    make: (scene) => {
      const [one, other] = ['one', 'other'].map((name) => scene.branch(scene.members, 1, 3, name).at(-1));
      const proof = proveFork(scene.members.opening, present(one, 'it is long'), present(other, 'it is long'));
      scene.statements.push(statementItem(sealStatement(forkProofKind, proof)));
      scene.tell(scene.members.head);
    },
    labor: APPLIES,
    members: { end: 4, fork: 4 },
  },
  {
    name: 'a revoked device without a last good place',
    make: (scene) => {
      scene.tell(scene.members.head);
      scene.revoke(scene.garden);
    },
    labor: { judged: 1, waits: false },
    members: { end: 1 },
  },
  {
    name: 'a head above the last good place of a member book',
    make: (scene) => {
      scene.grow('thief');
      const head = scene.grow('thief again');
      scene.tell(head);
      scene.revoke(scene.garden, scene.members.headAt(1), { ...scene.labor.head, book: scene.labor.id });
    },
    labor: APPLIES,
    members: { end: 2 },
  },
  {
    name: 'a last good place with an id that is in no chain of the file',
    make: (scene) => {
      scene.grow('one');
      scene.grow('two');
      scene.revoke(scene.garden, { ...scene.members.headAt(2), id: idNamed('elsewhere') });
    },
    members: { end: 3 },
  },
  {
    name: 'a fork below a last good place on the chain that stands first',
    make: (scene) => {
      scene.rest.push(...scene.branch(scene.members, 1, 4));
      scene.grow('one');
      scene.grow('two');
      const head = scene.grow('three');
      scene.tell(head);
      scene.revoke(scene.garden, scene.members.headAt(3), scene.labor.head);
    },
    labor: APPLIES,
    members: { end: 4 },
  },
  {
    name: 'a fork below a last good place on the other chain',
    make: (scene) => {
      const branch = scene.branch(scene.members, 1, 4);
      scene.rest.push(...branch);
      for (const name of ['one', 'two', 'three', 'four']) scene.grow(name);
      scene.tell(headOf(branch[1]));
      scene.tell(headOf(branch[3]));
      scene.tell(scene.grow('five'));
      scene.revoke(scene.garden, headOf(branch[2]), scene.labor.head);
    },
    labor: { judged: BEFORE + 3, waits: false, refused: [] },
    members: { end: 5 },
  },
  {
    name: 'a fork below a last good place on no chain of the file',
    make: (scene) => {
      scene.rest.push(...scene.branch(scene.members, 1, 2));
      scene.grow('one');
      scene.grow('two');
      scene.revoke(scene.garden, { ...scene.members.headAt(3), id: idNamed('elsewhere') });
    },
    members: { end: 2, fork: 2 },
  },
  {
    name: 'a fork above a last good place',
    make: (scene) => {
      scene.grow('one');
      scene.rest.push(...scene.branch(scene.members, 2, 2));
      scene.grow('two');
      scene.revoke(scene.garden, scene.members.headAt(1));
    },
    members: { end: 2 },
  },
  {
    name: 'three chains, the last good place on the highest',
    make: (scene) => {
      scene.grow('one');
      scene.grow('two');
      const high = scene.branch(scene.members, 3, 2, 'high');
      scene.rest.push(...scene.branch(scene.members, 1, 4, 'low'), ...high);
      scene.grow('three');
      scene.revoke(scene.garden, headOf(high[0]));
    },
    members: { end: 5 },
  },
  {
    name: 'a fork of a ledger below its last good place, on either chain',
    make: (scene) => {
      const { book } = scene.ledger;
      const last = book.entries.length - 1;
      const branch = scene.branch(book, last - 1, 3);
      scene.rest.push(...branch);
      scene.revoke(scene.bank, scene.bank.memberHead, headOf(branch[1]));
    },
  },
  {
    name: 'a revocation of a person’s device, whose people book forks',
    make: (scene) => {
      const book = scene.ana.book('people');
      const rival = new TestBook(scene.ana.keys, book.opening);
      for (const name of ['Ana', 'Anna']) book.write(profileKind, { name, description: '', contact: '' });
      for (const name of ['X', 'Y']) rival.write(profileKind, { name, description: '', contact: '' });
      scene.others.push(book);
      scene.rest.push(...rival.entries.slice(1));
      scene.ana.revoke(scene.ana.keys, [rival.head]);
      scene.statements.push(...scene.ana.log.map(eventItem));
    },
  },
  {
    name: 'an entry signed by another, before the right one',
    make: (scene) => {
      const forged = new TestBook(scene.bank.keys, scene.members.opening);
      forged.entries.push(...scene.members.entries.slice(1));
      const entry = forged.write(vouchKind, { identity: idNamed('thief') });
      scene.others.push({ entries: [entry] });
      scene.rest.push(...scene.branch(scene.members, 1, 1));
    },
  },
  {
    name: 'an erased claim of nothing that a rule reads',
    make: (scene) => {
      const book = scene.ana.book('people');
      const profile = book.write(profileKind, { name: 'Ana', description: '', contact: '' });
      scene.others.push({ entries: [book.opening, { ...profile, bytes: erasedForm(profile) }] });
      scene.tell(scene.members.head);
    },
    labor: APPLIES,
  },
];

describe('a file, replayed and taken in by a node', () => {
  for (const { name, make, labor, members } of CASES) {
    it(`gives one verdict: ${name}`, async () => {
      const scene = new FileScene();
      make(scene);
      const file = scene.file();
      const node = await verdictsOfNode(file);
      assert.deepEqual(await verdictsOffline(file), node);
      assert.deepEqual(await verdictsOfNode(file, 'statements last'), node, 'whatever comes first');
      if (labor !== undefined) {
        const { stateRoot: _, ...told } = present(node[scene.labor.id]?.rules, 'rules govern it');
        assert.deepEqual({ ...told, ...labor }, told);
      }
      if (members !== undefined) {
        const { end, fork } = present(node[scene.members.id], 'it is kept');
        assert.deepEqual({ end, fork }, { end: undefined, fork: undefined, ...members });
      }
    });
  }
});
