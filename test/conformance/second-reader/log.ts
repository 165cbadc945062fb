/** Section 4 of proto/README.md. An event is kept with its bytes without signatures, which are the first bytes of it. */
import { isKey, isSigned, tagged, taggedHash } from './crypto.ts';
import { bytesOf, decode, idOf, idsOf, type Message, messageOf, messagesOf, numberOf, optionalIdOf } from './schema.ts';

/** One identity event. */
export interface Event {
  readonly identity: string;
  readonly number: number;
  readonly previous: string | undefined;
  readonly digest: string;
  readonly bytes: Buffer;
  readonly unsigned: Buffer;
  readonly change: { readonly type: string; readonly value: Message } | undefined;
  readonly inception: Buffer;
  readonly signatures: readonly { readonly index: number; readonly signature: Buffer }[];
}

/** What events say so far. */
export interface Log {
  readonly identity: string;
  readonly kind: number;
  readonly number: number;
  readonly digest: string;
  readonly region: string;
  readonly rootKeys: readonly string[];
  readonly nextDigests: readonly string[];
  readonly nextThreshold: number;
  readonly threshold: number;
  /** Device to whether it is held. */
  readonly devices: ReadonlyMap<string, boolean>;
  readonly nodeKeys: readonly string[];
  readonly contestedAt: number | null;
  readonly events: readonly Event[];
}

/** @returns an event. @throws NotCanonical. */
export function readEvent(bytes: Buffer): Event {
  const message = decode('IdentityEvent', bytes);
  const body = messageOf(message, 'body');
  const changes = Object.entries(body ?? {}).filter(([, value]) => value !== undefined);
  const [type] = changes[0] ?? [];
  const value = type === undefined || body === undefined ? undefined : messageOf(body, type);
  const signatures = messagesOf(message, 'root_signatures').map((one) => ({
    index: numberOf(one, 'key_index'),
    signature: bytesOf(one, 'signature'),
  }));
  const parts = splitFields(bytes);
  const unsigned = Buffer.concat(parts.filter(({ number }) => number !== 5).map(({ whole }) => whole));
  const bodyBytes = parts.find(({ number }) => number === 4)?.content ?? Buffer.alloc(0);
  return {
    identity: idOf(message, 'identity'),
    number: numberOf(message, 'number'),
    previous: optionalIdOf(message, 'previous_digest'),
    digest: taggedHash('mutua/1/identity-event-digest', unsigned),
    bytes,
    unsigned,
    change: changes.length === 1 && type !== undefined && value !== undefined ? { type, value } : undefined,
    inception: splitFields(bodyBytes)[0]?.content ?? Buffer.alloc(0),
    signatures,
  };
}

/** Top fields of a canonical message whose lengths fit two bytes. */
export function splitFields(
  bytes: Buffer,
): readonly { readonly number: number; readonly content: Buffer; readonly whole: Buffer }[] {
  const parts: { number: number; content: Buffer; whole: Buffer }[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at;
    const tag = bytes[at] ?? 0;
    at += 1;
    let value = 0;
    for (let shift = 0, more = true; more; shift += 7, at += 1) {
      value += ((bytes[at] ?? 0) & 127) * 2 ** shift;
      more = (bytes[at] ?? 0) >= 128;
    }
    const content = tag % 8 === 2 ? bytes.subarray(at, at + value) : Buffer.alloc(0);
    at += content.length;
    parts.push({ number: tag >> 3, content, whole: bytes.subarray(start, at) });
  }
  return parts;
}

function keysOf(value: Message) {
  return {
    rootKeys: idsOf(value, 'root_keys'),
    nextDigests: idsOf(value, 'next_digests'),
    threshold: numberOf(value, 'threshold'),
    nextThreshold: numberOf(value, 'next_threshold'),
  };
}

function areKeysSound({ rootKeys, nextDigests, threshold, nextThreshold }: ReturnType<typeof keysOf>): boolean {
  const distinct = new Set(rootKeys).size === rootKeys.length && new Set(nextDigests).size === nextDigests.length;
  return distinct && threshold <= rootKeys.length && nextThreshold <= nextDigests.length && rootKeys.every(isKey);
}

/** Keys that signed; none where one signature is out of order, without key, or does not hold. */
function signersOf(event: Event, rootKeys: readonly string[]): readonly string[] {
  const message = tagged('mutua/1/identity-event', event.unsigned);
  const sound = event.signatures.every(({ index, signature }, place) => {
    const key = rootKeys[index];
    return key !== undefined && index > (event.signatures[place - 1]?.index ?? -1) && isSigned(key, message, signature);
  });
  return sound ? event.signatures.map(({ index }) => rootKeys[index] ?? '') : [];
}

function start(event: Event): Log | undefined {
  if (event.change?.type !== 'inception' || event.number !== 0 || event.previous !== undefined) return undefined;
  const { value } = event.change;
  const [keys, device, region] = [keysOf(value), idOf(value, 'device'), String(value['region'])];
  const fits =
    event.identity === taggedHash('mutua/1/identity', event.inception) && (value['kind'] === 1) === (region === '');
  if (!fits || !areKeysSound(keys) || !isKey(device) || signersOf(event, keys.rootKeys).length < keys.threshold)
    return undefined;
  const { identity, digest } = event;
  return {
    identity,
    kind: numberOf(value, 'kind'),
    number: 0,
    digest,
    region,
    ...keys,
    devices: new Map([[device, true]]),
    nodeKeys: [],
    contestedAt: null,
    events: [event],
  };
}

