/** Mandates and the ballots under them, entry by entry: a second reader that knows the page alone gives the same codes and leaves the same rows. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { bytesToId, compareIds, type Id, idToBytes } from '../../src/core/base/id.ts';
import { BookState, StateDraft } from '../../src/core/books/state.ts';
import { stepBook } from '../../src/core/books/step.ts';
import { proposalsTable } from '../../src/core/decisions/tables.ts';
import { membersAt } from '../../src/core/members/view.ts';
import { contentOf, type Entry, readEntry } from '../../src/core/wire/entry.ts';
import { mandateEndedKind, mandateKind, recallKind, vouchKind } from '../../src/core/wire/kinds/people.ts';
import { IDENTITY_KINDS } from '../../src/core/wire/messages/identity.ts';
import type { Mandate } from '../../src/core/wire/messages/people.ts';
import { DecisionRule, MATTERS } from '../../src/core/wire/messages/rules.ts';
import { amountOf, NETWORK } from '../support/books.ts';
import { CouncilScene } from '../support/council.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { verifySignature } from '../support/signing.ts';
import { type Actor, charterWith, type GovernedBook, idNamed, RULE_SETS } from '../support/world.ts';
import type { MandateCase } from './make/mandates.ts';
import { type Surroundings, step } from './second-reader/decision-book.ts';
import { type MemberBook, refusalOf, stepMandates } from './second-reader/mandates.ts';
import type { Rows } from './second-reader/rows.ts';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const hexId = (id: Id): string => hexOf(idToBytes(id));
const network = Buffer.from(NETWORK);
const OPENING = 1;
const FOUNDING = 10;
const TABLES = ['mandates', 'mandated', 'books', 'logs', 'logEvents', 'devices'];

interface Change {
  readonly sequence: number;
  readonly identity: Id;
  readonly type: 'joined' | 'gone' | 'vouched';
}

/** A garden with its members, told as they come and go, and what delegates do for it. */
class Told {
  readonly scene = new CouncilScene();
  readonly changes: Change[];
  readonly proposals: Entry[];

  constructor() {
    const founders = [this.scene.ana.identity, this.scene.bea.identity].sort(compareIds);
    this.changes = founders.map((identity) => ({ sequence: 1, identity, type: 'joined' }));
    this.scene.garden.memberBook.note(this.scene.bea.book('people'));
    const question = { ...YES_OR_NO, options: 2, costs: [amountOf(3600), amountOf(7200)], budget: amountOf(7200) };
    this.proposals = [this.scene.open(), this.scene.open({ matter: 'budget', question })];
  }

  get who(): readonly Actor[] {
    return [this.scene.ana, this.scene.bea, this.scene.finn];
  }

  change(type: Change['type'], who: Actor): void {
    const { garden } = this.scene;
    const isMember = this.standingAt(who.identity, Number.MAX_SAFE_INTEGER).isMember;
    if ((type === 'joined') === isMember && type !== 'vouched') return;
    const isTwice = this.changes.some((one) => one.type === type && one.identity === who.identity);
    if (type === 'vouched' && isTwice) return;
    const vouched = { identity: who.identity };
    const entry =
      type === 'vouched'
        ? garden.memberBook.apply(vouchKind, vouched)
        : type === 'joined'
          ? garden.admit(who)
          : garden.part(who);
    this.changes.push({ sequence: entry.header.sequence, identity: who.identity, type });
  }

  standingAt(identity: Id, sequence: number) {
    const there = this.changes.filter((change) => change.sequence <= sequence);
    const own = there.filter((change) => change.identity === identity && change.type !== 'vouched');
    const newest = own.at(-1);
    const [before, change] = [own.at(-2), newest].map((one) => (one === undefined ? 0 : this.changes.indexOf(one) + 1));
    return {
      change: change ?? 0,
      before: before ?? 0,
      isMember: newest?.type === 'joined',
      isVouched: there.some((change) => change.identity === identity && change.type === 'vouched'),
      members: there.reduce((sum, { type }) => sum + { joined: 1, gone: -1, vouched: 0 }[type], 0),
    };
  }

  get memberBook(): MemberBook {
    const { garden } = this.scene;
    const byHex = new Map([...this.who, garden].map(({ identity }) => [hexId(identity), identity]));
    return {
      network,
      body: hexId(garden.identity),
      device: hexId(garden.keys.id),
      identityKind: IDENTITY_KINDS.indexOf('cooperative') + 1,
      standingAt: (hex, sequence) => this.standingAt(byHex.get(hex) ?? idNamed('nobody'), sequence),
    };
  }
}

