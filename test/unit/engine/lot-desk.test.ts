import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Id } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { lotsTable } from '../../../src/core/decisions/tables.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { lotKind } from '../../../src/core/wire/kinds/lots.ts';
import type { Lot, LotRow } from '../../../src/core/wire/messages/lots.ts';
import type { ItemOutcome, Source } from '../../../src/engine/events.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { draftOf } from '../../../src/engine/services/draft.ts';
import { commit, LotScene, lotOf, reveal, rising, secretOf } from '../../support/lots.ts';
import { Machine } from '../../support/machine.ts';
import type { Actor } from '../../support/world.ts';

const SUBMIT: Source = { door: 'submit', from: 'peer' };

/** The node of an assembly of five. */
class Hall {
  readonly scene: LotScene;
  readonly machine: Machine;

  private constructor(scene: LotScene, machine: Machine) {
    this.scene = scene;
    this.machine = machine;
  }

  static async open(scene = new LotScene()): Promise<Hall> {
    const machine = await Machine.start(scene.hall);
    await machine.entries(scene.hall.memberBook.book.entries, { door: 'sync', from: 'peer' });
    return new Hall(scene, machine);
  }

  async call(changes: Partial<Lot> = {}): Promise<Id> {
    const { hall, people } = this.scene;
    const { written } = await this.machine.write('proposals', draftOf(lotKind, lotOf(hall, people, changes)));
    return present(written, 'the lot is called').id;
  }

  async send(by: Actor, entry: Entry): Promise<ItemOutcome> {
    const items = [by.book('proposals').opening, entry].map(({ bytes }) => entryToItem(bytes));
    return present((await this.machine.items(items, SUBMIT)).at(-1), 'every item has an outcome');
  }

  async commit(lot: Id, by: Actor): Promise<ItemOutcome> {
    return this.send(by, commit(this.scene.hall, lot, by));
  }

  async reveal(lot: Id, by: Actor): Promise<ItemOutcome> {
    return this.send(by, reveal(this.scene.hall, lot, by));
  }

  row(lot: Id): LotRow {
    const book = this.machine.peer.books.bodyBook(this.scene.hall.identity, 'proposals');
    return present(book?.state?.state.get(lotsTable, lot), 'the lot is known');
  }

  async tickAt(nowMs: number): Promise<void> {
    this.machine.nowMs = nowMs;
    await this.machine.feed({ type: 'tick' });
  }
}

describe('a body that draws lots', () => {
  it('seals when all have committed and draws when all have shown, over restarts at each step', async () => {
    const hall = await Hall.open();
    const { people } = hall.scene;
    const lot = await hall.call();
    for (const party of people) {
      assert.equal(hall.row(lot).state, 'called');
      assert.equal((await hall.commit(lot, party)).word, 'kept');
      await hall.machine.restart();
    }
    for (const party of people) {
      assert.equal(hall.row(lot).state, 'sealed');
      assert.equal((await hall.reveal(lot, party)).word, 'kept');
      await hall.machine.restart();
    }
    const { state, drawn, withheld, weak } = hall.row(lot);
    assert.deepEqual([state, drawn.length, withheld, weak], ['drawn', 2, [], false]);
    assert.deepEqual(hall.machine.peer.desk.inbox.all(), []);
  });

  it('waits for nobody after its times, and names who withheld', async () => {
    const hall = await Hall.open();
    const [ana, bea, carla] = hall.scene.people;
    if (ana === undefined || bea === undefined || carla === undefined) throw new Error('there are five');
    const { nowMs } = hall.machine;
    const lot = await hall.call({ commitBy: nowMs + 60_000, revealBy: nowMs + 120_000 });
    await hall.tickAt(nowMs + 60_000);
    assert.equal(hall.row(lot).state, 'called', 'without a commitment there is nothing to seal');
    await hall.commit(lot, ana);
    assert.equal(hall.row(lot).state, 'sealed', 'the first after the time is the last');
    assert.equal((await hall.commit(lot, bea)).code, 'lot_not_open');

    const other = await hall.call({ commitBy: nowMs + 90_000, revealBy: nowMs + 120_000 });
    for (const party of [ana, bea, carla]) assert.equal((await hall.commit(other, party)).word, 'kept');
    await hall.tickAt(nowMs + 90_000);
    assert.equal(hall.row(other).state, 'sealed');
    await hall.reveal(other, ana);
    assert.equal(hall.row(other).state, 'sealed');
    await hall.tickAt(nowMs + 120_000);
    const { state, withheld, weak } = hall.row(other);
    assert.deepEqual(
      withheld,
      rising([bea, carla]).map(({ identity }) => identity),
    );
    assert.deepEqual([state, weak], ['drawn', true]);
    assert.deepEqual([hall.row(lot).state, hall.row(lot).withheld], ['drawn', [ana.identity]]);
  });

  it('draws other lots while nobody is left to be drawn in one, and that one when somebody has joined', async () => {
    const hall = await Hall.open();
    const { people, hall: body, finn } = hall.scene;
    const stuck = await hall.call({ excluded: rising(people).map(({ identity }) => identity) });
    const other = await hall.call();
    for (const lot of [stuck, other]) for (const party of people) await hall.commit(lot, party);
    for (const party of people) assert.equal((await hall.reveal(other, party)).word, 'kept');
    assert.deepEqual([hall.row(stuck).state, hall.row(other).state], ['called', 'drawn']);
    const { sequence } = body.memberBook.book.head;
    body.admit(finn);
    await hall.machine.entries(body.memberBook.book.entries.slice(sequence + 1), { door: 'sync', from: 'peer' });
    await hall.tickAt(hall.machine.nowMs + 60_000);
    assert.equal(hall.row(stuck).state, 'sealed');
    await hall.machine.restart();
    for (const party of people) assert.equal((await hall.reveal(stuck, party)).word, 'kept');
    assert.deepEqual([hall.row(stuck).state, hall.row(stuck).drawn], ['drawn', [finn.identity]]);
  });

  it('answers what it does not keep: early secrets, others’ lots, second thoughts, wrong secrets, what it carries already', async () => {
    const hall = await Hall.open();
    const { people, ana, bea, finn, hall: body } = hall.scene;
    const lot = await hall.call();
    assert.equal((await hall.reveal(lot, ana)).code, 'lot_not_open');
    assert.equal((await hall.commit(lot, finn)).code, 'lot_malformed');
    assert.equal((await hall.commit(body.identity, ana)).code, 'unknown_lot');
    const entry = commit(body, lot, ana);
    assert.equal((await hall.send(ana, entry)).word, 'kept');
    assert.equal((await hall.send(ana, entry)).word, 'kept');
    const second = commit(body, lot, ana, { commitment: secretOf('second thoughts') });
    assert.equal((await hall.send(ana, second)).code, 'lot_malformed');
    for (const party of people) if (party !== ana) await hall.commit(lot, party);
    assert.equal((await hall.send(ana, entry)).word, 'carried');
    const wrong = await hall.send(bea, reveal(body, lot, bea, { secret: secretOf('another') }));
    assert.match(wrong.sentence ?? '', /not the secret that this party committed to/);
    assert.equal(hall.row(lot).state, 'sealed');
    for (const party of people) assert.equal((await hall.reveal(lot, party)).word, 'kept');
    assert.equal(hall.row(lot).state, 'drawn');
  });
});
