/** A batch was given to an adapter that is closed, or it was not finished when the adapter closed. */
export class SignaturesClosedError extends Error {
  override readonly name = 'SignaturesClosedError';

  constructor() {
    super('The signature verifier was closed before this batch was checked; check it again after the next start.');
  }
}
