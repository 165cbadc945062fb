import {
  block,
  bytes32,
  FIXED32,
  FIXED64,
  GROUP_END,
  GROUP_START,
  hex,
  join,
  tag,
  uint,
  varint,
} from '../../support/proto-bytes.ts';

/** One vector: bytes, and the message that they are, or the reason why they are none. */
interface WireCase {
  readonly message: string;
  readonly name: string;
  readonly bytes: string;
  readonly valid: boolean;
  /** Of a valid one: field by field, bytes and ids in hexadecimal, what is absent left out. */
  readonly fields?: unknown;
  readonly reason?: string;
}

const MAX = 2n ** 53n - 1n;
const [one, two, three] = [bytes32(1), bytes32(2), bytes32(3)];
const book = block(1, one);
const id = block(3, two);
const sequence = (value: number | bigint, bytes = 1) => uint(2, value, bytes);

function valid(message: string, name: string, bytes: Uint8Array, fields: unknown): WireCase {
  return { message, name, bytes: hex(bytes), valid: true, fields };
}

function refuse(message: string, reason: string, bytes: Uint8Array, name = reason): WireCase {
  return { message, name, bytes: hex(bytes), valid: false, reason };
}

const headFields = (value: number) => ({ book: hex(one), sequence: value, id: hex(two) });

/** Head { bytes book=1; uint64 sequence=2; bytes id=3; }: integers, order, unknown fields, wire types, truncation. */
const HEADS: readonly WireCase[] = [
  valid('Head', 'sequence 0 is left out', join(book, id), headFields(0)),
  ...[1, 127, 128, 16_383, 16_384, 2 ** 32 - 1, 2 ** 32].map((value) =>
    valid('Head', `sequence ${value}`, join(book, sequence(value), id), headFields(value)),
  ),
  valid('Head', 'sequence 2^53−1', join(book, sequence(MAX), id), headFields(Number(MAX))),
  refuse('Head', 'uint64 above 2^53−1', join(book, sequence(MAX + 1n), id), 'sequence 2^53'),
  refuse('Head', 'uint64 above 2^53−1', join(book, sequence(MAX + 2n), id), 'sequence 2^53+1'),
  refuse('Head', 'uint64 above 2^53−1', join(book, sequence(2n ** 63n), id), 'sequence 2^63'),
  refuse('Head', 'uint64 above 2^53−1', join(book, sequence(2n ** 64n - 1n), id), 'sequence 2^64−1'),
  refuse('Head', 'varint above 64 bits', join(book, sequence(2n ** 64n), id), 'sequence 2^64'),
  refuse('Head', 'varint above 64 bits', join(book, sequence(2n ** 69n + 1n), id), 'sequence 2^69+1'),
  refuse('Head', 'varint of more than 10 bytes', join(book, sequence(1, 11), id)),
  refuse('Head', 'overlong varint', join(book, sequence(1, 2), id), 'value 1 in two bytes'),
  refuse('Head', 'overlong varint', join(book, sequence(1, 10), id), 'value 1 in ten bytes'),
  refuse('Head', 'overlong varint', join(book, tag(2, 0), varint(0, 2), id), 'value 0 in two bytes'),
  refuse('Head', 'overlong tag', join(varint(10, 2), varint(32), one, id), 'tag in two bytes'),
  refuse('Head', 'overlong tag', join(varint(10, 5), varint(32), one, id), 'tag in five bytes'),
  refuse('Head', 'overlong length', join(tag(1, 2), varint(32, 2), one, id)),
  refuse('Head', 'explicit default', join(book, sequence(0), id)),
  refuse('Head', 'explicit default', join(book, sequence(1), block(3)), 'empty bytes written out'),
  refuse('Head', 'repeated scalar', join(book, sequence(1), sequence(2), id), 'two sequences'),
  refuse('Head', 'repeated scalar', join(book, sequence(1), sequence(1), id), 'one sequence twice'),
  refuse('Head', 'repeated scalar', join(block(1, two), book, id), 'two books'),
  refuse('Head', 'unknown field', join(book, id, uint(4, 1))),
  refuse('Head', 'unknown field', join(uint(4, 1), book, id), 'unknown field first'),
  refuse('Head', 'unknown field', join(book, id, block(536_870_911, 'x')), 'highest field number'),
  refuse('Head', 'unknown field', join(book, id, tag(4, FIXED64), Buffer.alloc(8)), 'unknown fixed64'),
  refuse('Head', 'unknown field', join(book, id, tag(4, FIXED32), Buffer.alloc(4)), 'unknown fixed32'),
  refuse('Head', 'field order', join(id, book)),
  refuse('Head', 'field order', join(sequence(1), book, id), 'sequence first'),
  refuse(
    'Head',
    'wrong wire type',
    join(book, tag(2, FIXED64), Buffer.from('0100000000000000', 'hex'), id),
    'sequence as fixed64',
  ),
  refuse(
    'Head',
    'wrong wire type',
    join(book, tag(2, FIXED32), Buffer.from('01000000', 'hex'), id),
    'sequence as fixed32',
  ),
  refuse('Head', 'wrong wire type', join(book, block(2, varint(1)), id), 'sequence as bytes'),
  refuse('Head', 'wrong wire type', join(uint(1, 1), id), 'book as varint'),
  refuse('Head', 'group', join(book, id, tag(4, GROUP_START), tag(4, GROUP_END)), 'an empty group'),
  refuse('Head', 'group', join(book, tag(2, GROUP_START), uint(1, 1), tag(2, GROUP_END), id), 'sequence as group'),
  refuse('Head', 'group', join(book, id, tag(4, GROUP_START)), 'a group without end'),
  refuse('Head', 'group', join(book, id, tag(4, GROUP_END)), 'an end without group'),
  refuse('Head', 'group', join(book, id, tag(4, GROUP_START), tag(5, GROUP_END)), 'the end of another group'),
  refuse(
    'Head',
    'deep nesting',
    join(book, id, Buffer.alloc(5000, tag(4, GROUP_START)), Buffer.alloc(5000, tag(4, GROUP_END))),
    '5,000 groups',
  ),
  refuse('Head', 'unknown wire type', join(book, id, tag(4, 6)), 'wire type 6'),
  refuse('Head', 'unknown wire type', join(book, id, tag(4, 7)), 'wire type 7'),
  refuse('Head', 'field number 0', join(book, id, Buffer.from([0, 0]))),
  refuse('Head', 'trailing bytes', join(book, id, Buffer.from([0])), 'a zero byte'),
  refuse('Head', 'trailing bytes', join(book, id, Buffer.from([0x80])), 'an unfinished tag'),
  refuse('Head', 'truncated', join(book, id).subarray(0, -1), 'last byte missing'),
  refuse('Head', 'truncated', join(book, tag(2, 0)), 'no value after a tag'),
  refuse('Head', 'truncated', join(book, tag(2, 0), Buffer.from([0x80])), 'an unfinished varint'),
  refuse('Head', 'truncated', join(book, tag(3, 2)), 'no length after a tag'),
  refuse('Head', 'truncated', join(book, tag(3, 2), varint(2n ** 32n - 1n)), 'a length beyond the end'),
  refuse('Head', 'truncated', join(book, tag(3, 2), varint(2n ** 64n - 1n), two), 'a negative length'),
  refuse('Head', 'missing field', Buffer.alloc(0), 'no bytes'),
  refuse('Head', 'missing field', book, 'no id'),
  refuse('Head', 'wrong length', join(block(1, one.subarray(1)), id), '31 bytes'),
  refuse('Head', 'wrong length', join(block(1, one, Buffer.alloc(1)), id), '33 bytes'),
];

