/** Loaded before a test (`--import`): gives the mutated text of one file to whoever imports it. The disk stays as it is. */
import { registerHooks } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MUTATION_VARIABLE, mutate, mutationSchema } from './mutant.ts';

const mutation = mutationSchema.parse(JSON.parse(process.env[MUTATION_VARIABLE] ?? ''));
const mutatedUrl = pathToFileURL(resolve(import.meta.dirname, '../..', mutation.file)).href;

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (url.split('?')[0] !== mutatedUrl || loaded.source === undefined || loaded.source === null) return loaded;
    const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
    return { ...loaded, source: mutate(text, mutation) };
  },
});
