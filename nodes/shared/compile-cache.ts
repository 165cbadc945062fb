import { join } from 'node:path';

/** Where Node keeps the compiled form of a checkout's TypeScript for the next process: a folder of this package, since what stands there is run. */
export const COMPILE_CACHE: string = join(import.meta.dirname, '../../node_modules/.cache/compile');
