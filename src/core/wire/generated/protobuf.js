// Copied by `npm run proto` from proto/runtime.js; edit that file instead.
// What the generated code uses of protobufjs, without changing the copy that other libraries in the process may share:
// uint64 is read as a number (unsafe ones stay ≥ 2^53, so that the codec sees and refuses them), bytes are plain
// Uint8Arrays in Node and in browsers alike, and unknown fields are dropped, so that encoding again shows them missing.
import protobuf from 'protobufjs/minimal.js';

const VARINT_BYTES_MAX = 10;
// Most messages fit; a frame of catch-up makes it grow once.
const WRITER_BYTES = 64 * 1024;

class NumberReader extends protobuf.Reader {
  uint64() {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < VARINT_BYTES_MAX; count += 1) {
      if (this.pos >= this.len) throw new RangeError('index out of range');
      const byte = this.buf[this.pos];
      this.pos += 1;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
    throw new Error('invalid varint encoding');
  }
}
NumberReader.create = (bytes) => new NumberReader(bytes);

// Encoding never calls encoding, so that all of it shares one writer and its buffer, which grows to the longest message.
class PlainWriter extends protobuf.Writer {
  // What outlives the call is a tight copy.
  finish() {
    return this.buf.slice(0, this.pos);
  }

  // Whether these bytes are what was written.
  wrote(bytes) {
    const { buf, pos } = this;
    if (bytes.length !== pos) return false;
    for (let index = 0; index < pos; index += 1) if (buf[index] !== bytes[index]) return false;
    return true;
  }
}
const writer = new PlainWriter();
writer.buf = new Uint8Array(WRITER_BYTES);
PlainWriter.create = () => {
  writer.pos = 0;
  writer.states = null;
  return writer;
};

const util = {
  ...protobuf.util,
  Long: null,
  newBuffer: (bytes) => new Uint8Array(bytes),
};

export default { Reader: NumberReader, Writer: PlainWriter, util, roots: {} };
