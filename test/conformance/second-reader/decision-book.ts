/** What the entries of a decision book do, section 11 of proto/README.md. Refusals are thrown as their codes. */
import { count, treeHash } from './decisions.ts';
import { type Entry, isEntrySigned, readEntry } from './items.ts';
import { KINDS, mayWrite } from './kinds.ts';
import { splitFields } from './log.ts';
import type { MandatedAct } from './mandates.ts';
import { note } from './noted.ts';
import { message, printed, type Rows } from './rows.ts';
import {
  bytesOf,
  decode,
  idOf,
  type Message,
  messageOf,
  NotCanonical,
  numberOf,
  numbersOf,
  optionalIdOf,
} from './schema.ts';

/** What is known beside the book. */
export interface Surroundings {
  readonly network: Buffer;
  readonly body: string;
  readonly identityKind: number;
  /** The body's members and the canonical rules of its charter at a head of its member book. */
  readonly membersAt: (head: Message) => { readonly electors: readonly string[]; readonly rules: readonly Buffer[] };
  /** Another body's member book up to a head: whose it is, and why an act under a mandate does not count; undefined where it is none. */
  readonly mandatesAt: (
    head: Message,
  ) =>
    | { readonly body: string; readonly refusalOf: (mandate: string, act: MandatedAct) => string | undefined }
    | undefined;
}

class Refused extends Error {}

function refuse(code: string, isRefused = true): void {
  if (isRefused) throw new Refused(code);
}

