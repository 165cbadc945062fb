import { textToBytes } from '../core/base/bytes.ts';
import { tagged } from '../core/base/hash.ts';
import { type Id, idToBytes } from '../core/base/id.ts';
import { CARRIED_LOG_BYTES_MAX, FRAME_BYTES_MAX } from '../core/base/limits.ts';
import { present } from '../core/base/outcome.ts';
import { refusalNumber, refusalOfNumber, refusalSentence } from '../core/base/refusals.ts';
import { eventDigest } from '../core/identity/event.ts';
import { resolveLogUpTo } from '../core/identity/log.ts';
import { IdentityEvent } from '../core/wire/messages/identity.ts';
import { SubmitFrame, type SubmitHello, type SubmitOutcome } from '../core/wire/messages/peer.ts';
import { wireSentence } from '../core/wire/shape.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { PeerName } from '../ports/network.ts';
import { HELLO_AGAIN_MS, SUBMIT_TIMEOUT_MS } from './constants.ts';
import type { ItemOutcome } from './events.ts';
import type { Identities } from './identities.ts';
import type { World } from './world.ts';

/** What the submit protocol needs of the machine around it. */
export interface SubmitHooks {
  sign(message: Uint8Array, then: (signature: Uint8Array) => void): void;
  /** Items that a peer submits; `answer` is called when each is durable or refused. */
  receive(peer: PeerName, items: readonly Uint8Array[], answer: (outcomes: readonly ItemOutcome[]) => void): void;
  learnEvents(identity: Id, events: readonly IdentityEvent[]): void;
  /** A peer has proven whose node it is. */
  introduced(peer: PeerName, identity: Id): void;
}

interface Waiting {
  readonly peer: PeerName;
  readonly until: number;
  readonly done: (outcomes: readonly ItemOutcome[] | undefined) => void;
}

/** Requests of one peer that are in hand while it may send another, each up to a frame: what a busy client needs. */
const REQUESTS_IN_HAND_MAX = 16;

const NOTHING: SubmitFrame = { hello: undefined, request: undefined, answer: undefined };

/** `/mutua/submit/1`: peers say whose node they are, and hand items to the body that they are for (protocol §4). */
export class Submit {
  readonly #world: World;
  readonly #identities: Identities;
  readonly #hooks: SubmitHooks;
  readonly #identityOf = new Map<PeerName, Id>();
  readonly #waiting = new Map<number, Waiting>();
  /** Connected peers that have not said whose node they are, with the time at which they were last asked. */
  readonly #unknown = new Map<PeerName, number>();
  readonly #inHand = new Map<PeerName, number>();
  #number = 0;

  constructor(world: World, identities: Identities, hooks: SubmitHooks) {
    this.#world = world;
    this.#identities = identities;
    this.#hooks = hooks;
  }

  /** Whose node a connected peer is, where it has said and proven so. */
  identityOf(peer: PeerName): Id | undefined {
    return this.#identityOf.get(peer);
  }

