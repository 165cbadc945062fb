import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type CheckedCertificate, checkCertificate } from '../../../../src/client/certificates/check.ts';
import { checkCertificateFile } from '../../../../src/client/certificates/file.ts';
import { present } from '../../../../src/core/base/outcome.ts';
import {
  CERTIFICATE_READ_BYTES,
  decodeCertificate,
  encodeCertificate,
} from '../../../../src/core/files/certificate-file.ts';
import type { StandaloneCertificate } from '../../../../src/core/wire/messages/decisions.ts';
import { bytesOf, standaloneOf } from '../../../support/certificates.ts';
import { fileOf } from '../../../support/files.ts';
import {
  charterAct,
  charterHeadOf,
  decide,
  decideOn,
  expulsionAct,
  RATE,
  witnessedAssembly,
} from '../../../support/rates.ts';
import { verifySignature } from '../../../support/signing.ts';
import { type Actor, type Body, charterWith, RULE_SETS, TestWorld } from '../../../support/world.ts';

const OPTIONS = { verify: verifySignature, ruleSets: RULE_SETS };

/** A council with so many witnesses, all of whom may cosign what it decides. */
class CouncilScene {
  readonly world = new TestWorld();
  readonly member = this.world.person('Dora');
  readonly witnesses: readonly Actor[];
  readonly council: Body;

  constructor(count: number) {
    this.witnesses = Array.from({ length: count }, (_, index) => this.world.person(`Witness ${index}`));
    this.council = witnessedAssembly(this.world, this.member, this.witnesses);
  }

  certificate(cosigners = this.witnesses, choice = 1): StandaloneCertificate {
    return standaloneOf(this.council, decide(this.council, this.member, RATE, choice), { cosigners });
  }
}

function holds(certificate: StandaloneCertificate): CheckedCertificate {
  const checked = checkCertificate(certificate, OPTIONS);
  assert.ok(checked.ok, checked.ok ? '' : checked.reason.sentence);
  return checked.value;
}

function fault(certificate: StandaloneCertificate): string {
  const checked = checkCertificate(certificate, OPTIONS);
  assert.ok(!checked.ok, 'it must not hold');
  return `${checked.reason.code}: ${checked.reason.sentence}`;
}

/** The bytes with one bit of byte `at` turned. */
function bent(bytes: Uint8Array, at: number): Uint8Array {
  return bytes.map((byte, index) => (index === (at < 0 ? bytes.length + at : at) ? byte ^ 1 : byte));
}

suite('a certificate that stands alone', () => {
  for (const [count, cosign, words, needed] of [
    [0, 0, 'unwitnessed', 0],
    [3, 2, 'few witnesses', 3],
    [4, 3, 'witnessed', 3],
  ] as const)
    test(`of ${count} witnesses, ${cosign} of them cosigning, is ${words}`, () => {
      const scene = new CouncilScene(count);
      const cosigners = scene.witnesses.slice(0, cosign);
      const { body, close, quorum, ...seen } = holds(scene.certificate(cosigners));
      assert.deepEqual([body, close.outcome.adopted], [scene.council.identity, true]);
      assert.deepEqual(quorum, { witnesses: count, needed, words });
      assert.deepEqual(new Set(seen.witnesses), new Set(scene.witnesses.map(({ identity }) => identity)));
      assert.deepEqual(new Set(seen.cosigners), new Set(cosigners.map(({ identity }) => identity)));
    });

  test('shows what was rejected too', () => {
    const scene = new CouncilScene(0);
    assert.equal(holds(scene.certificate([], 2)).close.outcome.adopted, false);
  });

  test('of four witnesses with two cosignatures proves nothing', () => {
    const scene = new CouncilScene(4);
    const said = fault(scene.certificate(scene.witnesses.slice(0, 2)));
    assert.match(said, /^too_few_cosignatures: .*of the 4 in the charter it takes 3/);
  });

  test('counts no cosignature whose witness’s log is missing', () => {
    const scene = new CouncilScene(4);
    const whole = scene.certificate();
    assert.match(fault({ ...whole, events: whole.events.slice(0, 3) }), /^too_few_cosignatures/);
  });

  test('with another body’s charter is refused, and with founders who did not sign it', () => {
    const [scene, other] = [new CouncilScene(0), new CouncilScene(4)];
    const [own, foreign] = [scene.certificate(), other.certificate()];
    const { memberOpening, founding } = foreign;
    assert.match(
      fault({ ...own, memberOpening, founding, events: [...own.events, ...foreign.events] }),
      /^charter_missing/,
    );
    assert.match(fault({ ...own, founding }), /^bad_carried_signature: The Founding/);
    const lie = standaloneOf(scene.council, decide(scene.council, scene.member), {
      checkpoint: { charterHead: other.council.memberHead },
    });
    const mixed = { ...lie, memberOpening, founding, events: [...own.events, ...foreign.events] };
    assert.match(fault(mixed), /^wrong_head: .*another body/);
  });

  test('that was changed is refused, wherever it was changed', () => {
    const certificate = new CouncilScene(0).certificate();
    const { decision } = certificate;
    const path = decision.path.map((hash, index) => (index === 0 ? bent(hash, 5) : hash));
    assert.match(fault({ ...certificate, decision: { ...decision, path } }), /^certificate_malformed: The proof/);
    const close = bent(decision.close, -3);
    assert.match(
      fault({ ...certificate, decision: { ...decision, close } }),
      /^(bad_carried_signature|carried_malformed)/,
    );
    const signed = { ...decision.checkpoint, checkpoint: bent(decision.checkpoint.checkpoint, -3) };
    assert.match(fault({ ...certificate, decision: { ...decision, checkpoint: signed } }), /^certificate_malformed/);
    assert.match(fault({ ...certificate, network: bent(certificate.network, 0) }), /^opening_malformed/);
    assert.match(fault({ ...certificate, decisionOpening: certificate.memberOpening }), /^unknown_book/);
    assert.match(fault({ ...certificate, memberOpening: new Uint8Array() }), /^charter_missing: .*--full/);
  });

  test('of a revoked device says so', () => {
    const scene = new CouncilScene(0);
    const certificate = scene.certificate();
    scene.council.revoke(scene.council.keys);
    assert.match(fault({ ...certificate, events: scene.council.log }), /^device_revoked/);
  });
});

