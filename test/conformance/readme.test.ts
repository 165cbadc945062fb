import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { freshReadme } from '../../proto/readme.ts';
import { HashTrie, leafHash, stateLeaf } from '../../src/core/base/trie.ts';
import { FILE_HEADER_BYTES_MAX, FILE_MAGIC } from '../../src/core/files/layout.ts';
import { ITEM_BYTES_MAX } from '../../src/core/wire/messages/book.ts';
import { TAGS } from '../../src/core/wire/tags.ts';
import { UNASSIGNED } from '../../src/core/wire/unassigned.ts';
import { taggedSha256 } from '../support/proto-bytes.ts';

const readme = await readFile(new URL('../../proto/README.md', import.meta.url), 'utf8');

describe('proto/README.md', () => {
  it('has the tables that the code has', async () => {
    assert.equal(readme, await freshReadme(), 'run `node proto/readme.ts`');
  });

  it('names the layout of files as the code has it', () => {
    const magic = [...FILE_MAGIC].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    assert.ok(readme.includes(`\`${magic}\``));
    for (const limit of [FILE_HEADER_BYTES_MAX, ITEM_BYTES_MAX])
      assert.ok(readme.includes(limit.toLocaleString('en')), String(limit));
  });

  it('has the unassigned code points that the code has', async () => {
    const list = await readFile(new URL('../../proto/mutua/unassigned.txt', import.meta.url), 'utf8');
    const listed = new Set(
      [...list.matchAll(/^([0-9A-F]+)(?:\.\.([0-9A-F]+))?$/gm)].flatMap(([, first = '', last = first]) => {
        const [begin, end] = [Number.parseInt(first, 16), Number.parseInt(last, 16)];
        return Array.from({ length: end - begin + 1 }, (_, index) => begin + index);
      }),
    );
    assert.equal(listed.size, 829_834, 'as many as Unicode 14.0.0 has');
    const differing = Array.from({ length: 0x110000 }, (_, code) => code).filter(
      (code) => UNASSIGNED.test(String.fromCodePoint(code)) !== listed.has(code),
    );
    assert.deepEqual(differing, []);
  });

  it('writes tags that the code has', () => {
    const written = [...readme.matchAll(/"(mutua\/1\/[a-z-]+)"/g)].map(([, tag]) => tag);
    const known = new Set<string>(Object.values(TAGS));
    assert.ok(written.length > 10);
    assert.deepEqual(
      written.filter((tag) => tag === undefined || !known.has(tag)),
      [],
    );
  });

  it('defines tries as the code computes them', () => {
    const rows = ['books/a', 'heads/b', 'tick/current'].map((key, index) => {
      const trieKey = taggedSha256('mutua/1/trie-key', Buffer.from(key));
      const value = Buffer.from([8, index + 1]);
      assert.deepEqual(Buffer.from(stateLeaf(key, value).key), trieKey);
      return { key: trieKey, hash: taggedSha256('mutua/1/trie-leaf', trieKey, value) };
    });
    const below = (path: string): Buffer => {
      const leaves = rows.filter(({ key }) => key.toString('hex').startsWith(path));
      const [first] = leaves;
      if (first === undefined) return Buffer.alloc(32);
      if (leaves.length === 1) return first.hash;
      return taggedSha256('mutua/1/trie-node', ...Array.from('0123456789abcdef', (half) => below(path + half)));
    };
    const trie = new HashTrie();
    assert.deepEqual(Buffer.from(trie.root()), Buffer.alloc(32));
    for (const { key, hash } of rows) trie.set(key, hash);
    assert.deepEqual(Buffer.from(trie.root()), below(''));
    assert.deepEqual(
      Buffer.from(leafHash(Buffer.alloc(32), Buffer.alloc(0))),
      taggedSha256('mutua/1/trie-leaf', Buffer.alloc(32)),
    );
  });
});
