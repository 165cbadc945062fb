/** After this long a second signal ends the process at once; before, it may be the same Ctrl-C passed on by a launcher. */
const PATIENCE_MS = 2000;
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

/**
 * Waits for SIGINT or SIGTERM, or for `other` to settle. What is open is then disposed of by the caller and the loop ends
 * by itself; a later signal, when that takes too long, has its usual effect.
 * @returns the signal, or undefined when `other` came first. @throws what `other` rejects with.
 */
export async function untilSignal(other?: Promise<unknown>): Promise<NodeJS.Signals | undefined> {
  const { promise, resolve } = Promise.withResolvers<NodeJS.Signals | undefined>();
  const onSignal = (signal: NodeJS.Signals): void => resolve(signal);
  for (const signal of ENDING) process.on(signal, onSignal);
  try {
    return await Promise.race([promise, ...(other === undefined ? [] : [other.then(() => undefined)])]);
  } finally {
    const release = (): void => {
      for (const signal of ENDING) process.off(signal, onSignal);
    };
    setTimeout(release, PATIENCE_MS).unref();
  }
}
