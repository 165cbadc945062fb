import type { Daemon } from '../../src/daemon/index.ts';

/** What a running node tells of itself. */
export type NodeEvent = Parameters<Parameters<Daemon['listen']>[0]>[0];

/** Characters of an id that tell it from others at a glance. */
const SHORT_ID_LENGTH = 12;

const short = (id: string | undefined): string => (id === undefined ? 'somebody' : `${id.slice(0, SHORT_ID_LENGTH)}…`);

/** @returns an event in words for somebody who watches the screen, or undefined for one that says nothing to people. */
export function eventLine(event: NodeEvent): string | undefined {
  switch (event.type) {
    case 'effect':
      return event.effect === 'applied'
        ? `${event.kind} of ${short(event.identity)} applies (entry ${short(event.id)})`
        : `${event.kind} of ${short(event.identity)} is refused: ${event.effect} (entry ${short(event.id)})`;
    case 'fork':
      return `The book ${short(event.book)} of ${short(event.identity)} forked at ${event.sequence}: it ends there`;
    case 'checkpoint':
      return `${event.size} entries of the book ${short(event.book)} of ${short(event.identity)} are ${event.word}: ${event.cosigners.length} of ${event.witnesses} witnesses confirm them`;
    case 'evidence':
      return `A ${event.role} signed two views of the book ${short(event.book)} (${event.proves}, device ${short(event.device)}): see mutua evidence show ${event.evidence}`;
    case 'rival':
      return `${short(event.identity)} opened ${event.books.length} books on ${event.channel}, where a body has one: trust none without asking`;
    case 'inbox':
      return `${event.kind} came in from ${short(event.from)} (entry ${short(event.id)})`;
    case 'pending':
      return `A claim waits for attestors: ${event.claim}`;
    case 'peer':
      return `${event.connected ? 'Met' : 'Lost'} ${short(event.identity ?? event.peer)}`;
    default:
      return undefined;
  }
}
