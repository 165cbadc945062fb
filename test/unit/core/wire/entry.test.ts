import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesToId } from '../../../../src/core/base/id.ts';
import {
  contentOf,
  draftEntry,
  entryCheck,
  erasedForm,
  openingOf,
  payloadDigest,
  readEntry,
  sealEntry,
  signedEntry,
} from '../../../../src/core/wire/entry.ts';
import { eraseKind, notedKind, profileKind } from '../../../../src/core/wire/kinds/book.ts';
import { memoKind } from '../../../../src/core/wire/kinds/ledger.ts';
import { ENTRY_KINDS, kindOfNumber } from '../../../../src/core/wire/kinds/table.ts';
import { EntryMessage, Header } from '../../../../src/core/wire/messages/book.ts';
import { FieldFault } from '../../../../src/core/wire/shape.ts';
import { STATEMENT_KINDS } from '../../../../src/core/wire/statement.ts';
import { NETWORK, openBook, parseEntry, saltOf, writeEntry } from '../../../support/books.ts';
import { personOf } from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';

const ada = personOf('ada');
const opening = openBook({ log: ada.log, device: ada.device });
const content = { name: 'Ada', description: '', contact: '' };
const profile = writeEntry(ada.device, profileKind, content, opening);
const erase = writeEntry(ada.device, eraseKind, { entries: [profile.id] }, profile);

function reasonOf(bytes: Uint8Array, network = NETWORK): string {
  const entry = readEntry(bytes, network);
  return entry.ok ? 'ok' : entry.reason.code;
}

type Parts = { header: Uint8Array; payload: Uint8Array; salt: Uint8Array; signature: Uint8Array };

function assemble(entry: typeof profile, change: Partial<Parts>, headerChange: Partial<Header> = {}): Uint8Array {
  const header = Header.encode({ ...entry.header, ...headerChange });
  const payload = entry.payload ?? new Uint8Array();
  return EntryMessage.encode({ header, payload, salt: entry.salt, signature: entry.signature, ...change });
}

describe('readEntry', () => {
  it('reads an Opening and what follows it', () => {
    assert.equal(opening.book, opening.id);
    assert.equal(opening.header.sequence, 0);
    assert.equal(openingOf(opening)?.identity, ada.id);
    assert.equal(profile.book, opening.id);
    assert.equal(profile.header.previous, opening.id);
    assert.deepEqual(contentOf(profile, profileKind), content);
    assert.equal(contentOf(profile, eraseKind), undefined);
    assert.equal(openingOf(profile), undefined);
    assert.ok(verifySignature(entryCheck(erase, keyOf(ada.device).id)));
    assert.ok(!verifySignature(entryCheck(erase, keyOf('thief').id)));
  });

  it('reads an erasable entry without its payload, with the same id and signature', () => {
    const erased = parseEntry(erasedForm(profile));
    assert.equal(erased.id, profile.id);
    assert.equal(erased.payload, undefined);
    assert.equal(contentOf(erased, profileKind), undefined);
    assert.ok(verifySignature(entryCheck(erased, keyOf(ada.device).id)));
  });

  it('refuses kept entries without payload', () => {
    for (const entry of [opening, erase]) assert.equal(reasonOf(erasedForm(entry)), 'payload_missing');
  });

  it('reads a kind that it does not know, whole or erased', () => {
    const unknown = writeEntry(ada.device, { ...eraseKind, number: 599 }, { entries: [profile.id] }, opening);
    assert.equal(unknown.content, undefined);
    assert.notEqual(unknown.payload, undefined);
    assert.equal(reasonOf(erasedForm(unknown)), 'ok');
  });

  it('reads an empty payload that is there', () => {
    const noted = writeEntry(ada.device, notedKind, { openings: [], identityEvents: [], forkProofs: [] }, opening);
    assert.equal(noted.payload?.length, 0);
    assert.deepEqual(contentOf(noted, notedKind), { openings: [], identityEvents: [], forkProofs: [] });
  });

  const otherId = bytesToId(new Uint8Array(32).fill(9));
  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['no bytes', new Uint8Array(), 'not_canonical'],
    ['more than 50 KiB', new Uint8Array(50 * 1024 + 1), 'too_large'],
    ['another version', assemble(profile, {}, { version: 2 }), 'unknown_version'],
    ['an Opening with a book', assemble(opening, {}, { book: otherId }), 'bad_opening'],
    ['an Opening with a previous', assemble(opening, {}, { previous: otherId }), 'bad_opening'],
    ['an Opening above sequence 0', assemble(opening, {}, { sequence: 1 }), 'bad_opening'],
    [
      'an Opening in the middle of a book',
      assemble(opening, {}, { sequence: 1, book: otherId, previous: otherId }),
      'bad_opening',
    ],
    ['a later entry without book', assemble(profile, {}, { book: undefined }), 'bad_opening'],
    ['a later entry without previous', assemble(profile, {}, { previous: undefined }), 'bad_opening'],
    ['a later entry at sequence 0', assemble(profile, {}, { sequence: 0 }), 'bad_opening'],
    [
      'a first entry that is no Opening',
      assemble(profile, {}, { sequence: 0, book: undefined, previous: undefined }),
      'bad_opening',
    ],
    ['another payload', assemble(profile, { payload: new Uint8Array([10, 1, 65]) }), 'bad_digest'],
    ['another salt', assemble(profile, { salt: saltOf('other') }), 'bad_digest'],
    ['a salt without payload', assemble(profile, { payload: new Uint8Array() }), 'bad_digest'],
    ['a payload without salt', assemble(profile, { salt: new Uint8Array() }), 'bad_digest'],
    ['a short salt', assemble(profile, { salt: new Uint8Array(15) }), 'bad_digest'],
    ['a wrong payload length', assemble(profile, {}, { payloadLength: 4 }), 'bad_digest'],
    ['a short signature', withRawSignature(63), 'not_canonical'],
    [
      'a header with something after it',
      assemble(profile, { header: new Uint8Array([...profile.headerBytes, 0x58, 1]) }),
      'not_canonical',
    ],
  ];
  for (const [what, bytes, code] of refused) it(`refuses ${what}`, () => assert.equal(reasonOf(bytes), code));

  it('refuses entries of another network', () =>
    assert.equal(reasonOf(profile.bytes, new Uint8Array(16)), 'wrong_network'));

  it('refuses a payload that is not canonical, though its digest is right', () => {
    const payload = new Uint8Array([...(profile.payload ?? []), 0x12, 0x00]);
    const change = { payloadDigest: payloadDigest(profile.salt, payload), payloadLength: payload.length };
    const entry = readEntry(assemble(profile, { payload }, change), NETWORK);
    assert.ok(!entry.ok);
    assert.equal(entry.reason.code, 'payload_not_canonical');
    assert.equal(entry.reason.sentence, 'The profile is not in canonical form.');
  });

  it('refuses an entry above the size of its kind', () => {
    const payload = new Uint8Array(9000);
    const change = {
      kind: memoKind.number,
      payloadDigest: payloadDigest(profile.salt, payload),
      payloadLength: payload.length,
    };
    assert.equal(reasonOf(assemble(profile, { payload }, change)), 'too_large');
  });

  it('names the field in a sentence', () => {
    const entry = readEntry(withRawSignature(63), NETWORK);
    assert.ok(!entry.ok);
    assert.equal(entry.reason.sentence, 'The entry’s signature has 63 bytes, not 64.');
  });

  /** An entry message with a signature of another length, which the encoder would not write. */
  function withRawSignature(length: number): Uint8Array {
    return new Uint8Array([...profile.bytes.slice(0, -66), 0x22, length, ...new Uint8Array(length)]);
  }
});

