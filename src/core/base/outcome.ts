/** A value, or the reason why there is none. */
export type Outcome<Value, Reason> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: Reason };

/** @returns an outcome that holds `value`. */
export function ok<Value>(value: Value): { readonly ok: true; readonly value: Value } {
  return { ok: true, value };
}

/** @returns an outcome that failed for `reason`. */
export function no<Reason>(reason: Reason): { readonly ok: false; readonly reason: Reason } {
  return { ok: false, reason };
}

/** A mistake of ours, never of a user or a peer: stops the work in production as well. */
export class AssertionFailedError extends Error {
  override readonly name = 'AssertionFailedError';
}

/** @throws AssertionFailedError with `message` when `condition` does not hold. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new AssertionFailedError(message);
}

/** @returns `value`. @throws AssertionFailedError with `message` when it is undefined. */
export function present<Value>(value: Value | undefined, message: string): Value {
  if (value === undefined) throw new AssertionFailedError(message);
  return value;
}
