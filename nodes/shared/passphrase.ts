import { readFile } from 'node:fs/promises';
import { isCancel, password } from '@clack/prompts';
import { usageError } from './exit-codes.ts';

/** Where a passphrase may come from. */
export interface PassphraseOrigin {
  /** `--passphrase-file`. */
  readonly file?: string | undefined;
  /** `--no-passphrase`: the key file stays in the clear, for devices that must start alone. */
  readonly isWithout: boolean;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether somebody sits there who can be asked. */
  readonly isInteractive: boolean;
}

/** Shorter ones are guessed; a longer sentence is easy to remember. */
const PASSPHRASE_LENGTH_MIN = 8;
const HOW =
  'set MUTUA_PASSPHRASE, give --passphrase-file FILE, or say --no-passphrase for a device that must start alone';

/**
 * The passphrase of a key file that exists.
 * @returns undefined when none is to be used.
 * @throws CommandError (usage) when there is nobody to ask, or what was given is empty or contradicts itself.
 */
export async function readPassphrase(origin: PassphraseOrigin): Promise<string | undefined> {
  const given = await givenPassphrase(origin);
  if (given !== undefined || origin.isWithout) return given;
  if (!origin.isInteractive)
    throw usageError(`The key file needs its passphrase and nobody can be asked here: ${HOW}.`);
  return ask('Passphrase of the key file');
}

/**
 * A passphrase for a key file to be made: asked for twice where it is typed.
 * @returns undefined when none is wanted.
 * @throws CommandError (usage) as readPassphrase does, and when it is too short or the two differ.
 */
export async function choosePassphrase(origin: PassphraseOrigin): Promise<string | undefined> {
  const given = await givenPassphrase(origin);
  if (given === undefined && origin.isWithout) return undefined;
  if (given === undefined && !origin.isInteractive) {
    throw usageError(`The new key file needs a passphrase and nobody can be asked here: ${HOW}.`);
  }
  const chosen = given ?? (await ask(`Passphrase for the new key file (at least ${PASSPHRASE_LENGTH_MIN} characters)`));
  if (chosen.length < PASSPHRASE_LENGTH_MIN) {
    throw usageError(`The passphrase has ${chosen.length} characters; take at least ${PASSPHRASE_LENGTH_MIN}.`);
  }
  if (given === undefined && (await ask('The same again')) !== chosen) {
    throw usageError('The two passphrases differ; nothing was made.');
  }
  return chosen;
}

async function givenPassphrase({ file, isWithout, environment }: PassphraseOrigin): Promise<string | undefined> {
  const fromEnvironment = environment['MUTUA_PASSPHRASE'];
  if (isWithout && file !== undefined) {
    throw usageError('--no-passphrase and --passphrase-file contradict each other.');
  }
  if (isWithout) return undefined;
  if (file === undefined) return checkNotEmpty(fromEnvironment, 'MUTUA_PASSPHRASE');
  const text = await readFile(file, 'utf8').catch((cause: Error) => {
    throw usageError(`The passphrase file cannot be read: ${cause.message}.`, { cause });
  });
  return checkNotEmpty(text.replace(/\r?\n$/, ''), file);
}

function checkNotEmpty(text: string | undefined, where: string): string | undefined {
  if (text === '') throw usageError(`The passphrase in ${where} is empty.`);
  return text;
}

async function ask(message: string): Promise<string> {
  const answer = await password({ message });
  if (isCancel(answer)) throw usageError('No passphrase was given; nothing was done.');
  return answer;
}
