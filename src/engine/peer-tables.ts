import type { EntryRow } from '../ports/store.ts';
import { BookTable } from './book-table.ts';
import type { Query, Ticket } from './events.ts';
import { GossipOut } from './gossip.ts';
import { Identities } from './identities.ts';
import { Parking } from './parking.ts';
import { Settings } from './settings.ts';
import { Statements } from './statements.ts';
import { WantedBooks } from './wanted-books.ts';
import { World, type WorldOptions } from './world.ts';

/** The tables of a machine, and its questions to the store and the signer that wait for an answer. */
export class PeerTables {
  readonly world: World;
  readonly books = new BookTable();
  readonly identities: Identities;
  readonly statements: Statements;
  readonly settings: Settings;
  protected readonly parking = new Parking();
  protected readonly gossip: GossipOut;
  /** Books that somebody's rules read though their topic is not followed. */
  protected readonly wantedBooks = new WantedBooks();
  readonly #loads = new Map<Ticket, (rows: readonly EntryRow[]) => void>();
  readonly #signing = new Map<Ticket, (signature: Uint8Array) => void>();

  constructor(options: WorldOptions) {
    this.world = new World(options);
    this.identities = new Identities(this.world.verified.verify);
    this.statements = new Statements(this.world, (owner) => this.books.isKnown(owner));
    this.settings = new Settings(this.world);
    this.gossip = new GossipOut(this.world);
  }

  /** Entries that wait for a gap to fill. */
  get parkedCount(): number {
    return this.parking.count;
  }

  /** Asks the store, once everything written before is durable. */
  protected readonly ask = (query: Query, then: (rows: readonly EntryRow[]) => void): void => {
    const ticket = this.world.ticket();
    this.#loads.set(ticket, then);
    this.world.afterCommit(() => this.world.effect({ type: 'load', ticket, query }));
  };

  /** Asks the signer. */
  protected readonly sign = (message: Uint8Array, then: (signature: Uint8Array) => void): void => {
    const ticket = this.world.ticket();
    this.#signing.set(ticket, then);
    this.world.effect({ type: 'sign', ticket, message });
  };

  /** The store has answered. */
  protected loaded(ticket: Ticket, rows: readonly EntryRow[]): void {
    const then = this.#loads.get(ticket);
    this.#loads.delete(ticket);
    then?.(rows);
  }

  /** The signer has answered. */
  protected signed(ticket: Ticket, signature: Uint8Array): void {
    const then = this.#signing.get(ticket);
    this.#signing.delete(ticket);
    then?.(signature);
  }
}