suite('a certificate file', () => {
  const certificate = new CouncilScene(4).certificate();
  const encoded = encodeCertificate(certificate);
  const bytes = present(encoded.ok ? encoded.value : undefined, 'it fits');

  function faultOf(file: Uint8Array): string {
    const read = decodeCertificate(file.subarray(0, CERTIFICATE_READ_BYTES));
    assert.ok(!read.ok);
    return `${read.reason.code}: ${read.reason.sentence}`;
  }

  test('is read as it was written, with a file of entries after it or none', () => {
    const alone = decodeCertificate(bytes);
    assert.deepEqual(alone.ok && alone.value, { certificate, itemsAt: undefined });
    const full = decodeCertificate(Buffer.concat([bytes, fileOf([])]).subarray(0, CERTIFICATE_READ_BYTES));
    assert.equal(full.ok && full.value.itemsAt, bytes.length);
  });

  test('says who was expelled, and what charter takes the place of which', async () => {
    const { council, member } = new CouncilScene(0);
    const before = charterHeadOf(council).id;
    const [expulsion, charter] = [
      decideOn(council, member, 'expulsion', expulsionAct(council, member)),
      decideOn(council, member, 'charter', charterAct(council, charterWith(4))),
    ].map((close) => bytesOf(standaloneOf(council, close)));
    const said = await Promise.all(
      [expulsion, charter].map(async (file = new Uint8Array()) => {
        const source = { start: async () => file, from: () => assert.fail('a compact file ends there') };
        const report = await checkCertificateFile(source, OPTIONS);
        assert.ok(report.valid);
        return [report.expels, report.charter?.amends, report.charter?.attestationCount];
      }),
    );
    assert.deepEqual(said, [
      [member.identity, undefined, undefined],
      [undefined, before, 4],
    ]);
  });

  test('that is none, was cut, changed or added to says so', () => {
    assert.match(faultOf(fileOf([])), /^not_a_certificate: .*mutua verify/);
    assert.match(faultOf(Buffer.from('a letter about bees')), /^not_a_certificate: .*MUCER/);
    for (const length of [0, 7, 11, 200, bytes.length - 1])
      assert.match(faultOf(bytes.subarray(0, length)), new RegExp(`^truncated: The file ends after ${length} bytes`));
    assert.match(faultOf(Buffer.concat([bytes, Buffer.from([0])])), /^trailing_bytes/);
    const long = Uint8Array.from(bytes);
    long[9] = 1;
    assert.match(faultOf(long), /^too_large: .*16384/);
    const bad = Uint8Array.from(bytes);
    bad[12] = 0xff;
    assert.match(faultOf(bad), /^malformed: The certificate/);
  });

  test('is not written above 16 KiB', () => {
    const large = encodeCertificate({ ...certificate, founding: new Uint8Array(16_000).fill(1) });
    assert.ok(!large.ok && large.reason > 16_384);
  });
});
