import type { Quorum } from '../../core/witness/quorum.ts';

/** Who stands behind a certificate. */
export interface Behind {
  readonly quorum: Quorum;
  readonly cosigners: readonly unknown[];
}

/** @returns the words of a certificate, for people: they begin with what it is called (protocol §5, §8). */
export function certificateSentence({
  quorum: { witnesses, needed, words },
  cosigners: { length: said },
}: Behind): string {
  if (words === 'unwitnessed')
    return 'unwitnessed: the body alone says so; its charter names nobody who confirms its books.';
  const ofThem = `${said} of ${witnesses} witnesses`;
  if (words === 'witnessed') return `witnessed: ${ofThem} confirm it, and it takes ${needed}.`;
  const rest = said < witnesses ? ' The others have not confirmed it, or not as far as is known here.' : '';
  return `few witnesses: ${ofThem} confirm it.${rest}`;
}
