import { Counter, collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import type { Client } from '../client/index.ts';

/**
 * Counts what a peer tells, and reads what it holds when somebody asks, into one registry with libp2p's own metrics.
 * @returns the function that ends it.
 */
export function countNotices(registry: Registry, client: Client): () => void {
  collectDefaultMetrics({ register: registry });
  const notices = new Counter({
    name: 'mutua_notices_total',
    help: 'What this peer told, by type.',
    labelNames: ['type'],
    registers: [registry],
  });
  const effects = new Counter({
    name: 'mutua_effects_total',
    help: 'Entries judged, by effect.',
    labelNames: ['effect'],
    registers: [registry],
  });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge('mutua_books', 'Books held.', () => client.driver.peer.books.size);
  gauge('mutua_parked_entries', 'Entries that wait for a gap to fill.', () => client.driver.peer.parkedCount);
  gauge(
    'mutua_inbox_items',
    'Items that this body has yet to carry.',
    () => client.driver.peer.desk.inbox.all().length,
  );
  gauge('mutua_peers', 'Connected peers.', () => client.driver.peer.catchUp.peers().length);
  return client.listen((notice) => {
    notices.inc({ type: notice.type });
    if (notice.type === 'effect') effects.inc({ effect: notice.effect });
  });
}