/** @returns the rows after an entry, or the code of its refusal. */
export function step(bytes: Buffer, before: Rows, around: Surroundings): Rows | string {
  const entry = readEntry(bytes, around.network);
  const kind = KINDS.get(entry.kind);
  if (kind === undefined || kind.message === 'Erase') return before;
  if (!mayWrite(kind, around.identityKind, 4)) return 'wrong_writer';
  const payload = entry.payload ?? Buffer.alloc(0);
  if (kind.message === 'Noted') return note(payload, before, around.network);
  try {
    return new Step(entry, new Map(before), around).run(kind.message, payload);
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** The raw bytes of fields in messages of messages. */
function raw(bytes: Buffer, ...numbers: readonly number[]): Buffer {
  return numbers.reduce(
    (part, wanted) => splitFields(part).find(({ number }) => number === wanted)?.content ?? Buffer.alloc(0),
    bytes,
  );
}

/** A row of proposals/ with some fields set anew. */
type Changes = Readonly<Record<number, number | string | Buffer | undefined>>;

const [OPEN, CLOSING, ADOPTED, REJECTED, WITHDREW] = [1, 2, 3, 4, 5];
/** Matters that have an act, and the field of Act that it is in. */
const ACTS: Readonly<Record<number, string>> = { 4: 'rate', 5: 'charter', 6: 'expulsion' };

class Step {
  readonly #entry: Entry;
  readonly #rows: Rows;
  readonly #around: Surroundings;

  constructor(entry: Entry, rows: Rows, around: Surroundings) {
    [this.#entry, this.#rows, this.#around] = [entry, rows, around];
  }

  run(name: string, payload: Buffer): Rows {
    const content = decode(name, payload);
    if (name === 'Proposal') this.#propose(content, payload);
    if (name === 'Amended') this.#amend(content);
    if (name === 'Withdrawn') this.#withdraw(content);
    if (name === 'ProposalEnded') this.#end(idOf(content, 'proposal'));
    if (name === 'ClosePage') this.#page(idOf(content, 'proposal'), payload);
    if (name === 'BallotTaken') this.#take(content);
    if (name === 'Close') this.#close(content, payload);
    return this.#rows;
  }

  #carried(bytes: Buffer, name: string): { readonly entry: Entry; readonly content: Message; readonly author: string } {
    let entry: Entry | undefined;
    try {
      entry = readEntry(bytes, this.#around.network);
    } catch (error) {
      if (!(error instanceof NotCanonical)) throw error;
    }
    const kind = entry && KINDS.get(entry.kind);
    if (entry?.payload === undefined || kind?.message !== name) throw new Refused('carried_malformed');
    const row = this.#rows.get(`books/${printed(entry.book)}`);
    if (row === undefined) throw new Refused('unknown_book');
    const book = decode('NotedBook', row);
    const [identity, device] = [idOf(book, 'identity'), idOf(book, 'device')];
    refuse('bad_carried_signature', !isEntrySigned(entry.header, entry.signature, device));
    const isRevoked = this.#rows.has(`devices/${printed(identity)}/${printed(device)}`);
    refuse('device_revoked', book['stopped'] === true || isRevoked);
    refuse('wrong_writer', !mayWrite(kind, numberOf(book, 'kind'), numberOf(book, 'channel')));
    return { entry, content: decode(name, entry.payload), author: identity };
  }

  #propose(content: Message, payload: Buffer): void {
    const { entry, content: propose, author } = this.#carried(bytesOf(content, 'propose'), 'Propose');
    const head = messageOf(content, 'member_head') ?? {};
    this.#nameHead(head);
    const key = this.#restOn(this.#around.body, head);
    const { electors, rules } = this.#around.membersAt(head);
    refuse('wrong_body', idOf(propose, 'body') !== this.#around.body);
    refuse('wrong_proposal', optionalIdOf(propose, 'amends') !== undefined);
    refuse('not_elector', !electors.includes(author));
    const matter = numberOf(propose, 'matter');
    const ruleFor = (wanted: number) =>
      rules.find((rule) => numberOf(decode('DecisionRule', rule), 'matter') === wanted);
    const rule = raw(payload, 3);
    const isCharters = (ruleFor(matter) ?? ruleFor(1))?.equals(rule) === true;
    this.#refuseVersion(entry, propose, rule, isCharters, electors.length);
    this.#rows.set(key, message([[1, idOf(head, 'book')]]));
    const { id } = this.#entry;
    this.#set(id, {
      ...this.#version(entry, propose),
      3: author,
      4: matter,
      5: rule,
      7: raw(payload, 2),
      8: this.#entry.sequence,
      9: OPEN,
    });
    this.#rows.set(`proposed/${printed(entry.id)}`, message([[1, id]]));
  }

  /** @returns the key of the row that says on which member book of a body this book rests. */
  #restOn(body: string, head: Message): string {
    const key = `bodyBooks/${printed(body)}/people`;
    const first = this.#rows.get(key);
    refuse('wrong_head', first !== undefined && idOf(decode('BodyBook', first), 'book') !== idOf(head, 'book'));
    return key;
  }

  #take(content: Message): void {
    const { entry, content: ballot, author } = this.#carried(bytesOf(content, 'ballot'), 'MandatedBallot');
    const proposal = idOf(content, 'proposal');
    const known = this.#rows.get(`proposals/${printed(proposal)}`);
    refuse('empty_batch', known !== undefined && rowsBefore(decode('ProposalRow', known)) >= 500_000);
    const { bytes, row } = this.#open(proposal);
    refuse('proposal_not_open', numberOf(row, 'state') === CLOSING);
    refuse('stale_version', idOf(ballot, 'version') !== idOf(row, 'version'));
    const [head, elector] = [messageOf(content, 'elector_head') ?? {}, idOf(ballot, 'elector')];
    this.#nameHead(head);
    const members = this.#around.mandatesAt(head);
    if (members?.body !== elector) throw new Refused('wrong_head');
    const key = this.#restOn(elector, head);
    refuse('wrong_body', idOf(ballot, 'body') !== this.#around.body);
    const amount = numberOf(messageOf(row, 'question') ?? {}, 'budget');
    const act = { delegate: author, at: this.#around.body, matter: numberOf(row, 'matter'), amount };
    const refused = members.refusalOf(idOf(ballot, 'mandate'), act);
    if (refused !== undefined) throw new Refused(refused);
    const { electors } = this.#around.membersAt(messageOf(row, 'member_head') ?? {});
    refuse('not_elector', !electors.includes(elector));
    const number = numberOf(ballot, 'number');
    const taken = message([
      [1, elector],
      [2, number],
      [3, entry.id],
      [4, numbersOf(ballot, 'choice')],
    ]);
    const [rule, question] = [raw(bytes, 5).toString('hex'), raw(bytes, 6).toString('hex')];
    const counted = count(proposal, { rule, question, electors: [elector], rows: [taken.toString('hex')] });
    refuse('choice_malformed', counted.outcome.voters === 0);
    this.#keepTaken(proposal, elector, number, taken, numberOf(row, 'taken'));
    this.#rows.set(key, message([[1, idOf(head, 'book')]]));
  }

  #keepTaken(proposal: string, elector: string, number: number, taken: Buffer, count: number): void {
    const key = `takenOf/${printed(proposal)}/${printed(elector)}`;
    const at = this.#rows.get(key);
    const place = at === undefined ? count + 1 : numberOf(decode('TakenRow', at), 'place');
    const before = this.#rows.get(`taken/${printed(proposal)}/${place}`);
    const newest = before === undefined ? 0 : numberOf(decode('BallotRow', before), 'number');
    refuse('ballot_superseded', newest >= number);
    this.#rows.set(`taken/${printed(proposal)}/${place}`, taken);
    this.#rows.set(key, message([[1, place]]));
    if (at === undefined) this.#set(proposal, { 14: place });
  }

  #nameHead(head: Message): void {
    const [book, sequence, id] = [idOf(head, 'book'), numberOf(head, 'sequence'), idOf(head, 'id')];
    const key = `heads/${printed(book)}`;
    const row = this.#rows.get(key);
    if (row !== undefined) {
      const before = decode('NamedHead', row);
      const newest = numberOf(before, 'sequence');
      refuse('head_went_back', newest > sequence || (newest === sequence && idOf(before, 'id') !== id));
    }
    this.#rows.set(
      key,
      message([
        [1, sequence],
        [2, id],
      ]),
    );
  }

  #refuseVersion(entry: Entry, propose: Message, rule: Buffer, isRuleRight: boolean, electors: number): void {
    refuse('already_proposed', this.#rows.has(`proposed/${printed(entry.id)}`));
    refuse('wrong_rule', !isRuleRight);
    refuse('question_malformed', !isQuestionSound(propose, numberOf(decode('DecisionRule', rule), 'method'), electors));
  }

  /** Fields of the row that come with a version. */
  #version(entry: Entry, propose: Message): Changes {
    const question = raw(entry.payload ?? Buffer.alloc(0), 4);
    return { 1: this.#entry.id, 2: entry.id, 6: question, 10: 0, 11: 0, 13: numberOf(propose, 'deadline'), 14: 0 };
  }

  #open(proposal: string): { readonly bytes: Buffer; readonly row: Message } {
    const bytes = this.#rows.get(`proposals/${printed(proposal)}`);
    if (bytes === undefined) throw new Refused('unknown_proposal');
    const row = decode('ProposalRow', bytes);
    refuse('proposal_not_open', numberOf(row, 'state') > CLOSING);
    return { bytes, row };
  }

  #amend(content: Message): void {
    const { entry, content: propose, author } = this.#carried(bytesOf(content, 'propose'), 'Propose');
    const proposal = idOf(content, 'proposal');
    const { bytes, row } = this.#open(proposal);
    refuse('proposal_not_open', numberOf(row, 'state') === CLOSING);
    refuse('wrong_body', idOf(propose, 'body') !== this.#around.body);
    refuse('wrong_proposal', optionalIdOf(propose, 'amends') !== proposal);
    refuse('not_proposer', author !== idOf(row, 'author'));
    const { electors } = this.#around.membersAt(messageOf(row, 'member_head') ?? {});
    const isSameMatter = numberOf(propose, 'matter') === numberOf(row, 'matter');
    this.#refuseVersion(entry, propose, raw(bytes, 5), isSameMatter, electors.length);
    this.#dropRows(proposal, row);
    this.#set(proposal, this.#version(entry, propose));
    this.#rows.set(`proposed/${printed(entry.id)}`, message([[1, proposal]]));
  }

  #withdraw(content: Message): void {
    const { content: withdraw, author } = this.#carried(bytesOf(content, 'withdraw'), 'Withdraw');
    const proposal = idOf(withdraw, 'proposal');
    const { row } = this.#open(proposal);
    refuse('wrong_body', idOf(withdraw, 'body') !== this.#around.body);
    refuse('not_proposer', author !== idOf(row, 'author'));
    this.#dropRows(proposal, row);
    this.#set(proposal, { 9: WITHDREW, 10: 0, 11: 0, 14: 0 });
  }

  #end(proposal: string): void {
    const { row } = this.#open(proposal);
    refuse('proposal_not_open', numberOf(row, 'state') === CLOSING);
    this.#set(proposal, { 9: CLOSING });
  }

  #page(proposal: string, payload: Buffer): void {
    const rows = ballotRows(payload, 2);
    const known = this.#rows.get(`proposals/${printed(proposal)}`);
    refuse('empty_batch', known !== undefined && rowsBefore(decode('ProposalRow', known)) + rows.length > 500_000);
    const { row } = this.#open(proposal);
    const all = [...this.#paged(proposal, row).slice(-1), ...rows].map(placeOf);
    refuse(
      'rows_unsorted',
      all.some((place, index) => index > 0 && place <= (all[index - 1] ?? '')),
    );
    const pages = numberOf(row, 'pages') + 1;
    this.#rows.set(`pages/${printed(proposal)}/${pages}`, message(rows.map((bytes) => [1, bytes] as const)));
    this.#set(proposal, { 10: pages, 11: numberOf(row, 'rows') + rows.length });
  }

  #close(content: Message, payload: Buffer): void {
    const proposal = idOf(content, 'proposal');
    const { bytes, row } = this.#open(proposal);
    refuse('stale_version', idOf(content, 'version') !== idOf(row, 'version'));
    const rows = this.#ballots(proposal, row);
    const isOfRows = numberOf(content, 'rows') === rows.length && bytesOf(content, 'rows_root').equals(treeHash(rows));
    refuse('wrong_rows', !isOfRows);
    const { electors } = this.#around.membersAt(messageOf(row, 'member_head') ?? {});
    const [rule, question] = [raw(bytes, 5).toString('hex'), raw(bytes, 6).toString('hex')];
    const hex = rows.map((one) => one.toString('hex'));
    const { outcome, early } = count(proposal, { rule, question, electors, rows: hex });
    refuse('too_early', numberOf(row, 'state') === OPEN && !early);
    const { adopted, voters, chosen, counts } = outcome;
    const result = message([
      [1, Number(adopted)],
      [2, electors.length],
      [3, voters],
      [4, chosen],
      [5, counts],
    ]);
    const act = adopted ? raw(bytes, 6, 6) : Buffer.alloc(0);
    refuse('wrong_result', !raw(payload, 5).equals(result) || !raw(payload, 6).equals(act));
    this.#dropRows(proposal, row);
    const { id, sequence } = this.#entry;
    const state = adopted ? ADOPTED : REJECTED;
    this.#set(proposal, { 9: state, 10: 0, 11: rows.length, 12: result, 14: 0, 15: id, 16: sequence });
  }

  /** The rows of a Close. */
  #ballots(proposal: string, row: Message): readonly Buffer[] {
    const paged = this.#paged(proposal, row);
    const own = new Set(paged.map((bytes) => idOf(decode('BallotRow', bytes), 'voter')));
    const taken = this.#taken(proposal, row).filter((bytes) => !own.has(idOf(decode('BallotRow', bytes), 'voter')));
    return [...paged, ...taken].sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1));
  }

  #taken(proposal: string, row: Message): readonly Buffer[] {
    return Array.from(
      { length: numberOf(row, 'taken') },
      (_, index) => this.#rows.get(`taken/${printed(proposal)}/${index + 1}`) ?? Buffer.alloc(0),
    );
  }

  #paged(proposal: string, row: Message): readonly Buffer[] {
    return Array.from({ length: numberOf(row, 'pages') }, (_, index) =>
      ballotRows(this.#rows.get(`pages/${printed(proposal)}/${index + 1}`) ?? Buffer.alloc(0), 1),
    ).flat();
  }

  #dropRows(proposal: string, row: Message): void {
    for (const [index, bytes] of this.#taken(proposal, row).entries()) {
      this.#rows.delete(`takenOf/${printed(proposal)}/${printed(idOf(decode('BallotRow', bytes), 'voter'))}`);
      this.#rows.delete(`taken/${printed(proposal)}/${index + 1}`);
    }
    for (let page = numberOf(row, 'pages'); page > 0; page -= 1)
      this.#rows.delete(`pages/${printed(proposal)}/${page}`);
  }

  #set(proposal: string, changes: Changes): void {
    const key = `proposals/${printed(proposal)}`;
    const kept = splitFields(this.#rows.get(key) ?? Buffer.alloc(0)).filter(({ number }) => !(number in changes));
    const parts = [
      ...kept,
      ...Object.entries(changes).map(([number, value]) => ({
        number: Number(number),
        whole: message([[Number(number), value]]),
      })),
    ].sort((one, other) => one.number - other.number);
    this.#rows.set(key, Buffer.concat(parts.map(({ whole }) => whole)));
  }
}