const noted = (stopped: Uint8Array, kind: Uint8Array = uint(2, 1)) =>
  join(block(1, one), kind, block(3, two), uint(4, 2), stopped);
const notedFields = (stopped: boolean, kind: string) => ({
  identity: hex(one),
  kind,
  device: hex(two),
  channel: 'transfers',
  stopped,
});
const NOTHING = Buffer.alloc(0);

/** NotedBook { bytes identity=1; IdentityKind kind=2; bytes device=3; Channel channel=4; bool stopped=5; } */
const BOOLS_AND_ENUMS: readonly WireCase[] = [
  valid('NotedBook', 'false is left out', noted(NOTHING), notedFields(false, 'person')),
  valid('NotedBook', 'true', noted(uint(5, 1)), notedFields(true, 'person')),
  valid('NotedBook', 'the last enum value', noted(NOTHING, uint(2, 5)), notedFields(false, 'federation')),
  refuse('NotedBook', 'bool 2', noted(uint(5, 2))),
  refuse('NotedBook', 'bool 2', noted(uint(5, 2n ** 64n - 1n)), 'bool −1'),
  refuse('NotedBook', 'overlong varint', noted(uint(5, 1, 2)), 'true in two bytes'),
  refuse('NotedBook', 'explicit default', noted(uint(5, 0)), 'false written out'),
  refuse('NotedBook', 'unknown enum value', noted(NOTHING, NOTHING), 'enum 0'),
  refuse('NotedBook', 'explicit default', noted(NOTHING, uint(2, 0)), 'enum 0 written out'),
  refuse('NotedBook', 'unknown enum value', noted(NOTHING, uint(2, 6)), 'enum 6'),
  refuse('NotedBook', 'unknown enum value', noted(NOTHING, uint(2, 2n ** 64n - 1n)), 'enum −1'),
  refuse('NotedBook', 'uint32 above its range', noted(NOTHING, uint(2, 2n ** 32n + 1n)), 'enum 2^32+1'),
];

