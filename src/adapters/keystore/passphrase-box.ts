import { Decrypter, Encrypter } from 'age-encryption';
import { KeyFileError } from './key-file-error.ts';

/**
 * Binary logarithm of scrypt's N: age's own default. It takes 256 MiB and a second or two here, so that guessing a
 * passphrase costs that much each time; the key file is opened once at each start.
 */
export const SCRYPT_WORK_FACTOR = 18;

/** What age-encryption says when no recipient opens the file, which with one scrypt recipient is a wrong passphrase. */
const NO_MATCH = "no identity matched any of the file's recipients";

/**
 * Encrypts with a passphrase in the age format, so that `age --decrypt` opens it too. Salt and file key come from
 * age-encryption's own secure chance.
 *
 * @param workFactor binary logarithm of scrypt's N.
 */
export async function sealWithPassphrase(text: string, passphrase: string, workFactor: number): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(sameSpelling(passphrase));
  encrypter.setScryptWorkFactor(workFactor);
  return encrypter.encrypt(text);
}

/**
 * Decrypts a file of `sealWithPassphrase` or `age --passphrase`.
 *
 * @param path named in the sentences of errors.
 * @throws KeyFileError wrong_passphrase or damaged.
 */
export async function openWithPassphrase(sealed: Uint8Array, passphrase: string, path: string): Promise<string> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(sameSpelling(passphrase));
  try {
    return await decrypter.decrypt(sealed, 'text');
  } catch (cause) {
    if (cause instanceof Error && cause.message === NO_MATCH) {
      throw new KeyFileError('wrong_passphrase', `This passphrase does not open ${path}.`, { cause });
    }
    throw new KeyFileError('damaged', `${path} is damaged; put your backup of it in its place.`, { cause });
  }
}

/** One passphrase has one spelling in Unicode, whatever keyboard it was typed on. */
function sameSpelling(passphrase: string): string {
  return passphrase.normalize('NFC');
}
