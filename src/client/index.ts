import type { ByteStream } from '../api/client.ts';
import { type Planned, parseInput } from '../api/route.ts';
import { type JsonRouteName, type ParsedRouteInput, ROUTES, type RouteInput, type RouteOutput } from '../api/routes.ts';
import { bytesToId } from '../core/base/id.ts';
import { CHANNELS } from '../core/base/region.ts';
import type { RuleSet } from '../core/books/rules.ts';
import { decisionRules } from '../core/decisions/rules.ts';
import { resolveLog } from '../core/identity/log.ts';
import { laborRules } from '../core/labor/rules.ts';
import { ledgerRules } from '../core/ledger/rules.ts';
import { memberRules } from '../core/members/rules.ts';
import type { WitnessOffer } from '../core/witness/offer.ts';
import type { PeerNotice } from '../engine/events.ts';
import type { Self } from '../engine/world.ts';
import type { Clock } from '../ports/clock.ts';
import type { Logger } from '../ports/logger.ts';
import type { MemoBox } from '../ports/memo-box.ts';
import type { Network } from '../ports/network.ts';
import type { Random } from '../ports/random.ts';
import type { Signatures, Signer } from '../ports/signatures.ts';
import type { Store } from '../ports/store.ts';
import { openBallots } from './ballot-opener.ts';
import { type Beginnings, writeBeginnings } from './beginnings.ts';
import { type OperationContext, PLANNED_ACTS, peerOf, realActs } from './context.ts';
import { DecisionFollower } from './decided.ts';
import { type DriverOptions, PeerDriver } from './driver.ts';
import { OperationFault, PlannedChange } from './fault.ts';
import { HANDLERS, type Handler, STREAMS } from './handlers.ts';
import type { BodyKeyRing } from './identity-setup.ts';
import { takePartInLots } from './lot-party.ts';
import { Names } from './names.ts';
import { type FileSource, importItems } from './operations/import.ts';
import { CARRIED_BY_ITSELF, carryConsents } from './operations/members.ts';
import { Outbox } from './outbox.ts';

export { createMemoBox } from '../adapters/keystore/memo-box.ts';
export { createMemoryHub, type MemoryHub } from '../adapters/memory/memory-network.ts';
export { createMemoryStore } from '../adapters/memory/memory-store.ts';
export { createNobleSignatures, createNobleSigner } from '../adapters/signatures/noble-signatures.ts';
export { createWebCryptoSignatures } from '../adapters/signatures/web-crypto-signatures.ts';
export { parseAmount } from '../core/base/amount.ts';
export { bytesToId, type Id, parseId } from '../core/base/id.ts';
export { parseRegion, type Region } from '../core/base/region.ts';
export { NotWrittenError, PeerRestartedError } from './driver.ts';
export { OperationFault } from './fault.ts';
export { type BodyKeyRing, type BodyKeys, inceptPerson, type RootKeys } from './identity-setup.ts';

/** The rule sets of this version, in the order in which they are asked. */
export const RULE_SETS: readonly RuleSet[] = [memberRules, laborRules, ledgerRules, decisionRules];

/** What an embedded peer is made of: whose it is, and its ports. */
export interface ClientOptions {
  /** 16 bytes that keep networks apart. */
  readonly networkId: Uint8Array;
  readonly self: Self;
  /** Name and, for a body, founding: written where its books do not begin with them yet. */
  readonly beginnings: Beginnings;
  readonly store: Store;
  readonly network: Network;
  /** The device key. */
  readonly signer: Signer;
  /** Seals and opens memos with the device key, see `createMemoBox`; without it this peer writes and reads none. */
  readonly memoBox?: MemoBox | undefined;
  readonly signatures: Signatures;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Where root keys of bodies are kept, of federations at a body's node; without it this peer founds none. */
  readonly bodyKeys?: BodyKeyRing | undefined;
  /** Whether to confirm books whose charter names this identity: `auto`, where absent, as a body and in its region; `on`; `off`. */
  readonly witness?: WitnessOffer | undefined;
  /** See DriverOptions. */
  readonly guard?: DriverOptions['guard'];
  /** See DriverOptions. */
  readonly readOnly?: DriverOptions['readOnly'];
}

