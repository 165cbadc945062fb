/**
 * A process that opens the SQLite store at its first argument and says so. By its second argument it then does nothing
 * more (`idle`), stays (`hold`), or commits an entry and a state row of the same number again and again, several commits
 * at once, and prints each number when its commit has resolved (`write`).
 */
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { bytesOf, idOf, putEntry } from '../contract/store-samples.ts';

const AT_ONCE = 8;
const [, , path = '', what] = process.argv;
const store = await openSqliteStore({ path });
process.stdout.write('open\n');
if (what === 'hold') setInterval(() => {}, 60_000);

let next = 1;
async function writeOn(): Promise<void> {
  for (;;) {
    const number = next;
    next += 1;
    await store.commit([
      putEntry({ id: idOf(number), sequence: number, bytes: bytesOf(330) }),
      { type: 'putState', book: idOf(1), row: { key: `${number}`, value: bytesOf(1) } },
    ]);
    process.stdout.write(`${number}\n`);
  }
}

if (what === 'write') await Promise.all(Array.from({ length: AT_ONCE }, writeOn));
