import { bytesToId, type Id } from '../core/base/id.ts';
import { type Channel, type Topic, topicOf } from '../core/base/region.ts';
import { BookState } from '../core/books/state.ts';
import { knownIdentities } from '../core/members/view.ts';
import { type Entry, readEntry } from '../core/wire/entry.ts';
import type { Head, Opening } from '../core/wire/messages/book.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';
import { type Book, keepsAllIds, rowToBook, travelsAsMail } from './book.ts';
import { Budgets } from './budgets.ts';
import { CatchUp } from './catch-up.ts';
import { Desk } from './desk.ts';
import { Effects } from './effects.ts';
import { Endings } from './endings.ts';
import { Erasing } from './erasing.ts';
import type { ItemOutcome, NotWritten, PeerEffect, PeerEvent, Source } from './events.ts';
import { FollowedTopics } from './followed-topics.ts';
import { IdentityKeeper } from './identity-keeper.ts';
import { Ingest } from './ingest.ts';
import { Intake } from './intake.ts';
import { knownAuthors } from './known-authors.ts';
import type { OuterFacts } from './notes.ts';
import { PeerTables } from './peer-tables.ts';
import { PendingClaims } from './pending-claims.ts';
import { entryToItem, statementToItem } from './reading.ts';
import { RootedState } from './rooted-state.ts';
import type { Snapshot } from './snapshot.ts';
import { StatementIntake } from './statement-intake.ts';
import { Stripped } from './stripped.ts';
import { Submit } from './submit.ts';
import { Witnessing } from './witness/witnessing.ts';
import { Writer } from './writer.ts';

/**
 * One peer as a machine without I/O: events go in, effects come out, nothing else happens. It reads no clock but its port, and
 * the same events with the same ports give the same effects. A driver (daemon, client or simulator) carries effects out and
 * brings back their answers. When a commit fails the machine is thrown away and made again from the store: what was not
 * durable was told to nobody.
 */
