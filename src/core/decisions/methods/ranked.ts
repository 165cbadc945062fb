/**
 * Ranked choice: the single transferable vote of Scottish local elections, in whole hundred-thousandths of a vote: the weighted inclusive
 * Gregory method. Rules are numbered as in schedule 1 of the Scottish Local Government Elections Order 2007 (SSI 2007/42), rules 45–52;
 * in that of 2011 (SSI 2011/399) each has a number one higher. One seat makes it instant runoff.
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
  readonly stages: readonly RankedStage[];
}

/** One stage of the count, as it is read out. */
export interface RankedStage {
  /** First preferences were counted; an option's surplus passed on; an option was excluded; the last seats went to who was left. */
  readonly event: 'first' | 'surplus' | 'exclusion' | 'rest';
  /** Whose surplus it was, or who was excluded. */
  readonly option: number | undefined;
  /** Votes of each option after it, in units. */
  readonly votes: readonly number[];
  /** Votes of papers that name nobody who is left, and what transfers dropped, so far, in units: all votes are these and those above. */
  readonly spent: number;
  /** Who was elected by it, most votes first. */
  readonly elected: readonly number[];
}

interface Paper {
  readonly ranking: readonly number[];
  /** Place in the ranking of the option that holds it. */
  place: number;
  /** Units. */
  value: number;
}

/**
 * Counts rankings. A ranking may end early; it ends before the first option that does not exist or that it named before, and one that
 * ends at once is no vote. Equal options stand as they did at the most recent stage at which they differed; where none is, the earlier in
 * `tieOrder`, which holds every option once, stands better (the Order draws lots there).
 * @returns who is elected: as many as there are seats, or all options where they are fewer.
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
  readonly #papers: number;
  readonly #tieOrder: readonly number[];
  readonly #quota: number;
  /** Papers that each option holds, by option − 1. */
  readonly #held: Paper[][];
  readonly #votes: number[];
  readonly #stages: RankedStage[] = [];
  readonly #elected: number[] = [];
  readonly #excluded = new Set<number>();
  /** Elected options whose surplus was not transferred yet. */
  readonly #surplus = new Set<number>();

  constructor(options: number, seats: number, rankings: readonly (readonly number[])[], tieOrder: readonly number[]) {
    const papers = rankings
      .map((ranking) => ({ ranking: soundPart(ranking, options), place: 0, value: VOTE_UNITS }))
      .filter(({ ranking }) => ranking.length > 0);
    this.#papers = papers.length;
    this.#seats = Math.min(seats, options);
    this.#tieOrder = tieOrder;
    this.#quota = (Math.floor(papers.length / (seats + 1)) + 1) * VOTE_UNITS;
    this.#held = Array.from({ length: options }, (_, index) =>
      papers.filter(({ ranking }) => ranking[0] === index + 1),
    );
    this.#votes = this.#held.map((held) => held.length * VOTE_UNITS);
  }

  run(): RankedResult {
    this.#endStage('first', undefined);
    while (this.#elected.length < this.#seats && this.#continuing().length > 0) {
      if (this.#continuing().length <= this.#seats - this.#elected.length) {
        this.#electRest();
        break;
      }
      const [largest] = this.#inOrder([...this.#surplus], 'most');
      if (largest !== undefined) this.#transferSurplus(largest);
      else this.#exclude();
    }
    return { elected: this.#elected, votes: this.#votes, quota: this.#quota, stages: this.#stages };
  }

  #continuing(): readonly number[] {
    return this.#tieOrder.filter((option) => !this.#excluded.has(option) && !this.#elected.includes(option));
  }

  /** Whoever has reached the quota is elected, most votes first (rule 47). */
  #endStage(event: RankedStage['event'], option: number | undefined): void {
    const votes = [...this.#votes];
    const reached = this.#continuing().filter((one) => this.#votesOf(one) >= this.#quota);
    const elected = this.#inOrder(reached, 'most').slice(0, this.#seats - this.#elected.length);
    this.#stages.push({ event, option, votes, spent: this.#spent(votes), elected });
    for (const one of elected) {
      this.#elected.push(one);
      if (this.#votesOf(one) > this.#quota) this.#surplus.add(one);
    }
  }

  /** The last seats go to those who are left, as many as there are, and nothing is transferred any more (rule 52). */
  #electRest(): void {
    const [votes, elected] = [[...this.#votes], this.#inOrder(this.#continuing(), 'most')];
    this.#stages.push({ event: 'rest', option: undefined, votes, spent: this.#spent(votes), elected });
    this.#elected.push(...elected);
  }

  #spent(votes: readonly number[]): number {
    return votes.reduce((left, held) => left - held, this.#papers * VOTE_UNITS);
  }

  /** Every paper passes on at its value · surplus / votes (rule 48). */
  #transferSurplus(option: number): void {
    const votes = this.#votesOf(option);
    const surplus = votes - this.#quota;
    this.#surplus.delete(option);
    this.#votes[option - 1] = this.#quota;
    for (const paper of this.#held[option - 1] ?? [])
      this.#pass({ ...paper, value: transferValue(paper.value, surplus, votes) });
    this.#endStage('surplus', option);
  }

  /** Who has fewest votes gives up every paper at the value at which it came (rule 50). */
  #exclude(): void {
    const [fewest] = this.#inOrder(this.#continuing(), 'fewest');
    if (fewest === undefined) return;
    this.#excluded.add(fewest);
    this.#votes[fewest - 1] = 0;
    for (const paper of this.#held[fewest - 1] ?? []) this.#pass(paper);
    this.#held[fewest - 1] = [];
    this.#endStage('exclusion', fewest);
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

  /** Equal ones as they stood at the most recent stage at which they differed, else in the tie order (rules 49, 50). */
  #inOrder(options: readonly number[], first: 'most' | 'fewest'): readonly number[] {
    const sign = first === 'most' ? 1 : -1;
    return [...options].sort((left, right) => sign * this.#compare(left, right));
  }

  /** Negative where `left` stands better. */
  #compare(left: number, right: number): number {
    for (const votes of [this.#votes, ...this.#stages.map((stage) => stage.votes).toReversed()]) {
      const difference = (votes[right - 1] ?? 0) - (votes[left - 1] ?? 0);
      if (difference !== 0) return difference;
    }
    return this.#tieOrder.indexOf(left) - this.#tieOrder.indexOf(right);
  }

  #votesOf(option: number): number {
    return this.#votes[option - 1] ?? 0;
  }
}

function soundPart(ranking: readonly number[], options: number): readonly number[] {
  const end = ranking.findIndex(
    (option, place) =>
      !(Number.isInteger(option) && option >= 1 && option <= options) || ranking.indexOf(option) < place,
  );
  return end < 0 ? ranking : ranking.slice(0, end);
}

/** In units, what is left over is disregarded; the product of two numbers of votes is a safe integer up to 900,000 papers. */
function transferValue(value: number, surplus: number, votes: number): number {
  const product = value * surplus;
  return (product - (product % votes)) / votes;
}
