/** What a Noted does, section 10 of proto/README.md. Rows are bytes by key. */
import { open, readEntry, readFork } from './items.ts';
import { begin, branchesAfter, type Event, type Log, readEvent, resolve, splitFields } from './log.ts';
import { message, printed, type Rows } from './rows.ts';
import { decode, demand, idOf, NotCanonical } from './schema.ts';

const CODES = [
  'unknown_book',
  'device_revoked',
  'opening_malformed',
  'identity_event_malformed',
  'fork_proof_malformed',
] as const;
type Code = (typeof CODES)[number];

/** @returns the rows after a Noted, or the code of its refusal. */
export function note(payload: Buffer, before: Rows, network: Buffer): Rows | Code {
  decode('Noted', payload);
  const rows = new Map(before);
  const codes = new Set<Code | undefined>();
  const parts = splitFields(payload);
  const events = parts.filter(({ number }) => number === 2).map(({ content }) => readEvent(content));
  for (const identity of new Set(events.map((event) => event.identity))) {
    const isTaken = take(
      identity,
      events.filter((event) => event.identity === identity),
      rows,
    );
    if (isTaken === undefined) codes.add('identity_event_malformed');
  }
  for (const { number, content } of parts) if (number === 1) codes.add(noteOpening(content, events, rows, network));
  for (const { number, content } of parts) if (number === 3) codes.add(noteFork(content, rows, network));
  return CODES.find((code) => codes.has(code)) ?? rows;
}

function noteOpening(bytes: Buffer, beside: readonly Event[], rows: Rows, network: Buffer): Code | undefined {
  const opened = attempt(() => {
    const entry = readEntry(bytes, network);
    demand(entry.kind === 1, 'an Opening');
    const identity = idOf(decode('Opening', entry.payload ?? Buffer.alloc(0)), 'identity');
    return { id: entry.id, ...open(entry, [...notedEvents(identity, rows), ...beside]) };
  });
  if (opened === undefined) return 'opening_malformed';
  const { identity, device } = opened;
  const key = `books/${printed(opened.id)}`;
  if (rows.has(key)) return undefined;
  const log = take(identity, opened.carried, rows);
  if (log === undefined) return 'opening_malformed';
  if (log.devices.get(device) !== true) return 'device_revoked';
  rows.set(
    key,
    message([
      [1, identity],
      [2, opened.identityKind],
      [3, device],
      [4, opened.channel],
    ]),
  );
  return undefined;
}

function noteFork(payload: Buffer, rows: Rows, network: Buffer): Code | undefined {
  const fork = attempt(() => readFork(payload, network));
  if (fork === undefined) return 'fork_proof_malformed';
  const key = `books/${printed(fork.book)}`;
  const row = rows.get(key);
  if (row === undefined) return 'unknown_book';
  if (decode('NotedBook', row)['stopped'] !== true) rows.set(key, Buffer.concat([row, message([[5, 1]])]));
  return undefined;
}

/** @returns undefined where something was not canonical. */
function attempt<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}

function notedEvents(identity: string, rows: Rows): readonly Event[] {
  const events: Event[] = [];
  const rowAt = (place: number) => rows.get(`logEvents/${printed(identity)}/${place}`);
  for (let row = rowAt(0); row !== undefined; row = rowAt(events.length)) events.push(readEvent(row));
  return events;
}

/** @returns the log with these events taken, or undefined where they are malformed. */
function take(identity: string, events: readonly Event[], rows: Rows): Log | undefined {
  const noted = notedEvents(identity, rows);
  const all = [...noted, ...events];
  const [root, log] = [begin(all), resolve(all)];
  if (root === undefined || log === undefined) return undefined;
  const sound = new Set([root.digest, ...branchesAfter(root, all).map(({ event }) => event.digest)]);
  const isTwice = new Set(events.map(({ digest }) => digest)).size < events.length;
  if (isTwice || events.some(({ digest }) => !sound.has(digest))) return undefined;
  setLog(log, all, noted.length, rows);
  setDevices(resolve(noted), log, rows);
  return log;
}

function setLog(log: Log, all: readonly Event[], count: number, rows: Rows): void {
  const beyond = log.contestedAt === null ? [] : branchesAfter(log, all);
  const ranked = beyond
    .toSorted(
      (left, right) =>
        Number(right.toRotation) - Number(left.toRotation) ||
        left.event.number - right.event.number ||
        (left.event.digest < right.event.digest ? -1 : 1),
    )
    .slice(0, 256);
  const kept = [...log.events, ...ranked.map(({ event }) => event)];
  const key = printed(log.identity);
  rows.set(
    `logs/${key}`,
    message([
      [1, log.digest],
      [2, log.contestedAt ?? 0],
      [3, kept.length],
    ]),
  );
  for (const [place, event] of kept.entries()) rows.set(`logEvents/${key}/${place}`, event.bytes);
  for (let place = kept.length; place < count; place += 1) rows.delete(`logEvents/${key}/${place}`);
}

function setDevices(before: Log | undefined, log: Log, rows: Rows): void {
  for (const device of new Set([...(before?.devices.keys() ?? []), ...log.devices.keys()])) {
    const key = `devices/${printed(log.identity)}/${printed(device)}`;
    if (log.devices.get(device) === true) rows.delete(key);
    else if (!rows.has(key)) {
      const revoking = log.events.find(
        ({ change }) => change?.type === 'device_revoke' && idOf(change.value, 'device') === device,
      );
      rows.set(key, message([[1, revoking?.number ?? log.number]]));
    }
  }
}
