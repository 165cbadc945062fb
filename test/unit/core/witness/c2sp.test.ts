import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { idToBytes } from '../../../../src/core/base/id.ts';
import { checkpointNote, noteOrigin, readCheckpointNote } from '../../../../src/core/witness/c2sp.ts';
import {
  cosignatureMessage,
  noteCheck,
  noteCosignature,
  noteCosignatureCheck,
  noteMessage,
  noteSignature,
} from '../../../../src/core/witness/c2sp-signatures.ts';
import { noteKeyId, printNote, readNote } from '../../../../src/core/witness/signed-note.ts';
import { amountOf, NETWORK } from '../../../support/books.ts';
import { keyOf, verifySignature } from '../../../support/signing.ts';
import { charterAt, checkpointOf, entryIds, idOf, OPENING, WRITER } from '../../../support/witnesses.ts';

const checkpoint = checkpointOf(entryIds(9));
const text = checkpointNote(checkpoint, NETWORK);
const writerKey = { name: noteOrigin(OPENING.id, NETWORK), publicKey: keyOf(WRITER).publicKey };
const witnessKey = { name: 'witness.example/w1', publicKey: keyOf('witness-0').publicKey };

/** The example in https://c2sp.org/tlog-cosignature, which prints neither key. */
const PUBLISHED = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;

/** The example in https://c2sp.org/signed-note, its text with an empty line. */
const POEM = `Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
`;

describe('a checkpoint as text', () => {
  it('begins with origin, size and root as C2SP has them', () => {
    const [origin, size, root, ...extensions] = text.split('\n');
    assert.equal(origin, `mutua/1/${'07'.repeat(16)}/${OPENING.id}`);
    assert.equal(size, '9');
    assert.equal(root, Buffer.from(idToBytes(checkpoint.root)).toString('base64'));
    assert.deepEqual(
      extensions.map((line) => line.split(' ')[0]),
      ['epoch', 'charter', 'head', 'state', 'totals', ''],
    );
  });

  it('reads back as what was written', () => {
    const ids = fc.string({ maxLength: 4 }).map(idOf);
    const number = fc.maxSafeNat();
    const figures = fc.record({ book: ids, epoch: fc.nat(2 ** 32 - 1), root: ids, head: ids, stateRoot: ids });
    fc.assert(
      fc.property(figures, number, number, number, number, (fields, size, sequence, issued, retired) => {
        const written = {
          ...fields,
          charterHead: { ...charterAt(1), sequence },
          size: Math.max(size, 1),
          totals: { issued: amountOf(issued), retired: amountOf(retired) },
        };
        assert.deepEqual(readCheckpointNote(checkpointNote(written, NETWORK), NETWORK), written);
      }),
    );
  });

  it('is refused in any other form', () => {
    const others = [
      '',
      text.slice(0, -1),
      `${text}more\n`,
      text.replace('\n9\n', '\n09\n'),
      text.replace('\n9\n', '\n0\n'),
      text.replace('\n9\n', '\n9007199254740993\n'),
      text.replace('epoch 0', 'epoch 4294967296'),
      text.replace('epoch 0', 'epoch -1'),
      text.replace('totals 32400', 'totals 9007199254740992'),
      text.replace('=\n', '\n'),
      text.replace('mutua/1', 'mutua/2'),
      text.replace('head ', 'head  '),
    ];
    for (const other of others) {
      assert.notEqual(other, text);
      assert.equal(readCheckpointNote(other, NETWORK), undefined, other);
    }
    assert.equal(readCheckpointNote(text, new Uint8Array(16)), undefined);
  });
});

