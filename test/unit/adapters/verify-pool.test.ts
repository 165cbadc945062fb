import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createNativeSignatures } from '../../../src/adapters/signatures/native-signatures.ts';
import { createNobleSigner } from '../../../src/adapters/signatures/noble-signatures.ts';
import { createRecentMap } from '../../../src/adapters/signatures/recent-map.ts';
import { packChunk, unpackChunk } from '../../../src/adapters/signatures/verify-chunk.ts';
import { VerifyPool } from '../../../src/adapters/signatures/verify-pool.ts';
import type { SignatureCheck } from '../../../src/ports/signatures.ts';

const signer = createNobleSigner(new Uint8Array(32).fill(1));
const message = Uint8Array.of(1, 2, 3);
const good: SignatureCheck = { publicKey: signer.publicKey, message, signature: await signer.sign(message) };

describe('threads that verify', () => {
  it('unpack the checks that were packed', () => {
    const checks = [
      good,
      { ...good, message: new Uint8Array(0) },
      { ...good, message: new Uint8Array(70_000).fill(8) },
    ];
    assert.deepEqual(unpackChunk(packChunk(checks)), checks);
    assert.deepEqual(unpackChunk(packChunk([])), []);
  });

  it('leave nothing unanswered when they die, and are not started for ever', async () => {
    const faults: Error[] = [];
    const pool = poolOf("setImmediate(() => { throw new Error('out of memory'); });", faults);
    for (let round = 0; round < 15; round += 1) assert.deepEqual([...(await pool.answer([good]))], [1]);
    assert.equal(faults.length, 10, 'two threads and eight in their place');
    assert.match(faults[0]?.message ?? '', /ended with exit code 1/);
    assert.ok(faults[0]?.cause instanceof Error && faults[0].cause.message === 'out of memory');
    await pool.close();
  });

  it('reject on closing what they have not answered, and what comes later', async () => {
    const pool = poolOf("require('node:worker_threads').parentPort.on('message', () => {});", []);
    const unanswered = Array.from({ length: 6 }, () => pool.answer([good]));
    const rejected = unanswered.map((answer) => assert.rejects(answer, { name: 'SignaturesClosedError' }));
    await pool.close();
    await Promise.all(rejected);
    await assert.rejects(pool.answer([good]), { name: 'SignaturesClosedError' });
  });

  it('are ended by close; verify on the calling thread goes on', async () => {
    const signatures = createNativeSignatures({ threads: 1 });
    assert.deepEqual(await signatures.verifyBatch([good]), [true]);
    await signatures.close();
    await assert.rejects(signatures.verifyBatch([good]), {
      name: 'SignaturesClosedError',
      message: /was closed before/,
    });
    assert.equal(signatures.verify(good), true);
  });

  it('do not keep a process alive that forgot to close them', async () => {
    const source = new URL('../../../src/adapters/signatures/native-signatures.ts', import.meta.url);
    const zeros = 'new Uint8Array(32).fill(9)';
    const program = `
      const { createNativeSignatures } = await import('${source.href}');
      const check = { publicKey: ${zeros}, message: ${zeros}, signature: new Uint8Array(64).fill(9) };
      console.log(await createNativeSignatures({ threads: 2 }).verifyBatch([check, check]));`;
    const args = ['--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
    assert.equal(stdout, '[ false, false ]\n');
  });

  it('are from 1 to 16', () => {
    for (const threads of [0, 17, 1.5, Number.NaN]) {
      assert.throws(() => createNativeSignatures({ threads }), { name: 'RangeError', message: /from 1 to 16/ });
    }
  });
});

describe('a map that forgets', () => {
  it('drops what was used longest ago', () => {
    const map = createRecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    assert.equal(map.get('a'), 1);
    map.set('c', 3);
    assert.deepEqual([map.get('a'), map.get('b'), map.get('c')], [1, undefined, 3]);
    map.set('a', 4);
    assert.deepEqual([map.get('a'), map.get('c')], [4, 3]);
  });
});

/** Two threads that run `program`; what they leave undone is answered with 1. */
function poolOf(program: string, faults: Error[]): VerifyPool {
  const commonJs = `import { createRequire } from 'node:module'; const require = createRequire('file:///');${program}`;
  return new VerifyPool({
    workerUrl: new URL(`data:text/javascript,${encodeURIComponent(commonJs)}`),
    workerData: 'sodium',
    threads: 2,
    answerHere: (checks) => new Uint8Array(checks.length).fill(1),
    onWorkerLost: (fault) => faults.push(fault),
  });
}
