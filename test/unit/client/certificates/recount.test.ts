import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { checkCertificateFile } from '../../../../src/client/certificates/file.ts';
import type { StandaloneCertificate } from '../../../../src/core/wire/messages/decisions.ts';
import { booksFile, bytesOf, fullOf, standaloneOf } from '../../../support/certificates.ts';
import { decideBy } from '../../../support/rates.ts';
import { verifySignature } from '../../../support/signing.ts';
import { type Actor, type Body, RULE_SETS, TestWorld } from '../../../support/world.ts';

const NO_BYTES = new Uint8Array();

/** An assembly of three. */
class TableScene {
  readonly world = new TestWorld();
  readonly people: readonly Actor[] = ['Ana', 'Bea', 'Cleo'].map((name) => this.world.person(name));
  readonly table: Body = this.world.found('Table', 'assembly', this.people);

  decided(terms: Parameters<typeof decideBy>[2] = {}): ReturnType<typeof fullOf> {
    return fullOf(this.table, decideBy(this.table, this.people, terms));
  }
}

async function verdict(certificate: StandaloneCertificate, items: Uint8Array): Promise<string> {
  const file = Buffer.concat([bytesOf(certificate), items]);
  const source = {
    start: async (bytes: number) => file.subarray(0, bytes),
    from: async function* (offset: number) {
      yield file.subarray(offset);
    },
  };
  const report = await checkCertificateFile(source, { verify: verifySignature, ruleSets: RULE_SETS });
  if (!report.valid) return `${report.code}: ${report.sentence}`;
  const { form, result, electors, voters, recounted, counts } = report;
  return `${form} ${result} ${voters}/${electors} ${recounted} ${counts.join()}`;
}

suite('a full certificate', () => {
  test('is counted anew from its ballots', async () => {
    const { certificate, items } = new TableScene().decided();
    assert.equal(await verdict(certificate, items), 'full adopted 3/3 3 3,0,0,0');
  });

  test('of a proposal that was rejected says so', async () => {
    const { certificate, items } = new TableScene().decided({ choice: 2 });
    assert.equal(await verdict(certificate, items), 'full rejected 3/3 3 2,1,0,0');
  });

  test('needs no Founding beside the member book', async () => {
    const { certificate, items } = new TableScene().decided();
    const small = { ...certificate, memberOpening: NO_BYTES, founding: NO_BYTES };
    assert.equal(await verdict(small, items), 'full adopted 3/3 3 3,0,0,0');
  });

  test('whose Close does not follow from the ballots shows that the body lied', async () => {
    const { certificate, items } = new TableScene().decided({ choice: 2, lie: { adopted: true } });
    assert.match(await verdict(certificate, items), /^not_recounted: .*no effect: .*evidence against the body/);
    assert.match(
      await verdict(certificate, NO_BYTES),
      /^compact adopted/,
      'alone it is believed, as protocol §8 has it',
    );
  });

  test('with books that are not those under the checkpoint is refused', async () => {
    const scene = new TableScene();
    const { certificate, items } = scene.decided();
    const { memberBook, decisions } = scene.table;
    const refused = async (file: Uint8Array, sentence: RegExp, of = certificate): Promise<void> =>
      assert.match(await verdict(of, file), new RegExp(`^not_recounted: .*${sentence.source}`));
    await refused(booksFile([memberBook]), /does not hold the Close/);
    await refused(items.subarray(0, -40), /do not hold/);
    const other = new TableScene();
    const foreign = other.decided({ choice: 2 });
    await refused(foreign.items, /does not hold the Close/);
    const close = decisions.book.head.id;
    const lie = standaloneOf(scene.table, close);
    await refused(items, /another state/, lie);
    const early = booksFile([memberBook, decisions]);
    decideBy(scene.table, scene.people);
    const later = fullOf(scene.table, close);
    await refused(early, /does not reach as far as the checkpoint/, later.certificate);
    assert.equal(
      await verdict(certificate, later.items),
      'full adopted 3/3 3 3,0,0,0',
      'what came later changes nothing',
    );
  });

  test('whose member book is missing cannot be read', async () => {
    const scene = new TableScene();
    const { certificate } = scene.decided();
    assert.match(await verdict(certificate, booksFile([scene.table.decisions])), /^charter_missing/);
  });
});
