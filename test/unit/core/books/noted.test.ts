import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readCarried } from '../../../../src/core/books/carried.ts';
import { proveFork } from '../../../../src/core/books/fork.ts';
import { namedHeads, nameHead, notedBooks, stepNoted } from '../../../../src/core/books/noted.ts';
import { notedEventsOf, notedRevokes } from '../../../../src/core/books/noted-logs.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { BookState, StateDraft } from '../../../../src/core/books/state.ts';
import { stepBook } from '../../../../src/core/books/step.ts';
import { signedEvent } from '../../../../src/core/identity/event.ts';
import { erasedForm } from '../../../../src/core/wire/entry.ts';
import { eraseKind, notedKind, profileKind } from '../../../../src/core/wire/kinds/book.ts';
import { transferOrderKind } from '../../../../src/core/wire/kinds/ledger.ts';
import type { Noted } from '../../../../src/core/wire/messages/book.ts';
import { amountOf, headOf, openBook, parseEntry, writeEntry } from '../../../support/books.ts';
import { eventAfter, grantOf, identityNamed, personOf, revokeOf, rotationTo } from '../../../support/identities.ts';
import { contextOf } from '../../../support/rules.ts';
import { keyOf } from '../../../support/signing.ts';

const ada = personOf('ada');
const [inception] = ada.log;
const grant = eventAfter(inception, grantOf('laptop'), ['ada-root']);
const revoke = eventAfter(grant, revokeOf('ada-device'), ['ada-root']);
const opening = openBook({ log: ada.log, device: ada.device, channel: 'transfers' });
const some = keyOf('some').id;
const orderOf = (number: number) =>
  writeEntry(
    ada.device,
    transferOrderKind,
    { bank: some, account: some, to: [some], amounts: [amountOf(number)], memoDigest: undefined },
    opening,
  );
const order = orderOf(1);
const fork = proveFork(opening, order, orderOf(2));
const context = contextOf();

function note(state: BookState, noted: Partial<Noted>): Effect {
  const draft = new StateDraft(state);
  const effect = stepNoted({ openings: [], identityEvents: [], forkProofs: [], ...noted }, draft, context);
  if (effect.type === 'applied') state.apply(draft);
  return effect;
}

function noted(...steps: readonly Partial<Noted>[]): BookState {
  const state = new BookState();
  for (const step of steps) assert.equal(note(state, step).type, 'applied');
  return state;
}

function codeOf(effect: Effect): string {
  return effect.type === 'refused' ? effect.code : effect.type;
}

function carried(state: BookState, bytes = order.bytes): string {
  const read = readCarried(bytes, transferOrderKind, state, context);
  return read.ok ? 'ok' : read.reason;
}

