import { CommanderError } from 'commander';
import { ZodError } from 'zod';
import { KeyFileError } from '../../src/adapters/keystore/key-file-error.ts';
import { ApiError, ApiUnreachableError } from '../../src/api/errors.ts';
import { OperationFault } from '../../src/client/fault.ts';
import { NodeFailedError } from '../../src/daemon/node-failed-error.ts';
import { StoreLockedError } from '../../src/ports/store.ts';
import { CommandError, EXIT, type ExitCode, sentenceOf } from './exit-codes.ts';

/** How a command that failed ends: what is printed, and the exit code. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly code: string;
  /** Empty where the parser of the command line has spoken already. */
  readonly sentence: string;
}

/** HTTP 400: a field is not well formed. */
const BAD_REQUEST = 400;
/** What somebody mends by writing the command otherwise. */
const USAGE_PROBLEMS: ReadonlySet<string> = new Set(['bad_input', 'passphrase_needed', 'not_encrypted', 'malformed']);

/** @returns how a command ends that threw this. An error that nobody expected ends with 1 and its own message. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) {
    return { exitCode: error.exitCode, code: error.code, sentence: error.message };
  }
  if (error instanceof CommanderError) {
    const isDone = error.exitCode === 0;
    return {
      exitCode: isDone ? EXIT.done : EXIT.usage,
      code: isDone ? 'done' : 'usage',
      sentence: sentenceOfParser(error),
    };
  }
  if (error instanceof ApiUnreachableError) {
    return { exitCode: EXIT.unreachable, code: 'unreachable', sentence: error.message };
  }
  if (error instanceof ApiError) {
    const exitCode = error.status === BAD_REQUEST ? EXIT.usage : exitOf(error.code);
    return { exitCode, code: error.code, sentence: error.sentence };
  }
  if (error instanceof ZodError) {
    const [issue] = error.issues;
    const flag = issue?.path
      .map((part) => String(part).replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`))
      .join('.');
    return { exitCode: EXIT.usage, code: 'usage', sentence: `--${flag}: ${issue?.message}` };
  }
  const known = codeOf(error);
  if (known !== undefined) {
    // What SQLite calls a lock says no more than the sentence does.
    const sentence = error instanceof StoreLockedError ? error.message : sentenceOf(error);
    return { exitCode: exitOf(known), code: known, sentence };
  }
  return { exitCode: EXIT.refused, code: 'failed', sentence: sentenceOf(error) };
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof NodeFailedError || error instanceof KeyFileError) return error.problem;
  if (error instanceof OperationFault) return error.code;
  return error instanceof StoreLockedError ? 'running' : undefined;
}

function exitOf(code: string): ExitCode {
  if (code === 'unreachable') return EXIT.unreachable;
  return USAGE_PROBLEMS.has(code) ? EXIT.usage : EXIT.refused;
}

function sentenceOfParser({ message, exitCode }: CommanderError): string {
  return exitCode === 0 ? '' : message.replace(/^error: /, '');
}
