import { bytesToId, type Id } from '../core/base/id.ts';
import { type Channel, type Topic, topicsOfRegion } from '../core/base/region.ts';
import type { Head } from '../core/wire/messages/book.ts';
import type { Entry } from '../core/wire/entry.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';
import { BookState } from '../core/books/state.ts';
import { knownIdentities } from '../core/members/view.ts';
import type { EntryRow } from '../ports/store.ts';
import { Batches, type Batch } from './batches.ts';
import { type Book, keepsAllIds, rowToBook } from './book.ts';
import { BookTable } from './book-table.ts';
import { Budgets } from './budgets.ts';
import { CatchUp } from './catch-up.ts';
import { Desk } from './desk.ts';
import { Effects } from './effects.ts';
import { Endings } from './endings.ts';
import type { ItemOutcome, PeerEffect, PeerEvent, Query, Source, Ticket } from './events.ts';
import { GossipOut } from './gossip.ts';
import { Identities } from './identities.ts';
import { IdentityKeeper } from './identity-keeper.ts';
import { Ingest } from './ingest.ts';
import { knownAuthors } from './known-authors.ts';
import { Parking } from './parking.ts';
import { PendingClaims } from './pending-claims.ts';
import { entryToItem, statementToItem } from './reading.ts';
import { RootedState } from './rooted-state.ts';
import { Settings } from './settings.ts';
import type { Snapshot } from './snapshot.ts';
import { StatementIntake } from './statement-intake.ts';
import { Statements } from './statements.ts';
import { Submit } from './submit.ts';
import { World, type WorldOptions } from './world.ts';
import { Writer } from './writer.ts';

/**
 * One peer as a machine without I/O: events go in, effects come out, nothing else happens. It reads no clock but its port, and
 * the same events with the same ports give the same effects. A driver (daemon, client or simulator) carries effects out and
 * brings back their answers. When a commit fails the machine is thrown away and made again from the store: what was not
 * durable was told to nobody.
 */
export class Peer {
  readonly world: World;
  readonly books = new BookTable();
  readonly identities: Identities;
  readonly statements: Statements;
  readonly settings: Settings;
  readonly pending: PendingClaims;
  readonly endings: Endings;
  readonly writer: Writer;
  readonly submit: Submit;
  readonly desk: Desk;
  readonly catchUp: CatchUp;
  readonly #parking = new Parking();
  readonly #effects: Effects;
  readonly #ingest: Ingest;
  readonly #batches: Batches;
  readonly #gossip: GossipOut;
  readonly #keeper: IdentityKeeper;
  readonly #intake: StatementIntake;
  readonly #topics = new Set<Topic>();
  readonly #wantedBooks = new Set<Id>();
  readonly #loads = new Map<Ticket, (rows: readonly EntryRow[]) => void>();
  readonly #signing = new Map<Ticket, (signature: Uint8Array) => void>();
  #knownStale = true;

