import { bytesToHex } from '@noble/hashes/utils.js';
import type { RouteOutput } from '../../api/routes.ts';
import { bytesToId, type Id } from '../../core/base/id.ts';
import { topicsOfRegion } from '../../core/base/region.ts';
import { knownIdentities } from '../../core/members/view.ts';
import { knownAuthors, rootsDigest } from '../../engine/known-authors.ts';
import { bookWords } from '../book-words.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { topicRoots } from '../topic-root.ts';

/** Tells who this node is, what it follows and holds, and the roots by which two nodes compare it. */
export async function status(context: OperationContext): Promise<RouteOutput<'status'>> {
  const { self, names, network, store, outbox } = context;
  const peer = peerOf(context);
  const all = [...peer.books.all()];
  const roots = [...peer.settings.roots];
  return {
    identity: self.identity,
    kind: self.kind,
    name: names.of(self.identity),
    device: self.device,
    region: self.region,
    network: bytesToHex(peer.world.network),
    peer: network.self,
    addresses: [...network.addresses()],
    readOnly: peer.writer.readOnly,
    peers: network.peers().length,
    roots,
    rootsDigest: bytesToId(rootsDigest(rootsInForce(context))),
    regions: [...peer.settings.joined].map(([region, channels]) => ({ region, channels: [...channels] })),
    topics: topicsOf(context),
    books: peer.books.of(self.identity).map((book) => ({
      book: book.id,
      region: book.opening.region,
      channel: book.opening.channel,
      sequence: book.head.sequence,
      head: book.head.id,
      stateRoot: book.state === undefined ? undefined : bytesToId(book.state.root()),
      ...bookWords(context, book),
    })),
    booksHeld: all.length,
    strangerBooks: all.filter((book) => peer.books.isStranger(book)).length,
    waitingEffects: all.filter((book) => book.state !== undefined && book.judged <= book.head.sequence).length,
    confirms: peer.witnessing.isOn,
    evidence: peer.witnessing.evidence.all().length,
    inbox: peer.desk.inbox.all().length,
    outbox: outbox.letters().length,
    storeBytes: await store.sizeBytes(),
  };
}

/** A node always counts itself as a root; where others know it anyway that changes nothing, and the digests agree. */
function rootsInForce(context: OperationContext): readonly Id[] {
  const peer = peerOf(context);
  const { identity, kind } = context.self;
  const roots = [...peer.settings.roots].filter((root) => root !== identity);
  const known = knownAuthors(roots, (body) => {
    const state = peer.books.bodyBook(body, 'people')?.state?.state;
    return state === undefined ? [] : knownIdentities(state);
  });
  return kind === 'person' && known.has(identity) ? roots : [identity, ...roots];
}

function topicsOf(context: OperationContext): RouteOutput<'status'>['topics'] {
  const peer = peerOf(context);
  const computed = topicRoots(peer.books);
  const empty = { root: bytesToId(new Uint8Array(32)), books: 0 };
  const rows = new Map<string, RouteOutput<'status'>['topics'][number]>();
  for (const [region, channels] of peer.settings.joined) {
    for (const topic of topicsOfRegion(peer.world.networkHex, region, channels)) {
      const { root, books } = computed.get(topic) ?? empty;
      rows.set(topic, { ...partsOf(topic), topic, topicRoot: root, books });
    }
  }
  return [...rows.values()];
}

function partsOf(topic: string): { region: string; channel: RouteOutput<'status'>['topics'][number]['channel'] } {
  const [, , , , ...rest] = topic.split('/');
  return {
    region: rest.slice(0, -1).join('/'),
    channel: rest.at(-1) as RouteOutput<'status'>['topics'][number]['channel'],
  };
}
