import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { proveFork } from '../../../../src/core/books/fork.ts';
import type { FileReport } from '../../../../src/core/files/report.ts';
import { FAULTS_LISTED_MAX } from '../../../../src/core/files/report.ts';
import { verifyFile } from '../../../../src/core/files/verify.ts';
import { signedEvent } from '../../../../src/core/identity/event.ts';
import { type Entry, erasedForm } from '../../../../src/core/wire/entry.ts';
import { eraseKind, profileKind } from '../../../../src/core/wire/kinds/book.ts';
import { claimPendingKind, forkProofKind, sealStatement } from '../../../../src/core/wire/statement.ts';
import { NETWORK, openBook, parseEntry, writeEntry } from '../../../support/books.ts';
import { entryItem, eventItem, FILE_HEADER, fileOf, statementItem } from '../../../support/files.ts';
import { eventAfter, grantOf, personOf, revokeOf, rotationTo } from '../../../support/identities.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';

const ada = personOf('ada');
const [inception] = ada.log;
const grant = eventAfter(inception, grantOf('laptop'), ['ada-root']);
const opening = openBook({ log: ada.log, device: ada.device });
const eraseOf = (previous: Entry, named: Entry = opening, device = ada.device) =>
  writeEntry(device, eraseKind, { entries: [named.id] }, previous);
const profile = writeEntry(ada.device, profileKind, { name: 'Ada', description: '', contact: '' }, opening);
const second = eraseOf(profile);
const third = eraseOf(second);

function verify(items: readonly Uint8Array[], network?: Uint8Array): Promise<FileReport> {
  return verifyFile([fileOf(items)], { verify: verifySignature, ...(network && { network }) });
}

async function faultsOf(...items: readonly Uint8Array[]): Promise<readonly string[]> {
  const report = await verify(items);
  assert.equal(report.valid, report.faultCount === 0);
  return report.faults.map(({ code }) => code);
}

const entries = (...list: readonly Entry[]) => list.map(entryItem);

