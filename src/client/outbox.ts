import { type Id, idToBytes } from '../core/base/id.ts';
import { refusalSentence } from '../core/base/refusals.ts';
import type { Channel } from '../core/base/region.ts';
import { contentOf, type Entry, readEntry } from '../core/wire/entry.ts';
import { ballotKind, proposeKind, withdrawKind } from '../core/wire/kinds/decisions.ts';
import { accountRequestKind, memoKind, retireOrderKind, transferOrderKind } from '../core/wire/kinds/ledger.ts';
import { identityEventKind, sealStatement } from '../core/wire/statement.ts';
import { type Book, travelsAsMail } from '../engine/book.ts';
import type { ItemOutcome, PeerNotice, Written } from '../engine/events.ts';
import { entryToItem, statementToItem } from '../engine/reading.ts';
import type { Self } from '../engine/world.ts';
import type { Logger } from '../ports/logger.ts';
import type { Store } from '../ports/store.ts';
import { addressOf } from './addressee.ts';
import type { Answer } from './answer.ts';
import type { PeerDriver } from './driver.ts';
import { knownAnswer } from './known-answer.ts';
import { rowsFrom } from './rows.ts';

/** One entry on its way. */
export interface Letter {
  readonly entry: Entry;
  readonly to: Id;
  answer: Answer;
}

/** An entry that waits for another to be answered. */
export interface HeldLetter {
  /** Sends it from now on. */
  release(): void;
  /** Forgets it: it is not to be sent. */
  drop(): void;
}

interface Waiting extends Letter {
  /** Not to be sent yet. */
  isHeld: boolean;
  readonly heard: ((answer: Answer) => void)[];
}

interface Line {
  readonly letters: Waiting[];
  busy: boolean;
}

/** How long a caller waits for an answer before it is told `pending`. */
const ANSWER_WAIT_MS = 10_000;
/** Time between attempts to reach a body that did not answer. */
const RETRY_MS = 15_000;
const CURSOR_PREFIX = 'outbox/';
/** Channels on which own books hold what is for a body. */
const MAIL_CHANNELS: readonly Channel[] = ['people', 'transfers', 'proposals'];
/** What a ledger answers with an entry; each waits for the answer to the one before. */
const ORDER_KINDS: ReadonlySet<number> = new Set(
  [accountRequestKind, transferOrderKind, retireOrderKind].map(({ number }) => number),
);
/** What a decision book answers with an entry. */
const PROPOSAL_KINDS: ReadonlySet<number> = new Set([proposeKind, withdrawKind].map(({ number }) => number));

const ON_ITS_WAY: Answer = { word: 'pending', sentence: 'It is on its way to the body that it is for.' };
const NO_PATH: Answer = {
  word: 'pending',
  sentence: 'No path to the body is open now; it is sent again by itself when one is.',
};
const NOT_NOW: Answer = {
  word: 'pending',
  sentence: 'The body does not take it now: it is busy, or has yet to learn who sends it. It is sent again by itself.',
};
const HELD_BALLOT: Answer = {
  word: 'pending',
  sentence: 'The body holds the ballot, and counts it when the proposal closes.',
};
const HELD: Answer = { word: 'pending', sentence: 'The body holds it, and has yet to write its answer.' };

/**
 * What this identity has sent to bodies, in order; the next order is held back until the one before is answered (protocol §4). What was not answered is found again in the own books after a restart, and sent again.
 */
export class Outbox implements Disposable {
  readonly #driver: PeerDriver;
  readonly #store: Store;
  readonly #self: Self;
  readonly #network: Uint8Array;
  readonly #logger: Logger;
  readonly #lines = new Map<Id, Line>();
  readonly #stopListening: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #closed = false;

  private constructor(parts: OutboxParts) {
    this.#driver = parts.driver;
    this.#store = parts.store;
    this.#self = parts.self;
    this.#network = parts.networkId;
    this.#logger = parts.logger;
    this.#stopListening = parts.driver.listen((notice) => this.#hear(notice));
    this.#timer = setInterval(() => this.#retryAll(), RETRY_MS);
  }

  /** Opens the outbox with what own books hold unanswered. */
  static async open(parts: OutboxParts): Promise<Outbox> {
    const outbox = new Outbox(parts);
    await outbox.#fill();
    return outbox;
  }

