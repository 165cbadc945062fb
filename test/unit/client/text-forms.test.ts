import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptanceForm,
  foundingForm,
  inviteForm,
  keyForm,
  messageToText,
  textToMessage,
} from '../../../src/client/text-forms.ts';
import { idNamed } from '../../support/world.ts';

const message = { founder: idNamed('ada'), rootKey: idNamed('root'), nextDigest: idNamed('next') };
const text = messageToText(keyForm, message);

describe('texts that people copy', () => {
  test('read back what was written, also with line breaks and spaces', () => {
    assert.match(text, /^mutua-key:[A-Za-z0-9_-]+$/);
    assert.deepEqual(textToMessage(keyForm, text), { ok: true, value: message });
    const wrapped = ` ${text.replaceAll(/(.{20})/g, '$1\n  ')} `;
    assert.deepEqual(textToMessage(keyForm, wrapped), { ok: true, value: message });
  });

  test('notice every changed, missing or doubled character', () => {
    for (let index = 'mutua-key:'.length; index < text.length; index += 1) {
      const other = text[index] === 'A' ? 'B' : 'A';
      const changed = `${text.slice(0, index)}${other}${text.slice(index + 1)}`;
      assert.equal(textToMessage(keyForm, changed).ok, false, `changed at ${index}`);
      assert.equal(textToMessage(keyForm, text.slice(0, index) + text.slice(index + 1)).ok, false, `cut at ${index}`);
    }
  });

  test('say which text somebody pasted in place of another', () => {
    const read = textToMessage(inviteForm, text);
    assert.deepEqual(read, { ok: false, reason: 'This is a key text, not an invite; one begins with “mutua:”.' });
    assert.equal(textToMessage(foundingForm, text).ok, false);
    assert.equal(textToMessage(acceptanceForm, text).ok, false);
    assert.match(String(Object.values(textToMessage(keyForm, 'hello'))), /another text/);
  });

  test('do not pass for another text with their word changed', () => {
    const renamed = text.replace('mutua-key', 'mutua-acceptance');
    assert.match(String(Object.values(textToMessage(acceptanceForm, renamed))), /missing or was changed/);
  });
});
