import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AssertionFailedError } from '../../../../src/core/base/outcome.ts';
import { BookState, StateDraft, type Table } from '../../../../src/core/books/state.ts';
import { NotedRevoke } from '../../../../src/core/wire/messages/state.ts';

type Row = { readonly number: number };
const table: Table<Row> = { name: 'devices', shape: NotedRevoke };
const other: Table<Row> = { name: 'devices2', shape: NotedRevoke };

function stateOf(rows: Readonly<Record<string, number>>): BookState {
  return BookState.of(
    Object.entries(rows).map(([key, number]) => ({ key: `devices/${key}`, value: NotedRevoke.encode({ number }) })),
  );
}

describe('BookState', () => {
  it('reads rows by table and key', () => {
    const state = stateOf({ 'a/b': 1, a: 2 });
    assert.deepEqual(state.get(table, 'a', 'b'), { number: 1 });
    assert.deepEqual(state.get(table, 'a'), { number: 2 });
    assert.equal(state.get(other, 'a'), undefined);
    assert.deepEqual(state.bytesOf('devices/a'), new Uint8Array([8, 2]));
  });

  it('gives rows of one table alone, in order of key bytes', () => {
    const state = new BookState();
    const draft = new StateDraft(state);
    for (const key of ['b', 'é', 'a', 'a-', 'z', '𝄞', '～']) draft.set(table, [key], { number: 1 });
    draft.set(other, ['a'], { number: 9 });
    state.apply(draft);
    assert.deepEqual(
      state.rows(table).map(({ key }) => key[0]),
      ['a', 'a-', 'b', 'z', 'é', '～', '𝄞'],
    );
    assert.deepEqual(state.rows(other), [{ key: ['a'], row: { number: 9 } }]);
    assert.equal(state.keys().length, 8);
  });

  it('stops at a stored row that is not canonical', () => {
    const state = BookState.of([{ key: 'devices/a', value: new Uint8Array([8, 0]) }]);
    assert.throws(() => state.get(table, 'a'), AssertionFailedError);
  });

  it('stops at key parts that would run into each other', () => {
    const draft = new StateDraft(new BookState());
    for (const key of [['a/b'], ['a', ''], ['/']])
      assert.throws(() => draft.set(table, key, { number: 1 }), AssertionFailedError);
  });
});

describe('StateDraft', () => {
  it('leaves its base as it was until it is applied', () => {
    const state = stateOf({ a: 1 });
    const draft = new StateDraft(state);
    draft.set(table, ['a'], { number: 5 });
    draft.set(table, ['b'], { number: 6 });
    assert.deepEqual(draft.get(table, 'a'), { number: 5 });
    assert.deepEqual(state.get(table, 'a'), { number: 1 });
    state.apply(draft);
    assert.deepEqual(state.get(table, 'a'), { number: 5 });
    assert.deepEqual(state.get(table, 'b'), { number: 6 });
  });

  it('forgets a row that it removed, and finds it when set again', () => {
    const draft = new StateDraft(stateOf({ a: 1 }));
    draft.remove(table, 'a');
    assert.equal(draft.get(table, 'a'), undefined);
    assert.deepEqual(draft.changes(), [{ key: 'devices/a', value: undefined }]);
    draft.set(table, ['a'], { number: 1 });
    assert.deepEqual(draft.get(table, 'a'), { number: 1 });
    assert.deepEqual(draft.changes(), [], 'as it was');
  });

  it('tells no change for a row that came and went, or was never there', () => {
    const draft = new StateDraft(new BookState());
    draft.set(table, ['a'], { number: 1 });
    draft.remove(table, 'a');
    draft.remove(table, 'b');
    assert.deepEqual(draft.changes(), []);
  });

  it('agrees with a plain map, whatever is done in whatever order', () => {
    const step = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd'),
      number: fc.option(fc.nat(3)),
      apply: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [state, oracle] = [new BookState(), new Map<string, number>()];
        const stored = new Map<string, Uint8Array>();
        for (const { key, number, apply } of steps) {
          const draft = new StateDraft(state);
          if (number === null) draft.remove(table, key);
          else draft.set(table, [key], { number });
          if (!apply) continue;
          for (const change of draft.changes()) {
            if (change.value === undefined) stored.delete(change.key);
            else stored.set(change.key, change.value);
          }
          state.apply(draft);
          if (number === null) oracle.delete(key);
          else oracle.set(key, number);
        }
        const again = BookState.of([...stored].map(([key, value]) => ({ key, value })));
        const expected = [...oracle].sort().map(([key, number]) => ({ key: [key], row: { number } }));
        assert.deepEqual(state.rows(table), expected);
        assert.deepEqual(again.rows(table), expected);
      }),
    );
  });
});