export class Peer extends PeerTables {
  readonly endings: Endings = new Endings(this.world, this.books, this.statements, {
    load: this.ask,
    rebuild: (book) => this.#effects.rebuild(book),
    unpark: (book) => this.parking.clear(book),
    ended: (book) => this.#effects.retry(book),
    revocationOf: ({ opening }) => this.identities.revocationOf(opening.identity, opening.device),
    again: (book, entry) => this.#ingest.again(book, entry),
    aside: (entry) => this.stripped.forget(entry),
    wantIds: (ids) => this.catchUp.wantIds(ids),
    publish: (statement, book) => this.gossip.add(book.topic, statementToItem(statement.bytes)),
  });
  readonly pending: PendingClaims = new PendingClaims(this.world, this.books, this.statements);
  readonly #keeper = new IdentityKeeper(this.world, this.books, this.identities, this.statements, {
    publish: (topic, statement) => this.gossip.add(topic, statementToItem(statement.bytes)),
    settle: (book) => this.endings.settle(book),
  });
  readonly #effects: Effects = new Effects(this.world, this.books, {
    load: this.ask,
    want: (head, reader) => this.#want(head, reader),
    membersChanged: () => {
      this.#knownStale = true;
    },
    judged: (book, entry, effect) => {
      this.desk.judged(book, entry, effect);
      this.witnessing.judged(book);
    },
  });
  readonly #erasing: Erasing = new Erasing(this.world, this.books, this.ask);
  /** Entries that lack their payload. */
  readonly stripped: Stripped = new Stripped(this.world, (entry, book) => this.#erasing.isAsked(entry, book));
  readonly #ingest: Ingest = new Ingest({
    world: this.world,
    books: this.books,
    identities: this.identities,
    parking: this.parking,
    effects: this.#effects,
    endings: this.endings,
    budgets: new Budgets(),
    stripped: this.stripped,
    hooks: {
      follows: (book, topic) => this.topics.has(topic as Topic) || this.wantedBooks.has(book),
      learnEvents: (identity, events) => this.#keeper.learn(identity, events),
      stateFor: (_, kind, channel) => this.#stateFor(kind, channel as Channel, []),
      opened: (book) => this.#opened(book),
      gap: (source) => this.#gap(source),
      wantIds: (ids) => this.catchUp.wantIds(ids),
      isKept: (book) => this.wantedBooks.isKept(book),
      formOf: (book, entry) => this.#erasing.formOf(book, entry),
      appended: (book, entry) => {
        this.#erasing.stored(book, entry);
        this.endings.appended(book);
      },
      evicted: (book) => {
        this.#erasing.forgetAuthor(book.opening.identity);
        this.endings.evicted(book);
      },
      mail: (entry, opening, source) => this.desk.passing(entry, opening, source),
      stored: (book, entry) => this.desk.stored(book, entry),
    },
  });
  readonly writer: Writer = new Writer({
    world: this.world,
    books: this.books,
    ingest: this.#ingest,
    effects: this.#effects,
    sign: this.sign,
    hooks: {
      publish: (book, entry) => this.#publishOwn(book, entry),
      continuesFor: (region, channel) => this.catchUp.restore.continuesFor(this.writer.ownBook(region, channel)),
    },
  });
  /** What is known of others, for noting it in an own book. */
  readonly facts: OuterFacts = {
    stateOf: (identity) => this.identities.stateOf(identity),
    eventsOf: (identity) => this.identities.eventsOf(identity),
    proofOf: (book) => this.endings.proofOf(book),
  };
  readonly desk: Desk = new Desk({
    world: this.world,
    books: this.books,
    writer: this.writer,
    pending: this.pending,
    facts: this.facts,
    hooks: {
      load: this.ask,
      sign: this.sign,
      publish: (topic, statement) => this.gossip.add(topic, statementToItem(statement.bytes)),
    },
  });
  readonly witnessing: Witnessing = new Witnessing(this, this.statements, {
    load: this.ask,
    sign: this.sign,
    publish: (topic, statement) => this.gossip.add(topic, statementToItem(statement.bytes)),
    mayWrite: () => this.writer.readOnly === undefined,
    lookAgain: () => this.catchUp.gap(undefined),
  });
  readonly #intake: Intake = new Intake({
    world: this.world,
    ingest: this.#ingest,
    statements: new StatementIntake({
      world: this.world,
      keeper: this.#keeper,
      endings: this.endings,
      pending: this.pending,
      witnessing: this.witnessing,
    }),
    desk: this.desk,
    books: this.books,
    relay: (book, entry) => this.#publishOwn(book, entry),
    saturated: (from) => this.catchUp.gap(from),
  });
  readonly submit: Submit = new Submit(this.world, this.identities, {
    sign: this.sign,
    receive: (peer, items, answer) => this.#intake.take(items, { door: 'submit', from: peer }, answer),
    learnEvents: (identity, events) => this.#keeper.learn(identity, events),
    introduced: (peer, identity) => this.world.tell({ type: 'peer', peer, identity, connected: true }),
  });
  readonly catchUp: CatchUp = new CatchUp({
    world: this.world,
    books: this.books,
    statements: this.statements,
    writer: this.writer,
    hooks: {
      load: this.ask,
      deliver: (peer, items, done) => this.#intake.take(items, { door: 'sync', from: peer }, done),
      topics: () => this.topics.all(),
      wantedBooks: () => this.wantedBooks.next(),
      caughtUp: (peer, topics) => this.witnessing.caughtUp(peer, topics),
      wantedIds: () => [...this.world.sideChains.wanted(), ...this.endings.wanted(), ...this.stripped.wanted()],
    },
  });
  /** The topics that are followed, and whether there is room for more. */
  readonly topics = new FollowedTopics(this.world, this.settings, () => this.catchUp.topicsChanged());
  #knownStale = true;

  /** Takes over what the store holds; called once, before the first event. */
  load(snapshot: Snapshot): readonly PeerEffect[] {
    for (const row of snapshot.settings)
      if (
        ![this.settings, this.#erasing, this.stripped, this.catchUp.restore, this.witnessing].some((table) =>
          table.restore(row),
        )
      )
        this.desk.restore(row);
    const books = snapshot.books.map((row) => {
      const { network, networkHex } = this.world;
      const stateOf = (id: Id, kind: IdentityKind, { channel }: Opening): RootedState | undefined =>
        this.#stateFor(kind, channel, snapshot.states.get(id) ?? []);
      const book = rowToBook(row, network, networkHex, stateOf);
      // A migration took the rows away: the effects are taken again, from the entries.
      if (book.state?.state.isEmpty === true) book.judged = 0;
      return book;
    });
    for (const book of books.toSorted((left, right) => left.arrival - right.arrival)) {
      if (keepsAllIds(book))
        for (const entry of snapshot.memberEntries.get(book.id) ?? [])
          book.ids.set(entry.sequence, bytesToId(entry.id));
      this.books.add(book);
      if (book.opening.log.length > 0) this.#keeper.restore(book.opening.identity, book.opening.log);
    }
    this.#keeper.restore(this.world.self.identity, this.world.self.log);
    this.#intake.restore(snapshot.statements);
    for (const [region, channels] of this.settings.joined) this.topics.join([{ region, channels }]);
    this.#refreshKnown();
    this.#keeper.learn(this.world.self.identity, this.world.self.log);
    for (const book of this.books.all()) this.endings.resume(book);
    for (const book of this.books.all()) this.#effects.judge(book);
    this.desk.start();
    this.witnessing.start();
    return this.#finish();
  }

  /** Writes nothing until others have told what they hold of own books; where nobody knows this identity they are asked by id. */
  guard(own: readonly Book[], acceptForkRisk: boolean): void {
    this.catchUp.restore.begin(own, acceptForkRisk);
    this.witnessing.distrust();
    for (const book of own) if (!travelsAsMail(book)) this.wantedBooks.add(book.id, true);
    this.catchUp.topicsChanged();
  }

  /** Handles one event. @returns what the driver is to do, in order. */
  handle(event: PeerEvent): readonly PeerEffect[] {
    this.#dispatch(event);
    // What a known author's book waits for is looked for as no stranger's is.
    while (this.#knownStale) for (const book of this.#refreshKnown()) this.#effects.judge(book);
    for (const owner of this.statements.evict()) {
      this.#keeper.forget(owner);
      this.endings.forget(owner);
    }
    return this.#finish();
  }

  #dispatch(event: PeerEvent): void {
    switch (event.type) {
      case 'tick':
        return this.#tick();
      case 'items':
        return this.#intake.items(event.ticket, event.items, event.source);
      case 'checked':
        return this.#intake.checked(event.ticket, event.verdicts);
      case 'committed':
        return this.world.committed(event.ticket);
      case 'signed':
        return this.signed(event.ticket, event.signature);
      case 'loaded':
        return this.loaded(event.ticket, event.rows);
      case 'peer':
        this.submit.connected(event.peer);
        return this.catchUp.connected(event.peer);
      case 'peerGone':
        this.world.tell({
          type: 'peer',
          peer: event.peer,
          identity: this.submit.identityOf(event.peer),
          connected: false,
        });
        this.submit.gone(event.peer);
        return this.catchUp.gone(event.peer);
      case 'frame':
        return this.#frame(event);
      case 'write':
        return this.#write(event);
      case 'open':
        return this.#open(event);
      case 'submit':
        return this.#submitTo(event);
      case 'join':
        if (this.topics.join([event])) this.settings.join(event.region, event.channels);
        return;
      case 'part':
        this.settings.part(event.region);
        return this.topics.leaveOthers();
      case 'addRoots':
        for (const root of event.roots) this.settings.addRoot(root);
        this.#knownStale = true;
        return;
      case 'offer':
        this.settings.setOffer(event.offer);
        return this.witnessing.offered();
      case 'syncNow':
        return this.catchUp.round();
    }
  }

  #finish(): readonly PeerEffect[] {
    return this.world.takeEffects(() => this.books.flush((write) => this.world.write(write)));
  }

  #tick(): void {
    const nowMs = this.world.clock.nowMs();
    this.gossip.flush();
    this.submit.tick(nowMs);
    this.pending.tick(nowMs);
    this.desk.tick(nowMs);
    this.witnessing.tick();
    this.catchUp.tick(nowMs);
  }

  #frame(event: Extract<PeerEvent, { readonly type: 'frame' }>): void {
    if (event.protocol === '/mutua/sync/1') return this.catchUp.frame(event.peer, event.ticket, event.frame);
    const done = (): void => this.world.effect({ type: 'frameDone', ticket: event.ticket });
    const reason = this.submit.frame(event.peer, event.frame, done);
    if (reason !== undefined) this.world.effect({ type: 'hangUp', peer: event.peer, reason });
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

  /** Opens an own book that others look for before anything stands in it. */
  #open({ ticket, region, channel }: Extract<PeerEvent, { readonly type: 'open' }>): void {
    const done = (refused: NotWritten | undefined): void => this.world.effect({ type: 'writeDone', ticket, refused });
    this.writer.ask({
      region,
      channel,
      draft: () => undefined,
      done: (result) => {
        done(result?.refused);
        return false;
      },
    });
  }

  /** Hands items to a body: to itself, by the peer that serves it, or with no path to it by gossip on its topic. */
  #submitTo({ ticket, to, channel, items }: Extract<PeerEvent, { type: 'submit' }>): void {
    const done = (outcomes: readonly ItemOutcome[] | undefined): void =>
      this.world.effect({ type: 'submitDone', ticket, outcomes });
    if (to === this.world.self.identity) return this.#intake.take(items, { door: 'api' }, done);
    const peer = this.submit.peerOf(to);
    if (peer !== undefined) return this.submit.request(peer, items, done);
    // A person's node is met, or not: what is for it alone would be of no use to a whole region.
    if (this.identities.stateOf(to)?.kind === 'person') return done(undefined);
    const region = this.books.of(to)[0]?.opening.region;
    const topic = region === undefined ? undefined : topicOf(this.world.networkHex, region, channel);
    if (topic !== undefined) this.gossip.again(topic, items);
    done(undefined);
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
    if (!travels) this.gossip.add(book.topic, entryToItem(entry.bytes));
  }

  #want(head: Head, reader: Book): void {
    const book = this.books.get(head.book);
    const held = head.sequence === book?.head.sequence ? book.head.id : book?.ids.get(head.sequence);
    // A head on another chain than the one held here: its entry proves the fork.
    if (held !== undefined && held !== head.id) this.catchUp.wantIds([head.id]);
    for (const id of this.world.sideChains.takeMissing()) this.#fetchAboveEnd(id);
    const byKnown = this.books.isKnown(reader.opening.identity);
    if (this.wantedBooks.add(head.book, byKnown)) this.catchUp.topicsChanged();
    if (byKnown) this.catchUp.gap(undefined);
  }

  /** An entry above its book's end: it may be here from the time before that was known, else others have it. */
  #fetchAboveEnd(id: Id): void {
    this.ask({ type: 'ids', ids: [id] }, ([row]) => {
      const read = row === undefined ? undefined : readEntry(row.bytes, this.world.network);
      if (read?.ok !== true) return this.catchUp.wantIds([id]);
      if (this.world.sideChains.take(read.value)) this.#effects.retry(read.value.book);
    });
  }

  #gap(source: Source): void {
    if (source.door === 'gossip' || source.door === 'sync') this.catchUp.gap(source.from);
  }

  /** @returns the books whose authors are known from now on. */
  #refreshKnown(): readonly Book[] {
    this.#knownStale = false;
    const namedBy = (identity: Id): readonly Id[] => {
      const book = this.books.bodyBook(identity, 'people');
      return book?.state === undefined ? [] : knownIdentities(book.state.state);
    };
    const known = knownAuthors([this.world.self.identity, ...this.settings.roots], namedBy);
    const moved = this.books.setKnown((identity) => known.has(identity));
    this.statements.knownChanged();
    this.#ingest.evict();
    return moved;
  }
}