/** Rows of pages and of delegates that a proposal has. */
function rowsBefore(row: Message): number {
  return numberOf(row, 'rows') + numberOf(row, 'taken');
}

/** What orders rows. */
function placeOf(bytes: Buffer): string {
  const one = decode('BallotRow', bytes);
  return `${idOf(one, 'voter')} ${String(numberOf(one, 'number')).padStart(10, '0')} ${idOf(one, 'ballot')}`;
}

function ballotRows(bytes: Buffer, field: number): readonly Buffer[] {
  return splitFields(bytes).flatMap(({ number, content }) => (number === field ? [content] : []));
}

function isQuestionSound(propose: Message, method: number, electors: number): boolean {
  const question = messageOf(propose, 'question') ?? {};
  const act = messageOf(question, 'act');
  const due = ACTS[numberOf(propose, 'matter')];
  const given = Object.values(ACTS).filter((name) => act !== undefined && messageOf(act, name) !== undefined);
  if ((act !== undefined) !== (due !== undefined) || given.join() !== (due ?? '')) return false;
  const [options, seats] = [numberOf(question, 'options'), numberOf(question, 'seats')];
  const [highest, budget] = [numberOf(question, 'score_max'), numberOf(question, 'budget')];
  const costs = numbersOf(question, 'costs');
  const isUnpriced = costs.length === 0 && budget === 0;
  if (method < 5) return options === 0 && seats === 0 && highest === 0 && isUnpriced;
  if (options < 2) return false;
  if (method < 7) return isUnpriced && seats >= 1 && seats < options && (method === 6 ? highest >= 1 : highest === 0);
  const fits = costs.length === options && costs.every((cost) => cost >= 1 && cost <= budget);
  const sum = costs.reduce((total, cost) => total + BigInt(cost), 0n);
  const isShared = budget > 0 && budget <= Math.floor(2 ** 52 / Math.max(1, electors));
  return seats === 0 && highest === 0 && fits && sum < 2n ** 53n && isShared;
}
