/** The comments above the kinds of entries say what each rule reads and why it refuses; this holds the rules to them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Amount, ZERO } from '../../../src/core/base/amount.ts';
import { REFUSAL_CODES, type RefusalCode } from '../../../src/core/base/refusals.ts';
import type { RuleContext } from '../../../src/core/books/rules.ts';
import { BookState, StateDraft, type Table } from '../../../src/core/books/state.ts';
import { stepBook } from '../../../src/core/books/step.ts';
import { charterAmendedKind, expelledKind } from '../../../src/core/wire/kinds/acts.ts';
import { notedKind } from '../../../src/core/wire/kinds/book.ts';
import { amendedKind, withdrawKind, withdrawnKind } from '../../../src/core/wire/kinds/decisions.ts';
import type { AnyEntryKind } from '../../../src/core/wire/kinds/kind.ts';
import { laborRecordKind } from '../../../src/core/wire/kinds/labor.ts';
import {
  acceptAttestorsKind,
  endCooperativeKind,
  ratePolicyKind,
  rateTakenKind,
} from '../../../src/core/wire/kinds/ledger.ts';
import {
  appealedKind,
  appealKind,
  applyKind,
  foundingKind,
  mandateEndedKind,
  mandateKind,
  recallKind,
  refusedKind,
  vouchKind,
} from '../../../src/core/wire/kinds/people.ts';
import { ENTRY_KINDS, kindOfNumber } from '../../../src/core/wire/kinds/table.ts';
import { BankScene } from '../../support/bank.ts';
import { CouncilScene } from '../../support/council.ts';
import { LotScene } from '../../support/lots.ts';
import { certificateOf, charterAct, decide, decideOn, expulsionAct, policyFor } from '../../support/rates.ts';
import { SealedScene, sealedChoice } from '../../support/sealed.ts';
import { attestWork, recordOf } from '../../support/work.ts';
import { type Actor, type Body, charterWith, type GovernedBook, RULE_SETS } from '../../support/world.ts';

const READINGS = [
  'nothing',
  'this book',
  'notes in this book',
  'what it carries',
  'member books up to the heads named',
];
const NOTE_TABLES: ReadonlySet<string> = new Set(['books', 'logs', 'logEvents', 'devices']);
const CARRIED: readonly RefusalCode[] = [
  'carried_malformed',
  'unknown_book',
  'bad_carried_signature',
  'device_revoked',
  'wrong_writer',
];

interface Comment {
  readonly reads: ReadonlySet<string>;
  /** The codes of the entry as a whole, and of each of its lines. */
  readonly refused: readonly (readonly string[])[];
}

/** What stands above the messages of the kinds, by kind number. */
function commentsOfKinds(): ReadonlyMap<number, Comment> {
  const folder = join(import.meta.dirname, '../../../proto/mutua/v1');
  const comments = new Map<number, Comment>();
  for (const file of readdirSync(folder)) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [block, number] of text.matchAll(/^\/\/ Kind (\d+)[.,][^\n]*\n(?:\/\/[^\n]*\n)*/gm)) {
      const words = block.replaceAll(/\s*\n\/\/ /g, ' ');
      const reads = /reads: ([^.]*)\./.exec(words)?.[1] ?? '';
      const refused = /refused: ([^.]*)\./.exec(words)?.[1] ?? '';
      const codes = refused.split(';').map((part) => part.replace(/^ for each \w+: /, '').split(', '));
      comments.set(Number(number), { reads: new Set(reads.split(', ')), refused: refused === '' ? [] : codes });
    }
  }
  return comments;
}

/** A draft that remembers which tables were read. */
class WatchedDraft extends StateDraft {
  readonly tables = new Set<string>();

  override get<Row>(table: Table<Row>, ...key: readonly string[]): Row | undefined {
    this.tables.add(table.name);
    return super.get(table, ...key);
  }
}