const order = (amounts: Uint8Array, to: Uint8Array = block(3, three)) =>
  join(block(1, one), block(2, two), to, amounts);
const orderFields = (amounts: readonly number[], payees = 1) => ({
  bank: hex(one),
  account: hex(two),
  to: Array.from({ length: payees }, () => hex(three)),
  amounts,
});

/** TransferOrder { bytes bank=1; bytes account=2; repeated bytes to=3; repeated uint64 amounts=4; bytes memo_digest=5; } */
const REPEATED: readonly WireCase[] = [
  valid('TransferOrder', 'no amounts', order(NOTHING), orderFields([])),
  valid('TransferOrder', 'packed amounts', order(block(4, varint(1), varint(300))), orderFields([1, 300])),
  valid('TransferOrder', 'zero amounts are written', order(block(4, varint(0), varint(0))), orderFields([0, 0])),
  valid('TransferOrder', 'amount 2^53−1', order(block(4, varint(MAX))), orderFields([Number(MAX)])),
  valid(
    'TransferOrder',
    'the form alone does not refuse a payee twice',
    order(NOTHING, join(block(3, three), block(3, three))),
    orderFields([], 2),
  ),
  refuse('TransferOrder', 'unpacked repeat', order(join(uint(4, 1), uint(4, 300))), 'two unpacked'),
  refuse('TransferOrder', 'unpacked repeat', order(uint(4, 1)), 'one unpacked'),
  refuse('TransferOrder', 'packed in two parts', order(join(block(4, varint(1)), block(4, varint(300))))),
  refuse('TransferOrder', 'packed in two parts', order(join(block(4, varint(1)), uint(4, 300))), 'packed and unpacked'),
  refuse('TransferOrder', 'explicit default', order(block(4)), 'an empty packed list'),
  refuse('TransferOrder', 'overlong varint', order(block(4, varint(1, 2))), 'an overlong amount'),
  refuse('TransferOrder', 'truncated', order(block(4, Buffer.from([0x80]))), 'an unfinished amount'),
  refuse('TransferOrder', 'uint64 above 2^53−1', order(block(4, varint(MAX + 1n))), 'amount 2^53'),
  refuse('TransferOrder', 'uint64 above 2^53−1', order(block(4, varint(2n ** 64n - 1n))), 'amount 2^64−1'),
  refuse(
    'TransferOrder',
    'field order',
    join(block(1, one), block(2, two), block(4, varint(1)), block(3, three)),
    'amounts before payees',
  ),
  refuse(
    'TransferOrder',
    'field order',
    join(block(1, one), block(2, two), block(3, three), block(4, varint(1)), block(3, three)),
    'payees around amounts',
  ),
  refuse('TransferOrder', 'wrong length', order(NOTHING, block(3)), 'an empty payee'),
];

/** Erase { repeated bytes entries=1; }: ids sorted and distinct. */
const SORTED: readonly WireCase[] = [
  valid('Erase', 'sorted ids', join(block(1, one), block(1, two)), { entries: [hex(one), hex(two)] }),
  refuse('Erase', 'not sorted and distinct', join(block(1, two), block(1, one)), 'falling ids'),
  refuse('Erase', 'not sorted and distinct', join(block(1, one), block(1, one)), 'an id twice'),
  refuse('Erase', 'too few or too many elements', NOTHING, 'no ids'),
  refuse(
    'Erase',
    'too few or too many elements',
    join(
      ...Array.from({ length: 257 }, (_, index) => block(1, Buffer.alloc(30), Buffer.from([index >> 8, index & 255]))),
    ),
    '257 ids',
  ),
];

