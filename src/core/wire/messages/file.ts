import { compareBytes, textToBytes } from '../../base/bytes.ts';
import { NETWORK_BYTES } from '../../base/limits.ts';
import { bytesField, idField, integerField, listField, sortedField, sortedIdsField, textField } from '../fields.ts';
import { mutua } from '../generated/mutua.js';
import { type Infer, shapeOf } from '../shape.ts';

const { v1 } = mutua;

/** The version of files that this program writes and reads. */
export const FILE_VERSION = 1;
/** Topics that one export may name: a region has six channels, and four wider regions. */
export const FILE_TOPICS_MAX = 256;
/** Books that one export may name. */
export const FILE_BOOKS_MAX = 4096;
/** A topic: its fixed part, and a region of 5 labels of 40 bytes. */
const TOPIC_BYTES_MAX = 300;

const byBytes = (one: string, other: string): number => compareBytes(textToBytes(one), textToBytes(other));
const topicsField = sortedField(listField(textField(TOPIC_BYTES_MAX, 1), 0, FILE_TOPICS_MAX), byBytes);

/** First record of a file. */
export const FileHeader = shapeOf(v1.FileHeader, {
  version: integerField(1, 2 ** 32 - 1),
  network: bytesField(NETWORK_BYTES, NETWORK_BYTES),
  claimedAt: integerField(0, Number.MAX_SAFE_INTEGER),
  topics: topicsField,
  books: sortedIdsField(0, FILE_BOOKS_MAX),
});
/** See the shape of the same name. */
export type FileHeader = Infer<typeof FileHeader>;

/** Last record of a file. */
export const FileEnd = shapeOf(v1.FileEnd, { count: integerField(0, Number.MAX_SAFE_INTEGER), digest: idField });
/** See the shape of the same name. */
export type FileEnd = Infer<typeof FileEnd>;
