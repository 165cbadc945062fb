/** Virtual time: actions run in order of their time, and of their asking where times are equal. */
export class Schedule {
  #nowMs = 0;
  #order = 0;
  readonly #heap: { readonly atMs: number; readonly order: number; readonly run: () => void }[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs `action` after `delayMs`. */
  after(delayMs: number, action: () => void): void {
    this.#order += 1;
    const item = { atMs: this.#nowMs + delayMs, order: this.#order, run: action };
    this.#heap.push(item);
    let index = this.#heap.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(index, parent)) break;
      this.#swap(index, parent);
      index = parent;
    }
  }

  /** Runs the next action. @returns false when there is none. */
  step(): boolean {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined) return false;
    if (this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink();
    }
    this.#nowMs = first.atMs;
    first.run();
    return true;
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = index * 2 + 1;
      const right = left + 1;
      let smallest = index;
      if (left < this.#heap.length && this.#before(left, smallest)) smallest = left;
      if (right < this.#heap.length && this.#before(right, smallest)) smallest = right;
      if (smallest === index) return;
      this.#swap(index, smallest);
      index = smallest;
    }
  }

  #before(left: number, right: number): boolean {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    if (a === undefined || b === undefined) return false;
    return a.atMs !== b.atMs ? a.atMs < b.atMs : a.order < b.order;
  }

  #swap(left: number, right: number): void {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    if (a === undefined || b === undefined) return;
    this.#heap[left] = b;
    this.#heap[right] = a;
  }
}
