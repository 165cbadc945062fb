/** What the comments above the messages of proto/ say of kinds of entries. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../../proto/mutua/v1/', import.meta.url);

/** One kind of entry. */
export interface Kind {
  readonly message: string;
  readonly erasable: boolean;
  readonly entryBytesMax: number;
}

/** Kinds of entries by number. */
export const KINDS: ReadonlyMap<number, Kind> = new Map(readdirSync(FOLDER).flatMap(readKinds));

function readKinds(name: string): readonly (readonly [number, Kind])[] {
  const proto = readFileSync(new URL(name, FOLDER), 'utf8');
  return [...proto.matchAll(/((?:\/\/[^\n]*\n)+)message (\w+)/g)].flatMap(([, comment = '', message = '']) => {
    const number = /^\/\/ Kind (\d+)/.exec(comment)?.[1];
    if (number === undefined) return [];
    const small = comment.includes('carried by') || message === 'Memo';
    const entryBytesMax = message === 'Opening' ? 10_240 : small ? 8192 : 51_200;
    return [[Number(number), { message, erasable: /\berasable\b/.test(comment), entryBytesMax }] as const];
  });
}