/** Profile { string name=1; string description=2; string contact=3; }: UTF-8 in NFC. */
const profile = (...name: readonly (Uint8Array | string)[]) => block(1, ...name);
const named = (name: string) => ({ name, description: '', contact: '' });
const TEXTS: readonly WireCase[] = [
  valid('Profile', 'ASCII', profile('Ada'), named('Ada')),
  valid('Profile', 'two, three and four bytes a character', profile('é€𝄞'), named('é€𝄞')),
  valid('Profile', 'a line feed', profile('a\nb'), named('a\nb')),
  valid('Profile', 'U+FEFF at the start is a character', profile('\ufeffAda'), named('\ufeffAda')),
  valid('Profile', 'U+FFFD itself', profile('\ufffd'), named('\ufffd')),
  valid('Profile', '120 bytes', profile('é'.repeat(60)), named('é'.repeat(60))),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('eda080', 'hex')), 'a lone surrogate'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('eda0bdedb880', 'hex')), 'a surrogate pair as two characters'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('c080', 'hex')), 'an overlong zero'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('c3', 'hex')), 'a character cut off'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('80', 'hex')), 'a continuation alone'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('f4908080', 'hex')), 'above U+10FFFF'),
  refuse('Profile', 'invalid UTF-8', profile(Buffer.from('ff', 'hex')), 'byte ff'),
  refuse('Profile', 'not NFC', profile('e\u0301'), 'e and a combining accent'),
  refuse('Profile', 'not NFC', profile('\u212b'), 'the ångström sign'),
  ...[
    ['U+105D2 U+0307, which Unicode 16.0 composes', '\u{105d2}\u0307'],
    ['what Unicode 16.0 composes them to', '\u{105c9}'],
    ['U+0315 U+0897, which Unicode 16.0 orders otherwise', 'a\u0315\u0897'],
    ['U+0897 U+0315, as Unicode 16.0 orders them', 'a\u0897\u0315'],
    ['U+10FFFF, which is never assigned', '\u{10ffff}'],
    ['an accent after an unassigned character', 'e\u{105d2}\u0301'],
  ].map(([name = '', text = '']) => valid('Profile', name, profile(text), named(text))),
  refuse('Profile', 'not NFC', profile('\u{105d2}e\u0301'), 'e and an accent after an unassigned character'),
  refuse('Profile', 'not NFC', profile('a\u0301\u{105d2}'), 'a and an accent before an unassigned character'),
  refuse('Profile', 'not NFC', profile('\u0315\u0301\u0897'), 'accents out of order before U+0897'),
  refuse('Profile', 'control character', profile('a\u0000'), 'U+0000'),
  refuse('Profile', 'control character', profile('a\tb'), 'a tab'),
  refuse('Profile', 'control character', profile('a\r\nb'), 'a carriage return'),
  refuse('Profile', 'control character', profile('a\u007f'), 'U+007F'),
  refuse('Profile', 'control character', profile('a\u0085'), 'U+0085'),
  refuse('Profile', 'wrong length', profile('é'.repeat(61)), '122 bytes'),
  refuse('Profile', 'wrong length', block(2, 'no name'), 'no name'),
  refuse('Profile', 'explicit default', join(profile('Ada'), block(2)), 'an empty text written out'),
];

/** Item { bytes entry=1; bytes statement=2; }, UINT32 limits of Header, nested messages of IdentityEvent. */
const header = (version: Uint8Array) => join(version, block(2, Buffer.alloc(16, 7)), uint(6, 1), block(7, one));
const NESTED: readonly WireCase[] = [
  valid('Header', 'version 2^32−1', header(uint(1, 2 ** 32 - 1)), {
    version: 2 ** 32 - 1,
    network: '07'.repeat(16),
    sequence: 0,
    kind: 1,
    payloadDigest: hex(one),
    payloadLength: 0,
    after: [],
    claimedAt: 0,
  }),
  refuse('Header', 'uint32 above its range', header(uint(1, 2n ** 32n)), 'version 2^32'),
  refuse('Header', 'uint32 above its range', header(uint(1, 2n ** 32n + 1n)), 'version 2^32+1'),
  refuse('Header', 'uint32 above its range', header(uint(1, 2n ** 64n - 1n)), 'version 2^64−1'),
  refuse('Header', 'missing field', header(NOTHING), 'version 0'),
  valid('IdentityEvent', 'a nested message', identityEvent(block(3, block(1, three))), {
    identity: hex(one),
    number: 1,
    previousDigest: hex(two),
    body: { deviceGrant: { device: hex(three) } },
    rootSignatures: [],
  }),
  refuse('IdentityEvent', 'unknown field', identityEvent(block(3, block(1, three), uint(2, 1))), 'in a nested message'),
  refuse(
    'IdentityEvent',
    'repeated message',
    identityEvent(join(block(3, block(1, three)), block(3, block(1, three)))),
    'a nested message twice, which protobuf would merge',
  ),
  refuse('IdentityEvent', 'missing field', join(block(1, one), uint(2, 1), block(3, two)), 'no body'),
  refuse(
    'IdentityEvent',
    'overlong length',
    identityEvent(join(tag(3, 2), varint(34, 2), block(1, three))),
    'of a nested message',
  ),
];