function next(log: Log, event: Event): Log | undefined {
  if (event.previous !== log.digest || event.number !== log.number + 1 || event.change === undefined) return undefined;
  const { type, value } = event.change;
  if (event.number >= 240 && type !== 'rotation' && type !== 'device_revoke') return undefined;
  const base = { ...log, number: event.number, digest: event.digest, events: [...log.events, event] };
  if (type === 'rotation') {
    const keys = keysOf(value);
    const signers = signersOf(event, keys.rootKeys);
    const announced = signers.filter((key) =>
      log.nextDigests.includes(taggedHash('mutua/1/next-key', Buffer.from(key, 'hex'))),
    );
    const enough = signers.length >= keys.threshold && announced.length >= log.nextThreshold;
    return enough && areKeysSound(keys) ? { ...base, ...keys } : undefined;
  }
  if (type === 'inception' || signersOf(event, log.rootKeys).length < log.threshold) return undefined;
  if (type === 'node_binding') {
    const message = tagged('mutua/1/node-binding', Buffer.from(log.identity, 'hex'));
    const nodeKey = idOf(value, 'node_key');
    if (!isSigned(nodeKey, message, bytesOf(value, 'proof'))) return undefined;
    return { ...base, nodeKeys: [...new Set([...log.nodeKeys, nodeKey])] };
  }
  const device = idOf(value, 'device');
  const held = [...log.devices.values()].filter((one) => one).length;
  const granting = type === 'device_grant';
  const allowed = granting ? !log.devices.has(device) && held < 64 && isKey(device) : log.devices.get(device) === true;
  return allowed ? { ...base, devices: new Map([...log.devices, [device, granting]]) } : undefined;
}

/** @returns what events of one identity say together. */
export function resolve(given: readonly Event[]): Log | undefined {
  const events = smallestFirst(given);
  let log = begin(events);
  while (log !== undefined) {
    const tree = grow(log, events);
    const [rotation] = tree.rotations;
    if (rotation === undefined) return tree.end;
    if (tree.rotations.length > 1) return partingOf(tree.rotations);
    log = rotation;
  }
  return undefined;
}

/** The tree of one announcement: its Rotations, and where it ends if there is none. */
function grow(log: Log, events: readonly Event[]): { readonly rotations: readonly Log[]; readonly end: Log } {
  const after = childrenOf(log, events);
  const others = after.filter((one) => !isRotation(one));
  const grown = others.map((one) => grow(one, events));
  const rotations = [...after.filter(isRotation), ...grown.flatMap((one) => one.rotations)];
  if (others.length > 1) return { rotations, end: { ...log, contestedAt: log.number + 1 } };
  return { rotations, end: grown[0]?.end ?? log };
}

/** Of several forms of one event that hold, the one with the smallest bytes counts. */
function smallestFirst(events: readonly Event[]): readonly Event[] {
  return events.toSorted((left, right) => Buffer.compare(left.bytes, right.bytes));
}

function childrenOf(log: Log, events: readonly Event[]): readonly Log[] {
  const children = new Map<string, Log>();
  for (const event of events) {
    const child = children.has(event.digest) ? undefined : next(log, event);
    if (child !== undefined) children.set(child.digest, child);
  }
  return [...children.values()];
}

function isRotation(log: Log): boolean {
  return log.events.at(-1)?.change?.type === 'rotation';
}

/** @returns the logs that end with each event that follows a log, on whatever branch, and whether a Rotation ends it or follows on. */
export function branchesAfter(
  log: Log,
  events: readonly Event[],
): readonly { readonly event: Event; readonly toRotation: boolean }[] {
  return childrenOf(log, smallestFirst(events)).flatMap((child) => {
    const beyond = branchesAfter(child, events);
    const toRotation = isRotation(child) || beyond.some((one) => one.toRotation);
    return [...child.events.slice(-1).map((event) => ({ event, toRotation })), ...beyond];
  });
}

/** @returns the log that begins with the first Inception among the events that holds. */
export function begin(events: readonly Event[]): Log | undefined {
  return smallestFirst(events)
    .map(start)
    .find((one) => one !== undefined);
}

function partingOf(rotations: readonly Log[]): Log | undefined {
  const [first, ...others] = rotations.map((one) => one.events);
  const shared =
    first?.findIndex((event, place) => others.some((events) => events[place]?.digest !== event.digest)) ?? 0;
  const log = replay((first ?? []).slice(0, shared));
  return log === undefined ? undefined : { ...log, contestedAt: log.number + 1 };
}

function replay(events: readonly Event[]): Log | undefined {
  const [first, ...rest] = events;
  return rest.reduce<Log | undefined>((log, event) => log && next(log, event), first && start(first));
}

/** @returns what the events on the chain to a digest say. */
export function resolveUpTo(digest: string, events: readonly Event[]): Log | undefined {
  const chain: Event[] = [];
  for (let wanted: string | undefined = digest; wanted !== undefined; ) {
    const forms = events.filter((event) => event.digest === wanted);
    chain.push(...forms);
    wanted = forms[0]?.previous;
  }
  const log = resolve(chain);
  return log?.digest === digest ? log : undefined;
}
