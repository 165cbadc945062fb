/** Nodes of one process that reach each other in memory, each with its API on a port of loopback. */
import assert from 'node:assert/strict';
import { startHttpServer } from '../../src/adapters/http-server/server.ts';
import { createMemoBox } from '../../src/adapters/keystore/memo-box.ts';
import type { MemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts';
import { createNativeSigner } from '../../src/adapters/signatures/native-signatures.ts';
import { createNobleSignatures } from '../../src/adapters/signatures/noble-signatures.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { systemRandom } from '../../src/adapters/system/system-random.ts';
import { type ApiClient, createApiClient } from '../../src/api/client.ts';
import { SCOPES, type Scope } from '../../src/api/route.ts';
import type { Beginnings } from '../../src/client/beginnings.ts';
import {
  assembleFounding,
  type BodyKeyRing,
  type BodyKeys,
  draftFounding,
  inceptPerson,
} from '../../src/client/identity-setup.ts';
import { type Client, createClient } from '../../src/client/index.ts';
import { acceptanceForm, foundingForm, keyForm, messageToText, textToMessage } from '../../src/client/text-forms.ts';
import { bytesToId, type Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { answer } from '../../src/daemon/answering.ts';
import { EventRing } from '../../src/daemon/event-ring.ts';
import type { Self } from '../../src/engine/world.ts';
import type { Logger } from '../../src/ports/logger.ts';
import type { MemoBox } from '../../src/ports/memo-box.ts';
import type { Signer } from '../../src/ports/signatures.ts';
import type { Store } from '../../src/ports/store.ts';
import { NETWORK } from './books.ts';
import { REGION } from './identities.ts';
import { until } from './processes.ts';
import { verifySignature } from './signing.ts';

/** Whoever reads a test's output wants the test's words only. */
export const SILENT: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** What is kept of a node when it stops. */
export interface NodeParts {
  readonly self: Self;
  readonly signer: Signer;
  readonly memoBox: MemoBox;
  readonly beginnings: Beginnings;
  readonly bodyKeys: BodyKeyRing | undefined;
  readonly store: Store;
}

/** A running node with its API. */
export interface ApiNode extends AsyncDisposable {
  readonly name: string;
  readonly identity: Id;
  readonly client: Client;
  readonly url: string;
  /** Typed calls with every scope. */
  readonly api: ApiClient;
  readonly tokens: Readonly<Record<Scope, string>>;
  readonly parts: NodeParts;
}

const TOKENS = { read: 'token-read', write: 'token-write', spend: 'token-spend', admin: 'token-admin' } as const;

/** Starts a node on what is kept of it. `peerName` is its name in the hub. */
export async function startNode(hub: MemoryHub, peerName: string, parts: NodeParts): Promise<ApiNode> {
  const { self, signer, memoBox, beginnings, bodyKeys, store } = parts;
  const ports = { signatures: createNobleSignatures(), clock: systemClock, random: systemRandom, logger: SILENT };
  const network = hub.createNetwork(peerName);
  const client = await createClient({
    networkId: NETWORK,
    self,
    beginnings,
    store,
    network,
    signer,
    memoBox,
    bodyKeys,
    ...ports,
  });
  const events = new EventRing('boot');
  client.listen((notice) => events.add(notice));
  const server = await startHttpServer({
    port: 0,
    tokens: SCOPES.map((scope, index) => ({ token: TOKENS[scope], scopes: SCOPES.slice(0, index + 1) })),
    version: '0.0.0',
    logger: SILENT,
    answer: (name, question) => answer(client, name, question),
    events: (lastEventId, signal) => events.read(lastEventId, signal),
    metrics: async () => 'mutua_books 1\n',
    notReady: () => client.driver.peer.writer.readOnly,
  });
  return {
    name: beginnings.name,
    identity: self.identity,
    client,
    url: server.url,
    api: createApiClient({ url: server.url, token: TOKENS.admin }),
    tokens: TOKENS,
    parts,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await client[Symbol.asyncDispose]();
    },
  };
}

/** A device key, and what is sealed for it. */
function newDevice(): Pick<NodeParts, 'signer' | 'memoBox'> {
  const seed = systemRandom.bytes(32);
  return { signer: createNativeSigner(seed), memoBox: createMemoBox(seed) };
}

function newSigner(): Signer {
  return createNativeSigner(systemRandom.bytes(32));
}

function newRing(): BodyKeyRing {
  const keys: BodyKeys[] = [];
  return {
    all: () => keys,
    make: async (label) => {
      const made = { label, root: newSigner(), nextKey: bytesToId(newSigner().publicKey) };
      keys.push(made);
      return made;
    },
  };
}

/** Makes a person and starts its node. */
export async function startPerson(hub: MemoryHub, name: string): Promise<ApiNode> {
  const { signer, memoBox } = newDevice();
  const device = bytesToId(signer.publicKey);
  const log = await inceptPerson({ root: newSigner(), nextKey: bytesToId(newSigner().publicKey) }, device);
  const { identity } = present(log[0], 'a log begins with an inception');
  const self: Self = { identity, kind: 'person', device, log, region: REGION };
  return startNode(hub, name, {
    self,
    signer,
    memoBox,
    beginnings: { name },
    bodyKeys: newRing(),
    store: createMemoryStore(),
  });
}

/** Founds a body by what its founders' nodes sign over their APIs, and starts its node. */
export async function startBody(
  hub: MemoryHub,
  kind: 'bank' | 'cooperative' | 'assembly' | 'federation',
  name: string,
  founders: readonly ApiNode[],
): Promise<ApiNode> {
  const { signer, memoBox } = newDevice();
  const device = bytesToId(signer.publicKey);
  const keyTexts = await Promise.all(founders.map(({ api }) => api.call('member.keyText', { label: name })));
  const drafted = draftFounding({
    network: NETWORK,
    kind,
    name,
    region: REGION,
    device,
    founders: keyTexts.map(({ text }) => read(textToMessage(keyForm, text))),
    charterText: { purpose: `${name} of the valley.`, criteria: ['lives here'] },
    attestationCount: 2,
  });
  const founding = read(drafted);
  const text = messageToText(foundingForm, founding);
  const accepted = await Promise.all(founders.map(({ api }) => api.call('member.acceptFounding', { text })));
  const acceptances = accepted.map((each) => read(textToMessage(acceptanceForm, each.text)));
  const founded = read(assembleFounding(founding, acceptances, verifySignature));
  const self: Self = { identity: founded.identity, kind, device, log: founded.log, region: REGION };
  const beginnings = { name, founding: founded.founding, charterText: founding.charterText };
  return startNode(hub, name, { self, signer, memoBox, beginnings, bodyKeys: newRing(), store: createMemoryStore() });
}

function read<Value>(outcome: { ok: true; value: Value } | { ok: false; reason: string }): Value {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.reason);
}

