import { compareIds, type Id, idToBytes } from '../../../src/core/base/id.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { notedKind } from '../../../src/core/wire/kinds/book.ts';
import { foundingKind, mandateEndedKind, mandateKind, recallKind } from '../../../src/core/wire/kinds/people.ts';
import type { Mandate } from '../../../src/core/wire/messages/people.ts';
import { MATTERS } from '../../../src/core/wire/messages/rules.ts';
import { amountOf, NETWORK } from '../../support/books.ts';
import { block, hex, join, uint, varint } from '../../support/proto-bytes.ts';
import { Actor, acceptancesOf, charterWith, idNamed } from '../../support/world.ts';

/** What a delegate does in another book, and why it does not count. */
interface Act {
  readonly mandate: string;
  /** The place of the member book that the other book names. */
  readonly sequence: number;
  readonly delegate: string;
  readonly at: string;
  readonly matter: number;
  readonly amount: number;
  readonly code: string | null;
}

/** A member book, and what every reader has to make of it. */
export interface MandateCase {
  readonly name: string;
  readonly body: string;
  readonly device: string;
  /** Its members, rising: the first by change 1. */
  readonly founders: readonly string[];
  readonly entries: readonly { readonly entry: string; readonly code: string | null }[];
  /** Of `mandates/` and `mandated/`. */
  readonly rows: Readonly<Record<string, string>>;
  readonly acts: readonly Act[];
}

const [FROM, TO] = [1_700_000_000_000, 1_700_086_400_000];
const FOUR_YEARS_MS = 126_230_400_000;
const ana = new Actor('Ana', 'person');
const bea = new Actor('Bea', 'person');
/** Holds a device of the body too. */
const twin = new Actor('Twin', 'person');
const stranger = new Actor('Carla', 'person');
const council = idNamed('council');
const bytesOf = (id: Id): Buffer => Buffer.from(idToBytes(id));

/** A cooperative whose book is written down, whatever its rules say. */
class Writer {
  readonly body = new Actor('Garden', 'cooperative');
  readonly founders: readonly Actor[];
  readonly entries: { readonly entry: Entry; readonly code: string | null }[] = [];
  readonly rows: Record<string, string> = {};
  readonly acts: Act[] = [];

  constructor(founders: readonly Actor[] = [ana, bea, twin], noted: readonly Actor[] = [...founders, stranger]) {
    this.founders = [...founders].sort((left, right) => compareIds(left.identity, right.identity));
    const book = this.body.book('people');
    this.entries.push({ entry: book.opening, code: null });
    const charter = charterWith(1);
    const acceptances = acceptancesOf(this.body.identity, charter, founders);
    this.entries.push({ entry: book.write(foundingKind, { charter, acceptances }), code: null });
    const openings = noted.map((each) => each.book('people').opening.bytes);
    const note = { openings, identityEvents: [], forkProofs: [] };
    this.entries.push({ entry: book.write(notedKind, note), code: null });
  }

  grant(changes: Partial<Mandate> = {}, code: string | null = null): Entry {
    const bounds = { matters: ['general', 'budget'], amount: amountOf(3600), from: FROM, to: TO } as const;
    const content: Mandate = { delegate: ana.identity, at: council, ...bounds, ...changes };
    const entry = this.body.book('people').write(mandateKind, content);
    this.entries.push({ entry, code });
    if (code === null) this.#keep(entry, content, join());
    return entry;
  }

  recall({ id }: Entry, code: string | null = null): void {
    this.#end(id, code, true);
  }

  end({ id }: Entry, code: string | null = null): void {
    this.#end(id, code, false);
  }

  /** An act of Ana at the council, for the amount of the mandate. */
  act(
    mandate: Entry,
    sequence: number,
    code: string | null,
    changes: Partial<Mandate> & { readonly matter?: number } = {},
  ): void {
    this.acts.push({
      mandate: hex(bytesOf(mandate.id)),
      sequence,
      delegate: hex(bytesOf(changes.delegate ?? ana.identity)),
      at: hex(bytesOf(changes.at ?? council)),
      matter: changes.matter ?? 2,
      amount: changes.amount ?? 3600,
      code,
    });
  }

  case(name: string): MandateCase {
    return {
      name,
      body: hex(bytesOf(this.body.identity)),
      device: hex(bytesOf(this.body.keys.id)),
      founders: this.founders.map(({ identity }) => hex(bytesOf(identity))),
      entries: this.entries.map(({ entry, code }) => ({ entry: hex(entry.bytes), code })),
      rows: this.rows,
      acts: this.acts,
    };
  }

  #end(mandate: Id, code: string | null, recalled: boolean): void {
    const book = this.body.book('people');
    const entry = recalled ? book.write(recallKind, { mandate }) : book.write(mandateEndedKind, { mandate });
    this.entries.push({ entry, code });
    const given = this.#given.get(mandate);
    if (code !== null || given === undefined) return;
    const over = join(uint(3, entry.header.sequence), ...(recalled ? [uint(4, 1)] : []));
    this.#keep(given.entry, given.content, over);
  }

  readonly #given = new Map<Id, { readonly entry: Entry; readonly content: Mandate }>();

  #keep(entry: Entry, content: Mandate, over: Uint8Array): void {
    this.#given.set(entry.id, { entry, content });
    const { delegate, at, matters, amount, from, to } = content;
    const numbers = join(...matters.map((matter) => varint(MATTERS.indexOf(matter) + 1)));
    const spent = amount === 0 ? [] : [uint(4, amount)];
    const parts = [block(1, bytesOf(delegate)), block(2, bytesOf(at)), block(3, numbers), ...spent];
    const change = this.founders.findIndex(({ identity }) => identity === delegate) + 1;
    const mandate = join(...parts, uint(5, from), uint(6, to));
    const { sequence } = entry.header;
    this.rows[`mandates/${entry.id}`] = hex(join(block(1, mandate), uint(2, sequence), over, uint(5, change)));
    this.rows[`mandated/${delegate}/${at}`] = hex(block(1, bytesOf(entry.id)));
  }
}

