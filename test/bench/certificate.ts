import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { checkCertificateFile } from '../../src/client/certificates/file.ts';
import { CERTIFICATE_BYTES_MAX } from '../../src/core/base/limits.ts';
import { present } from '../../src/core/base/outcome.ts';
import type { Verify } from '../../src/core/identity/log.ts';
import type { SignatureCheck } from '../../src/ports/signatures.ts';
import { bytesOf, fullOf } from '../support/certificates.ts';
import { decideBy, witnessedAssembly } from '../support/rates.ts';
import { RULE_SETS, TestWorld } from '../support/world.ts';
import { type Bench, type Figure, median, ratio } from './bench.ts';

const ELECTORS = 1000;
const WITNESSES = 4;
const ROUNDS = 3;

interface Files {
  readonly compact: Uint8Array;
  readonly full: Uint8Array;
}

/** The certificate of an assembly whose members have all voted, in both sizes. */
function filesOf(electors: number): Files {
  const world = new TestWorld();
  const people = Array.from({ length: electors }, (_, index) => world.person(`Elector ${index}`));
  const witnesses = people.slice(0, WITNESSES);
  const council = witnessedAssembly(world, present(people[0], 'somebody founds it'), witnesses);
  for (const person of people.slice(1)) council.admit(person);
  const { certificate, items } = fullOf(council, decideBy(council, people), witnesses);
  const compact = bytesOf(certificate);
  return { compact, full: Buffer.concat([compact, items]) };
}

/** Checks a file as a stranger does. @throws Error when it does not hold. */
async function check(file: Uint8Array, verify: Verify): Promise<void> {
  const source = {
    start: async (bytes: number) => file.subarray(0, bytes),
    from: async function* (offset: number) {
      yield file.subarray(offset);
    },
  };
  const report = await checkCertificateFile(source, { verify, ruleSets: RULE_SETS });
  if (!report.valid) throw new Error(report.sentence);
}

async function timeMs(work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

async function measure(name: string, file: Uint8Array, verify: Verify): Promise<Omit<Figure, 'target' | 'met'>> {
  const asked: SignatureCheck[] = [];
  await check(file, (one) => {
    asked.push(one);
    return verify(one);
  });
  const [checks, references]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    checks.push(await timeMs(() => check(file, verify)));
    references.push(
      await timeMs(async () => {
        for (const one of asked) verify(one);
      }),
    );
  }
  const [measuredMs, referenceMs] = [median(checks), median(references)];
  return {
    operation: `certificate: ${name}, read and checked offline`,
    measured: `${file.length} B, ${measuredMs.toFixed(1)} ms`,
    reference: `${referenceMs.toFixed(1)} ms; its ${asked.length} signature checks alone`,
    ratio: ratio(measuredMs / referenceMs),
  };
}

/** What a stranger does with the certificate of a decision of many. */
export const certificateBench: Bench = {
  name: 'certificate',
  run: async (quick) => {
    const electors = quick ? 20 : ELECTORS;
    await using signatures = createNativeSignatures({ threads: 1 });
    const verify: Verify = (one) => signatures.verify(one);
    const { compact, full } = filesOf(electors);
    const who = `${electors} electors, ${WITNESSES} witnesses`;
    return [
      {
        ...(await measure(`${who}, compact`, compact, verify)),
        target: `≤ ${CERTIFICATE_BYTES_MAX / 1024} KiB`,
        met: compact.length <= CERTIFICATE_BYTES_MAX,
      },
      { ...(await measure(`${who}, full, counted anew`, full, verify)), target: 'reported', met: undefined },
    ];
  },
};
