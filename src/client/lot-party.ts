import { equalBytes } from '../core/base/bytes.ts';
import { tagged, taggedHash } from '../core/base/hash.ts';
import { type Id, idToBytes } from '../core/base/id.ts';
import { commitToLot } from '../core/decisions/methods/lot.ts';
import { contentOf, readEntry } from '../core/wire/entry.ts';
import { lotCommitmentKind, lotSecretKind } from '../core/wire/kinds/lots.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { PeerNotice } from '../engine/events.ts';
import type { Logger } from '../ports/logger.ts';
import { type OperationContext, peerOf } from './context.ts';
import { Looks } from './looks.ts';
import { type FoundLot, lotsIn } from './lots.ts';

/** Own entries that are looked through for what was sent before; a lot takes two. */
const OWN_ENTRIES_MAX = 10_000;
/** Facts after which a party has something to send. */
const CALLS: ReadonlySet<string> = new Set(['lotCalled', 'lotSealed']);

/**
 * Takes part in lots in which this identity is a party: commits to a secret when the lot is called, and shows it when the commitments
 * are sealed, without being asked. The secret is made of this device's own signature, which nobody else can make and which is the same
 * after a restart; so nothing has to be kept.
 */
export class LotParty implements AsyncDisposable {
  readonly #context: OperationContext;
  readonly #looks: Looks;
  readonly #stopListening: () => void;

  constructor(context: OperationContext, logger: Logger) {
    this.#context = context;
    this.#looks = new Looks((isClosed) =>
      this.#takePart(isClosed).catch((error: unknown) => {
        logger.warn('a lot could not be taken part in', { error: String(error) });
      }),
    );
    this.#stopListening = context.driver.listen((notice) => {
      if (isCall(notice)) this.#looks.ask();
    });
    this.#looks.ask();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#looks[Symbol.asyncDispose]();
  }

  async #takePart(isClosed: () => boolean): Promise<void> {
    const { identity } = this.#context.self;
    const lots = lotsIn(this.#context, undefined).filter(
      ({ row }) => row.state !== 'drawn' && row.parties.includes(identity),
    );
    if (lots.length === 0 || isClosed()) return;
    const committed = await this.#lotsOf(lotCommitmentKind);
    const shown = await this.#lotsOf(lotSecretKind);
    for (const found of lots) {
      if (isClosed()) return;
      if (found.row.state === 'called' && !committed.has(found.lot)) await this.#commit(found);
      if (found.row.state === 'sealed' && !shown.has(found.lot)) await this.#show(found);
    }
  }

  async #commit({ lot, body }: FoundLot): Promise<void> {
    const { self, acts } = this.#context;
    const commitment = commitToLot(self.identity, await this.#secretFor(lot));
    await acts.send(body, await acts.write('proposals', lotCommitmentKind, { body, lot, commitment }));
  }

  /** Another device of this identity may have committed, to a secret that only it can show. */
  async #show({ lot, body, row }: FoundLot): Promise<void> {
    const { self, acts } = this.#context;
    const committed = row.committed.find(({ party }) => party === self.identity)?.commitment;
    const secret = await this.#secretFor(lot);
    if (committed === undefined || !equalBytes(committed, commitToLot(self.identity, secret))) return;
    await acts.send(body, await acts.write('proposals', lotSecretKind, { body, lot, secret }));
  }

  async #secretFor(lot: Id): Promise<Uint8Array> {
    const { signer } = this.#context;
    return taggedHash(TAGS.lotSecret, [await signer.sign(tagged(TAGS.lotSecret, [idToBytes(lot)]))]);
  }

  /** The lots for which own entries of this kind stand. */
  async #lotsOf(kind: typeof lotCommitmentKind | typeof lotSecretKind): Promise<ReadonlySet<Id>> {
    const { store, self } = this.#context;
    const lots = new Set<Id>();
    for (const book of peerOf(this.#context).books.of(self.identity)) {
      if (book.opening.channel !== 'proposals') continue;
      for (const { bytes } of await store.entriesOfKind(kind.number, OWN_ENTRIES_MAX, idToBytes(book.id))) {
        const entry = readEntry(bytes, peerOf(this.#context).world.network);
        const content = entry.ok
          ? (contentOf(entry.value, lotCommitmentKind) ?? contentOf(entry.value, lotSecretKind))
          : undefined;
        if (content !== undefined) lots.add(content.lot);
      }
    }
    return lots;
  }
}

function isCall(notice: PeerNotice): boolean {
  return notice.type === 'effect' && notice.effect === 'applied' && notice.facts.some(({ type }) => CALLS.has(type));
}