/** Bodies' books in which an entry of every kind with a rule has applied. */
function booksOfEveryKind(): readonly GovernedBook[] {
  const scene = new BankScene();
  const { ana, bea, carla, dora, garden, forge, assembly, bank, ledger } = scene;
  const eve = scene.world.person('Eve');
  garden.admit(eve);
  garden.part(eve);
  garden.memberBook.apply(vouchKind, { identity: dora.identity });

  refuseAndAppeal(garden, scene.world.person('Finn'));
  mandateAndEnd(garden, ana);
  const claim = scene.claim(ana);
  const record = garden.transfers.apply(
    laborRecordKind,
    recordOf(claim, attestWork(claim, bea, carla), garden.memberHead),
  );
  assert.equal(scene.issue(record).type, 'applied');
  assert.equal(scene.transfer([scene.order(1800), 5400, [1800]]).type, 'applied');
  assert.equal(scene.refuse(scene.order(9000), 'overdraft').type, 'applied');
  assert.equal(scene.retire(scene.retireOrder(400), 5000 as Amount).type, 'applied');
  ledger.note(assembly.decisions.book);
  ledger.apply(ratePolicyKind, policyFor(assembly));
  ledger.apply(rateTakenKind, { certificate: certificateOf(assembly, decide(assembly, dora)) });
  assembly.admit(scene.world.person('Greta'));
  carryOut(assembly, dora);
  ledger.apply(acceptAttestorsKind, { body: assembly.identity });
  ledger.apply(endCooperativeKind, { cooperative: forge.identity });
  return [
    garden.memberBook,
    assembly.memberBook,
    bank.memberBook,
    garden.transfers,
    ledger,
    decisionBook(),
    councilBook(),
    sealedBook(),
  ];
}

/** The body of one member takes a new charter, and expels that member when there is another. */
function carryOut(body: Body, member: Actor): void {
  body.memberBook.note(body.decisions.book);
  const charter = decideOn(body, member, 'charter', charterAct(body, charterWith(2)));
  body.memberBook.apply(charterAmendedKind, { certificate: certificateOf(body, charter) });
  const expulsion = decideOn(body, member, 'expulsion', expulsionAct(body, member));
  body.memberBook.apply(expelledKind, { certificate: certificateOf(body, expulsion) });
}

function refuseAndAppeal(body: Body, applicant: Actor): void {
  const book = applicant.book('people');
  const charterHead = body.memberBook.book.headAt(1);
  const apply = book.write(applyKind, { body: body.identity, charterHead, afterChange: 0 });
  body.memberBook.note(book);
  const { id } = body.memberBook.apply(refusedKind, { apply: apply.bytes, criterion: 1, reasonDigest: undefined });
  const appeal = book.write(appealKind, { body: body.identity, refused: id, apply: apply.id });
  body.memberBook.apply(appealedKind, { appeal: appeal.bytes });
}

function mandateAndEnd(body: Body, delegate: Actor): void {
  body.memberBook.note(delegate.book('people'));
  for (const kind of [recallKind, mandateEndedKind]) {
    const bounds = { matters: ['general'], amount: ZERO, from: 0, to: 1 } as const;
    const content = { delegate: delegate.identity, at: body.identity, ...bounds };
    const { id: mandate } = body.memberBook.apply(mandateKind, content);
    body.memberBook.apply(kind, { mandate });
  }
}

/** A decision book with every kind of entry. */
function decisionBook(): GovernedBook {
  const scene = new LotScene();
  const { ana, hall } = scene;
  const { id } = scene.open();
  hall.decisions.apply(amendedKind, { proposal: id, propose: scene.propose(ana, { amends: id }).bytes });
  scene.page(id, [scene.row(ana, id, [1])]);
  scene.end(id);
  assert.equal(scene.close(id).type, 'applied');
  const other = scene.open();
  const withdraw = ana.book('proposals').write(withdrawKind, { body: hall.identity, proposal: other.id });
  hall.decisions.apply(withdrawnKind, { withdraw: withdraw.bytes });
  assert.equal(scene.draw(scene.sealed()).type, 'applied');
  return hall.decisions;
}

