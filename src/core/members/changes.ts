import type { Id } from '../base/id.ts';
import { present } from '../base/outcome.ts';
import type { StateDraft } from '../books/state.ts';
import type { Entry } from '../wire/entry.ts';
import type { MemberChange } from '../wire/messages/state.ts';
import { bodyTable, changesTable, membersTable } from './tables.ts';

const MEMBERS_ADDED: Readonly<Record<MemberChange['type'], number>> = { joined: 1, gone: -1, vouched: 0 };

/** Adds one row to the history of the members, made by `entry`. The body's row must be there. */
export function recordChange(state: StateDraft, entry: Entry, identity: Id, type: MemberChange['type']): void {
  const body = present(state.get(bodyTable, 'current'), 'the Opening left a row of the body');
  const members = state.get(changesTable, String(body.changes))?.members ?? 0;
  const number = body.changes + 1;
  const before = type === 'vouched' ? 0 : (state.get(membersTable, identity)?.change ?? 0);
  state.set(changesTable, [String(number)], {
    sequence: entry.header.sequence,
    identity,
    type,
    before,
    members: members + MEMBERS_ADDED[type],
  });
  state.set(bodyTable, ['current'], { ...body, changes: number });
  if (type !== 'vouched') state.set(membersTable, [identity], { change: number });
}
