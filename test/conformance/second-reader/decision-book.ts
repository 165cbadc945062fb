/** What the entries of a decision book do, section 11 of proto/README.md. Refusals are thrown as their codes. */
import { count, treeHash } from './decisions.ts';
import { type Entry, isEntrySigned, readEntry } from './items.ts';
import { KINDS, mayWrite } from './kinds.ts';
import { splitFields } from './log.ts';
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
    const key = `bodyBooks/${printed(this.#around.body)}/people`;
    const first = this.#rows.get(key);
    refuse('wrong_head', first !== undefined && idOf(decode('BodyBook', first), 'book') !== idOf(head, 'book'));
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
    return { 1: this.#entry.id, 2: entry.id, 6: question, 10: 0, 11: 0, 13: numberOf(propose, 'deadline') };
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
    this.#dropPages(proposal, row);
    this.#set(proposal, this.#version(entry, propose));
    this.#rows.set(`proposed/${printed(entry.id)}`, message([[1, proposal]]));
  }

  #withdraw(content: Message): void {
    const { content: withdraw, author } = this.#carried(bytesOf(content, 'withdraw'), 'Withdraw');
    const proposal = idOf(withdraw, 'proposal');
    const { row } = this.#open(proposal);
    refuse('wrong_body', idOf(withdraw, 'body') !== this.#around.body);
    refuse('not_proposer', author !== idOf(row, 'author'));
    this.#dropPages(proposal, row);
    this.#set(proposal, { 9: WITHDREW, 10: 0, 11: 0 });
  }

  #end(proposal: string): void {
    const { row } = this.#open(proposal);
    refuse('proposal_not_open', numberOf(row, 'state') === CLOSING);
    this.#set(proposal, { 9: CLOSING });
  }

  #page(proposal: string, payload: Buffer): void {
    const rows = ballotRows(payload, 2);
    const known = this.#rows.get(`proposals/${printed(proposal)}`);
    const before = known === undefined ? 0 : numberOf(decode('ProposalRow', known), 'rows');
    refuse('empty_batch', before + rows.length > 500_000);
    const { row } = this.#open(proposal);
    const all = [...this.#ballots(proposal, row).slice(-1), ...rows].map((bytes) => {
      const one = decode('BallotRow', bytes);
      return `${idOf(one, 'voter')} ${String(numberOf(one, 'number')).padStart(10, '0')} ${idOf(one, 'ballot')}`;
    });
    refuse(
      'rows_unsorted',
      all.some((place, index) => index > 0 && place <= (all[index - 1] ?? '')),
    );
    const pages = numberOf(row, 'pages') + 1;
    this.#rows.set(`pages/${printed(proposal)}/${pages}`, message(rows.map((bytes) => [1, bytes] as const)));
    this.#set(proposal, { 10: pages, 11: before + rows.length });
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
    this.#dropPages(proposal, row);
    this.#set(proposal, { 9: adopted ? ADOPTED : REJECTED, 10: 0, 12: result });
  }

  #ballots(proposal: string, row: Message): readonly Buffer[] {
    return Array.from({ length: numberOf(row, 'pages') }, (_, index) =>
      ballotRows(this.#rows.get(`pages/${printed(proposal)}/${index + 1}`) ?? Buffer.alloc(0), 1),
    ).flat();
  }

  #dropPages(proposal: string, row: Message): void {
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
