import { equalBytes } from '../core/base/bytes.ts';
import type { Id } from '../core/base/id.ts';
import { FRAME_BYTES_MAX } from '../core/base/limits.ts';
import type { Topic } from '../core/base/region.ts';
import { SYNC_TOPICS_MAX, SyncFrame } from '../core/wire/messages/sync.ts';
import { wireSentence } from '../core/wire/shape.ts';
import type { PeerName } from '../ports/network.ts';
import type { EntryRow } from '../ports/store.ts';
import type { BookTable } from './book-table.ts';
import { GAP_ROUND_MS, HELLO_AGAIN_MS, ROUND_JITTER_MS, ROUND_MS } from './constants.ts';
import type { Query, Ticket } from './events.ts';
import type { Done } from './intake.ts';
import type { ReadItem } from './reading.ts';
import { RestoreGuard } from './restore.ts';
import type { Statements } from './statements.ts';
import { SyncAnswerer } from './sync-answerer.ts';
import { NO_FRAME, SyncPuller, WANTS_OUT_MAX } from './sync-puller.ts';
import type { Brought } from './sync-wants.ts';
import type { World } from './world.ts';
import type { Writer } from './writer.ts';

/** What catch-up needs of the machine around it. */
export interface CatchUpHooks {
  load(query: Query, then: (rows: readonly EntryRow[]) => void): void;
  deliver(peer: PeerName, items: readonly Uint8Array[], done: Done): void;
  topics(): readonly Topic[];
  /** Books that rules read by id, as many as one Ask takes. */
  wantedBooks(): readonly Id[];
  /** A peer has told everything that it holds in these topics. */
  caughtUp(peer: PeerName, topics: ReadonlySet<string>): void;
  /** Single entries that are missing above the ends of books. */
  wantedIds(): readonly Id[];
}

interface Session {
  readonly puller: SyncPuller;
  /** What the peer follows, as it said last. */
  topics: ReadonlySet<string>;
  /** What it followed when the round began: of the others it has told nothing. */
  asked: ReadonlySet<string>;
  /** Wants of the peer that wait for the one being answered. */
  readonly answering: { busy: boolean; readonly line: NonNullable<SyncFrame['want']>[] };
  roundAtMs: number;
  wantsRound: boolean;
  /** Something came from another peer that this one may not have: a hello makes it look. */
  owesNews: boolean;
  newsAtMs: number;
  helloAtMs: number;
}

/** A peer that leaves a question open this long is asked again from the start. */
const STALL_MS = 20_000;
/** Shortest time between two hellos that only say that there is news. */
const NEWS_MS = 1000;
/** Wants of one peer that wait here: twice what an honest one has out. */
const WANTS_WAITING_MAX = 2 * WANTS_OUT_MAX;

/** Catch-up with every connected peer (protocol §4): on connect, every 30 ± 10 s with a random one, and on every gap. */
export class CatchUp {
  readonly restore: RestoreGuard;
  readonly #world: World;
  /** Whether a tick was asked for. */
  #waking = false;
  readonly #books: BookTable;
  readonly #hooks: CatchUpHooks;
  readonly #statements: Statements;
  readonly #answerer: SyncAnswerer;
  readonly #sessions = new Map<PeerName, Session>();
  #nextRoundAtMs = 0;

  constructor(parts: { world: World; books: BookTable; statements: Statements; writer: Writer; hooks: CatchUpHooks }) {
    this.#world = parts.world;
    this.#books = parts.books;
    this.#statements = parts.statements;
    this.#hooks = parts.hooks;
    this.restore = new RestoreGuard(parts.world, parts.writer);
    const serves = (topic: Topic): boolean => this.#hooks.topics().includes(topic);
    this.#answerer = new SyncAnswerer(parts.books, parts.statements, { load: parts.hooks.load, serves });
  }

