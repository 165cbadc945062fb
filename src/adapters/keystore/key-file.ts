import { join } from 'node:path';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { Random } from '../../ports/random.ts';
import { KeyFileError } from './key-file-error.ts';
import { type KeySet, keySetToText, type LabelledRootSeeds, randomRootSeeds, textToKeySet } from './key-set.ts';
import { openWithPassphrase, SCRYPT_WORK_FACTOR, sealWithPassphrase } from './passphrase-box.ts';
import {
  isThere,
  preparePrivateFolder,
  readPrivateFile,
  requirePrivateFolder,
  writePrivateFile,
} from './private-files.ts';

/** The name of an encrypted key file in its folder. */
export const ENCRYPTED_KEY_FILE = 'keys.age';

/** The name of a key file in clear. */
export const CLEAR_KEY_FILE = 'keys.json';

/** Where a key file is and what opens it. */
export interface KeyFilePlace {
  /** Its folder, which only its owner may enter. */
  readonly folder: string;
  /** Null only where the file is to lie there in clear. */
  readonly passphrase: string | null;
  /** Binary logarithm of scrypt's N when the file is written, SCRYPT_WORK_FACTOR by default; lower only in tests. */
  readonly scryptWorkFactor?: number;
}

/** An open key file. */
export interface KeyFile {
  readonly path: string;
  readonly isEncrypted: boolean;
  /** The secrets as they are in the file now. */
  readonly keys: KeySet;
  /**
   * Replaces the secrets; changes asked for at once are made one after another.
   * @throws KeyFileError not_written, and then nothing has changed. @throws ZodError for secrets of a wrong length.
   */
  update(change: (keys: KeySet) => KeySet): Promise<void>;
}

/**
 * Writes a new key file: `keys.age`, or `keys.json` in clear when the passphrase is null.
 *
 * @throws KeyFileError exists, passphrase_empty, too_open or not_written. @throws ZodError for a wrong length.
 */
export async function createKeyFile(place: KeyFilePlace, keys: KeySet): Promise<KeyFile> {
  requirePassphraseText(place);
  await preparePrivateFolder(place.folder);
  for (const name of [ENCRYPTED_KEY_FILE, CLEAR_KEY_FILE]) {
    const path = join(place.folder, name);
    if (await isThere(path))
      throw new KeyFileError(
        'exists',
        `There is a key file already: ${path}. It was left as it is. An init was cut off, or node.json beside it was lost: put node.json back from a backup, or, where this node was never used, remove the key file and begin anew.`,
      );
  }
  await writeKeys(place, keys);
  return keyFileOf(place, keys);
}

/**
 * Opens the key file of a folder.
 *
 * @throws KeyFileError missing, two_files, too_open, passphrase_empty, passphrase_needed, not_encrypted,
 *   wrong_passphrase, damaged or not_readable.
 */
export async function openKeyFile(place: KeyFilePlace): Promise<KeyFile> {
  requirePassphraseText(place);
  await requireFileOfKind(place);
  await requirePrivateFolder(place.folder);
  const path = pathOf(place);
  const bytes = await readPrivateFile(path);
  const { passphrase } = place;
  const text =
    passphrase === null ? new TextDecoder().decode(bytes) : await openWithPassphrase(bytes, passphrase, path);
  try {
    return keyFileOf(place, textToKeySet(text));
  } catch {
    // Without its cause: a JSON or schema error can quote the secrets themselves.
    throw new KeyFileError('damaged', `${path} does not hold the keys of a node; put your backup of it in its place.`);
  }
}

/**
 * Makes root keys for a new body and keeps them in the file before they are used.
 *
 * @param label what the person calls them, 1 … LABEL_CHARACTERS_MAX characters.
 * @throws KeyFileError label_taken or not_written. @throws ZodError for a label of a wrong length.
 */
export async function addBodyKeys(file: KeyFile, label: string, random: Random): Promise<LabelledRootSeeds> {
  const added = { label, ...randomRootSeeds(random) };
  await file.update((keys) => {
    if (keys.bodies.some((body) => body.label === label)) {
      throw new KeyFileError('label_taken', `The key file has keys labelled “${label}” already; take another label.`);
    }
    return { ...keys, bodies: [...keys.bodies, added] };
  });
  return added;
}

function keyFileOf(place: KeyFilePlace, keysAtFirst: KeySet): KeyFile {
  let keys = keysAtFirst;
  let lastUpdate: Promise<unknown> = Promise.resolve();
  return {
    path: pathOf(place),
    isEncrypted: place.passphrase !== null,
    get keys() {
      return keys;
    },
    update: (change) => {
      const update = lastUpdate.then(async () => {
        const changed = change(keys);
        await writeKeys(place, changed);
        keys = changed;
      });
      lastUpdate = update.catch(() => undefined);
      return update;
    },
  };
}

async function writeKeys(place: KeyFilePlace, keys: KeySet): Promise<void> {
  const text = keySetToText(keys);
  const { passphrase, scryptWorkFactor = SCRYPT_WORK_FACTOR } = place;
  const bytes = passphrase === null ? utf8ToBytes(text) : await sealWithPassphrase(text, passphrase, scryptWorkFactor);
  await writePrivateFile(pathOf(place), bytes);
}

async function requireFileOfKind({ folder, passphrase }: KeyFilePlace): Promise<void> {
  const encrypted = join(folder, ENCRYPTED_KEY_FILE);
  const clear = join(folder, CLEAR_KEY_FILE);
  const [hasEncrypted, hasClear] = await Promise.all([isThere(encrypted), isThere(clear)]);
  if (hasEncrypted && hasClear) {
    throw new KeyFileError('two_files', `There are two key files, ${encrypted} and ${clear}; move the wrong one away.`);
  }
  if (!hasEncrypted && !hasClear) throw new KeyFileError('missing', `There is no key file in ${folder}.`);
  if (hasEncrypted && passphrase === null) {
    throw new KeyFileError('passphrase_needed', `${encrypted} is encrypted; give its passphrase.`);
  }
  if (hasClear && passphrase !== null) {
    throw new KeyFileError(
      'not_encrypted',
      `${clear} lies there in clear, so it has no passphrase; open it without one.`,
    );
  }
}

function requirePassphraseText({ passphrase }: KeyFilePlace): void {
  if (passphrase === '')
    throw new KeyFileError('passphrase_empty', 'The passphrase is empty; give one of at least one word.');
}

function pathOf({ folder, passphrase }: KeyFilePlace): string {
  return join(folder, passphrase === null ? CLEAR_KEY_FILE : ENCRYPTED_KEY_FILE);
}