/** Connects a node to another by an invite, as people do. */
export async function invite(host: ApiNode, guest: ApiNode, roots: readonly ApiNode[]): Promise<void> {
  const { text } = await host.api.call('invite.create', { roots: roots.map(({ identity }) => identity) });
  const { dialed, contact } = await guest.api.call('invite.accept', { text });
  assert.deepEqual([dialed.map(({ reached }) => reached), contact], [[true], host.identity]);
}

/** Work of an hour and a half, which its worker claims, others attest and the cooperative records. */
export interface Work {
  readonly worker: ApiNode;
  readonly attestors: readonly ApiNode[];
  readonly cooperative: ApiNode;
  readonly bank: ApiNode;
  readonly startMs: number;
  readonly taskClass?: number;
}

/** Does all that. @returns the claim's id. */
export async function work({ worker, attestors, cooperative, bank, startMs, taskClass }: Work): Promise<string> {
  const { claim, answer } = await worker.api.call('labor.claim', {
    cooperative: cooperative.identity,
    bank: bank.identity,
    intervals: [{ start: new Date(startMs).toISOString(), minutes: 90 }],
    taskClass,
  });
  assert.equal(answer.word, 'pending', 'the cooperative holds the claim');
  for (const attestor of attestors) {
    await until(`${attestor.name} sees the claim`, async () => {
      const { pending } = await attestor.api.call('labor.list', { cooperative: cooperative.identity });
      return pending.find((each) => each.claim === claim);
    });
    await attestor.api.call('labor.attest', { claim });
  }
  const recorded = await cooperative.api.call('labor.record', { claim });
  assert.deepEqual(recorded.amount, { seconds: 5400, notes: '1.5' });
  assert.equal(recorded.attestors.length, attestors.length);
  return claim;
}
