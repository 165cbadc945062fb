/** Runs the node of a member. A member's node is at home: on any free port, found by those around it. */
import { runRole } from '../shared/run-role.ts';

await runRole({ name: 'member', kind: 'person', defaults: { listen: ['/ip4/0.0.0.0/tcp/0'] } }, process.argv.slice(2));
