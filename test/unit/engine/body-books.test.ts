import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Id } from '../../../src/core/base/id.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { foundingKind, vouchKind } from '../../../src/core/wire/kinds/people.ts';
import type { Source } from '../../../src/engine/events.ts';
import { BankScene } from '../../support/bank.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, hours, recordOf } from '../../support/work.ts';
import { acceptancesOf, charterWith, GovernedBook, type TestBook } from '../../support/world.ts';

const SYNC: Source = { door: 'sync', from: 'peer' };

test('of two member books of one body all take the same one, whatever came first, and are told of both', async () => {
  const scene = new BankScene();
  const { world, assembly, dora } = scene;
  const [xenia, yusuf] = [world.person('Xenia'), world.person('Yusuf')];
  assembly.memberBook.apply(vouchKind, { identity: xenia.identity });
  const rival = new GovernedBook(assembly.rivalBook('people'), assembly.memberBook.context);
  const charter = charterWith(2);
  rival.apply(foundingKind, { charter, acceptances: acceptancesOf(assembly.identity, charter, [dora]) });
  rival.apply(vouchKind, { identity: yusuf.identity });
  const books: readonly TestBook[] = [assembly.memberBook.book, rival.book];
  const seen: { readonly shown: Id | undefined; readonly known: readonly boolean[]; readonly told: number }[] = [];
  for (const order of [books, books.toReversed()]) {
    const machine = await Machine.start(world.person('Follower'));
    await machine.feed({ type: 'addRoots', roots: [assembly.identity] });
    for (const book of order) await machine.entries(book.entries, SYNC);
    const { peer } = machine;
    seen.push({
      shown: peer.books.bodyBook(assembly.identity, 'people')?.id,
      known: [xenia, yusuf].map(({ identity }) => peer.books.isKnown(identity)),
      told: machine.out.filter((effect) => effect.type === 'tell' && effect.event.type === 'rival').length,
    });
    await machine.restart();
    assert.equal(machine.peer.books.bodyBook(assembly.identity, 'people')?.id, seen.at(-1)?.shown);
  }
  assert.deepEqual(seen[0], seen[1]);
  assert.equal(seen[0]?.told, 1);
  assert.deepEqual(seen[0]?.known.toSorted(), [false, true]);
});

test('a ledger that issued on one labor book of a cooperative issues on no other, nor by another member book', () => {
  const scene = new BankScene();
  const { garden, ana, bea, carla, ledger } = scene;
  assert.equal(scene.issue(scene.record()).type, 'applied');
  const claim = scene.claim(ana, { intervals: [hours(40, 1)] });
  const content = recordOf(claim, attestWork(claim, bea, carla), garden.memberHead);
  const second = garden.rivalBook('transfers');
  ledger.note(second);
  const elsewhere = second.write(laborRecordKind, content);
  assert.deepEqual(scene.issue(elsewhere, 3600), { type: 'refused', code: 'wrong_writer' });
  const empty = second.write(laborRecordKind, { ...content, claim: Uint8Array.of(0) });
  assert.deepEqual(
    scene.issue(empty, 3600),
    { type: 'refused', code: 'wrong_writer' },
    'before the claim is looked at',
  );
  const members = new GovernedBook(garden.rivalBook('people'), garden.memberBook.context);
  const charter = charterWith(2);
  members.apply(foundingKind, { charter, acceptances: acceptancesOf(garden.identity, charter, [ana, bea, carla]) });
  scene.world.rivals.push({ body: garden, memberBook: members });
  const other = recordOf(claim, attestWork(claim, bea, carla), members.book.head);
  const record = garden.book('transfers').write(laborRecordKind, other);
  assert.deepEqual(scene.issue(record, 3600), { type: 'refused', code: 'wrong_head' });
});
