/** Tells the time to people and timers; no rule ever reads it (protocol §1). */
export interface Clock {
  /** @returns Unix time in milliseconds; it may jump either way. */
  nowMs(): number;
}
