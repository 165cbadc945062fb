import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseInput, splitInput } from '../../../src/api/route.ts';
import { ROUTE_LIST, ROUTES } from '../../../src/api/routes.ts';
import { idNamed } from '../../support/world.ts';

describe('the table of routes', () => {
  test('has each method and path, and each command, once', () => {
    const places = ROUTE_LIST.map(({ method, path }) => `${method} ${path}`);
    assert.deepEqual(places, [...new Set(places)]);
    const commands = ROUTE_LIST.map(({ command }) => command).filter((command) => command !== undefined);
    assert.deepEqual(commands, [...new Set(commands)]);
  });

  for (const route of ROUTE_LIST) {
    test(`${route.name} is written whole`, () => {
      assert.match(route.path, /^\/v1\/[a-z0-9:/-]+$/);
      assert.match(route.summary, /^[A-Z].*\.$/, 'the summary is one sentence');
      const inPath = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1]);
      assert.deepEqual(Object.keys(route.params.shape), inPath, 'the path names exactly its parameters');
      const keys = [route.params, route.query, route.body].flatMap(({ shape }) => Object.keys(shape));
      assert.deepEqual(keys, [...new Set(keys)], 'no key is in two places');
      assert.equal(route.changes, route.method !== 'GET');
      assert.equal(route.method === 'GET' ? Object.keys(route.body.shape).length : 0, 0, 'a GET has no body');
      assert.equal(route.method === 'GET', route.scope === 'read', 'whoever may only read changes nothing');
    });
  }

  test('only money moves by the scope spend', () => {
    const spending = ROUTE_LIST.filter(({ scope }) => scope === 'spend').map(({ name }) => name);
    assert.deepEqual(spending, ['pay', 'retire']);
  });
});

describe('input', () => {
  const [account, payee] = [idNamed('account'), idNamed('payee')];

  test('is sorted into path, query and body', () => {
    const split = splitInput(ROUTES['account.statement'], { account, from: 3, limit: undefined, nonsense: 1 });
    assert.deepEqual(split, { path: { account }, query: { from: 3, nonsense: 1 }, body: {} });
    assert.deepEqual(splitInput(ROUTES.pay, { payments: [], nonsense: 1 }).body, { payments: [], nonsense: 1 });
  });

  test('is parsed with its amounts as people write them, and defaults', () => {
    const amounts = ['1.5', '1:30', '90m', 'PT1H30M', 5400];
    const parsed = parseInput(ROUTES.pay, { payments: amounts.map((amount) => ({ to: payee, amount })) });
    assert.deepEqual(parsed, { payments: amounts.map(() => ({ to: payee, amount: 5400 })) });
    assert.deepEqual(parseInput(ROUTES['bank.acceptCooperative'], { cooperative: payee }), {
      cooperative: payee,
      ceiling: 144_000,
    });
    assert.deepEqual(parseInput(ROUTES['account.statement'], { account, from: '7' }), {
      account,
      from: 7,
      limit: 100,
      proofs: false,
    });
    assert.deepEqual(parseInput(ROUTES['account.list'], { all: 'true' }), { all: true });
  });

  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['an amount that is none', () => parseInput(ROUTES.retire, { amount: 'much' }), /not an amount/],
    ['an amount below zero', () => parseInput(ROUTES.retire, { amount: -1 }), /amount/],
    ['an id that is none', () => parseInput(ROUTES['labor.attest'], { claim: 'bxyz' }), /not an id/],
    ['a region that is none', () => parseInput(ROUTES['region.join'], { region: 'Cascadia!' }), /not a region/],
    ['an unknown key', () => parseInput(ROUTES['member.list'], { bodie: payee }), /bodie/],
    ['neither address nor root', () => parseInput(ROUTES['peer.add'], {}), /address, a root/],
    ['201 payees', () => parseInput(ROUTES.pay, { payments: Array(201).fill({ to: payee, amount: 1 }) }), /payments/],
    ['a page of 1,001', () => parseInput(ROUTES['labor.list'], { limit: 1001 }), /limit/],
  ];
  for (const [what, parse, pattern] of refused) {
    test(`refuses ${what}`, () => assert.throws(parse, pattern));
  }
});
