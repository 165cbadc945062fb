import { idToBytes } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { type Entry, readEntry } from '../../src/core/wire/entry.ts';
import { profileKind } from '../../src/core/wire/kinds/book.ts';
import { foundingKind, vouchKind } from '../../src/core/wire/kinds/people.ts';
import type { IdentityKind } from '../../src/core/wire/messages/identity.ts';
import type { Checkpoint } from '../../src/core/wire/messages/witness.ts';
import {
  cosignatureKind,
  readStatement,
  type Statement,
  type StatementKind,
  sealStatement,
  statementMessage,
} from '../../src/core/wire/statement.ts';
import { checkpointDigest } from '../../src/core/witness/checkpoint.ts';
import type { WitnessOffer } from '../../src/core/witness/offer.ts';
import type { Book } from '../../src/engine/book.ts';
import type { PeerNotice } from '../../src/engine/events.ts';
import { itemsOfBundle } from '../../src/engine/gossip.ts';
import { statementToItem } from '../../src/engine/reading.ts';
import { draftOf } from '../../src/engine/services/draft.ts';
import type { BookWitnessing } from '../../src/engine/witness/witnessing.ts';
import { NETWORK } from './books.ts';
import { Machine } from './machine.ts';
import { Actor, acceptancesOf, charterWith } from './world.ts';

/** Rounds of gossip after which a village must be quiet. */
const ROUNDS_MAX = 400;

/** A bank, the assemblies that its charter names as witnesses, and a person who only looks on; gossip reaches everybody who is not cut off. */
export class WitnessVillage {
  readonly founder: Actor = new Actor('Ana', 'person');
  readonly bank: Machine;
  readonly witnesses: readonly Machine[];
  readonly looker: Machine;
  /** Machines that hear and say nothing for now. */
  readonly cutOff = new Set<Machine>();
  readonly notices: { readonly machine: Machine; readonly notice: PeerNotice }[] = [];

  private constructor(bank: Machine, witnesses: readonly Machine[], looker: Machine) {
    this.bank = bank;
    this.witnesses = witnesses;
    this.looker = looker;
  }

  /** Founds everybody. Nothing has been gossiped yet. */
  static async found(
    count: number,
    { kind = 'assembly', setting }: { kind?: IdentityKind; setting?: WitnessOffer } = {},
  ): Promise<WitnessVillage> {
    const bank = await Machine.start(new Actor('Bank', 'bank'));
    const looker = await Machine.start(new Actor('Lou', 'person'));
    const witnesses: Machine[] = [];
    for (let number = 1; number <= count; number += 1)
      witnesses.push(await Machine.start(new Actor(`Witness ${number}`, kind), { witness: setting }));
    const village = new WitnessVillage(bank, witnesses, looker);
    const roots = [bank, ...witnesses].map(({ actor }) => actor.identity);
    for (const machine of village.machines) await machine.feed({ type: 'addRoots', roots });
    for (const witness of witnesses)
      if (kind === 'person')
        await witness.write('people', draftOf(profileKind, { name: '', description: '', contact: '' }));
      else await village.#found(witness, []);
    await village.#found(
      bank,
      witnesses.map(({ actor }) => actor.identity),
    );
    return village;
  }

  get machines(): readonly Machine[] {
    return [this.bank, ...this.witnesses, this.looker];
  }

  async #found(machine: Machine, witnesses: Parameters<typeof charterWith>[2]): Promise<void> {
    const charter = charterWith(1, undefined, witnesses);
    const acceptances = acceptancesOf(machine.actor.identity, charter, [this.founder]);
    await machine.write('people', draftOf(foundingKind, { charter, acceptances }));
  }

  /** The bank's member book, as somebody holds it. */
  book(machine: Machine = this.bank): Book {
    return present(machine.peer.books.bodyBook(this.bank.actor.identity, 'people'), 'the bank has a member book');
  }

  /** Every entry of a body's member book, by default the bank's, for who has missed some. */
  async entries({ identity }: Pick<Actor, 'identity'> = this.bank.actor): Promise<readonly Entry[]> {
    const book = present(this.bank.peer.books.bodyBook(identity, 'people'), 'the bank holds the book');
    const rows = await this.bank.store.entriesOf(idToBytes(book.id), 0, 1000, 2 ** 24);
    return rows.flatMap(({ bytes }) => {
      const read = readEntry(bytes, NETWORK);
      return read.ok ? [read.value] : [];
    });
  }

  /** The writer's largest checkpoint, as somebody keeps it. */
  checkpoint(machine: Machine = this.bank): Checkpoint {
    return present(this.seen(machine).largest, 'the bank has said how large its book is').checkpoint;
  }

  /** Hands a statement to somebody, as a peer's. @returns what became of it. */
  async tell(machine: Machine, statement: Statement): Promise<string | undefined> {
    const [outcome] = await machine.items([statementToItem(statement.bytes)], { door: 'sync', from: 'peer' });
    return outcome?.word;
  }

  /** The bank writes an entry. */
  async grow(times = 1): Promise<void> {
    for (let time = 0; time < times; time += 1)
      await this.bank.write('people', draftOf(vouchKind, { identity: this.founder.identity }));
  }

  /** What somebody knows of how the book is confirmed. */
  seen(machine: Machine): BookWitnessing {
    return present(machine.peer.witnessing.of(this.book(machine)), 'the charter is here');
  }

  /** How sure the newest entry of the book is, as somebody holds it. */
  word(machine: Machine, sequence = this.book(machine).head.sequence): string | undefined {
    return machine.peer.witnessing.wordsOf(this.book(machine), sequence)?.certainty;
  }

  /** Lets time pass and gossip travel until nobody has anything to say. */
  async settle(delayMs = 300): Promise<void> {
    for (let round = 0, quiet = 0; quiet < 3; round += 1) {
      if (round > ROUNDS_MAX) throw new Error('the village does not come to rest');
      quiet = (await this.#round(delayMs)) ? 0 : quiet + 1;
    }
  }

  async #round(delayMs: number): Promise<boolean> {
    let isLoud = false;
    for (const machine of this.machines) {
      machine.nowMs += delayMs;
      await machine.feed({ type: 'tick' });
    }
    for (const from of this.machines) {
      for (const effect of from.out.splice(0)) {
        if (effect.type === 'tell') this.notices.push({ machine: from, notice: effect.event });
        if (effect.type !== 'publish' || this.cutOff.has(from)) continue;
        isLoud = true;
        for (const to of this.machines) {
          if (to === from || this.cutOff.has(to)) continue;
          await to.items(itemsOfBundle(effect.data) ?? [], {
            door: 'gossip',
            topic: effect.topic,
            from: from.actor.name,
          });
        }
      }
    }
    return isLoud;
  }
}

/** @returns a statement signed by the device of somebody, whatever it says. */
export function statementBy<Content>(actor: Actor, kind: StatementKind<Content>, content: Content): Statement {
  const { id: author } = actor.keys;
  const signature = actor.keys.sign(statementMessage(kind.number, author, kind.shape.encode(content), NETWORK));
  const read = readStatement(sealStatement(kind, content, { author, signature }));
  return present(read.ok ? read.value : undefined, 'a test signs well-formed statements');
}

/** @returns the cosignature of a checkpoint by this witness. */
export function cosignatureBy(actor: Actor, checkpoint: Checkpoint, previousSize = 0): Statement {
  const { book } = checkpoint;
  const content = {
    book,
    witness: actor.identity,
    checkpoint: checkpointDigest(checkpoint),
    previousSize,
    auditing: false,
  };
  return statementBy(actor, cosignatureKind, content);
}
