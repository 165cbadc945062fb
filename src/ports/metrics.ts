/** Named counters and gauges; names are in the Prometheus style, `mutua_entries_applied_total`. */
export interface Metrics {
  /** Adds `by` (default 1) to a counter. */
  count(name: string, by?: number): void;
  /** Sets a gauge. */
  gauge(name: string, value: number): void;
}
