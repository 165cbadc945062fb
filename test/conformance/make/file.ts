import { idToBytes } from '../../../src/core/base/id.ts';
import { proveFork } from '../../../src/core/books/fork.ts';
import { signedEvent } from '../../../src/core/identity/event.ts';
import { type Entry, erasedForm } from '../../../src/core/wire/entry.ts';
import { eraseKind, notedKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { claimPendingKind, forkProofKind, sealStatement, statementMessage } from '../../../src/core/wire/statement.ts';
import { NETWORK, openBook, writeEntry } from '../../support/books.ts';
import { entryItem, eventItem, fileOf, statementItem } from '../../support/files.ts';
import { eventAfter, grantOf, identityNamed, personOf, revokeOf, rotationTo } from '../../support/identities.ts';
import { hex } from '../../support/proto-bytes.ts';
import { keyOf } from '../../support/signing.ts';

const ada = personOf('ada');
const [inception] = ada.log;
const grant = eventAfter(inception, grantOf('laptop'), ['ada-root']);
const revoke = eventAfter(grant, revokeOf('ada-device'), ['ada-root']);
const rotation = eventAfter(grant, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);
const rotationBeside = eventAfter(grant, rotationTo({ keys: ['ada-root2'], next: ['x'] }), ['ada-root2']);
const opening = openBook({ log: ada.log, device: ada.device });
const profile = writeEntry(ada.device, profileKind, { name: 'Ada', description: 'Weaver', contact: '' }, opening);
const erase = writeEntry(ada.device, eraseKind, { entries: [profile.id] }, profile);
const last = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, erase);
const side = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, profile);
const sideLater = writeEntry(ada.device, eraseKind, { entries: [erase.id] }, side);
const erased = { ...profile, bytes: erasedForm(profile) };
const laptopBook = openBook({ log: [inception, grant], device: 'laptop', carried: false, channel: 'transfers' });
const bank = identityNamed('bank', 'bank');
const ledger = openBook({ log: bank.log, device: bank.device, channel: 'transfers' });
const noted = writeEntry(
  bank.device,
  notedKind,
  { openings: [opening.bytes], identityEvents: [inception, grant, revoke], forkProofs: [] },
  ledger,
);
const forkItem = statementItem(sealStatement(forkProofKind, proveFork(opening, erase, side)));

const pendingContent = { opening: opening.bytes, claim: erase.bytes, cooperativeBook: ledger.id };
const author = keyOf('cooperative-device');
const pendingMessage = statementMessage(103, author.id, claimPendingKind.shape.encode(pendingContent), NETWORK);
const pendingBy = (signature: Uint8Array) =>
  statementItem(sealStatement(claimPendingKind, pendingContent, { author: author.id, signature }));

interface Expected {
  readonly faults?: number;
  readonly complete?: boolean;
  readonly entries: number;
  readonly erased?: number;
  readonly duplicates?: number;
  readonly statements?: number;
  readonly books: readonly {
    readonly head: Entry;
    readonly fork?: number;
    readonly revoked?: boolean;
    /** Where it is left out: the fork, or 1 of a revoked device. */
    readonly end?: number;
  }[];
  readonly identities?: readonly { readonly head: IdentityEvent; readonly contestedAt?: number }[];
}

const idHex = (id: Parameters<typeof idToBytes>[0]) => hex(idToBytes(id));

function fileCase(name: string, file: Uint8Array, expected: Expected) {
  const {
    faults = 0,
    complete = true,
    entries,
    erased: erasedCount = 0,
    duplicates = 0,
    statements = 0,
    books,
  } = expected;
  const identities = expected.identities ?? [{ head: inception }];
  return {
    name,
    file: hex(file),
    report: {
      valid: complete && faults === 0,
      complete,
      faultCount: faults,
      entries,
      erased: erasedCount,
      duplicates,
      statements,
      books: books
        .map(({ head, fork = null, revoked = false, end = revoked ? 1 : fork }) => ({
          book: idHex(head.book),
          sequence: head.header.sequence,
          head: idHex(head.id),
          fork,
          revoked,
          end,
        }))
        .sort((left, right) => (left.book < right.book ? -1 : 1)),
      identities: identities
        .map(({ head, contestedAt = null }) => ({ identity: idHex(head.identity), number: head.number, contestedAt }))
        .sort((left, right) => (left.identity < right.identity ? -1 : 1)),
    },
  };
}

