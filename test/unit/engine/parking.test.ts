import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { present } from '../../../src/core/base/outcome.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { profileKind } from '../../../src/core/wire/kinds/book.ts';
import { PARKED_ENTRIES_MAX, PARKED_PER_BOOK_MAX } from '../../../src/engine/constants.ts';
import { Parking } from '../../../src/engine/parking.ts';
import { Actor } from '../../support/world.ts';

function entriesOf(name: string, count: number): readonly Entry[] {
  const book = new Actor(name, 'person').book('people');
  for (let number = 0; number < count; number += 1)
    book.write(profileKind, { name, description: String(number), contact: '' });
  return book.entries.slice(1);
}

describe('parking', () => {
  it('gives an entry back once, by book and sequence', () => {
    const parking = new Parking();
    const [first, second] = entriesOf('parked', 2);
    const entry = present(second, 'two were written');
    assert.equal(parking.park(entry, false), true);
    assert.equal(parking.take(entry.book, 1), undefined);
    assert.equal(parking.take(entry.book, 2), entry);
    assert.equal(parking.take(entry.book, 2), undefined);
    assert.equal(parking.park(present(first, 'two were written'), false), true);
    parking.clear(entry.book);
    assert.equal(parking.count, 0);
  });

  it('keeps the nearest entries of a book, and of a flood only as many', () => {
    const parking = new Parking();
    const flood = entriesOf('flooder', PARKED_PER_BOOK_MAX + 20);
    const kept = flood.map((entry) => parking.park(entry, false));
    assert.equal(kept.filter(Boolean).length, PARKED_PER_BOOK_MAX);
    assert.equal(parking.count, PARKED_PER_BOOK_MAX);
  });

  it('does not let a flood push out an honest entry', () => {
    const parking = new Parking();
    const honest = present(entriesOf('honest', 2)[1], 'two were written');
    parking.park(honest, false);
    const books = Math.ceil(PARKED_ENTRIES_MAX / PARKED_PER_BOOK_MAX) + 1;
    for (let number = 0; number < books; number += 1) {
      for (const entry of entriesOf(`flooder ${number}`, PARKED_PER_BOOK_MAX)) parking.park(entry, false);
    }
    assert.ok(parking.count <= PARKED_ENTRIES_MAX);
    assert.equal(parking.take(honest.book, 2), honest);
  });

  it('pushes out nothing of known authors for strangers, however many small books they have', () => {
    const parking = new Parking();
    const honest = entriesOf('honest', 60);
    for (const entry of honest) parking.park(entry, false);
    for (let number = 0; number < 1000; number += 1)
      for (const entry of entriesOf(`stranger ${number}`, 6)) parking.park(entry, true);
    assert.equal(parking.count, PARKED_ENTRIES_MAX);
    const held = honest.filter(({ book, header }) => parking.take(book, header.sequence) !== undefined);
    assert.equal(held.length, honest.length);
  });
});
