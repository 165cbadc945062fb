/** Runs the node of a bank. A bank's node is dialed by everybody who has an account, so it listens on the usual port. */
import { runRole } from '../shared/run-role.ts';

await runRole({ name: 'bank', kind: 'bank', defaults: { listen: ['/ip4/0.0.0.0/tcp/4710'] } }, process.argv.slice(2));
