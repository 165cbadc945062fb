import { createLibp2pNetwork } from '../../src/adapters/libp2p/index.ts';
import { createMemoryHub } from '../../src/adapters/memory/memory-network.ts';
import { loopbackOptions } from './libp2p-loopback.ts';
import { describeNetwork } from './network-contract.ts';

const hub = createMemoryHub();
describeNetwork('memory network', () => hub.createNetwork());
describeNetwork('libp2p network over loopback', () => createLibp2pNetwork(loopbackOptions()));