  /** Peers with which catch-up is possible. */
  peers(): readonly PeerName[] {
    return [...this.#sessions.keys()];
  }

  connected(peer: PeerName): void {
    const puller = new SyncPuller(this.#books, this.#statements, this.#firstNumber(), {
      send: (frame) => this.#send(peer, frame),
      caughtUp: (topic) => this.#world.tell({ type: 'caughtUp', peer, topic }),
      roundDone: () => this.#roundDone(peer),
    });
    this.#sessions.set(peer, {
      puller,
      topics: new Set(),
      asked: new Set(),
      answering: { busy: false, line: [] },
      roundAtMs: 0,
      wantsRound: true,
      owesNews: false,
      newsAtMs: 0,
      helloAtMs: 0,
    });
    this.#hello(peer, true);
  }

  gone(peer: PeerName): void {
    this.#sessions.delete(peer);
  }

  /** The topics followed here have changed: every peer is told, and asked. */
  topicsChanged(): void {
    for (const [peer, session] of this.#sessions) {
      session.wantsRound = true;
      this.#hello(peer, false);
      this.#begin(session);
    }
  }

  /** Something is missing; `peer` may have it, or anybody. */
  gap(peer: PeerName | undefined): void {
    const sessions = peer === undefined ? [...this.#sessions.values()] : [this.#sessions.get(peer)];
    for (const session of sessions) if (session !== undefined) session.wantsRound = true;
    this.#wakeSoon();
  }

  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    this.#world.effect({ type: 'wake', delayMs: GAP_ROUND_MS });
  }

  /** Asks for single entries of anybody: those of another chain of a forked book. */
  wantIds(ids: readonly Id[]): void {
    for (const session of this.#sessions.values()) session.puller.wantIds(ids);
  }

  /** Begins a round with every peer now. */
  round(): void {
    for (const session of this.#sessions.values()) {
      session.wantsRound = true;
      session.roundAtMs = 0;
      this.#begin(session);
    }
  }

  tick(nowMs: number): void {
    this.#waking = false;
    if (nowMs >= this.#nextRoundAtMs || this.#nextRoundAtMs > nowMs + ROUND_MS + ROUND_JITTER_MS)
      this.#regularRound(nowMs);
    for (const [peer, session] of this.#sessions) {
      const stalled = session.puller.busy && Math.abs(nowMs - session.puller.movedAtMs) > STALL_MS;
      if (stalled) {
        session.puller.reset();
        session.wantsRound = true;
      }
      if (session.topics.size === 0 && Math.abs(nowMs - session.helloAtMs) >= HELLO_AGAIN_MS) this.#hello(peer, true);
      if (session.owesNews && Math.abs(nowMs - session.newsAtMs) >= NEWS_MS) this.#tellNews(peer, session, nowMs);
      if (session.wantsRound && Math.abs(nowMs - session.roundAtMs) >= GAP_ROUND_MS) this.#begin(session);
    }
  }

  /** Takes a frame; the ticket is answered when the machine is ready for the next one of that peer. */
  frame(peer: PeerName, ticket: Ticket, bytes: Uint8Array): void {
    const session = this.#sessions.get(peer);
    const decoded = SyncFrame.decode(bytes, FRAME_BYTES_MAX);
    const reason = decoded.ok
      ? this.#take(peer, session, decoded.value, ticket)
      : wireSentence('sync frame', decoded.reason);
    if (reason === 'later') return;
    if (reason !== undefined) this.#world.effect({ type: 'hangUp', peer, reason });
    this.#world.effect({ type: 'frameDone', ticket });
  }

  #take(peer: PeerName, session: Session | undefined, frame: SyncFrame, ticket: Ticket): string | undefined {
    const parts = Object.values(frame).filter((part) => part !== undefined);
    if (parts.length !== 1) return 'A sync frame holds exactly one message.';
    if (session === undefined) return undefined;
    const nowMs = this.#world.clock.nowMs();
    if (frame.hello !== undefined) {
      if (!equalBytes(frame.hello.network, this.#world.network)) return 'The peer belongs to another network.';
      session.topics = new Set(frame.hello.topics);
      if (frame.hello.answer) this.#hello(peer, false);
      session.wantsRound = true;
      this.#begin(session);
    }
    if (frame.ask !== undefined) this.#send(peer, { ...NO_FRAME, tell: this.#answerer.tell(frame.ask) });
    if (frame.tell !== undefined) {
      return session.puller.tell(frame.tell, nowMs) ? undefined : 'A sync answer does not fit what was asked.';
    }
    if (frame.want !== undefined) {
      if (session.answering.line.length >= WANTS_WAITING_MAX) return 'The peer asks for more than its credit.';
      session.answering.line.push(frame.want);
      this.#answerNext(peer, session);
    }
    if (frame.items === undefined) return undefined;
    return this.#deliver(peer, session, frame.items, ticket);
  }

  #deliver(
    peer: PeerName,
    session: Session,
    answer: NonNullable<SyncFrame['items']>,
    ticket: Ticket,
  ): string | undefined {
    if (!session.puller.isOut(answer.number)) return undefined;
    this.#hooks.deliver(peer, answer.items, (outcomes, read) => {
      this.#world.effect({ type: 'frameDone', ticket });
      if (outcomes.some((outcome) => outcome.word === 'bad')) {
        const sentence = outcomes.find((outcome) => outcome.word === 'bad')?.sentence ?? '';
        this.#world.effect({
          type: 'hangUp',
          peer,
          reason: `It sent in catch-up what no honest peer keeps. ${sentence}`,
        });
        return;
      }
      if (outcomes.some((outcome) => outcome.word === 'stored')) this.#oweNews(peer);
      session.puller.delivered(answer.number, broughtBy(read), this.#world.clock.nowMs());
    });
    return 'later';
  }

  /** One Want at a time for each peer, so that answers come in order. */
  #answerNext(peer: PeerName, session: Session): void {
    const want = session.answering.busy ? undefined : session.answering.line.shift();
    if (want === undefined) return;
    session.answering.busy = true;
    this.#answerer.items(want, (frame) => {
      session.answering.busy = false;
      this.#send(peer, frame);
      this.#answerNext(peer, session);
    });
  }

  #begin(session: Session): void {
    const nowMs = this.#world.clock.nowMs();
    session.wantsRound = false;
    session.roundAtMs = nowMs;
    const common = this.#hooks.topics().filter((topic) => session.topics.has(topic));
    const books = this.#hooks.wantedBooks();
    if (!session.puller.busy) session.asked = session.topics;
    session.puller.begin([...common].sort(byPriority), books, nowMs);
    session.puller.wantIds(this.#hooks.wantedIds());
  }

  #roundDone(peer: PeerName): void {
    const session = this.#sessions.get(peer);
    if (session === undefined) return;
    this.restore.caughtUp(peer, session.asked);
    this.#hooks.caughtUp(peer, session.asked);
    if (session.puller.takeAgain()) this.gap(peer);
  }

  #regularRound(nowMs: number): void {
    const [a = 0, b = 0, c = 0] = this.#world.random.bytes(3);
    const jitterMs = ((a * 256 + b) / 65_536) * 2 * ROUND_JITTER_MS - ROUND_JITTER_MS;
    this.#nextRoundAtMs = nowMs + ROUND_MS + jitterMs;
    const sessions = [...this.#sessions.values()];
    const session = sessions[c % Math.max(1, sessions.length)];
    if (session !== undefined) this.#begin(session);
  }

  /** What catch-up brings is not gossiped again, so the other peers are told to look. */
  #oweNews(from: PeerName): void {
    for (const [peer, session] of this.#sessions) if (peer !== from) session.owesNews = true;
    this.#wakeSoon();
  }

  #tellNews(peer: PeerName, session: Session, nowMs: number): void {
    session.owesNews = false;
    session.newsAtMs = nowMs;
    this.#hello(peer, false);
  }

  #firstNumber(): number {
    return this.#world.random.bytes(3).reduce((number, byte) => number * 256 + byte, 0);
  }

  #hello(peer: PeerName, answer: boolean): void {
    const session = this.#sessions.get(peer);
    if (session !== undefined) session.helloAtMs = this.#world.clock.nowMs();
    const topics = this.#hooks.topics().slice(0, SYNC_TOPICS_MAX);
    this.#send(peer, { ...NO_FRAME, hello: { network: this.#world.network, topics, answer } });
  }

  #send(peer: PeerName, frame: SyncFrame): void {
    this.#world.effect({ type: 'send', peer, protocol: '/mutua/sync/1', frame: SyncFrame.encode(frame) });
  }
}

/** Emergency first, then people, then the rest by name (protocol §4). */
function byPriority(left: Topic, right: Topic): number {
  const rank = (topic: Topic): number => (topic.endsWith('/emergency') ? 0 : topic.endsWith('/people') ? 1 : 2);
  return rank(left) - rank(right) || (left < right ? -1 : 1);
}

/** @returns what an answer held, of what could be read. */
function broughtBy(items: readonly ReadItem[]): Brought {
  const last = new Map<Id, number>();
  const ids = new Set<Id>();
  for (const item of items) {
    if (item.type === 'statement') ids.add(item.statement.digest);
    if (item.type !== 'entry') continue;
    last.set(item.entry.book, item.entry.header.sequence);
    ids.add(item.entry.id);
  }
  return { last, ids };
}