function identityEvent(body: Uint8Array): Buffer {
  return join(block(1, one), uint(2, 1), block(3, two), block(4, body));
}

const LAST_MINUTE = 143_999_998_560;
const LAST_TIME = 8_640_000_000_000_000;
const OUTSIDE = 'out of bounds';
const timed = (value: number) => join(header(uint(1, 1)), uint(10, value));
const numbered = (value: number) =>
  join(block(1, one), uint(2, value), block(3, two), block(4, block(3, block(1, three))));
const topics = (...list: readonly string[]) =>
  join(uint(1, 1), block(2, Buffer.alloc(16, 7)), ...list.map((topic) => block(4, topic)));
const fileFields = (list: readonly string[]) => ({
  version: 1,
  network: '07'.repeat(16),
  claimedAt: 0,
  topics: list,
  books: [],
});
const answer = (entry: Uint8Array) => join(uint(1, 1), block(2, one), block(4, entry));

/** The last values that fields take, and the first that they do not. */
const BOUNDARIES: readonly WireCase[] = [
  valid('Interval', 'the last minute', join(uint(1, LAST_MINUTE), uint(2, 1)), {
    startMinute: LAST_MINUTE,
    minutes: 1,
  }),
  refuse('Interval', OUTSIDE, join(uint(1, LAST_MINUTE + 1), uint(2, 1)), 'a minute after the last'),
  valid('Tick', 'the last minute', uint(1, LAST_MINUTE), { minute: LAST_MINUTE }),
  refuse('Tick', OUTSIDE, uint(1, LAST_MINUTE + 1), 'a minute after the last'),
  valid('Header', 'the last time', timed(LAST_TIME), {
    version: 1,
    network: '07'.repeat(16),
    sequence: 0,
    kind: 1,
    payloadDigest: hex(one),
    payloadLength: 0,
    after: [],
    claimedAt: LAST_TIME,
  }),
  refuse('Header', OUTSIDE, timed(LAST_TIME + 1), 'a millisecond after the last time'),
  valid('IdentityEvent', 'number 255', numbered(255), {
    identity: hex(one),
    number: 255,
    previousDigest: hex(two),
    body: { deviceGrant: { device: hex(three) } },
    rootSignatures: [],
  }),
  refuse('IdentityEvent', OUTSIDE, numbered(256), 'number 256'),
  valid(
    'FileHeader',
    'topics sorted by their bytes, not by UTF-16',
    topics('\uff5e', '𝄞'),
    fileFields(['\uff5e', '𝄞']),
  ),
  refuse('FileHeader', 'not sorted and distinct', topics('𝄞', '\uff5e'), 'topics sorted by UTF-16'),
  refuse('FileHeader', 'not sorted and distinct', topics('/a', '/a'), 'a topic twice'),
  refuse('FileHeader', OUTSIDE, topics('/'.repeat(301)), 'a topic of 301 bytes'),
  valid('OrderAnswer', 'an answer', answer(two), { sequence: 1, order: hex(one), code: 0, entry: hex(two) }),
  refuse('OrderAnswer', 'wrong length', answer(two.subarray(1)), 'an id of 31 bytes'),
  refuse('OrderAnswer', 'missing field', join(uint(1, 1), block(2, one)), 'no entry'),
];

/** Vectors of canonical protobuf. */
export function wireVectors(): Readonly<Record<string, unknown>> {
  const file = (about: string, cases: readonly WireCase[]) => ({ about, cases });
  return {
    'integers-and-fields.json': file(
      'Integers, tags, order, unknown fields, wire types, groups, truncation. No message of ours has a map, so a map key cannot come twice.',
      HEADS,
    ),
    'bools-and-enums.json': file('Bools are 0 or 1 and enums are known; zero is left out.', BOOLS_AND_ENUMS),
    'repeated.json': file('Repeated integers are packed in one part; repeated bytes stand in order.', [
      ...REPEATED,
      ...SORTED,
    ]),
    'texts.json': file('UTF-8 in NFC without control characters other than line feed.', TEXTS),
    'bounds.json': file('The first values outside of a bound, and the last inside.', BOUNDARIES),
    'nested.json': file('uint32 limits, and messages inside messages.', NESTED),
  };
}
