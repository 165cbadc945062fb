import type { Id } from '../../src/core/base/id.ts';
import { bytesToId } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { HashTrie, stateLeaf } from '../../src/core/base/trie.ts';
import { encodeCertificate } from '../../src/core/files/certificate-file.ts';
import type { StandaloneCertificate } from '../../src/core/wire/messages/decisions.ts';
import { NETWORK } from './books.ts';
import { entryItem, fileOf } from './files.ts';
import { type CertificateTerms, certificateOf } from './rates.ts';
import type { Actor, Body, GovernedBook } from './world.ts';

/** The certificate of a Close with what it takes to check it alone. */
export function standaloneOf(body: Body, close: Id, terms: CertificateTerms = {}): StandaloneCertificate {
  const [memberOpening, founding] = body.memberBook.book.entries;
  const charterHead = body.memberBook.book.headAt(1);
  return {
    network: NETWORK,
    decision: certificateOf(body, close, { ...terms, checkpoint: { charterHead, ...terms.checkpoint } }),
    events: [body, ...(terms.cosigners ?? [])].flatMap(({ log }) => log),
    decisionOpening: body.decisions.book.opening.bytes,
    memberOpening: present(memberOpening, 'it has an Opening').bytes,
    founding: present(founding, 'it was founded').bytes,
  };
}

/** The items of books, as a file. */
export function booksFile(books: readonly GovernedBook[]): Uint8Array {
  return fileOf(books.flatMap(({ book }) => book.entries.map(entryItem)));
}

/** The bytes of a certificate, which must fit. */
export function bytesOf(certificate: StandaloneCertificate): Uint8Array {
  const encoded = encodeCertificate(certificate);
  return present(encoded.ok ? encoded.value : undefined, 'it fits');
}

/** The certificate of a Close under a checkpoint with the true state root, and the books that it is counted anew from. */
export function fullOf(
  body: Body,
  close: Id,
  cosigners: readonly Actor[] = [],
): { readonly certificate: StandaloneCertificate; readonly items: Uint8Array } {
  const trie = new HashTrie();
  const { state } = body.decisions;
  for (const key of state.keys()) {
    const leaf = stateLeaf(key, state.bytesOf(key));
    trie.set(leaf.key, leaf.hash);
  }
  const certificate = standaloneOf(body, close, { checkpoint: { stateRoot: bytesToId(trie.root()) }, cosigners });
  return { certificate, items: booksFile([body.memberBook, body.decisions]) };
}
