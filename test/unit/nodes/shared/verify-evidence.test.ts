import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64url } from 'multiformats/bases/base64';
import { verifyEvidenceAt } from '../../../../nodes/shared/verify-evidence.ts';
import { evidenceKind, readStatement, sealStatement } from '../../../../src/core/wire/statement.ts';
import { evidenceOf } from '../../../../src/core/witness/accuse.ts';
import { NETWORK } from '../../../support/books.ts';
import { temporaryFolder } from '../../../support/processes.ts';
import { keyOf } from '../../../support/signing.ts';
import { checkpointOf, entryIds, OPENING, signCheckpoint, WRITER } from '../../../support/witnesses.ts';

const [one, other] = [entryIds(5), entryIds(5, 'rival', 3)].map((ids) => signCheckpoint(checkpointOf(ids)));
let folder: Awaited<ReturnType<typeof temporaryFolder>>;

before(async () => {
  folder = await temporaryFolder();
});

after(async () => folder[Symbol.asyncDispose]());

function genuine(): Uint8Array {
  assert.ok(one !== undefined && other !== undefined);
  return sealStatement(
    evidenceKind,
    evidenceOf({ opening: OPENING, one: { checkpoint: one }, other: { checkpoint: other } }),
  );
}

/** What a node shows of evidence, with what it says of it made up. */
async function fileOf(bytes: Uint8Array, changes: object = {}): Promise<string> {
  const path = join(folder.path, 'evidence.json');
  const shown = {
    evidence: OPENING.id,
    proves: 'rollback',
    role: 'witness',
    book: OPENING.id,
    device: OPENING.id,
    sentence: 'Somebody lied.',
    statements: [],
    network: bytesToHex(NETWORK),
    wire: base64url.baseEncode(bytes),
    ...changes,
  };
  await writeFile(path, `${JSON.stringify(shown)}\n`);
  return path;
}

test('evidence is read from what was signed, whatever its file says of it', async () => {
  const bytes = genuine();
  const statement = readStatement(bytes);
  const found = await verifyEvidenceAt(await fileOf(bytes));
  assert.deepEqual(found, {
    holds: true,
    evidence: statement.ok ? statement.value.digest : undefined,
    network: bytesToHex(NETWORK),
    sentence: 'This device signed two checkpoints of one size that the same entries cannot both give.',
    type: 'sameSize',
    book: OPENING.id,
    device: keyOf(WRITER).id,
    role: 'writer',
  });
});

test('evidence with any byte changed, of another network, or of no evidence at all proves nothing', async () => {
  const bytes = genuine();
  for (let index = 0; index < bytes.length; index += 7) {
    const changed = bytes.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    assert.equal((await verifyEvidenceAt(await fileOf(changed))).holds, false, `byte ${index}`);
  }
  for (const changes of [{ network: '0'.repeat(32) }, { wire: '' }, { wire: 'no base64!' }, { wire: 'AAAA' }])
    assert.equal((await verifyEvidenceAt(await fileOf(bytes, changes))).holds, false);
  assert.equal((await verifyEvidenceAt(await fileOf(one?.bytes ?? bytes))).holds, false);
});

test('a file of something else is refused with what writes one', async () => {
  const path = join(folder.path, 'other');
  for (const text of ['', '{', '{"wire":7}']) {
    await writeFile(path, text);
    await assert.rejects(verifyEvidenceAt(path), /holds no evidence.*mutua evidence show --json/);
  }
  await assert.rejects(verifyEvidenceAt(await fileOf(genuine(), { network: 'x' })), /its network is not/);
  await assert.rejects(verifyEvidenceAt(join(folder.path, 'absent')), /cannot be read/);
});
