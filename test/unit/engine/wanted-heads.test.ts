import assert from 'node:assert/strict';
import { test } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import { contentOf, draftEntry, sealEntry } from '../../../src/core/wire/entry.ts';
import { notedKind, openingKind } from '../../../src/core/wire/kinds/book.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import { vouchKind } from '../../../src/core/wire/kinds/people.ts';
import { BankScene } from '../../support/bank.ts';
import { CLAIMED_AT, NETWORK, parseEntry, saltOf } from '../../support/books.ts';
import { Machine } from '../../support/machine.ts';
import { attestWork, recordOf } from '../../support/work.ts';
import { Actor, idNamed, TestBook } from '../../support/world.ts';

/** As many labor books of one body, against the protocol, as each wait for a head that nobody has. */
const LIES = 40;

test('a body whose many books wait for heads that nobody has keeps no other book from being read', async () => {
  const scene = new BankScene();
  const { garden, forge, ana, bea, carla } = scene;
  const members = garden.memberBook.book;
  const rival = new TestBook(garden.keys, members.opening);
  rival.entries.push(...members.entries.slice(1));
  const other = rival.write(vouchKind, { identity: idNamed('other') });
  const trunk = [...members.entries];
  const above = members.write(vouchKind, { identity: idNamed('above') });
  assert.equal(scene.issue(scene.record({}, garden.memberHead)).type, 'applied');
  const machine = await Machine.start(new Actor('Follower', 'person'));
  await machine.feed({ type: 'addRoots', roots: [scene.bank, garden, forge].map(({ identity }) => identity) });
  await machine.entries([...scene.bank.memberBook.book.entries, ...forge.memberBook.book.entries]);
  await machine.entries([...trunk, other, above]);

  const claim = scene.claim(ana, {}, forge);
  const attestations = attestWork(claim, bea, carla);
  const openings = [ana, bea, carla].map((person) => person.book('transfers').opening.bytes);
  const opening = present(contentOf(forge.book('transfers').opening, openingKind), 'a book has an Opening');
  for (let lie = 0; lie < LIES; lie += 1) {
    const claimedAt = CLAIMED_AT + 10 + lie;
    const salt = saltOf(`lie ${lie}`);
    const draft = draftEntry({
      network: NETWORK,
      kind: openingKind,
      content: opening,
      previous: undefined,
      salt,
      claimedAt,
    });
    const book = new TestBook(forge.keys, parseEntry(sealEntry(draft, forge.keys.sign(draft.message))));
    book.write(notedKind, { openings, identityEvents: [], forkProofs: [] });
    const head = { book: members.id, sequence: 1000 + lie, id: idNamed(`nothing ${lie}`) };
    book.write(laborRecordKind, recordOf(claim, attestations, head));
    await machine.entries(book.entries);
  }
  const ledger = scene.ledger.book;
  await machine.entries(ledger.entries);
  assert.ok(machine.peer.world.sideChains.wanted().length < LIES);
  for (let again = 0; again < 2; again += 1) await machine.entries([other, above]);
  assert.equal(machine.peer.books.get(ledger.id)?.judged, ledger.entries.length);
});
