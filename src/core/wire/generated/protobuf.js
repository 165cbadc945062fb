// The generated code imports protobufjs through this file, so that uint64 decodes to a number and never to a Long:
// the choice must be made before any generated prototype is built.
import protobuf from 'protobufjs/minimal.js';

protobuf.util.Long = null;
protobuf.configure();

export default protobuf;