  constructor(options: WorldOptions) {
    const world = new World(options);
    this.world = world;
    this.identities = new Identities(world.verified.verify);
    this.statements = new Statements(world);
    this.settings = new Settings(world);
    this.pending = new PendingClaims(world, this.books, this.statements);
    this.#gossip = new GossipOut(world);
    this.#keeper = new IdentityKeeper(world, this.books, this.identities, this.statements, {
      publish: (topic, statement) => this.#gossip.add(topic, statementToItem(statement.bytes)),
      cut: (book, sequence) => this.endings.cut(book, sequence),
    });
    this.endings = new Endings(world, this.books, this.statements, {
      load: (query, then) => this.#load(query, then),
      rebuild: (book) => this.#effects.rebuild(book),
      unpark: (book) => this.#parking.clear(book),
      wantIds: (ids) => this.catchUp.wantIds(ids),
      publish: (statement, book) => this.#gossip.add(book.topic, statementToItem(statement.bytes)),
    });
    this.#effects = new Effects(world, this.books, {
      load: (query, then) => this.#load(query, then),
      want: (head) => this.#want(head),
      membersChanged: () => {
        this.#knownStale = true;
      },
      judged: (book, entry, effect) => this.desk.judged(book, entry, effect),
    });
    this.#ingest = new Ingest({
      world,
      books: this.books,
      identities: this.identities,
      parking: this.#parking,
      effects: this.#effects,
      endings: this.endings,
      budgets: new Budgets(),
      hooks: {
        follows: (book, topic) => this.#topics.has(topic as Topic) || this.#wantedBooks.has(book),
        learnEvents: (identity, events) => this.#keeper.learn(identity, events),
        stateFor: (_, kind, channel) => this.#stateFor(kind, channel as Channel, []),
        opened: (book) => this.#opened(book),
        gap: (source, book) => this.#gap(source, book),
        wantIds: (ids) => this.catchUp.wantIds(ids),
        mail: (entry, opening, source) => this.desk.passing(entry, opening, source),
        stored: (book, entry) => this.desk.stored(book, entry),
      },
    });
    this.#intake = new StatementIntake(world, this.#keeper, this.endings, this.pending);
    this.#batches = new Batches(world, (book) => this.#ingest.deviceOf(book) ?? this.desk.deviceOf(book));
    this.writer = new Writer({
      world,
      books: this.books,
      ingest: this.#ingest,
      effects: this.#effects,
      hooks: {
        publish: (book, entry) => this.#publishOwn(book, entry),
        continuesFor: (region, channel) => this.catchUp.restore.continuesFor(this.writer.ownBook(region, channel)),
      },
    });
    this.submit = new Submit(world, this.identities, {
      sign: (message, then) => this.#sign(message, then),
      receive: (peer, items, answer) => this.#take(items, { door: 'submit', from: peer }, answer),
      learnEvents: (identity, events) => this.#keeper.learn(identity, events),
      introduced: (peer, identity) => world.tell({ type: 'peer', peer, identity, connected: true }),
    });
    this.desk = new Desk({
      world,
      books: this.books,
      writer: this.writer,
      pending: this.pending,
      facts: {
        stateOf: (identity) => this.identities.stateOf(identity),
        proofOf: (book) => this.endings.proofOf(book),
      },
      hooks: {
        load: (query, then) => this.#load(query, then),
        sign: (message, then) => this.#sign(message, then),
        publish: (topic, statement) => this.#gossip.add(topic, statementToItem(statement.bytes)),
      },
    });
    this.catchUp = new CatchUp({
      world,
      books: this.books,
      statements: this.statements,
      writer: this.writer,
      hooks: {
        load: (query, then) => this.#load(query, then),
        deliver: (peer, items, done) => this.#take(items, { door: 'sync', from: peer }, done),
        topics: () => [...this.#topics],
        wantedBooks: () => [...this.#wantedBooks],
      },
    });
  }

  /** Entries that wait for a gap to fill. */
  get parkedCount(): number {
    return this.#parking.count;
  }

  /** Takes over what the store holds; called once, before the first event. */
  load(snapshot: Snapshot): readonly PeerEffect[] {
    for (const row of snapshot.settings) if (!this.settings.restore(row)) this.desk.restore(row);
    for (const row of snapshot.books) {
      const book = rowToBook(row, this.world.network, this.world.networkHex, (id, kind, opening) =>
        this.#stateFor(kind, opening.channel, snapshot.states.get(id) ?? []),
      );
      if (keepsAllIds(book)) for (const entry of snapshot.memberEntries.get(book.id) ?? []) book.ids.set(entry.sequence, bytesToId(entry.id));
      this.books.add(book);
      if (book.opening.log.length > 0) this.#keeper.restore(book.opening.identity, book.opening.log);
    }
    this.#keeper.restore(this.world.self.identity, this.world.self.log);
    this.#intake.restore(snapshot.statements);
    for (const region of this.settings.joined) this.#subscribe(region[0], region[1]);
    this.#refreshKnown();
    this.#keeper.learn(this.world.self.identity, this.world.self.log);
    for (const book of this.books.all()) this.#effects.judge(book);
    this.desk.start();
    return this.#finish();
  }

  /** Handles one event. @returns what the driver is to do, in order. */
  handle(event: PeerEvent): readonly PeerEffect[] {
    this.#dispatch(event);
    if (this.#knownStale) this.#refreshKnown();
    return this.#finish();
  }

  #dispatch(event: PeerEvent): void {
    switch (event.type) {
      case 'tick':
        return this.#tick();
      case 'items':
        return this.#items(event.ticket, event.items, event.source);
      case 'checked':
        return this.#batches.checked(event.ticket, event.verdicts);
      case 'committed':
        return this.world.committed(event.ticket);
      case 'signed':
        return this.#signed(event.ticket, event.signature);
      case 'loaded':
        return this.#loaded(event.ticket, event.rows);
      case 'peer':
        this.submit.connected(event.peer);
        return this.catchUp.connected(event.peer);
      case 'peerGone':
        this.world.tell({ type: 'peer', peer: event.peer, identity: this.submit.identityOf(event.peer), connected: false });
        this.submit.gone(event.peer);
        return this.catchUp.gone(event.peer);
      case 'frame':
        return this.#frame(event);
      case 'write':
        return this.#write(event);
      case 'submit':
        return this.#submitTo(event.ticket, event.to, event.items);
      case 'join':
        this.settings.join(event.region, event.channels);
        return this.#subscribe(event.region, event.channels);
      case 'part':
        return this.#part(event.region);
      case 'addRoots':
        for (const root of event.roots) this.settings.addRoot(root);
        this.#knownStale = true;
        return;
      case 'syncNow':
        return this.catchUp.round();
    }
  }

  #finish(): readonly PeerEffect[] {
    return this.world.takeEffects((writes) => this.books.flush(writes));
  }

  #tick(): void {
    const nowMs = this.world.clock.nowMs();
    this.#gossip.flush();
    this.submit.tick(nowMs);
    this.pending.tick(nowMs);
    this.desk.tick(nowMs);
    this.catchUp.tick(nowMs);
  }

  #items(ticket: Ticket, items: readonly Uint8Array[], source: Source): void {
    const done = (outcomes: readonly ItemOutcome[]): void => this.world.effect({ type: 'itemsDone', ticket, outcomes });
    if (source.door === 'gossip' && this.#batches.saturated) {
      this.catchUp.gap(source.from);
      return done(items.map(() => ({ verdict: 'ignore', word: 'later', id: undefined, sentence: 'The verifier is busy; the items are fetched later.' })));
    }
    this.#take(items, source, done);
  }

  /** Takes items in by any door; `done` hears of each when it is durable, or for gossip as soon as its verdict is known. */
  #take(items: readonly Uint8Array[], source: Source, done: (outcomes: readonly ItemOutcome[]) => void): void {
    this.#batches.add(items, source, (batch) => this.#ready(batch, done));
  }

  #ready(batch: Batch, done: (outcomes: readonly ItemOutcome[]) => void): void {
    const outcomes: (ItemOutcome | undefined)[] = [];
    let open = batch.items.length;
    const settle = (): void => {
      if (open > 0) return;
      const all = outcomes.map((outcome) => outcome ?? { verdict: 'ignore' as const, word: 'later' as const, id: undefined });
      if (batch.source.door === 'gossip') done(all);
      else this.world.afterCommit(() => done(all));
    };
    batch.items.forEach((item, index) => {
      this.#one(item, batch.source, (outcome) => {
        outcomes[index] = outcome;
        open -= 1;
        settle();
      });
    });
  }

  #one(item: Batch['items'][number], source: Source, answer: (outcome: ItemOutcome) => void): void {
    if (item.type === 'no') return answer(item.outcome);
    if (item.type === 'statement') return answer(this.#intake.take(item.statement));
    const outcome = this.#ingest.entry(item.entry, source);
    const taken = outcome.word === 'passing' || outcome.word === 'stored' || outcome.word === 'known';
    const awaited = source.door === 'submit' || source.door === 'api';
    if (!taken || !awaited || !this.desk.receive(item.entry, this.#openingFor(item.entry), answer)) answer(outcome);
  }

  #openingFor(entry: Entry): Entry | undefined {
    return this.books.get(entry.book)?.openingEntry ?? this.#ingest.mailOpening(entry.book)?.entry;
  }

  #frame(event: Extract<PeerEvent, { readonly type: 'frame' }>): void {
    if (event.protocol === '/mutua/sync/1') return this.catchUp.frame(event.peer, event.ticket, event.frame);
    const reason = this.submit.frame(event.peer, event.frame);
    if (reason !== undefined) this.world.effect({ type: 'hangUp', peer: event.peer, reason });
    this.world.effect({ type: 'frameDone', ticket: event.ticket });
  }

  #write(event: Extract<PeerEvent, { readonly type: 'write' }>): void {
    this.writer.ask({
      region: event.region,
      channel: event.channel,
      draft: () => event.draft,
      done: (result) => {
        if (result !== undefined) this.world.effect({ type: 'writeDone', ticket: event.ticket, ...result });
        return false;
      },
    });
  }

  /** Hands items to a body: to itself, by the peer that serves it, or with no path to it by gossip on its topic. */
  #submitTo(ticket: Ticket, to: Id, items: readonly Uint8Array[]): void {
    const done = (outcomes: readonly ItemOutcome[] | undefined): void => this.world.effect({ type: 'submitDone', ticket, outcomes });
    if (to === this.world.self.identity) return this.#take(items, { door: 'api' }, done);
    const peer = this.submit.peerOf(to);
    if (peer !== undefined) return this.submit.request(peer, items, done);
    const topic = this.books.of(to).find((book) => book.opening.channel === 'transfers')?.topic ?? this.books.of(to)[0]?.topic;
    if (topic !== undefined) for (const item of items) this.#gossip.add(topic, item);
    done(undefined);
  }

  #subscribe(region: Parameters<typeof topicsOfRegion>[1], channels: readonly Channel[]): void {
    for (const topic of topicsOfRegion(this.world.networkHex, region, channels)) {
      if (this.#topics.has(topic)) continue;
      this.#topics.add(topic);
      this.world.effect({ type: 'subscribe', topic });
    }
    this.catchUp.topicsChanged();
  }

  #part(region: Parameters<typeof topicsOfRegion>[1]): void {
    this.settings.part(region);
    const kept = new Set([...this.settings.joined].flatMap(([joined, channels]) => topicsOfRegion(this.world.networkHex, joined, channels)));
    for (const topic of [...this.#topics]) {
      if (kept.has(topic)) continue;
      this.#topics.delete(topic);
      this.world.effect({ type: 'unsubscribe', topic });
    }
    this.catchUp.topicsChanged();
  }

  #stateFor(kind: IdentityKind, channel: Channel, rows: Parameters<typeof BookState.of>[0]): RootedState | undefined {
    const governed = this.world.ruleSets.some((rules) => rules.governs(kind, channel));
    return governed ? new RootedState(BookState.of(rows)) : undefined;
  }

  #opened(book: Book): void {
    this.#keeper.opened(book);
    this.desk.stored(book, book.openingEntry);
    if (book.opening.channel === 'people') this.#knownStale = true;
  }

  #publishOwn(book: Book, entry: Entry): void {
    const travels = book.kind === 'person' && book.opening.channel === 'transfers';
    if (!travels) this.#gossip.add(book.topic, entryToItem(entry.bytes));
  }

  #want(head: Head): void {
    const fresh = !this.#wantedBooks.has(head.book);
    this.#wantedBooks.add(head.book);
    if (fresh) this.catchUp.topicsChanged();
    this.catchUp.gap(undefined);
  }

  #gap(source: Source, _book: Id): void {
    if (source.door === 'gossip' || source.door === 'sync') this.catchUp.gap(source.from);
  }

  #refreshKnown(): void {
    this.#knownStale = false;
    const namedBy = (identity: Id): readonly Id[] => {
      const book = this.books.bodyBook(identity, 'people');
      return book?.state === undefined ? [] : knownIdentities(book.state.state);
    };
    const known = knownAuthors([this.world.self.identity, ...this.settings.roots], namedBy);
    this.books.setKnown((identity) => known.has(identity));
  }

  #load(query: Query, then: (rows: readonly EntryRow[]) => void): void {
    const ticket = this.world.ticket();
    this.#loads.set(ticket, then);
    this.world.afterCommit(() => this.world.effect({ type: 'load', ticket, query }));
  }

  #loaded(ticket: Ticket, rows: readonly EntryRow[]): void {
    const then = this.#loads.get(ticket);
    this.#loads.delete(ticket);
    then?.(rows);
  }

  #sign(message: Uint8Array, then: (signature: Uint8Array) => void): void {
    const ticket = this.world.ticket();
    this.#signing.set(ticket, then);
    this.world.effect({ type: 'sign', ticket, message });
  }

  #signed(ticket: Ticket, signature: Uint8Array): void {
    const then = this.#signing.get(ticket);
    if (then === undefined) return this.writer.signed(ticket, signature);
    this.#signing.delete(ticket);
    then(signature);
  }
}
