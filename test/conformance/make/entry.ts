import { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import { inceptionOf } from '../../support/identities.ts';
import { block, bytes32, hex, join, taggedSha256, uint } from '../../support/proto-bytes.ts';
import { keyOf } from '../../support/signing.ts';

const NETWORK = Buffer.alloc(16, 7);
const SALT = Buffer.alloc(16, 9);
const DEVICE = keyOf('ada-device');
const inception = inceptionOf('person', 'ada-device', { keys: ['ada-root'], next: ['ada-root2'] });
const inceptionBytes = IdentityEvent.encode(inception);
const unsignedInception = IdentityEvent.encode({ ...inception, rootSignatures: [] });

/** Parts of an entry; what is left out is as a person's Erase at sequence 1 has it. */
interface Parts {
  readonly version?: number;
  readonly network?: Uint8Array;
  readonly book?: Uint8Array | undefined;
  readonly sequence?: number;
  readonly previous?: Uint8Array | undefined;
  readonly kind?: number;
  readonly digest?: Uint8Array;
  readonly payloadLength?: number;
  readonly after?: readonly Uint8Array[];
  readonly payload?: Uint8Array;
  readonly salt?: Uint8Array;
  readonly signer?: string;
  readonly signature?: Uint8Array;
  readonly erased?: boolean;
  readonly headerEnd?: Uint8Array;
}

interface Made {
  readonly bytes: Buffer;
  readonly header: Buffer;
  readonly id: Buffer;
  readonly signature: Uint8Array;
}

const openingPayload = join(
  block(1, taggedSha256('mutua/1/identity', inceptionField())),
  block(2, DEVICE.publicKey),
  block(3, 'cascadia/willamette'),
  uint(4, 1),
  block(6, taggedSha256('mutua/1/identity-event-digest', unsignedInception)),
  block(7, inceptionBytes),
);
const opening = make({ book: undefined, previous: undefined, sequence: 0, kind: 1, payload: openingPayload });

/** The canonical Inception: it stands in the body of event 0 after three lengths of one or two bytes. */
function inceptionField(): Buffer {
  const person = uint(1, 1);
  const keys = [block(2, keyOf('ada-root').publicKey), uint(3, 1)];
  const next = [block(4, taggedSha256('mutua/1/next-key', keyOf('ada-root2').publicKey)), uint(5, 1)];
  return join(person, ...keys, ...next, block(6, DEVICE.publicKey));
}

function make(parts: Parts): Made {
  const { payload = block(1, bytes32(1)), salt = SALT, sequence = 1, version = 1, kind = 2, after = [] } = parts;
  const book = 'book' in parts ? parts.book : opening.id;
  const previous = 'previous' in parts ? parts.previous : opening.id;
  const length = parts.payloadLength ?? payload.length;
  const header = join(
    uint(1, version),
    block(2, parts.network ?? NETWORK),
    ...(book === undefined ? [] : [block(3, book)]),
    ...(sequence === 0 ? [] : [uint(4, sequence)]),
    ...(previous === undefined ? [] : [block(5, previous)]),
    uint(6, kind),
    block(7, parts.digest ?? taggedSha256('mutua/1/payload', salt, payload)),
    ...(length === 0 ? [] : [uint(8, length)]),
    ...after.map((id) => block(9, id)),
    uint(10, 1_793_620_800_000),
    parts.headerEnd ?? Buffer.alloc(0),
  );
  const message = join('mutua/1/signature', Buffer.alloc(1), header);
  const signature = parts.signature ?? keyOf(parts.signer ?? 'ada-device').sign(message);
  const shownPayload = parts.erased === true || payload.length === 0 ? [] : [block(2, payload)];
  const shownSalt = parts.erased === true || salt.length === 0 ? [] : [block(3, salt)];
  const bytes = join(block(1, header), ...shownPayload, ...shownSalt, block(4, signature));
  return { bytes, header, id: taggedSha256('mutua/1/entry', header), signature };
}

const erase = make({});
const profilePayload = block(1, 'Ada');
const profile: Parts = { kind: 4, payload: profilePayload };
const otherSecond = make({ payload: block(1, bytes32(2)) });

function valid(name: string, parts: Parts, more: object = {}) {
  const { bytes, id } = make(parts);
  const opens = (parts.sequence ?? 1) === 0;
  return {
    name,
    bytes: hex(bytes),
    valid: true,
    id: hex(id),
    book: hex(opens ? id : opening.id),
    sequence: parts.sequence ?? 1,
    kind: parts.kind ?? 2,
    payload: parts.erased === true ? null : hex(parts.payload ?? block(1, bytes32(1))),
    device: hex(DEVICE.publicKey),
    signed: true,
    ...more,
  };
}

function refuse(name: string, code: string, bytes: Uint8Array) {
  return { name, bytes: hex(bytes), valid: false, code };
}

const openingParts: Parts = { book: undefined, previous: undefined, sequence: 0, kind: 1, payload: openingPayload };

const ENTRIES = [
  valid('an Opening', openingParts),
  valid('an Erase', {}),
  valid('a Profile', profile),
  valid('a Profile, erased', { ...profile, erased: true }),
  valid('an empty payload', { kind: 3, payload: Buffer.alloc(0) }),
  valid('an unknown kind', { kind: 599, payload: Buffer.from([1, 2, 3]) }),
  valid('an unknown kind, erased', { kind: 599, payload: Buffer.from([1, 2, 3]), erased: true }),
  valid('ids after', { after: [bytes32(1), bytes32(2)] }),
  valid('the largest sequence', { sequence: Number.MAX_SAFE_INTEGER }),
  valid('signed by another key', { signer: 'thief' }, { signed: false }),
  valid('a signature of zeros', { signature: Buffer.alloc(64) }, { signed: false }),
  refuse('no bytes', 'not_canonical', Buffer.alloc(0)),
  refuse('51,201 bytes', 'too_large', Buffer.alloc(50 * 1024 + 1)),
  refuse(
    'signature before salt',
    'not_canonical',
    join(block(1, erase.header), block(2, block(1, bytes32(1))), block(4, erase.signature), block(3, SALT)),
  ),
  refuse('an unknown field', 'not_canonical', join(erase.bytes, uint(5, 1))),
  refuse('a signature of 63 bytes', 'not_canonical', make({ signature: Buffer.alloc(63) }).bytes),
  refuse('no signature', 'not_canonical', erase.bytes.subarray(0, -66)),
  refuse('a header with an unknown field', 'not_canonical', make({ headerEnd: uint(11, 1) }).bytes),
  refuse('ids after that fall', 'not_canonical', make({ after: [bytes32(2), bytes32(1)] }).bytes),
  refuse('an id after twice', 'not_canonical', make({ after: [bytes32(1), bytes32(1)] }).bytes),
  refuse(
    '17 ids after',
    'not_canonical',
    make({ after: Array.from({ length: 17 }, (_, index) => bytes32(index)) }).bytes,
  ),
  refuse('a network of 15 bytes', 'not_canonical', make({ network: Buffer.alloc(15, 7) }).bytes),
  refuse('version 2', 'unknown_version', make({ version: 2 }).bytes),
  refuse('another network', 'wrong_network', make({ network: Buffer.alloc(16, 8) }).bytes),
  refuse('an Opening with a book', 'bad_opening', make({ ...openingParts, book: bytes32(1) }).bytes),
  refuse('an Opening with a previous', 'bad_opening', make({ ...openingParts, previous: bytes32(1) }).bytes),
  refuse('an Opening at sequence 1', 'bad_opening', make({ ...openingParts, sequence: 1 }).bytes),
  refuse('an Opening in the middle of a book', 'bad_opening', make({ kind: 1, payload: openingPayload }).bytes),
  refuse('sequence 0 with a book', 'bad_opening', make({ sequence: 0 }).bytes),
  refuse('no book at sequence 1', 'bad_opening', make({ book: undefined }).bytes),
  refuse('no previous at sequence 1', 'bad_opening', make({ previous: undefined }).bytes),
  refuse(
    'a first entry that is no Opening',
    'bad_opening',
    make({ book: undefined, previous: undefined, sequence: 0 }).bytes,
  ),
  refuse('a wrong payload digest', 'bad_digest', make({ digest: bytes32(1) }).bytes),
  refuse('a wrong payload length', 'bad_digest', make({ payloadLength: 33 }).bytes),
  refuse('a salt of 15 bytes', 'bad_digest', make({ salt: Buffer.alloc(15, 9) }).bytes),
  refuse('a payload without salt', 'bad_digest', make({ ...profile, salt: Buffer.alloc(0) }).bytes),
  refuse(
    'a salt without payload',
    'bad_digest',
    join(block(1, make(profile).header), block(3, SALT), block(4, make(profile).signature)),
  ),
  refuse('an erased Erase', 'payload_missing', make({ erased: true }).bytes),
  refuse('an erased Opening', 'payload_missing', make({ ...openingParts, erased: true }).bytes),
  refuse(
    'a payload with an explicit default',
    'payload_not_canonical',
    make({ ...profile, payload: join(profilePayload, block(2)) }).bytes,
  ),
  refuse('a payload of another kind', 'payload_not_canonical', make({ kind: 4, payload: uint(1, 1) }).bytes),
  refuse('an order of more than 8 KiB', 'too_large', make({ kind: 111, payload: Buffer.alloc(8 * 1024) }).bytes),
];

function proofBytes(
  first: Made,
  second: Made,
  change: { readonly swap?: boolean; readonly opening?: Uint8Array } = {},
): Buffer {
  const rising = Buffer.compare(first.id, second.id) < 0;
  const [low, high] = rising === (change.swap !== true) ? [first, second] : [second, first];
  return join(
    block(1, change.opening ?? opening.bytes),
    block(2, low.header),
    block(3, low.signature),
    block(4, high.header),
    block(5, high.signature),
  );
}

const later = make({ sequence: 2, previous: erase.id });
const FORKS = [
  {
    name: 'two entries at sequence 1',
    proof: hex(proofBytes(erase, otherSecond)),
    valid: true,
    book: hex(opening.id),
    sequence: 1,
  },
  {
    name: 'they need not follow the same entry',
    proof: hex(proofBytes(erase, make({ previous: bytes32(5) }))),
    valid: true,
    book: hex(opening.id),
    sequence: 1,
  },
  ...[
    { name: 'the larger id first', proof: proofBytes(erase, otherSecond, { swap: true }) },
    { name: 'one header twice', proof: proofBytes(erase, erase) },
    { name: 'two sequences', proof: proofBytes(erase, later) },
    { name: 'an entry of another book', proof: proofBytes(erase, make({ book: bytes32(5) })) },
    { name: 'an entry of another network', proof: proofBytes(erase, make({ network: Buffer.alloc(16, 8) })) },
    {
      name: 'a signature of another key',
      proof: proofBytes(erase, make({ payload: block(1, bytes32(2)), signer: 'thief' })),
    },
    { name: 'a header of another version', proof: proofBytes(erase, make({ version: 2 })) },
    { name: 'a header that form refuses', proof: proofBytes(erase, make({ previous: undefined })) },
    {
      name: 'an Opening that its device did not sign',
      proof: proofBytes(erase, otherSecond, { opening: make({ ...openingParts, signer: 'thief' }).bytes }),
    },
    { name: 'no Opening', proof: proofBytes(erase, otherSecond, { opening: erase.bytes }) },
  ].map(({ name, proof }) => ({ name, proof: hex(proof), valid: false })),
];

const author = keyOf('cooperative-device');
const pending = join(block(1, opening.bytes), block(2, erase.bytes), block(3, opening.id));
const unsignedStatement = (kind: number, payload: Uint8Array) =>
  join(uint(1, kind), block(2, author.publicKey), block(3, payload));
const statementSignature = (kind: number, payload: Uint8Array) =>
  author.sign(join('mutua/1/statement', Buffer.alloc(1), NETWORK, unsignedStatement(kind, payload)));
const signedStatement = (kind: number, payload: Uint8Array) =>
  join(unsignedStatement(kind, payload), block(4, statementSignature(kind, payload)));
const bare = (kind: number, payload: Uint8Array) => join(uint(1, kind), block(3, payload));

const STATEMENTS = [
  { name: 'an identity event', bytes: hex(bare(50, inceptionBytes)), valid: true, kind: 50, signed: null },
  { name: 'a fork proof', bytes: hex(bare(51, proofBytes(erase, otherSecond))), valid: true, kind: 51, signed: null },
  { name: 'a pending claim', bytes: hex(signedStatement(103, pending)), valid: true, kind: 103, signed: true },
  {
    name: 'an unknown kind, signed',
    bytes: hex(signedStatement(599, Buffer.from([1]))),
    valid: true,
    kind: 599,
    signed: true,
  },
  {
    name: 'an unknown kind without author',
    bytes: hex(bare(599, Buffer.from([1]))),
    valid: true,
    kind: 599,
    signed: null,
  },
  {
    name: 'signed for another network',
    bytes: hex(join(unsignedStatement(599, pending), block(4, author.sign(unsignedStatement(599, pending))))),
    valid: true,
    kind: 599,
    signed: false,
  },
  ...[
    { name: 'an identity event with an author', bytes: signedStatement(50, inceptionBytes) },
    { name: 'a pending claim without author', bytes: bare(103, pending) },
    { name: 'an author without signature', bytes: unsignedStatement(599, Buffer.from([1])) },
    { name: 'a signature without author', bytes: join(bare(599, Buffer.from([1])), block(4, Buffer.alloc(64))) },
    {
      name: 'a signature of 63 bytes',
      bytes: join(unsignedStatement(599, Buffer.from([1])), block(4, Buffer.alloc(63))),
    },
    { name: 'no kind', bytes: block(3, Buffer.from([1])) },
    { name: 'a payload of another kind', bytes: bare(51, inceptionBytes) },
    { name: 'an identity event above 6 KiB', bytes: bare(50, join(inceptionBytes, Buffer.alloc(6 * 1024))) },
    { name: 'more than 20 KiB', bytes: bare(599, Buffer.alloc(20 * 1024)) },
  ].map(({ name, bytes }) => ({ name, bytes: hex(bytes), valid: false })),
];

/** Vectors of entries, statements and fork proofs; all belong to one network. */
export function entryVectors(): Readonly<Record<string, unknown>> {
  const network = hex(NETWORK);
  return {
    'entries.json': {
      about:
        'Form of an entry, without the rules of its book. signed: whether `device` signed it. payload null: erased.',
      network,
      cases: ENTRIES,
    },
    'fork-proofs.json': {
      about: 'Canonical ForkProof messages: do they prove a fork of that book?',
      network,
      cases: FORKS,
    },
    'statements.json': {
      about: 'Form of a statement. signed null: it proves itself; else whether its author signed it for this network.',
      network,
      cases: STATEMENTS,
    },
  };
}
