import { compareIds, type Id } from '../../core/base/id.ts';
import { type Topic, topicOf } from '../../core/base/region.ts';
import type { Evidence } from '../../core/wire/messages/witness.ts';
import { evidenceKind, readStatement, type Statement, sealStatement } from '../../core/wire/statement.ts';
import type { Accusation } from '../../core/witness/accusation.ts';
import { type Contradiction, evidenceOf } from '../../core/witness/accuse.ts';
import { verifyEvidence } from '../../core/witness/evidence.ts';
import type { Book } from '../book.ts';
import type { PeerNotice } from '../events.ts';
import type { Statements } from '../statements.ts';
import type { WitnessTables } from './known-book.ts';

/** Evidence that is kept, and what it proves. */
export interface KeptEvidence {
  readonly statement: Statement;
  readonly evidence: Evidence;
  readonly accusation: Accusation;
}

/** What the keeper needs of the machine around it. */
export interface EvidenceHooks {
  publish(topic: Topic, statement: Statement): void;
  tell(notice: Extract<PeerNotice, { readonly type: 'evidence' }>): void;
}

/**
 * Evidence about the books of known authors: one for each type, book and accused device, the one with the smallest digest, so that all
 * come to keep the same. It never votes: what it changes is that a witness confirms nothing more of an accused writer.
 */
export class EvidenceKeeper {
  readonly #tables: WitnessTables;
  readonly #statements: Statements;
  readonly #hooks: EvidenceHooks;
  readonly #kept = new Map<string, KeptEvidence>();

  constructor(tables: WitnessTables, statements: Statements, hooks: EvidenceHooks) {
    this.#tables = tables;
    this.#statements = statements;
    this.#hooks = hooks;
  }

  /** All of it, in the order in which it came. */
  all(): readonly KeptEvidence[] {
    return [...this.#kept.values()];
  }

  /** Whether this device was shown to have signed what excludes itself about this book. */
  isAccused(book: Id, device: Id): boolean {
    return this.all().some(({ accusation }) => accusation.book === book && accusation.device === device);
  }

  /** Takes evidence. @returns `bad` where it proves nothing, `known` where a better or the same one is kept. */
  take(statement: Statement, evidence: Evidence): 'stored' | 'known' | 'later' | 'bad' {
    const { world, books } = this.#tables;
    const accusation = verifyEvidence(evidence, { network: world.network, verify: world.verified.verify });
    if (accusation === undefined) return 'bad';
    const book = books.get(accusation.book);
    if (book === undefined || books.isStranger(book)) return 'later';
    const key = `${accusation.type} ${accusation.book} ${accusation.device}`;
    const before = this.#kept.get(key);
    if (before !== undefined && compareIds(before.statement.digest, statement.digest) <= 0) return 'known';
    if (!this.#statements.put(statement, this.#topicsOf(book), book.opening.identity)) return 'later';
    if (before !== undefined) this.#statements.drop(before.statement.digest);
    this.#kept.set(key, { statement, evidence, accusation });
    const { type: proves, book: about, device, role } = accusation;
    const notice = { type: 'evidence', evidence: statement.digest, proves, book: about, device, role } as const;
    if (before === undefined) this.#hooks.tell(notice);
    return 'stored';
  }

  /** Keeps and tells what two contradicting checkpoints prove, if anything. */
  accuse(contradiction: Contradiction): void {
    const { world, books } = this.#tables;
    const evidence = evidenceOf(contradiction);
    if (verifyEvidence(evidence, { network: world.network, verify: world.verified.verify }) === undefined) return;
    const read = readStatement(sealStatement(evidenceKind, evidence));
    if (!read.ok || this.take(read.value, evidence) !== 'stored') return;
    const { accusation } = this.all().find(({ statement }) => statement.digest === read.value.digest) ?? {};
    const book = accusation === undefined ? undefined : books.get(accusation.book);
    if (book === undefined) return;
    for (const topic of this.#topicsOf(book)) world.afterCommit(() => this.#hooks.publish(topic, read.value));
  }

  #topicsOf({ topic, opening }: Book): readonly Topic[] {
    return [topic, topicOf(this.#tables.world.networkHex, opening.region, 'emergency')];
  }
}
