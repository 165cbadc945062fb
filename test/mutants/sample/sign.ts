/** A program small enough to be mutated by the runner's own test. @returns −1, 0 or 1. */
export function signOf(value: number): number {
  if (value === 0) return 0;
  return value > 0 ? 1 : -1;
}