describe('Noted', () => {
  it('records an Opening once', () => {
    const state = noted({ openings: [opening.bytes] });
    assert.deepEqual(state.get(notedBooks, opening.id), {
      identity: ada.id,
      kind: 'person',
      device: keyOf('ada-device').id,
      channel: 'transfers',
      stopped: false,
    });
    const before = state.keys();
    assert.equal(note(state, { openings: [opening.bytes] }).type, 'applied');
    assert.deepEqual(state.keys(), before);
  });

  it('takes an Opening with a long log from the events beside it', () => {
    const long = openBook({ log: [inception, grant], device: 'laptop', carried: false });
    assert.equal(codeOf(note(new BookState(), { openings: [long.bytes] })), 'opening_malformed');
    assert.equal(
      codeOf(note(new BookState(), { openings: [long.bytes], identityEvents: [inception, grant] })),
      'applied',
    );
  });

  it('refuses an Opening that does not follow from its log', () => {
    assert.equal(codeOf(note(new BookState(), { openings: [order.bytes] })), 'opening_malformed');
    assert.equal(
      codeOf(note(new BookState(), { openings: [openBook({ log: ada.log, device: 'laptop' }).bytes] })),
      'opening_malformed',
    );
  });

  it('records a revocation and says so once', () => {
    const state = noted({ openings: [opening.bytes] });
    const effect = note(state, { identityEvents: [inception, grant, revoke] });
    assert.deepEqual(effect, {
      type: 'applied',
      facts: [{ type: 'deviceRevokeNoted', identity: ada.id, device: keyOf('ada-device').id }],
    });
    assert.deepEqual(state.get(notedRevokes, ada.id, keyOf('ada-device').id), { number: 2 });
    assert.deepEqual(note(state, { identityEvents: [inception, grant, revoke] }), { type: 'applied', facts: [] });
  });

  it('refuses events that are no whole log', () => {
    for (const identityEvents of [
      [grant],
      [inception, revoke],
      [inception, signedEvent(grant, [])],
      [inception, inception],
    ]) {
      assert.equal(codeOf(note(new BookState(), { identityEvents })), 'identity_event_malformed');
    }
  });

  it('notes a log in parts, each of which follows what was noted before', () => {
    const state = noted({ openings: [opening.bytes] }, { identityEvents: [grant] }, { identityEvents: [revoke] });
    assert.deepEqual(notedEventsOf(ada.id, state), [inception, grant, revoke]);
    assert.equal(carried(state), 'device_revoked');
    assert.equal(
      codeOf(note(noted({ openings: [opening.bytes] }), { identityEvents: [revoke] })),
      'identity_event_malformed',
    );
  });

  it('takes nothing from a device that was granted with rotated keys beside the Rotation', () => {
    const rotation = eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);
    const stolen = eventAfter(inception, grantOf('thief'), ['ada-root']);
    const theft = openBook({ log: [inception, stolen], device: 'thief', channel: 'transfers' });
    const content = { bank: some, account: some, to: [some], amounts: [amountOf(1)], memoDigest: undefined };
    const order = writeEntry('thief', transferOrderKind, content, theft);
    const state = noted({ openings: [opening.bytes] }, { identityEvents: [inception, rotation] });
    assert.equal(codeOf(note(state, { openings: [theft.bytes] })), 'device_revoked');
    assert.deepEqual(notedEventsOf(ada.id, state), [inception, rotation]);
    const late = noted({ openings: [opening.bytes, theft.bytes] });
    assert.equal(carried(late, order.bytes), 'ok');
    assert.equal(codeOf(note(late, { identityEvents: [rotation] })), 'applied');
    assert.equal(carried(late, order.bytes), 'device_revoked');
    assert.equal(carried(late), 'ok');
    assert.deepEqual(notedEventsOf(ada.id, late), [inception, rotation]);
  });

  it('takes a device back whose revocation a Rotation superseded', () => {
    const theft = eventAfter(inception, revokeOf('ada-device'), ['ada-root']);
    const rotation = eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);
    const state = noted({ openings: [opening.bytes] }, { identityEvents: [theft] });
    assert.equal(carried(state), 'device_revoked');
    assert.equal(codeOf(note(state, { identityEvents: [rotation] })), 'applied');
    assert.equal(carried(state), 'ok');
  });

  it('takes no new device of a contested identity, and keeps what stood before', () => {
    const [first, second] = ['ada-root3', 'ada-root4'].map((next) =>
      eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: [next] }), ['ada-root2']),
    );
    assert.ok(first !== undefined && second !== undefined);
    const granted = eventAfter(second, grantOf('thief'), ['ada-root2']);
    const theft = openBook({ log: [inception, second, granted], device: 'thief', channel: 'transfers' });
    const state = noted({ openings: [opening.bytes] }, { identityEvents: [first] }, { identityEvents: [second] });
    assert.equal(codeOf(note(state, { openings: [theft.bytes] })), 'device_revoked');
    assert.equal(carried(state), 'ok');
  });

  it('gives the refusal that the table puts first, wherever in the entry its cause stands', () => {
    const wrong = { ...fork, second: fork.first };
    assert.equal(codeOf(note(new BookState(), { openings: [order.bytes], forkProofs: [fork] })), 'unknown_book');
    assert.equal(
      codeOf(note(new BookState(), { identityEvents: [grant], forkProofs: [wrong] })),
      'identity_event_malformed',
    );
    assert.equal(
      codeOf(note(new BookState(), { openings: [order.bytes], identityEvents: [grant] })),
      'opening_malformed',
    );
  });

  it('stops a forked book that it has noted, and refuses a fork of one that it has not', () => {
    const state = noted({ openings: [opening.bytes] });
    assert.deepEqual(note(state, { forkProofs: [fork] }), {
      type: 'applied',
      facts: [{ type: 'forkNoted', book: opening.id, identity: ada.id }],
    });
    assert.equal(state.get(notedBooks, opening.id)?.stopped, true);
    assert.equal(note(state, { openings: [opening.bytes] }).type, 'applied');
    assert.equal(state.get(notedBooks, opening.id)?.stopped, true);
    assert.equal(codeOf(note(new BookState(), { forkProofs: [fork] })), 'unknown_book');
    assert.equal(codeOf(note(new BookState(), { openings: [opening.bytes], forkProofs: [fork] })), 'applied');
    assert.equal(codeOf(note(state, { forkProofs: [{ ...fork, second: fork.first }] })), 'fork_proof_malformed');
  });
});