describe('draftEntry', () => {
  it('knows the id before it is signed', () => {
    const draft = draftEntry({
      network: NETWORK,
      kind: eraseKind,
      content: { entries: [opening.id] },
      previous: undefined,
      salt: saltOf('a'),
      claimedAt: 1,
    });
    assert.equal(draft.id.length, 53);
    const next = { book: opening.id, sequence: 0, id: opening.id };
    const later = draftEntry({
      network: NETWORK,
      kind: eraseKind,
      content: { entries: [opening.id] },
      previous: next,
      salt: saltOf('a'),
      claimedAt: 1,
    });
    assert.equal(parseEntry(sealEntry(later, new Uint8Array(64))).id, later.id);
  });

  it('is the entry that readers read, once it is signed', () => {
    for (const entry of [opening, profile, erase]) {
      const unsigned = { ...entry, payload: entry.payload ?? new Uint8Array(), message: new Uint8Array() };
      assert.deepEqual(signedEntry(unsigned, entry.signature), { ok: true, value: entry });
    }
  });

  it('is refused where readers would: too large for its kind, no Opening where a book begins', () => {
    const head = { book: opening.id, sequence: 0, id: opening.id };
    const reasonOfDraft = (ids: number, number: number, previous: typeof head | undefined): string => {
      const content = { entries: Array.from({ length: ids }, (_, index) => bytesToId(new Uint8Array(32).fill(index))) };
      const kind = { ...eraseKind, number };
      const draft = draftEntry({ network: NETWORK, kind, content, previous, salt: saltOf('a'), claimedAt: 1 });
      const entry = signedEntry(draft, new Uint8Array(64));
      return entry.ok ? 'ok' : entry.reason.code;
    };
    assert.equal(reasonOfDraft(250, eraseKind.number, head), 'ok');
    assert.equal(reasonOfDraft(250, eraseKind.number, undefined), 'bad_opening');
    assert.equal(reasonOfDraft(250, memoKind.number, head), 'too_large');
  });

  it('throws at content that readers would refuse', () => {
    const draft = {
      network: NETWORK,
      kind: profileKind,
      content: { ...content, name: '' },
      previous: undefined,
      salt: saltOf('a'),
      claimedAt: 1,
    };
    assert.throws(() => draftEntry(draft), FieldFault);
    assert.throws(() => draftEntry({ ...draft, content, claimedAt: 0.5 }), FieldFault);
    assert.throws(() => draftEntry({ ...draft, content, network: new Uint8Array(3) }), FieldFault);
  });
});

describe('the table of kinds', () => {
  it('has every number and name once, statements included', () => {
    const all = [...ENTRY_KINDS, ...STATEMENT_KINDS];
    assert.equal(new Set(all.map((kind) => kind.number)).size, all.length);
    assert.equal(new Set(all.map((kind) => kind.name)).size, all.length);
    for (const kind of ENTRY_KINDS) assert.equal(kindOfNumber(kind.number), kind);
    assert.equal(kindOfNumber(50), undefined, 'a statement is no entry');
  });
});
