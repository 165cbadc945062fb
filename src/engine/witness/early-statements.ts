import type { Id } from '../../core/base/id.ts';
import type { Statement } from '../../core/wire/statement.ts';
import { EARLY_STATEMENTS_MAX, EARLY_STATEMENTS_MS, EARLY_STATEMENTS_RETRY_MS } from '../constants.ts';
import type { Taken } from './observer.ts';

/** Statements that came before what they speak of, as on a first meeting: taken again for a while, and then left to catch-up. */
export class EarlyStatements {
  readonly #waiting = new Map<Id, { readonly statement: Statement; readonly sinceMs: number }>();
  #triedAtMs = 0;

  /** Keeps a statement in mind; the oldest gives way. */
  add(statement: Statement, nowMs: number): void {
    if (this.#waiting.has(statement.digest)) return;
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size >= EARLY_STATEMENTS_MAX && oldest !== undefined) this.#waiting.delete(oldest);
    this.#waiting.set(statement.digest, { statement, sinceMs: nowMs });
  }

  /** Takes all again, at most once in a while. @param take says what became of one. */
  retry(nowMs: number, take: (statement: Statement) => Taken | undefined): void {
    if (this.#waiting.size === 0 || Math.abs(nowMs - this.#triedAtMs) < EARLY_STATEMENTS_RETRY_MS) return;
    this.#triedAtMs = nowMs;
    for (const [digest, { statement, sinceMs }] of [...this.#waiting]) {
      if (take(statement) === 'later' && Math.abs(nowMs - sinceMs) < EARLY_STATEMENTS_MS) continue;
      this.#waiting.delete(digest);
    }
  }
}