/** A running peer in this process; the same operations as over HTTP, without HTTP. */
export interface Client extends AsyncDisposable {
  readonly driver: PeerDriver;
  readonly context: OperationContext;
  /** Runs an operation by its route's name. Rejects with OperationFault, NotWrittenError or ZodError for a bad input. */
  call<Name extends JsonRouteName>(name: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>>;
  /** Runs an operation on input that is parsed already; `isPlan` only says what it would do. */
  run<Name extends JsonRouteName>(name: Name, input: ParsedRouteInput<Name>, isPlan: false): Promise<RouteOutput<Name>>;
  run<Name extends JsonRouteName>(name: Name, input: ParsedRouteInput<Name>, isPlan: true): Promise<Planned>;
  /** Streams a file of items. */
  stream<Name extends keyof typeof STREAMS>(name: Name, input: ParsedRouteInput<Name>): Promise<ByteStream>;
  /** Takes in a file of items, which is read twice. */
  import(file: FileSource, options: { readonly join: boolean }): Promise<RouteOutput<'import'>>;
  /** Hears what happens from now on. @returns the function that ends it. */
  listen(listener: (notice: PeerNotice) => void): () => void;
}

/**
 * Opens a peer on its ports and starts it. It keeps its own books, follows its home region, catches up with other peers and
 * answers them until it is disposed; store, signatures and network belong to the caller, who closes the store after it.
 * @throws OperationFault `malformed` where the identity log does not grant the device, or another key signs.
 */
export async function createClient(options: ClientOptions): Promise<Client> {
  const { store, network, signer, signatures, clock, random, logger, self, networkId } = options;
  requireGranted(options);
  const world = { network: networkId, self, ruleSets: RULE_SETS, clock, random, signatures, witness: options.witness };
  const { guard, readOnly } = options;
  // What was opened is closed again where a later step fails: a timer left behind keeps a process from ending.
  await using undo = new AsyncDisposableStack();
  const driver = undo.use(await PeerDriver.open({ world, store, network, signer, logger, guard, readOnly }));
  const names = undo.use(await Names.open(driver, store, networkId));
  const outbox = undo.use(await Outbox.open({ driver, store, self, networkId, logger }));
  const acts = realActs({ driver, region: self.region, network, outbox });
  const ports = { driver, self, signer, store, network, signatures, clock };
  const context: OperationContext = {
    ...ports,
    bodyKeys: options.bodyKeys,
    memoBox: options.memoBox,
    names,
    outbox,
    acts,
  };
  if (readOnly === undefined && !driver.peer.settings.decidedOn(self.region)) {
    await driver.tell({ type: 'join', region: self.region, channels: CHANNELS });
  }
  await writeBeginnings(context, options.beginnings);
  await driver.start();
  undo.move();
  return new RunningClient(context, logger, readOnly !== undefined);
}

/** What a device writes that nobody granted, no other node would take. */
function requireGranted({ self, signatures, signer, readOnly }: ClientOptions): void {
  const device = resolveLog(self.identity, self.log, (check) => signatures.verify(check))?.devices.get(self.device);
  if (device === undefined) throw new OperationFault('malformed', 'The identity log does not grant this device.');
  if (readOnly !== undefined || bytesToId(signer.publicKey) === self.device) return;
  throw new OperationFault('malformed', 'The signer’s key is not that of the device.');
}

class RunningClient implements Client {
  readonly driver: PeerDriver;
  readonly context: OperationContext;
  readonly #logger: Logger;
  readonly #stopListening: () => void;
  #leaves: Promise<void> = Promise.resolve();
  /** What this node does by itself beside answering. */
  readonly #standing: readonly AsyncDisposable[];

  constructor(context: OperationContext, logger: Logger, isReadOnly: boolean) {
    this.context = context;
    this.driver = context.driver;
    this.#logger = logger;
    this.#standing = isReadOnly
      ? []
      : [takePartInLots(context, logger), new DecisionFollower(context, logger), openBallots(context, logger)];
    this.#stopListening = this.driver.listen((notice) => {
      if (notice.type === 'inbox' && CARRIED_BY_ITSELF.some(({ name }) => name === notice.kind)) this.#carryConsents();
    });
    if (
      peerOf(context)
        .desk.inbox.all()
        .some(({ entry }) => CARRIED_BY_ITSELF.some(({ number }) => number === entry.header.kind))
    )
      this.#carryConsents();
  }

  async call<Name extends JsonRouteName>(name: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>> {
    return await this.run(name, parseInput(ROUTES[name], input) as ParsedRouteInput<Name>, false);
  }

  run<Name extends JsonRouteName>(name: Name, input: ParsedRouteInput<Name>, isPlan: false): Promise<RouteOutput<Name>>;
  run<Name extends JsonRouteName>(name: Name, input: ParsedRouteInput<Name>, isPlan: true): Promise<Planned>;
  async run<Name extends JsonRouteName>(
    name: Name,
    input: ParsedRouteInput<Name>,
    isPlan: boolean,
  ): Promise<RouteOutput<Name> | Planned> {
    const handler: Handler<Name> = HANDLERS[name];
    if (!isPlan) return await handler(this.context, input);
    try {
      await handler({ ...this.context, acts: PLANNED_ACTS }, input);
      return { dryRun: true, would: 'It would change nothing.' };
    } catch (error) {
      if (error instanceof PlannedChange) return { dryRun: true, would: error.message };
      throw error;
    }
  }

  async stream<Name extends keyof typeof STREAMS>(name: Name, input: ParsedRouteInput<Name>): Promise<ByteStream> {
    return await STREAMS[name](this.context, input);
  }

  async import(file: FileSource, options: { readonly join: boolean }): Promise<RouteOutput<'import'>> {
    return await importItems(this.context, { ...options, file });
  }

  listen(listener: (notice: PeerNotice) => void): () => void {
    return this.driver.listen(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    this.context.outbox[Symbol.dispose]();
    this.context.names[Symbol.dispose]();
    for (const standing of this.#standing) await standing[Symbol.asyncDispose]();
    await this.#leaves;
    await this.driver[Symbol.asyncDispose]();
  }

  #carryConsents(): void {
    this.#leaves = this.#leaves
      .then(() => carryConsents(this.context))
      .catch((error: unknown) => {
        const reason = error instanceof OperationFault ? error.code : String(error);
        this.#logger.warn('a leave or an appeal could not be carried yet', { reason });
      });
  }
}