/** Reads a book by the rules. @returns the code of each entry, and the rows of some tables after it. */
function readByRules({ book, context }: GovernedBook, tables: readonly string[]) {
  const state = new BookState();
  return book.entries.map((entry) => {
    const draft = new StateDraft(state);
    const effect = stepBook(RULE_SETS, entry, draft, context);
    if (effect.type === 'applied') state.apply(draft);
    const keys = state.keys().filter((key) => tables.length === 0 || tables.includes(key.split('/')[0] ?? ''));
    const rows = keys.map((key) => [key, hexOf(state.bytesOf(key) ?? new Uint8Array())] as const);
    return { code: effect.type === 'refused' ? effect.code : effect.type, rows: Object.fromEntries(rows) };
  });
}

/** Reads both books a second time, and compares. @returns the codes. */
function compare(told: Told): readonly string[] {
  const { garden, council, forge, mill } = told.scene;
  const codes: string[] = [];
  let mandates: Rows = new Map();
  const agree = (after: Rows | string, before: Rows, expected: ReturnType<typeof readByRules>[number]): Rows => {
    assert.equal(typeof after === 'string' ? after : 'applied', expected.code);
    const rows = typeof after === 'string' ? before : after;
    assert.deepEqual(Object.fromEntries([...rows].map(([key, row]) => [key, hexOf(row)])), expected.rows);
    codes.push(expected.code);
    return rows;
  };
  for (const [place, expected] of readByRules(garden.memberBook, TABLES).entries()) {
    const entry = garden.memberBook.book.entries[place] ?? assert.fail();
    const isLater = entry.header.kind > FOUNDING || entry.header.kind === 3;
    assert.ok(isLater || [OPENING, FOUNDING].includes(entry.header.kind));
    if (isLater)
      mandates = agree(stepMandates(Buffer.from(entry.bytes), mandates, told.memberBook), mandates, expected);
  }
  const around: Surroundings = {
    network,
    body: hexId(council.identity),
    identityKind: IDENTITY_KINDS.indexOf('federation') + 1,
    membersAt: () => ({
      electors: [garden, forge, mill].map(({ identity }) => hexId(identity)),
      rules: charterWith(2).rules.map((rule) => Buffer.from(DecisionRule.encode(rule))),
    }),
    mandatesAt: (head) => {
      const body = [garden, forge, mill].find((one) => hexId(one.memberBook.book.id) === hexOf(head['book'] as Buffer));
      if (body === undefined) return undefined;
      const rows = body === garden ? mandates : new Map();
      const sequence = Number(head['sequence']);
      return {
        body: hexId(body.identity),
        refusalOf: (mandate, act) => refusalOf(mandate, act, sequence, rows, told.memberBook),
      };
    },
  };
  let rows: Rows = new Map();
  for (const [place, expected] of readByRules(council.decisions, []).entries()) {
    const entry = council.decisions.book.entries[place] ?? assert.fail();
    rows = agree(step(Buffer.from(entry.bytes), rows, around), rows, expected);
  }
  return codes;
}

const TYPES = ['grant', 'grant', 'grant', 'over', 'take', 'take', 'take', 'take', 'change', 'own', 'close'] as const;

const acts = fc.array(
  fc.record({
    type: fc.constantFrom(...TYPES),
    who: fc.constantFrom(0, 0, 0, 1, 2),
    which: fc.nat(2),
    proposal: fc.constantFrom(0, 0, 1),
    change: fc.constantFrom('joined', 'gone', 'vouched'),
    terms: fc.constantFrom<Partial<Mandate>>(
      {},
      {},
      {},
      {},
      {},
      {},
      { matters: ['general'] },
      { matters: ['general'], amount: amountOf(0) },
      { amount: amountOf(7200) },
      { to: 0 },
      { matters: [] },
      { at: idNamed('elsewhere') },
    ),
    isFalse: fc.integer({ min: 0, max: 5 }).map((chance) => chance === 0),
    choice: fc.constantFrom([1], [1], [2], [7], [1, 2]),
    back: fc.constantFrom(0, 0, 0, 0, 2),
  }),
  { minLength: 8, maxLength: 24 },
);
type Act = typeof acts extends fc.Arbitrary<(infer One)[]> ? One : never;

function play(told: Told, act: Act, number: number): void {
  const { garden, council, forge } = told.scene;
  const who = told.who[act.who] ?? told.scene.ana;
  const granted = garden.memberBook.book.entries.filter(({ header }) => header.kind === mandateKind.number);
  const mandate = granted[granted.length - 1 - act.which] ?? granted.at(-1) ?? garden.memberBook.book.opening;
  const proposal = told.proposals[act.proposal] ?? council.decisions.book.opening;
  if (act.type === 'grant') {
    const bounds = { matters: ['general', 'budget'], amount: amountOf(3600), from: 0, to: 1000 } as const;
    const delegate = act.isFalse ? garden.identity : who.identity;
    garden.memberBook.write(mandateKind, { delegate, at: council.identity, ...bounds, ...act.terms });
  }
  if (act.type === 'over')
    garden.memberBook.write(act.isFalse ? mandateEndedKind : recallKind, { mandate: mandate.id });
  if (act.type === 'change') told.change(act.change, who);
  const { sequence } = garden.memberHead;
  const electorHead = act.isFalse ? forge.memberHead : garden.memberBook.book.headAt(sequence - act.back);
  if (act.type === 'take') {
    const delegate = contentOf(mandate, mandateKind)?.delegate;
    const by = told.who.find(({ identity }) => identity === delegate && act.proposal === 0) ?? who;
    const numbered = number % 3 === 0 ? 1 : number;
    told.scene.take(proposal, mandate, { number: numbered, choice: act.choice, electorHead }, by);
  }
  if (act.type === 'own') told.scene.page(proposal, [told.scene.row(garden, proposal, act.choice, number)]);
  const row = council.decisions.state.get(proposalsTable, proposal.id);
  if (act.type === 'close' && row?.state === 'open' && number > 8) told.scene.close(proposal);
}

