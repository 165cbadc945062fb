import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Field, faultOf, fieldsOf, flagOf, readFieldText } from '../../../../nodes/cli/fields.ts';
import { ROUTES } from '../../../../src/api/routes.ts';

const shown = ({ name, form, isRequired }: Field) => `${name} ${form}${isRequired ? '' : '?'}`;

test('the fields of a route come from its schemas, what must be given first known by name', () => {
  assert.deepEqual(fieldsOf(ROUTES['region.join']).map(shown), ['region text', 'channels texts?']);
  assert.deepEqual(fieldsOf(ROUTES['account.statement']).map(shown), [
    'account text',
    'from number?',
    'limit number?',
    'proofs yes?',
  ]);
  assert.deepEqual(fieldsOf(ROUTES['bank.acceptCooperative']).map(shown), ['cooperative text', 'ceiling text?']);
  assert.deepEqual(fieldsOf(ROUTES.status), []);
});

test('a yes is a flag without value, and few words are choices', () => {
  const fields = fieldsOf(ROUTES['book.list']);
  assert.equal(fields.find(({ name }) => name === 'own')?.form, 'yes');
  assert.ok(fields.find(({ name }) => name === 'channel')?.words.includes('people'));
});

test('flags are the names in kebab-case', () => {
  assert.equal(flagOf('receiverBody'), 'receiver-body');
});

test('texts become what the field takes; what is no number is left for the schema', () => {
  const field = (form: Field['form']): Field => ({ name: 'a', flag: 'a', form, isRequired: false, words: [] });
  assert.equal(readFieldText(field('number'), '12'), 12);
  assert.equal(readFieldText(field('number'), '12x'), '12x');
  assert.deepEqual(readFieldText(field('texts'), 'people,transfers'), ['people', 'transfers']);
  assert.equal(readFieldText(field('text'), '12'), '12');
});

test('a question is checked before it is sent, and the field that is wrong is named', () => {
  assert.equal(faultOf(ROUTES['region.join'], { region: 'cascadia/willamette' }), undefined);
  assert.match(faultOf(ROUTES['region.join'], { region: 'Cascadia' }) ?? '', /^<region>: is not a region path/);
  assert.match(faultOf(ROUTES['peer.add'], {}) ?? '', /name an address, a root, or both/);
  assert.match(faultOf(ROUTES['bank.acceptCooperative'], { cooperative: 'b1' }) ?? '', /^<cooperative>: is not an id/);
});