/** A decision book with sealed ballots. */
function sealedBook(): GovernedBook {
  const scene = new SealedScene();
  const proposal = scene.sealed([[1]]);
  assert.equal(scene.reveal(proposal, [[scene.ana, sealedChoice(scene.ana, [1])]]).type, 'applied');
  return scene.hall.decisions;
}

/** A decision book that takes the ballot of a delegate. */
function councilBook(): GovernedBook {
  const scene = new CouncilScene();
  assert.equal(scene.take(scene.open(), scene.grant()).type, 'applied');
  return scene.council.decisions;
}

/** What the rule of each kind read when its entries applied. */
function readingsOfRules(): ReadonlyMap<number, ReadonlySet<string>> {
  const readings = new Map<number, Set<string>>();
  for (const { book, context } of booksOfEveryKind()) {
    const state = new BookState();
    for (const entry of book.entries) {
      const kind = kindOfNumber(entry.header.kind);
      assert.ok(kind !== undefined);
      const read = readings.get(kind.number) ?? new Set<string>();
      readings.set(kind.number, read);
      const watched: RuleContext = {
        ...context,
        membersAt: (head) => {
          read.add('member books up to the heads named');
          return context.membersAt(head);
        },
      };
      const draft = new WatchedDraft(state);
      assert.equal(stepBook(RULE_SETS, entry, draft, watched).type, 'applied', kind.name);
      state.apply(draft);
      for (const table of draft.tables) read.add(NOTE_TABLES.has(table) ? 'notes in this book' : 'this book');
      if (carriesEntries(kind, entry.content)) read.add('what it carries');
    }
  }
  return readings;
}

/** A Founding and a Noted carry logs and proofs beside entries. */
function carriesEntries(kind: AnyEntryKind, content: unknown): boolean {
  return (
    kind.number === foundingKind.number || kind.number === notedKind.number || kind.carries(content as never).length > 0
  );
}

describe('the comment above each kind of entry', () => {
  const comments = commentsOfKinds();

  it('says what the rule reads, in the words that book.proto explains', () => {
    assert.deepEqual(
      [...comments.keys()].sort((a, b) => a - b),
      ENTRY_KINDS.map(({ number }) => number).sort((a, b) => a - b),
    );
    for (const [number, { reads }] of comments)
      if (number !== 1) for (const word of reads) assert.ok(READINGS.includes(word), `kind ${number} reads "${word}"`);
  });

  it('says of every rule exactly what it read', () => {
    const readings = readingsOfRules();
    for (const [number, read] of readings) {
      if (number === 1) continue;
      const said = [...(comments.get(number)?.reads ?? [])].filter((word) => word !== 'nothing').sort();
      assert.deepEqual(said, [...read].sort(), `kind ${number}`);
    }
    const governed = [...comments].filter(([number, { refused }]) => number > 1 && refused.length > 0);
    assert.deepEqual(
      governed.filter(([number]) => !readings.has(number)).map(([number]) => number),
      [],
    );
  });

  it('gives known codes, each list in order of precedence, and no code stands under no kind', () => {
    const named = new Set<string>(CARRIED);
    for (const [number, { refused }] of comments) {
      for (const codes of refused) {
        const places = codes
          .flatMap((code) => (code === 'carried' ? CARRIED : [code as RefusalCode]))
          .map((code) => REFUSAL_CODES.indexOf(code));
        assert.ok(!places.includes(-1), `kind ${number} names a code that is none: ${codes.join(', ')}`);
        assert.deepEqual(
          places,
          places.toSorted((a, b) => a - b),
          `kind ${number}: ${codes.join(', ')}`,
        );
        for (const code of codes) named.add(code);
      }
    }
    assert.deepEqual(
      REFUSAL_CODES.filter((code) => !named.has(code)),
      [],
    );
  });
});