describe('a second reader of mandates', () => {
  it('agrees on whatever a body and its council write', () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(acts, (list) => {
        const told = new Told();
        for (const [index, act] of list.entries()) play(told, act, index + 1);
        for (const code of compare(told)) codes.add(code);
      }),
      { numRuns: Number(process.env['TALLY_RUNS'] ?? 60), seed: 1 },
    );
    for (const code of [
      'own_mandate',
      'unknown_delegate',
      'term_malformed',
      'bounds_malformed',
      'already_mandated',
      'unknown_mandate',
      'mandate_over',
      'outside_mandate',
      'wrong_head',
      'head_went_back',
      'choice_malformed',
      'ballot_superseded',
    ])
      assert.ok(codes.has(code), `${code} among ${[...codes].join(', ')}`);
  });
});

const vectors = JSON.parse(readFileSync(new URL('./vectors/state/mandates.json', import.meta.url), 'utf8')) as {
  readonly cases: readonly MandateCase[];
};

describe('state/mandates.json', () => {
  for (const one of vectors.cases) {
    it(`by the rules: ${one.name}`, () => {
      const state = new BookState();
      const body = idOf(one.body);
      const membersAtHead = () => 'waiting' as const;
      const own = { network: NETWORK, body, kind: 'cooperative', channel: 'people', device: idOf(one.device) } as const;
      const codes = one.entries.map(({ entry }) => {
        const read = readEntry(new Uint8Array(Buffer.from(entry, 'hex')), NETWORK);
        assert.ok(read.ok);
        const draft = new StateDraft(state);
        const context = { ...own, verify: verifySignature, membersAt: membersAtHead };
        const effect = stepBook(RULE_SETS, read.value, draft, context);
        if (effect.type === 'applied') state.apply(draft);
        return effect.type === 'refused' ? effect.code : null;
      });
      assert.deepEqual(
        codes,
        one.entries.map(({ code }) => code),
      );
      const keys = state.keys().filter((key) => key.startsWith('mandate'));
      const rows = keys.map((key) => [key, hexOf(state.bytesOf(key) ?? new Uint8Array())]);
      assert.deepEqual(Object.fromEntries(rows), one.rows);
      const seen = one.acts.map(({ mandate, sequence, delegate, at, matter, amount }) => {
        const act = { delegate: idOf(delegate), at: idOf(at), matter: matterOf(matter), amount: amountOf(amount) };
        const found = membersAt(state, body, 'cooperative', sequence).mandateFor(idOf(mandate), act);
        return found.ok ? null : found.reason;
      });
      assert.deepEqual(
        seen,
        one.acts.map(({ code }) => code),
      );
    });

    it(`by the page alone: ${one.name}`, () => {
      const standingAt: MemberBook['standingAt'] = (identity) => {
        const change = one.founders.indexOf(identity) + 1;
        return { change, before: 0, isMember: change > 0, isVouched: false, members: one.founders.length };
      };
      const book = { network, body: one.body, device: one.device, identityKind: 2, standingAt };
      let rows: Rows = new Map();
      const codes = one.entries.map(({ entry }) => {
        const after = stepMandates(Buffer.from(entry, 'hex'), rows, book);
        if (typeof after !== 'string') rows = after;
        return typeof after === 'string' ? after : null;
      });
      assert.deepEqual(
        codes,
        one.entries.map(({ code }) => code),
      );
      const kept = [...rows].filter(([key]) => key.startsWith('mandate')).map(([key, row]) => [key, hexOf(row)]);
      assert.deepEqual(Object.fromEntries(kept), one.rows);
      const seen = one.acts.map(({ mandate, sequence, code: _, ...act }) =>
        refusalOf(mandate, act, sequence, rows, book),
      );
      assert.deepEqual(
        seen.map((code) => code ?? null),
        one.acts.map(({ code }) => code),
      );
    });
  }
});

function idOf(hex: string): Id {
  return bytesToId(new Uint8Array(Buffer.from(hex, 'hex')));
}

function matterOf(number: number): (typeof MATTERS)[number] {
  return MATTERS[number - 1] ?? assert.fail(`there is no matter ${number}`);
}