const entries = (...list: readonly Pick<Entry, 'bytes'>[]) => list.map(entryItem);
const plain = fileOf(entries(opening, profile, erase));
const flipped = (at: number) => Buffer.from(plain.with(at, (plain.at(at) ?? 0) ^ 1));

const forked = entries(opening, profile, erase, last, side, sideLater);
const revocationWith = (sequence: number, id: Entry['id']) =>
  eventAfter(
    inception,
    { type: 'deviceRevoke', value: { device: keyOf(ada.device).id, lastGood: [{ book: opening.id, sequence, id }] } },
    ['ada-root'],
  );
const superseding = eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);

/** Files of one book whose device was revoked with a last good entry. */
function endingCase(
  name: string,
  items: readonly Uint8Array[],
  lastGood: { readonly sequence: number; readonly id: Entry['id'] },
  ends: { readonly fork?: number; readonly end: number },
) {
  const event = revocationWith(lastGood.sequence, lastGood.id);
  return fileCase(name, fileOf([eventItem(event), ...items]), {
    entries: items.length,
    statements: 1,
    books: [{ head: last, revoked: true, ...ends }],
    identities: [{ head: event }],
  });
}

const ENDINGS = [
  endingCase(
    'a fork below the last good entry, which is on the first chain',
    forked,
    { sequence: 3, id: last.id },
    { end: 4 },
  ),
  endingCase(
    'a fork below the last good entry, which is on the other chain',
    forked,
    { sequence: 3, id: sideLater.id },
    { end: 4 },
  ),
  endingCase(
    'a fork below a last good entry that is not in the file',
    forked,
    { sequence: 3, id: opening.id },
    { fork: 2, end: 2 },
  ),
  endingCase('a last good entry named at another sequence', forked, { sequence: 4, id: last.id }, { fork: 2, end: 2 }),
  endingCase('a fork above the last good entry', forked, { sequence: 1, id: profile.id }, { fork: 2, end: 2 }),
  endingCase(
    'a last good entry that is not in the file, without a fork',
    entries(opening, profile, erase, last),
    { sequence: 2, id: side.id },
    { end: 3 },
  ),
  fileCase(
    'a device that is granted no more',
    fileOf([...[inception, grant].map(eventItem), ...entries(laptopBook), eventItem(superseding)]),
    {
      entries: 1,
      statements: 3,
      books: [{ head: laptopBook, revoked: true }],
      identities: [{ head: superseding }],
    },
  ),
];