describe('readCarried', () => {
  const known = () => noted({ openings: [opening.bytes] });

  it('tells content and author', () => {
    const read = readCarried(order.bytes, transferOrderKind, known(), context);
    assert.ok(read.ok);
    assert.equal(read.value.author, ada.id);
    assert.equal(read.value.authorKind, 'person');
    assert.deepEqual(read.value.content.amounts, [1]);
  });

  it('refuses in order of precedence', () => {
    const forged = writeEntry(
      'thief',
      transferOrderKind,
      { bank: some, account: some, to: [], amounts: [], memoDigest: undefined },
      opening,
    );
    assert.equal(carried(known(), new Uint8Array([1, 2])), 'carried_malformed');
    assert.equal(
      carried(known(), writeEntry(ada.device, eraseKind, { entries: [some] }, opening).bytes),
      'carried_malformed',
    );
    assert.equal(carried(new BookState()), 'unknown_book');
    assert.equal(carried(known(), forged.bytes), 'bad_carried_signature');
    assert.equal(carried(noted({ openings: [opening.bytes], forkProofs: [fork] })), 'device_revoked');
    assert.equal(
      carried(noted({ openings: [opening.bytes] }, { identityEvents: [inception, grant, revoke] })),
      'device_revoked',
    );
    const elsewhere = openBook({ log: ada.log, device: ada.device, channel: 'offers' });
    const misplaced = writeEntry(
      ada.device,
      transferOrderKind,
      { bank: some, account: some, to: [], amounts: [], memoDigest: undefined },
      elsewhere,
    );
    assert.equal(carried(noted({ openings: [elsewhere.bytes] }), misplaced.bytes), 'wrong_writer');
  });

  it('keeps carrying from an identity’s other devices after one was revoked', () => {
    const laptopBook = openBook({ log: [inception, grant], device: 'laptop', channel: 'transfers' });
    const state = noted(
      { openings: [opening.bytes, laptopBook.bytes] },
      { identityEvents: [inception, grant, revoke] },
    );
    const content = { bank: some, account: some, to: [], amounts: [], memoDigest: undefined };
    assert.equal(carried(state, writeEntry('laptop', transferOrderKind, content, laptopBook).bytes), 'ok');
  });
});

describe('nameHead', () => {
  it('never goes back, nor aside', () => {
    const state = new BookState();
    const name = (head: Parameters<typeof nameHead>[0]): boolean => {
      const draft = new StateDraft(state);
      const named = nameHead(head, draft);
      if (named) state.apply(draft);
      return named;
    };
    const at = (sequence: number, id = order.id) => ({ book: opening.id, sequence, id });
    assert.ok(name(at(3)));
    assert.ok(name(at(3)));
    assert.ok(!name(at(2)));
    assert.ok(!name(at(3, opening.id)));
    assert.ok(name(at(4, opening.id)));
    assert.deepEqual(state.get(namedHeads, opening.id), { sequence: 4, id: opening.id });
    assert.ok(name(headOf(opening)) === false);
  });
});

describe('stepBook', () => {
  const bank = identityNamed('bank', 'bank');
  const ledger = openBook({ log: bank.log, device: bank.device, channel: 'transfers' });
  const step = (entry: Parameters<typeof stepBook>[1], change = {}) =>
    stepBook([], entry, new StateDraft(new BookState()), contextOf(change));

  it('applies Openings, erasures, unknown kinds and notes without any rule set', () => {
    const entry = writeEntry(
      bank.device,
      notedKind,
      { openings: [opening.bytes], identityEvents: [], forkProofs: [] },
      ledger,
    );
    assert.equal(step(ledger).type, 'applied');
    assert.equal(step(writeEntry(bank.device, eraseKind, { entries: [some] }, ledger)).type, 'applied');
    assert.equal(step(entry).type, 'applied');
    assert.equal(
      step(writeEntry(bank.device, { ...eraseKind, number: 499 }, { entries: [some] }, ledger)).type,
      'applied',
    );
  });

  it('refuses kinds to writers and channels that are not theirs', () => {
    const entry = writeEntry(
      bank.device,
      notedKind,
      { openings: [opening.bytes], identityEvents: [], forkProofs: [] },
      ledger,
    );
    assert.equal(codeOf(step(entry, { kind: 'person' })), 'wrong_writer');
    const profile = writeEntry(bank.device, profileKind, { name: 'Bank', description: '', contact: '' }, ledger);
    assert.equal(codeOf(step(profile)), 'wrong_writer');
    assert.equal(codeOf(step(profile, { channel: 'people' })), 'applied');
  });

  it('asks the rule set that governs, and applies erasable kinds without reading them', () => {
    const entry = writeEntry(bank.device, notedKind, { openings: [], identityEvents: [], forkProofs: [] }, ledger);
    assert.equal(step(entry).type, 'applied');
    const rules = { name: 'no', governs: () => true, step: (): Effect => ({ type: 'refused', code: 'empty_batch' }) };
    const run = (one: typeof entry, channel: 'people' | 'transfers') =>
      codeOf(stepBook([rules], one, new StateDraft(new BookState()), contextOf({ channel })));
    assert.equal(run(order, 'transfers'), 'empty_batch');
    const profile = writeEntry(bank.device, profileKind, { name: 'Bank', description: '', contact: '' }, ledger);
    assert.equal(run(parseEntry(erasedForm(profile)), 'people'), 'applied');
    assert.equal(run(profile, 'people'), 'applied');
  });
});