  /** A connected peer that serves this identity. */
  peerOf(identity: Id): PeerName | undefined {
    for (const [peer, served] of this.#identityOf) if (served === identity) return peer;
    return undefined;
  }

  /** Says whose node this is. */
  connected(peer: PeerName): void {
    this.#unknown.set(peer, this.#world.clock.nowMs());
    this.#sayHello(peer, true);
  }

  #sayHello(peer: PeerName, answer: boolean): void {
    const { self } = this.#world;
    const newest = present(self.log.at(-1), 'an identity log holds its inception');
    const bytes = self.log.reduce((sum, event) => sum + IdentityEvent.encode(event).length + 4, 0);
    this.#hooks.sign(helloMessage(this.#world.network, this.#world.peerName), (signature) => {
      const log = bytes <= CARRIED_LOG_BYTES_MAX ? self.log : [];
      const hello = {
        identity: self.identity,
        device: self.device,
        log,
        logNumber: newest.number,
        logDigest: eventDigest(newest),
        signature,
        answer,
      };
      this.#send(peer, { hello, request: undefined, answer: undefined });
    });
  }

  /** Forgets a peer; what it had not answered was not answered. */
  gone(peer: PeerName): void {
    this.#identityOf.delete(peer);
    this.#unknown.delete(peer);
    this.#inHand.delete(peer);
    for (const [number, waiting] of this.#waiting) if (waiting.peer === peer) this.#give(number, undefined);
  }

  /** Hands items to a peer. `done` gets undefined where the peer goes or is silent for 15 s. */
  request(peer: PeerName, items: readonly Uint8Array[], done: Waiting['done']): void {
    this.#number += 1;
    this.#waiting.set(this.#number, { peer, until: this.#world.clock.nowMs() + SUBMIT_TIMEOUT_MS, done });
    this.#send(peer, { hello: undefined, request: { number: this.#number, items }, answer: undefined });
  }

  /** Asks again who is silent, and gives up what was not answered in time. */
  tick(nowMs: number): void {
    for (const [peer, askedAtMs] of this.#unknown) {
      if (Math.abs(nowMs - askedAtMs) < HELLO_AGAIN_MS) continue;
      this.#unknown.set(peer, nowMs);
      this.#sayHello(peer, true);
    }
    for (const [number, waiting] of this.#waiting) if (waiting.until < nowMs) this.#give(number, undefined);
  }

  /**
   * Takes a frame. `done` is called when the next may come: at once while few of the peer's requests are in hand, else when one
   * is answered.
   * @returns the reason to hang up on a peer that sends what no honest one would.
   */
  frame(peer: PeerName, frame: Uint8Array, done: () => void): string | undefined {
    const decoded = SubmitFrame.decode(frame, FRAME_BYTES_MAX);
    const { hello, request, answer } = decoded.ok ? decoded.value : NOTHING;
    if (request !== undefined && hello === undefined && answer === undefined) {
      this.#receive(peer, request, done);
      return undefined;
    }
    done();
    if (!decoded.ok) return wireSentence('submit frame', decoded.reason);
    if ([hello, request, answer].filter((part) => part !== undefined).length !== 1)
      return 'A submit frame holds exactly one message.';
    if (hello !== undefined) return this.#hello(peer, hello);
    if (answer !== undefined && this.#waiting.get(answer.number)?.peer === peer)
      this.#give(answer.number, answer.outcomes.map(toItemOutcome));
    return undefined;
  }

  #receive(peer: PeerName, request: NonNullable<SubmitFrame['request']>, done: () => void): void {
    const inHand = (this.#inHand.get(peer) ?? 0) + 1;
    this.#inHand.set(peer, inHand);
    this.#hooks.receive(peer, request.items, (outcomes) => {
      this.#inHand.set(peer, Math.max(0, (this.#inHand.get(peer) ?? 0) - 1));
      this.#answer(peer, request.number, outcomes);
      if (inHand > REQUESTS_IN_HAND_MAX) done();
    });
    if (inHand <= REQUESTS_IN_HAND_MAX) done();
  }

  #hello(peer: PeerName, hello: SubmitHello): string | undefined {
    const { verify } = this.#world.verified;
    const message = helloMessage(this.#world.network, peer);
    if (!verify({ publicKey: idToBytes(hello.device), message, signature: hello.signature }))
      return 'The hello is not signed by the device that it names.';
    const carried = hello.log.length > 0;
    const log = resolveLogUpTo(
      hello.identity,
      hello.logDigest,
      carried ? hello.log : this.#identities.eventsOf(hello.identity),
      verify,
    );
    if (log === undefined && !carried) return undefined;
    if (log?.devices.get(hello.device) === undefined)
      return 'The hello names a device that its identity log does not grant.';
    this.#hooks.learnEvents(hello.identity, log.events);
    const newest = this.#identities.stateOf(hello.identity)?.devices.get(hello.device);
    if (newest?.revoked !== undefined) return 'The device was revoked.';
    if (hello.answer) this.#sayHello(peer, false);
    this.#unknown.delete(peer);
    this.#identityOf.set(peer, hello.identity);
    this.#hooks.introduced(peer, hello.identity);
    return undefined;
  }

  #answer(peer: PeerName, number: number, outcomes: readonly ItemOutcome[]): void {
    this.#send(peer, {
      hello: undefined,
      request: undefined,
      answer: { number, outcomes: outcomes.map(toSubmitOutcome) },
    });
  }

  #give(number: number, outcomes: readonly ItemOutcome[] | undefined): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    waiting?.done(outcomes);
  }

  #send(peer: PeerName, frame: SubmitFrame): void {
    this.#world.effect({ type: 'send', peer, protocol: '/mutua/submit/1', frame: SubmitFrame.encode(frame) });
  }
}

function helloMessage(network: Uint8Array, peer: PeerName): Uint8Array {
  return tagged(TAGS.submitHello, [network, textToBytes(peer)]);
}

function toSubmitOutcome(outcome: ItemOutcome): SubmitOutcome {
  const code = outcome.code === undefined ? 0 : refusalNumber(outcome.code);
  if (outcome.word === 'refused') return { word: 'refused', code, carrier: outcome.carrier };
  if (outcome.word === 'carried') return { word: 'accepted', code: 0, carrier: outcome.carrier };
  const pending =
    outcome.word === 'kept' || outcome.word === 'stored' || outcome.word === 'known' || outcome.word === 'passing';
  return { word: pending ? 'pending' : 'later', code: 0, carrier: undefined };
}

function toItemOutcome(outcome: SubmitOutcome): ItemOutcome {
  const words = { accepted: 'carried', pending: 'kept', refused: 'refused', later: 'later' } as const;
  const code = refusalOfNumber(outcome.code);
  return {
    verdict: 'accept',
    word: words[outcome.word],
    id: undefined,
    code,
    sentence: code === undefined ? undefined : refusalSentence(code),
    carrier: outcome.carrier,
  };
}
