/** Chance: salts, peer choice, jitter. No rule ever reads it. */
export interface Random {
  /** @returns `length` unpredictable bytes (in the simulator: seeded ones). */
  bytes(length: number): Uint8Array;
}
