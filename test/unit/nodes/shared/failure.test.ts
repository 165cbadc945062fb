import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommanderError } from 'commander';
import { CommandError, EXIT, usageError } from '../../../../nodes/shared/exit-codes.ts';
import { failureOf } from '../../../../nodes/shared/failure.ts';
import { KeyFileError } from '../../../../src/adapters/keystore/key-file-error.ts';
import { ApiError, ApiUnreachableError } from '../../../../src/api/errors.ts';
import { NodeFailedError } from '../../../../src/daemon/node-failed-error.ts';
import { StoreLockedError } from '../../../../src/ports/store.ts';

const CASES: readonly (readonly [string, unknown, number, string])[] = [
  ['a refusal of the rules', new ApiError(409, { code: 'overdraft', sentence: 'Too little.' }), 1, 'overdraft'],
  ['a bad field', new ApiError(400, { code: 'bad_request', sentence: 'Mend it.' }), 2, 'bad_request'],
  ['a token without the scope', new ApiError(403, { code: 'forbidden', sentence: 'No.' }), 1, 'forbidden'],
  ['no daemon', new ApiUnreachableError('No node answers.'), 3, 'unreachable'],
  ['a wrong command line', new CommanderError(1, 'commander.unknownOption', 'error: unknown'), 2, 'usage'],
  ['help', new CommanderError(0, 'commander.helpDisplayed', ''), 0, 'done'],
  ['a setting', usageError('port is wrong.'), 2, 'usage'],
  ['a command that says how', new CommandError(EXIT.unreachable, 'no_daemon', 'Start it.'), 3, 'no_daemon'],
  ['a folder without a node', new NodeFailedError('not_initialized', 'Make one.'), 1, 'not_initialized'],
  ['a text that is none', new NodeFailedError('bad_input', 'Copy it again.'), 2, 'bad_input'],
  ['a missing passphrase', new KeyFileError('passphrase_needed', 'Give it.'), 2, 'passphrase_needed'],
  ['a second daemon', new StoreLockedError('Held.'), 1, 'running'],
  ['what nobody expected', new TypeError('x is undefined'), 1, 'failed'],
];

for (const [name, error, exitCode, code] of CASES) {
  test(`${name} ends with ${exitCode}`, () => {
    const failure = failureOf(error);
    assert.deepEqual([failure.exitCode, failure.code], [exitCode, code]);
  });
}