describe('signed notes', () => {
  it('of others are read and printed again', () => {
    const note = readNote(PUBLISHED);
    assert.ok(note);
    assert.equal(note.text, PUBLISHED.slice(0, PUBLISHED.indexOf('\n\n') + 1));
    assert.deepEqual(
      note.signatures.map(({ name, signature }) => [name, signature.length]),
      [
        ['example.com/behind-the-sofa', 64],
        ['witness.example.com/w1', 72],
      ],
    );
    assert.equal(printNote(note), PUBLISHED);
    const poem = readNote(POEM);
    assert.ok(poem);
    assert.ok(poem.text.endsWith('ed è subito sera.\n'));
    assert.equal(printNote(poem), POEM);
  });

  it('hold the time of a cosignature as C2SP writes it', () => {
    const line = readNote(PUBLISHED)?.signatures[1];
    assert.ok(line);
    const key = { name: line.name, publicKey: new Uint8Array(32) };
    const check = noteCosignatureCheck('', { ...line, keyId: noteKeyId(line.name, 4, key.publicKey) }, key);
    assert.equal(check?.timeSeconds, 1_679_315_147);
  });

  it('that are none are refused', () => {
    const line = PUBLISHED.split('\n')[4] ?? '';
    const others = [
      '',
      'text\n',
      `text\n${line}\n`,
      `text\n\n${line}`,
      `text\n\n- ${line.slice(2)}\n`,
      `text\n\n${line} more\n`,
      'text\n\n— name\n',
      'text\n\n— name AAAA\n',
      'text\n\n— na+me AAAAAAA=\n',
      'text\n\n— name AAAAAAB=\n',
      'text\n\n— name AAAAAAA\n',
      `te\u0007xt\n\n${line}\n`,
      `text\n\n${`${line}\n`.repeat(200)}`,
    ];
    for (const other of others) assert.equal(readNote(other), undefined, other);
    assert.ok(readNote(`text\n\n${`${line}\n`.repeat(16)}`));
  });

  it('name a key by SHA-256(name ‖ newline ‖ algorithm ‖ key)', () => {
    const { name, publicKey } = writerKey;
    const bytes = Buffer.concat([Buffer.from(name), Buffer.of(0x0a, 0x01), publicKey]);
    const expected = createHash('sha256').update(bytes).digest().subarray(0, 4);
    assert.deepEqual(Buffer.from(noteKeyId(name, 1, publicKey)), expected);
  });
});

describe('a checkpoint signed as a note', () => {
  const TIME = 1_793_620_800;
  const signed = {
    text,
    signatures: [
      noteSignature(writerKey, keyOf(WRITER).sign(noteMessage(text))),
      noteCosignature(witnessKey, TIME, keyOf('witness-0').sign(cosignatureMessage(text, TIME))),
    ],
  };
  const note = readNote(printNote(signed));
  assert.ok(note);
  const [own, cosigned] = note.signatures;
  assert.ok(own && cosigned);

  it('goes out and comes in', () => {
    assert.deepEqual(note, signed);
    assert.deepEqual(readCheckpointNote(note.text, NETWORK), checkpoint);
    const check = noteCheck(note.text, own, writerKey);
    assert.ok(check && verifySignature(check));
    const witnessed = noteCosignatureCheck(note.text, cosigned, witnessKey);
    assert.ok(witnessed && verifySignature(witnessed.check));
    assert.equal(witnessed.timeSeconds, TIME);
  });

  it('holds for no other text, time, name, key or algorithm', () => {
    const later = noteCosignatureCheck(
      note.text,
      noteCosignature(witnessKey, TIME + 1, cosigned.signature.slice(8)),
      witnessKey,
    );
    assert.ok(later && !verifySignature(later.check));
    const elsewhere = noteCheck(`${note.text}more\n`, own, writerKey);
    assert.ok(elsewhere && !verifySignature(elsewhere));
    assert.equal(noteCheck(note.text, own, { ...writerKey, name: 'other' }), undefined);
    assert.equal(noteCheck(note.text, own, { ...writerKey, publicKey: witnessKey.publicKey }), undefined);
    assert.equal(noteCheck(note.text, cosigned, witnessKey), undefined);
    assert.equal(noteCosignatureCheck(note.text, own, writerKey), undefined);
    const short = { ...cosigned, signature: cosigned.signature.slice(1) };
    assert.equal(noteCosignatureCheck(note.text, short, witnessKey), undefined);
    const farOff = { ...cosigned, signature: cosigned.signature.with(0, 0xff) };
    assert.equal(noteCosignatureCheck(note.text, farOff, witnessKey), undefined);
  });
});
