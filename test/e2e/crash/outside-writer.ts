/** A person whose keys the daemons never see: it signs entries here and hands them to a node by its API. */
import { hexToBytes } from '@noble/hashes/utils.js';
import type { ApiClient } from '../../../src/api/client.ts';
import { type Id, parseId } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { eventDigest } from '../../../src/core/identity/event.ts';
import type { Entry } from '../../../src/core/wire/entry.ts';
import { openingKind, profileKind } from '../../../src/core/wire/kinds/book.ts';
import { applyKind } from '../../../src/core/wire/kinds/people.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { writeEntry } from '../../support/books.ts';
import { personOf, regionOf } from '../../support/identities.ts';
import { keyOf } from '../../support/signing.ts';
import { VILLAGE_REGION } from '../../support/village.ts';

/** Writes one book of profiles. */
export class OutsideWriter {
  readonly identity: string;
  readonly #network: Uint8Array;
  readonly #device: string;
  readonly #opening: Entry;
  #last: Entry;

  /** Keys follow from the name, so that another process can go on where this one stopped. */
  constructor(name: string, networkHex: string) {
    const { id, log, device } = personOf(name);
    const [inception] = log;
    this.identity = id;
    this.#network = hexToBytes(networkHex);
    this.#device = device;
    const content = {
      identity: id,
      device: keyOf(device).id,
      region: regionOf(VILLAGE_REGION),
      channel: 'people' as const,
      logNumber: inception.number,
      logDigest: eventDigest(inception),
      log,
      continues: undefined,
    };
    this.#opening = writeEntry(device, openingKind, content, undefined, this.#network);
    this.#last = this.#opening;
  }

  /** Signs an application to a body. @returns the Opening and the application. */
  apply(body: string, charterHead: { book: string; sequence: number; id: string }): readonly Entry[] {
    const head = { book: idOf(charterHead.book), sequence: charterHead.sequence, id: idOf(charterHead.id) };
    const content = { body: idOf(body), charterHead: head, afterChange: 0 };
    this.#last = writeEntry(this.#device, applyKind, content, this.#last, this.#network);
    return [this.#opening, this.#last];
  }

  /** Signs the next entries. */
  next(count: number): readonly Entry[] {
    return Array.from({ length: count }, () => {
      const content = { name: `Writer ${this.#last.header.sequence}`, description: '', contact: '' };
      this.#last = writeEntry(this.#device, profileKind, content, this.#last, this.#network);
      return this.#last;
    });
  }
}

function idOf(text: string): Id {
  return present(parseId(text), 'the API answers with ids');
}

/** Hands entries to a node. @returns whether it has them all, durably. */
export async function hand(client: ApiClient, entries: readonly Entry[]): Promise<boolean> {
  const items = entries.map(({ bytes }) => Buffer.from(entryToItem(bytes)).toString('base64url'));
  const { outcomes } = await client.call('items', { items });
  return outcomes.every(({ word }) => word === 'stored' || word === 'known' || word === 'kept');
}
