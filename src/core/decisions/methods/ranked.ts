/**
 * Ranked choice: the single transferable vote of Scottish local elections (Scottish Local Government Elections Order 2011,
 * SSI 2011/399, schedule 1, rules 45–51), in whole hundred-thousandths of a vote.
 */

/** Transfers are worked out to five decimal places, what is left over is disregarded (rule 48 (3)). */
export const VOTE_UNITS = 100_000;

/** What an election came to. */
export interface RankedResult {
  /** Options numbered from 1, in the order in which they were elected. */
  readonly elected: readonly number[];
  /** Votes of each option at the end, in units of 1/100,000 vote. */
  readonly votes: readonly number[];
  /** Votes an option has to reach, in the same units. */
  readonly quota: number;
  readonly stages: number;
}

interface Paper {
  readonly ranking: readonly number[];
  /** Place in the ranking of the option that holds it. */
  place: number;
  /** Units. */
  value: number;
}

/**
 * Counts rankings. `tieOrder` holds every option once and decides, the earlier the better, where no earlier stage does (rule 49 (2),
 * 50 (2): there by lot). A ranking holds options that exist, each at most once; it may end early.
 * @returns who is elected; fewer than `seats` where fewer options have any vote or stand.
 */
export function countRanked(
  options: number,
  seats: number,
  rankings: readonly (readonly number[])[],
  tieOrder: readonly number[],
): RankedResult {
  return new RankedCount(options, seats, rankings, tieOrder).run();
}

class RankedCount {
  readonly #seats: number;
  readonly #tieOrder: readonly number[];
  readonly #quota: number;
  /** Papers that each option holds, by option − 1. */
  readonly #held: Paper[][];
  readonly #votes: number[];
  /** Votes of all options after each stage. */
  readonly #history: (readonly number[])[] = [];
  readonly #elected: number[] = [];
  readonly #excluded = new Set<number>();
  /** Elected options whose surplus was not transferred yet. */
  readonly #surplus = new Set<number>();

  constructor(options: number, seats: number, rankings: readonly (readonly number[])[], tieOrder: readonly number[]) {
    const papers = rankings
      .filter((ranking) => ranking.length > 0)
      .map((ranking) => ({ ranking, place: 0, value: VOTE_UNITS }));
    this.#seats = Math.min(seats, options);
    this.#tieOrder = tieOrder;
    this.#quota = (Math.floor(papers.length / (seats + 1)) + 1) * VOTE_UNITS;
    this.#held = Array.from({ length: options }, (_, index) =>
      papers.filter(({ ranking }) => ranking[0] === index + 1),
    );
    this.#votes = this.#held.map((held) => held.length * VOTE_UNITS);
  }

  run(): RankedResult {
    this.#endStage();
    while (this.#elected.length < this.#seats && this.#continuing().length > 0) {
      if (this.#continuing().length <= this.#seats - this.#elected.length) {
        this.#electRest();
        break;
      }
      const [largest] = this.#inOrder([...this.#surplus], 'most');
      if (largest !== undefined) this.#transferSurplus(largest);
      else this.#exclude();
      this.#endStage();
    }
    return { elected: this.#elected, votes: this.#votes, quota: this.#quota, stages: this.#history.length };
  }

  #continuing(): readonly number[] {
    return this.#tieOrder.filter((option) => !this.#excluded.has(option) && !this.#elected.includes(option));
  }

  /** Whoever has reached the quota is elected, most votes first. */
  #endStage(): void {
    this.#history.push([...this.#votes]);
    const reached = this.#continuing().filter((option) => this.#votesOf(option) >= this.#quota);
    for (const option of this.#inOrder(reached, 'most')) {
      if (this.#elected.length >= this.#seats) return;
      this.#elected.push(option);
      if (this.#votesOf(option) > this.#quota) this.#surplus.add(option);
    }
  }

  /** The last seats go to those who are left, as many as there are (rule 51). */
  #electRest(): void {
    for (const option of this.#inOrder(this.#continuing(), 'most')) this.#elected.push(option);
  }

  /** Every paper passes on at its value · surplus / votes (rule 48). */
  #transferSurplus(option: number): void {
    const votes = this.#votesOf(option);
    const surplus = votes - this.#quota;
    this.#surplus.delete(option);
    this.#votes[option - 1] = this.#quota;
    for (const paper of this.#held[option - 1] ?? [])
      this.#pass({ ...paper, value: Math.floor((paper.value * surplus) / votes) });
  }

  #exclude(): void {
    const [fewest] = this.#inOrder(this.#continuing(), 'fewest');
    if (fewest === undefined) return;
    this.#excluded.add(fewest);
    this.#votes[fewest - 1] = 0;
    for (const paper of this.#held[fewest - 1] ?? []) this.#pass(paper);
    this.#held[fewest - 1] = [];
  }

  /** To the next continuing option of the paper; without one the paper is spent. */
  #pass(paper: Paper): void {
    const place = paper.ranking.findIndex((option, index) => index > paper.place && this.#isContinuing(option));
    const option = paper.ranking[place];
    if (option === undefined) return;
    this.#held[option - 1]?.push({ ...paper, place });
    this.#votes[option - 1] = this.#votesOf(option) + paper.value;
  }

  #isContinuing(option: number): boolean {
    return !this.#excluded.has(option) && !this.#elected.includes(option);
  }

  /** Equal ones as they stood at the most recent stage at which they differed, else in the tie order. */
  #inOrder(options: readonly number[], first: 'most' | 'fewest'): readonly number[] {
    const sign = first === 'most' ? 1 : -1;
    return [...options].sort((left, right) => sign * this.#compare(left, right));
  }

  /** Negative where `left` stands better. */
  #compare(left: number, right: number): number {
    for (const votes of [this.#votes, ...this.#history.toReversed()]) {
      const difference = (votes[right - 1] ?? 0) - (votes[left - 1] ?? 0);
      if (difference !== 0) return difference;
    }
    return this.#tieOrder.indexOf(left) - this.#tieOrder.indexOf(right);
  }

  #votesOf(option: number): number {
    return this.#votes[option - 1] ?? 0;
  }
}
