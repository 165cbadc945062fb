import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proveFork } from '../../../../src/core/books/fork.ts';
import { eraseKind } from '../../../../src/core/wire/kinds/book.ts';
import { StatementMessage } from '../../../../src/core/wire/messages/book.ts';
import { IdentityEvent } from '../../../../src/core/wire/messages/identity.ts';
import {
  checkpointKind,
  claimPendingKind,
  cosignatureKind,
  epochSealKind,
  evidenceKind,
  forkProofKind,
  heldNoticeKind,
  identityEventKind,
  readStatement,
  sealStatement,
  statementCheck,
  statementContentOf,
  statementMessage,
} from '../../../../src/core/wire/statement.ts';
import { evidenceOf } from '../../../../src/core/witness/accuse.ts';
import { NETWORK, openBook, writeEntry } from '../../../support/books.ts';
import { personOf } from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';
import { checkpointOf, entryIds, signCheckpoint, witnessOf } from '../../../support/witnesses.ts';

const ada = personOf('ada');
const opening = openBook({ log: ada.log, device: ada.device });
const entry = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening);
const other = writeEntry(ada.device, eraseKind, { entries: [entry.id] }, opening);
const author = keyOf('cooperative-device');
const pending = { opening: opening.bytes, claim: entry.bytes, cooperativeBook: opening.id };
const payload = claimPendingKind.shape.encode(pending);
const signature = author.sign(statementMessage(claimPendingKind.number, author.id, payload, NETWORK));

function verdict(bytes: Uint8Array): string {
  const statement = readStatement(bytes);
  return statement.ok ? 'ok' : `${statement.reason.code} ${statement.reason.at}`;
}

describe('statements', () => {
  it('that prove themselves have no author', () => {
    const event = readStatement(sealStatement(identityEventKind, ada.log[0]));
    assert.ok(event.ok);
    assert.equal(event.value.author, undefined);
    assert.equal(statementCheck(event.value, NETWORK), undefined);
    assert.deepEqual(statementContentOf(event.value, identityEventKind), ada.log[0]);
    assert.equal(statementContentOf(event.value, forkProofKind), undefined);
    assert.equal(verdict(sealStatement(forkProofKind, proveFork(opening, entry, other))), 'ok');
  });

  it('of an author are signed for one network', () => {
    const read = readStatement(sealStatement(claimPendingKind, pending, { author: author.id, signature }));
    assert.ok(read.ok);
    const [here, elsewhere] = [statementCheck(read.value, NETWORK), statementCheck(read.value, new Uint8Array(16))];
    assert.ok(here && elsewhere);
    assert.ok(verifySignature(here));
    assert.ok(!verifySignature(elsewhere));
  });

  it('are told apart by their bytes', () => {
    const digests = [
      sealStatement(identityEventKind, ada.log[0]),
      sealStatement(forkProofKind, proveFork(opening, entry, other)),
    ].map((bytes) => {
      const read = readStatement(bytes);
      return read.ok ? read.value.digest : undefined;
    });
    assert.notEqual(digests[0], digests[1]);
  });

  it('need an author exactly where their kind does', () => {
    const event = IdentityEvent.encode(ada.log[0]);
    const signed = { author: author.id, signature };
    const unsigned = { author: undefined, signature: new Uint8Array() };
    const seal = (kind: number, bytes: Uint8Array, by: typeof signed | typeof unsigned | object) =>
      verdict(StatementMessage.encode({ kind, payload: bytes, ...unsigned, ...by }));
    assert.equal(seal(50, event, signed), 'bad_field signature');
    assert.equal(seal(103, payload, unsigned), 'bad_field signature');
    assert.equal(seal(103, payload, { author: author.id }), 'bad_field signature');
    assert.equal(seal(103, payload, { signature }), 'bad_field signature');
    assert.equal(seal(103, payload, { author: author.id, signature: signature.slice(1) }), 'bad_field signature');
    assert.equal(seal(599, payload, signed), 'ok');
    assert.equal(seal(599, payload, unsigned), 'ok');
    assert.equal(seal(599, payload, { author: author.id }), 'bad_field signature');
  });

  it('about witnessed books are signed by an author and short, all but evidence', () => {
    const nine = checkpointOf(entryIds(9));
    const of = { book: nine.book, witness: witnessOf(0) };
    const payloads = new Map([
      [53, checkpointKind.shape.encode(nine)],
      [54, cosignatureKind.shape.encode({ ...of, checkpoint: nine.root, previousSize: 5, auditing: true })],
      [55, heldNoticeKind.shape.encode({ ...of, checkpoint: nine.root })],
      [56, epochSealKind.shape.encode({ ...of, epoch: 0, successor: witnessOf(1), certificate: undefined })],
    ]);
    const none = { author: undefined, signature: new Uint8Array() };
    for (const [kind, bytes] of payloads) {
      assert.equal(verdict(StatementMessage.encode({ kind, payload: bytes, author: author.id, signature })), 'ok');
      assert.equal(verdict(StatementMessage.encode({ kind, payload: bytes, ...none })), 'bad_field signature');
      const long = StatementMessage.encode({ kind, payload: new Uint8Array(401), author: author.id, signature });
      assert.equal(verdict(long), 'too_large ');
    }
    const [one, other] = [signCheckpoint(nine), signCheckpoint(checkpointOf(entryIds(8)))];
    const evidence = evidenceOf({ one: { checkpoint: one }, other: { checkpoint: other } });
    assert.equal(verdict(sealStatement(evidenceKind, evidence)), 'ok');
    assert.equal(
      verdict(sealStatement(evidenceKind, evidence, { author: author.id, signature })),
      'bad_field signature',
    );
  });

  it('hold a canonical payload of their kind, within its size', () => {
    const seal = (kind: number, bytes: Uint8Array) =>
      verdict(StatementMessage.encode({ kind, author: undefined, payload: bytes, signature: new Uint8Array() }));
    assert.equal(seal(50, new Uint8Array([1])), 'undecodable ');
    assert.equal(seal(51, IdentityEvent.encode(ada.log[0])).split(' ')[0], 'bad_field');
    assert.equal(seal(50, new Uint8Array(6 * 1024 + 1)), 'too_large ');
    assert.equal(verdict(new Uint8Array(20 * 1024 + 1)), 'too_large ');
    assert.equal(verdict(new Uint8Array()), 'bad_field kind');
  });
});
