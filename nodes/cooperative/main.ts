/** Runs the node of a cooperative. A cooperative's node is dialed by its members and by banks that read its labor book, so it listens on the usual port. */
import { runRole } from '../shared/run-role.ts';

await runRole(
  { name: 'cooperative', kind: 'cooperative', defaults: { listen: ['/ip4/0.0.0.0/tcp/4710'] } },
  process.argv.slice(2),
);
