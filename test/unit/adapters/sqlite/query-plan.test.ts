import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { it } from 'node:test';
import { MIGRATIONS } from '../../../../src/adapters/sqlite/migrations.ts';
import { PUT_CARRIED_SQL } from '../../../../src/adapters/sqlite/writer.ts';

it('looks for what is carried by its id, not through all that a ledger carries', () => {
  const database = new DatabaseSync(':memory:');
  for (const step of MIGRATIONS) database.exec(step);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${PUT_CARRIED_SQL}`).all();
  const steps = plan.map(({ detail }) => String(detail));
  assert.ok(
    steps.some((step) => step.includes('carried_by_id')),
    steps.join('; '),
  );
  assert.ok(!steps.some((step) => step.includes('carried_by_book')), steps.join('; '));
  database.close();
});
