import { createHash } from 'node:crypto';

/** Wire types of protobuf. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const GROUP_START = 3;
export const GROUP_END = 4;
export const FIXED32 = 5;

/** @returns a varint in as few bytes as it needs, or padded to `bytes` with needless ones. */
export function varint(value: number | bigint, bytes = 1): Buffer {
  const written: number[] = [];
  for (let rest = BigInt(value); rest > 0n || written.length < bytes; rest >>= 7n) written.push(Number(rest & 0x7fn));
  return Buffer.from(written.map((byte, index) => (index < written.length - 1 ? byte | 0x80 : byte)));
}

/** @returns the tag before a field. */
export function tag(field: number, wireType: number): Buffer {
  return varint(BigInt(field) * 8n + BigInt(wireType));
}

/** @returns a varint field, its default written out as well. */
export function uint(field: number, value: number | bigint, bytes = 1): Buffer {
  return Buffer.concat([tag(field, VARINT), varint(value, bytes)]);
}

/** @returns a length-delimited field: bytes, UTF-8 text, or a message in parts. */
export function block(field: number, ...parts: readonly (Uint8Array | string)[]): Buffer {
  const content = join(...parts);
  return Buffer.concat([tag(field, LENGTH), varint(content.length), content]);
}

/** @returns the parts one after another; text as hexadecimal digits is not meant, but UTF-8. */
export function join(...parts: readonly (Uint8Array | string)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** @returns 32 equal bytes. */
export function bytes32(byte: number): Buffer {
  return Buffer.alloc(32, byte);
}

/** @returns SHA-256(tag ‖ 0 ‖ parts), written apart from the program. */
export function taggedSha256(name: string, ...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from(name), Buffer.alloc(1), ...parts]))
    .digest();
}

/** @returns hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
