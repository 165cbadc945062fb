import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareIds } from '../../../../src/core/base/id.ts';
import { compareForks, type Fork, openingOfProof, proveFork, verifyFork } from '../../../../src/core/books/fork.ts';
import { type Entry, headerCheck } from '../../../../src/core/wire/entry.ts';
import { eraseKind, profileKind } from '../../../../src/core/wire/kinds/book.ts';
import { type ForkProof, Header } from '../../../../src/core/wire/messages/book.ts';
import { NETWORK, openBook, writeEntry } from '../../../support/books.ts';
import { personOf } from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';

const ada = personOf('ada');
const opening = openBook({ log: ada.log, device: ada.device });
const first = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening);
const second = writeEntry(ada.device, eraseKind, { entries: [first.id] }, opening);
const later = writeEntry(ada.device, eraseKind, { entries: [first.id] }, first);
const proof = proveFork(opening, first, second);

function verdict(changed: ForkProof): Fork | undefined {
  return verifyFork(changed, NETWORK, verifySignature);
}

/** The proof with the header of its second entry changed and signed again by the book's device. */
function withHeader(change: Partial<Header>): ForkProof {
  const decoded = Header.decode(second.headerBytes, 1024);
  assert.ok(decoded.ok);
  const bytes = Header.encode({ ...decoded.value, ...change });
  const message = headerCheck(bytes, new Uint8Array(64), keyOf(ada.device).id).message;
  const changed: Entry = { ...second, headerBytes: bytes, signature: keyOf(ada.device).sign(message) };
  const forward = {
    ...proof,
    first: first.headerBytes,
    firstSignature: first.signature,
    second: bytes,
    secondSignature: changed.signature,
  };
  const backward = {
    ...proof,
    first: bytes,
    firstSignature: changed.signature,
    second: first.headerBytes,
    secondSignature: first.signature,
  };
  return verdict(forward) === undefined ? backward : forward;
}

describe('a fork proof', () => {
  it('proves itself, whichever entry was seen first', () => {
    const fork = verdict(proof);
    assert.deepEqual(proveFork(opening, second, first), proof);
    assert.equal(fork?.book, opening.id);
    assert.equal(fork?.sequence, 1);
    assert.equal(fork?.identity, ada.id);
    assert.deepEqual(fork?.ids, [first.id, second.id].toSorted(compareIds));
    assert.equal(openingOfProof(proof, NETWORK).id, opening.id);
  });

  it('needs two different headers in order, with one sequence, of that book and network', () => {
    const swapped = {
      ...proof,
      first: proof.second,
      firstSignature: proof.secondSignature,
      second: proof.first,
      secondSignature: proof.firstSignature,
    };
    assert.equal(verdict(swapped), undefined);
    assert.equal(verdict(proveFork(opening, first, first)), undefined);
    assert.equal(verdict(proveFork(opening, first, later)), undefined);
    assert.equal(verdict(proveFork(opening, opening, first)), undefined);
    assert.equal(
      verdict(proveFork(openBook({ log: ada.log, device: ada.device, channel: 'offers' }), first, second)),
      undefined,
    );
    assert.equal(verdict(proveFork(first, first, second)), undefined);
    assert.equal(verifyFork(proof, new Uint8Array(16), verifySignature), undefined);
  });

  it('needs three good signatures of the book’s device', () => {
    const bad = keyOf('thief').sign(new Uint8Array(1));
    assert.equal(verdict({ ...proof, firstSignature: bad }), undefined);
    assert.equal(verdict({ ...proof, secondSignature: bad }), undefined);
    assert.equal(
      verdict({
        ...proof,
        opening: openBook({ log: ada.log, device: 'thief', change: { device: keyOf(ada.device).id } }).bytes,
      }),
      undefined,
    );
  });

  it('holds with any header that form accepts, and with none that it refuses', () => {
    assert.notEqual(verdict(withHeader({ claimedAt: 1 })), undefined);
    assert.notEqual(verdict(withHeader({ kind: profileKind.number })), undefined);
    assert.equal(verdict(withHeader({ version: 2 })), undefined, 'version');
    assert.equal(verdict(withHeader({ previous: undefined })), undefined, 'no previous');
    assert.equal(verdict(withHeader({ kind: 1 })), undefined, 'an Opening above sequence 0');
  });

  it('does not hold with bytes that are no header', () => {
    for (const first of [new Uint8Array(), new Uint8Array([0xff]), new Uint8Array(2000)])
      assert.equal(verdict({ ...proof, first }), undefined);
    assert.equal(verdict({ ...proof, opening: new Uint8Array([1]) }), undefined);
  });
});

describe('compareForks', () => {
  it('puts the lowest sequence first, then the smallest pair of ids', () => {
    const [a, b, c] = [first.id, second.id, later.id].toSorted(compareIds);
    assert.ok(a && b && c);
    const fork = (sequence: number, ids: Fork['ids']): Fork => ({
      book: opening.id,
      sequence,
      ids,
      identity: ada.id,
      device: ada.id,
    });
    const sorted = [fork(1, [a, c]), fork(2, [a, b]), fork(2, [a, c]), fork(2, [b, c])];
    assert.deepEqual(sorted.toReversed().sort(compareForks), sorted);
    assert.equal(compareForks(fork(1, [a, b]), fork(1, [a, b])), 0);
  });
});
