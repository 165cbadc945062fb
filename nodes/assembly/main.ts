/** Runs the node of a assembly. An assembly's node is the first contact of newcomers, so it listens on the usual port. */
import { runRole } from '../shared/run-role.ts';

await runRole(
  { name: 'assembly', kind: 'assembly', defaults: { listen: ['/ip4/0.0.0.0/tcp/4710'] } },
  process.argv.slice(2),
);
