/** Why a key file cannot be used. */
export type KeyFileProblem =
  | 'exists'
  | 'missing'
  | 'two_files'
  | 'too_open'
  | 'passphrase_empty'
  | 'passphrase_needed'
  | 'not_encrypted'
  | 'wrong_passphrase'
  | 'damaged'
  | 'label_taken'
  | 'not_readable'
  | 'not_written';

/** The key file cannot be made, opened or changed; the message says what to do. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  /** For programs; the message is for people. */
  readonly problem: KeyFileProblem;

  constructor(problem: KeyFileProblem, message: string, options?: ErrorOptions) {
    super(message, options);
    this.problem = problem;
  }
}