const CASES = [
  fileCase('nothing in it', fileOf([]), { entries: 0, books: [], identities: [] }),
  fileCase('one book', plain, { entries: 3, books: [{ head: erase }] }),
  fileCase('an erased payload', fileOf(entries(opening, erased, erase)), {
    entries: 3,
    erased: 1,
    books: [{ head: erase }],
  }),
  fileCase(
    'things twice',
    fileOf([eventItem(inception), eventItem(inception), ...entries(opening, profile, opening, profile)]),
    {
      entries: 2,
      statements: 1,
      duplicates: 3,
      books: [{ head: profile }],
    },
  ),
  fileCase(
    'two persons’ devices, a bank, a revocation that the bank noted',
    fileOf([
      eventItem(inception),
      eventItem(grant),
      eventItem(revoke),
      ...entries(opening, profile, laptopBook, ledger, noted),
    ]),
    {
      entries: 5,
      statements: 3,
      books: [{ head: profile, revoked: true }, { head: laptopBook }, { head: noted }],
      identities: [{ head: revoke }, { head: bank.log[0] }],
    },
  ),
  fileCase('a fork by entries', fileOf(entries(opening, profile, erase, last, side, sideLater)), {
    entries: 6,
    books: [{ head: last, fork: 2 }],
  }),
  fileCase('a fork by a proof', fileOf([forkItem, ...entries(opening, profile, erase)]), {
    entries: 3,
    statements: 1,
    books: [{ head: erase, fork: 2 }],
  }),
  fileCase('a superseded grant', fileOf([inception, grant, rotation, revoke].map(eventItem)), {
    entries: 0,
    statements: 4,
    books: [],
    identities: [{ head: rotation }],
  }),
  fileCase('a contested identity', fileOf([inception, grant, rotation, rotationBeside].map(eventItem)), {
    entries: 0,
    statements: 4,
    books: [],
    identities: [{ head: grant, contestedAt: 2 }],
  }),
  fileCase('a signed statement', fileOf([pendingBy(author.sign(pendingMessage))]), {
    entries: 0,
    statements: 1,
    books: [],
    identities: [],
  }),
  fileCase('a statement signed by another', fileOf([pendingBy(keyOf('thief').sign(pendingMessage))]), {
    faults: 1,
    entries: 0,
    books: [],
    identities: [],
  }),
  fileCase('an event without signatures', fileOf([eventItem(inception), eventItem(signedEvent(grant, []))]), {
    faults: 1,
    entries: 0,
    statements: 1,
    books: [],
  }),
  fileCase('an event without its Inception', fileOf([eventItem(grant)]), {
    faults: 1,
    entries: 0,
    books: [],
    identities: [],
  }),
  fileCase(
    'a fork proof that proves nothing',
    fileOf([statementItem(sealStatement(forkProofKind, proveFork(opening, erase, last)))]),
    {
      faults: 1,
      entries: 0,
      books: [],
      identities: [],
    },
  ),
  fileCase('a book without its Opening', fileOf(entries(profile)), {
    faults: 1,
    entries: 0,
    books: [],
    identities: [],
  }),
  fileCase(
    'an Opening whose log comes after it',
    fileOf([...entries(laptopBook), eventItem(inception), eventItem(grant)]),
    {
      faults: 1,
      entries: 0,
      statements: 2,
      books: [],
      identities: [{ head: grant }],
    },
  ),
  fileCase('an Opening by a device not granted', fileOf(entries(openBook({ log: ada.log, device: 'laptop' }))), {
    faults: 1,
    entries: 0,
    books: [],
    identities: [],
  }),
  fileCase(
    'an entry by another device',
    fileOf(entries(opening, writeEntry('thief', eraseKind, { entries: [opening.id] }, opening))),
    {
      faults: 1,
      entries: 1,
      books: [{ head: opening }],
    },
  ),
  fileCase('an entry missing', fileOf(entries(opening, erase)), { faults: 1, entries: 1, books: [{ head: opening }] }),
  fileCase('an entry that follows another chain', fileOf(entries(opening, profile, erase, sideLater)), {
    faults: 1,
    entries: 3,
    books: [{ head: erase }],
  }),
  fileCase(
    'an entry of another network',
    fileOf(entries(opening, writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening, new Uint8Array(16)))),
    {
      faults: 1,
      entries: 1,
      books: [{ head: opening }],
    },
  ),
  fileCase('a kept payload erased', fileOf(entries(opening, profile, { bytes: erasedForm(erase) })), {
    faults: 1,
    entries: 2,
    books: [{ head: profile }],
  }),
  fileCase('cut off in the last entry', plain.subarray(0, -60), {
    faults: 1,
    complete: false,
    entries: 2,
    books: [{ head: profile }],
  }),
  fileCase('cut off before the end', plain.subarray(0, -44), {
    faults: 1,
    complete: false,
    entries: 3,
    books: [{ head: erase }],
  }),
  fileCase('a bit of the digest flipped', flipped(plain.length - 1), {
    faults: 1,
    complete: false,
    entries: 3,
    books: [{ head: erase }],
  }),
  fileCase('a bit of the magic flipped', flipped(0), {
    faults: 1,
    complete: false,
    entries: 0,
    books: [],
    identities: [],
  }),
  fileCase('a bit of the claimed time flipped', flipped(8 + 4 + 22), {
    faults: 1,
    complete: false,
    entries: 3,
    books: [{ head: erase }],
  }),
];

/** Vectors of exported files. */
export function fileVectors(): Readonly<Record<string, unknown>> {
  return {
    'files.json': {
      about:
        'Whole files and what verifying finds: books and identities ordered by id, statements and entries that hold. fork: lowest forked sequence, unless void; end: first sequence without effect.',
      cases: [...CASES, ...ENDINGS],
    },
  };
}
