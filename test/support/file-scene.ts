import { present } from '../../src/core/base/outcome.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import { laborRecordKind } from '../../src/core/wire/kinds/labor.ts';
import { tickKind } from '../../src/core/wire/kinds/ledger.ts';
import { vouchKind } from '../../src/core/wire/kinds/people.ts';
import type { Head } from '../../src/core/wire/messages/book.ts';
import { BankScene, NOW_MINUTE } from './bank.ts';
import { entryItem, eventItem, fileOf } from './files.ts';
import { attestWork, hours, recordOf } from './work.ts';
import { type Body, idNamed, TestBook } from './world.ts';

/** A bank and a garden, and the file that is made of their books. */
export class FileScene extends BankScene {
  /** What stands in the file before the books. */
  readonly statements: Uint8Array[] = [];
  /** What stands in it after them. */
  readonly rest: Entry[] = [];
  /** Books beside those of the bank and the garden. */
  readonly others: { readonly entries: readonly Entry[] }[] = [];
  #hour = 8;

  /** The garden's book of labor. */
  get labor(): TestBook {
    return this.garden.transfers.book;
  }

  get members(): TestBook {
    return this.garden.memberBook.book;
  }

  /** Another record of the garden, of an hour of Ana's that was not told before. */
  tell(memberHead: Head, receiverHead?: Head): Entry {
    const claim = this.claim(this.ana, { intervals: [hours(this.#hour, 1)] });
    this.#hour += 1;
    const content = recordOf(claim, attestWork(claim, this.bea, this.carla), memberHead, receiverHead);
    return this.labor.write(laborRecordKind, content);
  }

  /** A chain that leaves a book after its entry `after`, of so many entries. */
  branch(book: TestBook, after: number, length: number, name = 'branch'): readonly Entry[] {
    const rival = new TestBook(this.#keysOf(book), book.opening);
    rival.entries.push(...book.entries.slice(1, after + 1));
    for (let number = 0; number < length; number += 1)
      if (book === this.ledger.book) rival.write(tickKind, { minute: NOW_MINUTE + 10 + number });
      else rival.write(vouchKind, { identity: idNamed(`${name} ${number}`) });
    return rival.entries.slice(after + 1);
  }

  /** Vouches for somebody, so that the member book grows. */
  grow(name: string, body: Body = this.garden): Head {
    body.memberBook.apply(vouchKind, { identity: idNamed(name) });
    return body.memberHead;
  }

  /** Revokes the device of a body and states it. */
  revoke(body: Body, ...lastGood: readonly Head[]): void {
    body.revoke(body.keys, lastGood);
    this.statements.push(...body.log.map(eventItem));
  }

  file(): Uint8Array {
    const books = [this.bank.memberBook.book, this.members, ...this.others, this.labor, this.ledger.book];
    const entries = [...books.flatMap(({ entries }) => entries), ...this.rest];
    return fileOf([...this.statements, ...entries.map(entryItem)]);
  }

  #keysOf(book: TestBook) {
    return book === this.members ? this.garden.keys : this.bank.keys;
  }
}

/** @returns the place of an entry. @throws Error without one: the test is wrong. */
export function headOf(entry: Entry | undefined): Head {
  const { book, header, id } = present(entry, 'there is an entry');
  return { book, sequence: header.sequence, id };
}
