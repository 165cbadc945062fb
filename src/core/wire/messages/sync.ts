import { NETWORK_BYTES } from '../../base/limits.ts';
import {
  boolField,
  bytesField,
  enumField,
  idField,
  integerField,
  listField,
  optionalField,
  textField,
} from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';
import { itemBytesField } from './book.ts';

const { v1 } = mutua;
const UINT32_MAX = 2 ** 32 - 1;

/** Topics of one peer: a node follows tens; at about 100 bytes each a hello stays small. */
export const SYNC_TOPICS_MAX = 256;
/** Paths of one Ask: 256 nodes of 16 hashes are 140 kB, which fits a frame. */
export const SYNC_PATHS_MAX = 256;
/** Leaves of a subtree that are told as rows instead of hashes: 32 rows cost less than two levels of hashes. */
export const SYNC_ROWS_MAX = 32;
/** Runs, digests or ids of one Want. */
export const SYNC_WANTED_MAX = 256;
/** Items of one answer. */
export const SYNC_ITEMS_MAX = 1024;

const numberField = integerField(0, UINT32_MAX);
const sequenceField = integerField(0, Number.MAX_SAFE_INTEGER);
const topicField = textField(300);
const hashField = bytesField(32, 32);
/** What of a topic is compared. The order gives the proto numbers. */
export const SYNC_PARTS = ['statements', 'books'] as const;
/** See SYNC_PARTS. */
export type SyncPart = (typeof SYNC_PARTS)[number];

const SyncHello = shapeOf(v1.SyncHello, {
  network: bytesField(NETWORK_BYTES, NETWORK_BYTES),
  topics: listField(topicField, 0, SYNC_TOPICS_MAX),
  answer: boolField,
});

/** One book as its holder has it. */
export const SyncRow = shapeOf(v1.SyncRow, {
  book: idField,
  sequence: sequenceField,
  head: idField,
  forkSequence: sequenceField,
});
/** See the shape of the same name. */
export type SyncRow = Infer<typeof SyncRow>;

const SyncAsk = shapeOf(v1.SyncAsk, {
  number: numberField,
  topic: topicField,
  part: enumField(SYNC_PARTS),
  paths: listField(bytesField(0, 64), 0, SYNC_PATHS_MAX),
  books: listField(idField, 0, SYNC_WANTED_MAX),
  root: bytesField(0, 32),
});
/** A question about the other side's trie. */
export type SyncAsk = Infer<typeof SyncAsk>;

const SyncNode = shapeOf(v1.SyncNode, {
  children: listField(hashField, 0, 16),
  rows: listField(SyncRow, 0, SYNC_ROWS_MAX),
  digests: listField(idField, 0, SYNC_ROWS_MAX),
});
/** What is below one path of the other side's trie. */
export type SyncNode = Infer<typeof SyncNode>;

const SyncTell = shapeOf(v1.SyncTell, {
  number: numberField,
  nodes: listField(SyncNode, 0, SYNC_PATHS_MAX),
  rows: listField(SyncRow, 0, SYNC_WANTED_MAX),
  same: boolField,
});
/** The answer to an Ask. */
export type SyncTell = Infer<typeof SyncTell>;

/** Entries of one book from a sequence on. */
export const SyncRun = shapeOf(v1.SyncRun, {
  book: idField,
  from: sequenceField,
  limit: integerField(1, SYNC_ITEMS_MAX),
});
/** See the shape of the same name. */
export type SyncRun = Infer<typeof SyncRun>;

const SyncWant = shapeOf(v1.SyncWant, {
  number: numberField,
  runs: listField(SyncRun, 0, SYNC_WANTED_MAX),
  digests: listField(idField, 0, SYNC_WANTED_MAX),
  ids: listField(idField, 0, SYNC_WANTED_MAX),
});
/** What the speaker lacks. */
export type SyncWant = Infer<typeof SyncWant>;

const SyncItems = shapeOf(v1.SyncItems, { number: numberField, items: listField(itemBytesField, 0, SYNC_ITEMS_MAX) });

/** A frame of /mutua/sync/1; exactly one member is there. */
export const SyncFrame = shapeOf(v1.SyncFrame, {
  hello: optionalField(SyncHello),
  ask: optionalField(SyncAsk),
  tell: optionalField(SyncTell),
  want: optionalField(SyncWant),
  items: optionalField(SyncItems),
});
/** See the shape of the same name. */
export type SyncFrame = Infer<typeof SyncFrame>;