describe('verifyFile', () => {
  it('reports books, entries and erased payloads', async () => {
    const erased = parseEntry(erasedForm(profile));
    const report = await verify([eventItem(inception), ...entries(opening, erased, second)]);
    assert.deepEqual(report, {
      header: { ...FILE_HEADER, version: 1 },
      complete: true,
      valid: true,
      entries: 3,
      statements: 1,
      erased: 1,
      duplicates: 0,
      books: [
        {
          book: opening.id,
          identity: ada.id,
          kind: 'person',
          device: keyOf(ada.device).id,
          region: 'cascadia/willamette',
          channel: 'people',
          sequence: 2,
          head: second.id,
          entries: 3,
          erased: 1,
          continues: undefined,
          fork: undefined,
          revoked: false,
          lastGood: undefined,
          end: undefined,
          branch: [],
        },
      ],
      identities: [{ identity: ada.id, kind: 'person', number: 0, contestedAt: undefined }],
      faults: [],
      faultCount: 0,
    });
  });

  it('takes what is there twice once', async () => {
    const report = await verify([
      eventItem(inception),
      eventItem(inception),
      ...entries(opening, profile, profile, opening, second),
    ]);
    assert.ok(report.valid);
    assert.equal(report.duplicates, 3);
    assert.equal(report.entries, 3);
    assert.equal(report.statements, 1);
  });

  it('says so when an entry is forged, misplaced or missing', async () => {
    const otherNetwork = writeEntry(ada.device, eraseKind, { entries: [opening.id] }, opening, new Uint8Array(16));
    assert.deepEqual(await faultsOf(...entries(opening, eraseOf(opening, opening, 'thief'))), ['bad_signature']);
    assert.deepEqual(await faultsOf(...entries(profile, opening)), ['book_missing']);
    assert.deepEqual(await faultsOf(...entries(opening, second)), ['gap']);
    assert.deepEqual(await faultsOf(...entries(opening, profile, otherNetwork)), ['bad_entry']);
    const stray = eraseOf({ ...profile, id: keyOf('nowhere').id });
    assert.deepEqual(await faultsOf(...entries(opening, profile, stray)), ['wrong_previous']);
    assert.deepEqual(await faultsOf(...entries(opening, profile, second, third)), []);
  });

  it('says so when an Opening does not follow from the events before it', async () => {
    const long = openBook({ log: [inception, grant], device: 'laptop', carried: false });
    assert.deepEqual(await faultsOf(entryItem(long)), ['bad_opening']);
    assert.deepEqual(await faultsOf(eventItem(grant), entryItem(long), eventItem(inception)), ['bad_opening']);
    assert.deepEqual(await faultsOf(eventItem(grant), eventItem(inception), entryItem(long)), []);
    assert.deepEqual(await faultsOf(entryItem(openBook({ log: ada.log, device: 'laptop' }))), ['bad_opening']);
  });

  it('finds forks by entries, side chains and proofs, and keeps the lowest', async () => {
    const side = eraseOf(opening);
    const sideLater = eraseOf(side, profile);
    const proof = statementItem(sealStatement(forkProofKind, proveFork(opening, profile, side)));
    const forkOf = async (...items: readonly Uint8Array[]) => {
      const report = await verify(items);
      assert.ok(report.valid, JSON.stringify(report.faults));
      return report.books[0]?.fork?.sequence;
    };
    assert.equal(await forkOf(...entries(opening, profile, second)), undefined);
    assert.equal(await forkOf(...entries(opening, profile, second, side, sideLater)), 1);
    assert.equal(await forkOf(...entries(opening, profile, second, third, eraseOf(profile, profile))), 2);
    assert.equal(await forkOf(proof, ...entries(opening, profile, second)), 1);
    assert.equal(await forkOf(...entries(opening, profile, second, eraseOf(profile, profile)), proof), 1);
    const report = await verify(entries(opening, profile, second, side, sideLater, eraseOf(sideLater)));
    assert.equal(report.entries, 6);
    assert.equal(report.books[0]?.head, second.id);
    assert.deepEqual(report.books[0]?.fork, { sequence: 1, ids: pair(profile, side) });
  });

  it('says so when statements do not hold', async () => {
    const proof = proveFork(opening, profile, eraseOf(opening));
    assert.deepEqual(await faultsOf(statementItem(sealStatement(forkProofKind, { ...proof, second: proof.first }))), [
      'bad_fork_proof',
    ]);
    assert.deepEqual(await faultsOf(statementItem(new Uint8Array([1]))), ['bad_statement']);
    const pending = { opening: opening.bytes, claim: second.bytes, cooperativeBook: opening.id };
    const signed = { author: keyOf('x').id, signature: keyOf('x').sign(new Uint8Array(1)) };
    assert.deepEqual(await faultsOf(statementItem(sealStatement(claimPendingKind, pending, signed))), [
      'bad_signature',
    ]);
  });

  it('tells events that verify nowhere from events that were superseded', async () => {
    const rotated = eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['ada-root3'] }), ['ada-root2']);
    const log = [inception, grant, rotated].map(eventItem);
    assert.deepEqual(await faultsOf(...log), []);
    assert.deepEqual(await faultsOf(...log, eventItem(signedEvent(grant, []))), ['bad_identity_event']);
    assert.deepEqual(await faultsOf(eventItem(grant)), ['bad_identity_event']);
    assert.deepEqual(await faultsOf(entryItem(opening), eventItem(grant)), [], 'the Inception is in the Opening');
    const report = await verify([
      ...log,
      eventItem(eventAfter(inception, rotationTo({ keys: ['ada-root2'], next: ['x'] }), ['ada-root2'])),
    ]);
    assert.deepEqual(report.identities, [{ identity: ada.id, kind: 'person', number: 0, contestedAt: 1 }]);
  });

  it('marks books of revoked devices', async () => {
    const revoke = eventAfter(grant, revokeOf(ada.device), ['ada-root']);
    const laptop = openBook({ log: [inception, grant], device: 'laptop' });
    const report = await verify([...entries(opening, laptop), eventItem(grant), eventItem(revoke)]);
    assert.ok(report.valid);
    assert.deepEqual(
      new Map(report.books.map(({ book, revoked }) => [book, revoked])),
      new Map([
        [opening.id, true],
        [laptop.id, false],
      ]),
    );
  });

  it('holds a file to a network where one is asked for', async () => {
    assert.ok((await verify(entries(opening), NETWORK)).valid);
    const report = await verify(entries(opening), new Uint8Array(16));
    assert.deepEqual(
      report.faults.map(({ code }) => code),
      ['wrong_network', 'bad_entry'],
    );
  });

  it('reports what a damaged file still holds', async () => {
    const file = fileOf(entries(opening, profile, second));
    const report = await verifyFile([file.slice(0, -60)], { verify: verifySignature });
    assert.equal(report.complete, false);
    assert.equal(report.valid, false);
    assert.equal(report.entries, 2);
    assert.deepEqual(
      report.faults.map(({ code, offset }) => [code, offset]),
      [['truncated', file.length - 60]],
    );
    const none = await verifyFile([], { verify: verifySignature });
    assert.equal(none.header, undefined);
    assert.equal(none.faultCount, 1);
  });

  it('lists the first faults and counts the rest', async () => {
    const report = await verify(Array.from({ length: FAULTS_LISTED_MAX + 5 }, () => entryItem(profile)));
    assert.equal(report.faults.length, FAULTS_LISTED_MAX);
    assert.equal(report.faultCount, FAULTS_LISTED_MAX + 5);
  });

  it('never calls a file with one flipped bit valid', async () => {
    const file = fileOf([eventItem(inception), ...entries(opening, profile)]);
    for (let index = 0; index < file.length; index += 7) {
      const bytes = new Uint8Array(file);
      bytes[index] = (bytes[index] ?? 0) ^ (1 << (index % 8));
      assert.equal((await verifyFile([bytes], { verify: verifySignature })).valid, false, `byte ${index}`);
    }
  });
});

/** The two ids as a fork names them. */
function pair(one: Entry, other: Entry): readonly [string, string] {
  const proof = proveFork(opening, one, other);
  return Buffer.compare(proof.first, one.headerBytes) === 0 ? [one.id, other.id] : [other.id, one.id];
}