function writing(name: string, write: (writer: Writer) => void, writer = new Writer()): MandateCase {
  write(writer);
  return writer.case(name);
}

function refusing(name: string, code: string, changes: Partial<Mandate>): MandateCase {
  return writing(name, (book) => book.grant(changes, code));
}

twin.adopt(new Actor('Garden', 'cooperative').keys);

const CASES: readonly MandateCase[] = [
  writing('a mandate, and what is within it', (book) => {
    const mandate = book.grant();
    const { sequence } = mandate.header;
    book.act(mandate, sequence, null);
    book.act(mandate, sequence, null, { matter: 1, amount: amountOf(0) });
    book.act(mandate, sequence - 1, 'unknown_mandate');
    book.act(mandate, sequence, 'unknown_mandate', { delegate: bea.identity });
    book.act(mandate, sequence, 'outside_mandate', { at: book.body.identity });
    book.act(mandate, sequence, 'outside_mandate', { matter: 3 });
    book.act(mandate, sequence, 'outside_mandate', { amount: amountOf(3601) });
    book.act(book.entries[0]?.entry ?? mandate, sequence, 'unknown_mandate');
  }),
  writing('a Recall, and heads before and after it', (book) => {
    const mandate = book.grant();
    const { sequence } = mandate.header;
    book.recall(mandate);
    book.recall(mandate, 'mandate_over');
    book.act(mandate, sequence, null);
    book.act(mandate, sequence + 1, 'mandate_over');
    book.act(mandate, sequence + 1, 'unknown_mandate', { delegate: bea.identity });
    book.act(mandate, sequence + 2, 'mandate_over', { matter: 3 });
  }),
  writing('the end of a term, and no Recall after it', (book) => {
    const mandate = book.grant();
    book.end(mandate);
    book.recall(mandate, 'mandate_over');
    book.end(mandate, 'mandate_over');
    book.act(mandate, mandate.header.sequence + 1, 'mandate_over');
  }),
  writing('a Recall of what is no Mandate', (book) => {
    const refused = book.grant({ matters: [] }, 'bounds_malformed');
    book.recall(refused, 'unknown_mandate');
    book.end(book.entries[0]?.entry ?? refused, 'unknown_mandate');
  }),
  writing('the same mandate twice, and anew after a Recall', (book) => {
    const first = book.grant();
    book.grant({}, 'already_mandated');
    book.grant({ matters: ['rate'], amount: amountOf(0) }, 'already_mandated');
    book.recall(first);
    const second = book.grant();
    book.act(first, second.header.sequence, 'mandate_over');
    book.act(second, second.header.sequence, null);
  }),
  writing('two delegates at one body, and one delegate at two', (book) => {
    book.grant();
    book.grant({ delegate: bea.identity });
    book.grant({ at: idNamed('another council') });
  }),
  writing('the longest term', (book) => book.grant({ to: FROM + FOUR_YEARS_MS })),
  refusing('a term longer than that', 'term_malformed', { to: FROM + FOUR_YEARS_MS + 1 }),
  refusing('a term that ends when it begins, and no matters', 'term_malformed', { to: FROM, matters: [] }),
  refusing('no matters', 'bounds_malformed', { matters: [], amount: amountOf(0) }),
  refusing('matters that fall', 'bounds_malformed', { matters: ['budget', 'general'] }),
  refusing('a matter twice', 'bounds_malformed', { matters: ['budget', 'budget'] }),
  refusing('budgets without an amount', 'bounds_malformed', { amount: amountOf(0) }),
  refusing('an amount without budgets', 'bounds_malformed', { matters: ['general', 'rate'] }),
  refusing('a stranger whose log was noted', 'unknown_delegate', { delegate: stranger.identity, to: FROM }),
  writing(
    'a member whose log was not noted',
    (book) => book.grant({ delegate: bea.identity, to: FROM }, 'unknown_delegate'),
    new Writer([ana, bea], [ana]),
  ),
  writing('the body itself', (book) => book.grant({ delegate: book.body.identity, to: FROM }, 'own_mandate')),
  refusing('whoever holds the device of the book', 'own_mandate', { delegate: twin.identity }),
  writing(
    'whoever holds the device of the book of a body of one',
    (book) => book.grant({ delegate: twin.identity }),
    new Writer([twin]),
  ),
];

/** Vectors of mandates in a member book, and of what other books see there. */
export function mandateVectors(): Readonly<Record<string, unknown>> {
  return {
    'mandates.json': {
      about:
        'The entries of a member book: the code of each that is refused, the rows of mandates/ and mandated/ after all of them, and for acts of delegates, looked at in a place of the book, why they do not count.',
      network: hex(NETWORK),
      cases: CASES,
    },
  };
}
