import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareBytes, concatBytes, equalBytes, NO_BYTES, textToBytes } from '../../../../src/core/base/bytes.ts';
import { tagged, taggedHash } from '../../../../src/core/base/hash.ts';

const anyBytes = fc.uint8Array({ maxLength: 12 });

describe('bytes', () => {
  it('are ordered and compared as Buffer does it', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (left, right) => {
        assert.equal(compareBytes(left, right), Buffer.compare(left, right));
        assert.equal(equalBytes(left, right), Buffer.compare(left, right) === 0);
        assert.equal(compareBytes(left, concatBytes([left, right])), right.length === 0 ? 0 : -1);
      }),
    );
  });

  it('are joined in order', () => {
    assert.deepEqual(concatBytes([]), NO_BYTES);
    assert.deepEqual(concatBytes([new Uint8Array([1]), NO_BYTES, new Uint8Array([2, 3])]), new Uint8Array([1, 2, 3]));
  });

  it('of a text are UTF-8', () => assert.deepEqual(textToBytes('é'), new Uint8Array([0xc3, 0xa9])));
});

describe('taggedHash', () => {
  it('is SHA-256 of tag, a zero byte and the parts', () => {
    assert.deepEqual(tagged('a', [new Uint8Array([1]), new Uint8Array([2])]), new Uint8Array([97, 0, 1, 2]));
    const hash = Buffer.from(taggedHash('mutua/1/entry', [new Uint8Array([1, 2])])).toString('hex');
    assert.equal(hash, '3d4637f7661fcea1d4356a922ec4b276bfb4d7120f2764c826fbb1df82cf3f70');
  });
});