  /** What is not answered yet, in order of sending for each body. */
  letters(): readonly Letter[] {
    return [...this.#lines.values()].flatMap((line) => line.letters);
  }

  /** Sends an own entry. @returns its answer; `pending` where none came within 10 s. */
  async send(to: Id, written: Written): Promise<Answer> {
    const [row] = await this.#store.entriesByIds([idToBytes(written.id)]);
    const entry = row === undefined ? undefined : readEntry(row.bytes, this.#network);
    if (entry?.ok !== true) return NO_PATH;
    const waiting: Waiting = { entry: entry.value, to, answer: ON_ITS_WAY, isHeld: false, heard: [] };
    const answered = new Promise<Answer>((resolve) => {
      const late = setTimeout(() => resolve(waiting.answer), ANSWER_WAIT_MS);
      waiting.heard.push((answer) => {
        clearTimeout(late);
        resolve(answer);
      });
    });
    this.#add(waiting);
    this.#next(to);
    return await answered;
  }

  /** Keeps an own entry back until it is released; what was held when this peer stopped is decided anew from the own books. */
  async hold(to: Id, written: Written): Promise<HeldLetter> {
    const [row] = await this.#store.entriesByIds([idToBytes(written.id)]);
    const entry = row === undefined ? undefined : readEntry(row.bytes, this.#network);
    if (entry?.ok !== true) return { release: () => {}, drop: () => {} };
    const waiting: Waiting = { entry: entry.value, to, answer: NO_PATH, isHeld: true, heard: [] };
    this.#add(waiting);
    return {
      release: () => {
        waiting.isHeld = false;
        this.#next(to);
      },
      drop: () => {
        const line = this.#lines.get(to);
        const at = line?.letters.indexOf(waiting) ?? -1;
        if (at >= 0) line?.letters.splice(at, 1);
      },
    };
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#stopListening();
    clearInterval(this.#timer);
    for (const { letters } of this.#lines.values()) for (const letter of letters) this.#say(letter, letter.answer);
  }

  #add(letter: Waiting): void {
    const line = this.#lines.get(letter.to) ?? { letters: [], busy: false };
    this.#lines.set(letter.to, line);
    line.letters.push(letter);
  }

  #hear(notice: PeerNotice): void {
    if (notice.type === 'peer' && notice.connected && notice.identity !== undefined) this.#next(notice.identity);
    if (notice.type === 'effect' && this.#lines.has(notice.identity)) void this.#look(notice.identity);
  }

  #retryAll(): void {
    for (const to of this.#lines.keys()) this.#next(to);
  }

  #next(to: Id): void {
    const line = this.#lines.get(to);
    if (line === undefined || line.busy || this.#closed) return;
    void this.#work(to, line).catch((error: unknown) => {
      this.#logger.warn('an entry could not be sent', { to, error: String(error) });
    });
  }

  /**
   * Sends what waits, in order. An order that is not answered holds back later orders, and whoever wrote it waits a while for its
   * answer, which may come by the ledger; what a body only keeps holds back nothing.
   */
  async #work(to: Id, line: Line): Promise<void> {
    line.busy = true;
    const seen = new Set<Waiting>();
    let isHeldBack = false;
    try {
      for (;;) {
        const letter = line.letters.find((candidate) => !seen.has(candidate) && !candidate.isHeld);
        if (letter === undefined || this.#closed) return;
        seen.add(letter);
        const isOrder = ORDER_KINDS.has(letter.entry.header.kind);
        if (isOrder && isHeldBack) continue;
        const { answer, settled } = (await this.#known(letter)) ?? (await this.#attempt(letter));
        letter.answer = answer;
        if (settled || isKeptByBodies(letter.entry)) this.#say(letter, answer);
        isHeldBack ||= isOrder && !settled;
        if (!settled) continue;
        line.letters.splice(line.letters.indexOf(letter), 1);
        await this.#moveCursor(letter.entry);
      }
    } finally {
      line.busy = false;
      if (line.letters.length === 0) this.#lines.delete(to);
    }
  }

  /** An entry of the body took effect: it may be an answer that came by its book. */
  async #look(to: Id): Promise<void> {
    const line = this.#lines.get(to);
    if (line === undefined || line.busy) return;
    for (const letter of [...line.letters]) if ((await this.#known(letter)) !== undefined) return this.#next(to);
  }

  async #known(letter: Letter): Promise<Attempt | undefined> {
    const answer = await knownAnswer(this.#driver.peer, this.#store, letter.entry, letter.to);
    return answer === undefined ? undefined : { answer, settled: true };
  }

  async #attempt({ entry, to }: Letter): Promise<Attempt> {
    const own = this.#driver.peer.books.get(entry.book);
    if (own === undefined) return { answer: NO_PATH, settled: false };
    const entries = [own.openingEntry.bytes, ...(await this.#before(entry, own, to)), entry.bytes];
    const items = [...this.#logItems(own.openingEntry), ...entries.map(entryToItem)];
    const outcomes = await this.#driver.submit(to, own.opening.channel, items);
    const outcome = outcomes?.at(-1);
    return outcome === undefined ? { answer: NO_PATH, settled: false } : attemptOf(outcome, entry);
  }

  /** The entry before: words that this one names, without which a body that follows the book would wait for it. */
  async #before({ book, header }: Entry, own: Book, to: Id): Promise<readonly Uint8Array[]> {
    const isFollowed = this.#driver.peer.books.of(to)[0]?.opening.region === own.opening.region;
    if (!isFollowed || travelsAsMail(own) || header.sequence < 2) return [];
    const rows = await this.#store.entriesOf(idToBytes(book), header.sequence - 1, 1, 1);
    return rows.map(({ bytes }) => bytes);
  }

  /** An Opening that does not carry its identity log is of no use without it. */
  #logItems(opening: Entry): readonly Uint8Array[] {
    const carried = this.#driver.peer.books.get(opening.book)?.opening.log ?? [];
    if (carried.length > 0) return [];
    return this.#self.log.map((event) => statementToItem(sealStatement(identityEventKind, event)));
  }

  #say(letter: Waiting, answer: Answer): void {
    for (const hear of letter.heard.splice(0)) hear(answer);
  }

  /** Remembers how far an own book is answered, so that a restart does not look at all of it. */
  async #moveCursor(answered: Entry): Promise<void> {
    const open = this.letters().filter(({ entry }) => entry.book === answered.book);
    const lowest = Math.min(...open.map(({ entry }) => entry.header.sequence), answered.header.sequence + 1);
    const value = new TextEncoder().encode(String(lowest));
    await this.#store.commit([{ type: 'putSetting', row: { key: CURSOR_PREFIX + answered.book, value } }]);
  }

  async #fill(): Promise<void> {
    const settings = await this.#store.settings();
    for (const book of this.#driver.peer.books.of(this.#self.identity)) {
      if (!MAIL_CHANNELS.includes(book.opening.channel)) continue;
      const row = settings.find(({ key }) => key === CURSOR_PREFIX + book.id);
      const cursor = row === undefined ? 0 : Number(new TextDecoder().decode(row.value));
      await this.#fillFrom(book.id, Number.isSafeInteger(cursor) ? cursor : 0);
    }
  }

  /** A memo is sent with its order: not where that was refused, or never written. */
  async #fillFrom(book: Id, cursor: number): Promise<void> {
    const memos = new Map<Id, Waiting>();
    for await (const row of rowsFrom(this.#store, book, cursor)) {
      const entry = readEntry(row.bytes, this.#network);
      const to = entry.ok ? addressOf(this.#driver.peer, entry.value) : undefined;
      if (!entry.ok || to === undefined) continue;
      const letter: Waiting = { entry: entry.value, to, answer: NO_PATH, isHeld: false, heard: [] };
      if (entry.value.header.kind === memoKind.number) {
        memos.set(entry.value.header.payloadDigest, letter);
        continue;
      }
      const known = await this.#known(letter);
      if (known === undefined) this.#add(letter);
      const memo = memos.get(contentOf(entry.value, transferOrderKind)?.memoDigest ?? entry.value.id);
      if (memo !== undefined && known?.answer.word !== 'refused') this.#add(memo);
    }
  }
}

/** What an outbox is made of. */
export interface OutboxParts {
  readonly driver: PeerDriver;
  readonly store: Store;
  readonly self: Self;
  readonly networkId: Uint8Array;
  readonly logger: Logger;
}

interface Attempt {
  readonly answer: Answer;
  /** Whether nothing more is to be done: answered, or in the keeping of the body. */
  readonly settled: boolean;
}

function attemptOf(outcome: ItemOutcome, entry: Entry): Attempt {
  const { word, code, carrier } = outcome;
  if (word === 'carried') {
    return { answer: { word: 'accepted', sentence: 'The body’s book carries it.', carrier }, settled: true };
  }
  if (word === 'refused' || word === 'bad') {
    const sentence = outcome.sentence ?? (code === undefined ? 'The body refused it.' : refusalSentence(code));
    return { answer: { word: 'refused', code, sentence, carrier }, settled: true };
  }
  if (word === 'later')
    return { answer: { word: 'pending', sentence: outcome.sentence ?? NOT_NOW.sentence }, settled: false };
  const isBallot = entry.header.kind === ballotKind.number;
  return { answer: isBallot ? HELD_BALLOT : HELD, settled: isKeptByBodies(entry) };
}

/**
 * Orders and account requests are answered by a ledger entry, proposals by one of a decision book; the rest waits in a body's inbox for
 * somebody to decide, or for the Close, or, a memo, is the payee's when it has it.
 */
function isKeptByBodies(entry: Entry): boolean {
  return !ORDER_KINDS.has(entry.header.kind) && !PROPOSAL_KINDS.has(entry.header.kind);
}
