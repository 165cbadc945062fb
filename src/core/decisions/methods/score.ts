/**
 * @returns the sum of the scores of each option, in the order of options. A ballot gives one score to each option; `ballots` hold
 *   no other.
 */
export function sumScores(options: number, ballots: readonly (readonly number[])[]): readonly number[] {
  return Array.from({ length: options }, (_, option) =>
    ballots.reduce((sum, scores) => sum + (scores[option] ?? 0), 0),
  );
}

/**
 * @returns the options, numbered from 1, with the highest sums, highest first; equal ones in the order of `tieOrder`, which holds
 *   every option once. An option without any score is never chosen.
 */
export function highestScores(sums: readonly number[], seats: number, tieOrder: readonly number[]): readonly number[] {
  const ranked = tieOrder.filter((option) => (sums[option - 1] ?? 0) > 0);
  return ranked
    .map((option, place) => ({ option, place, sum: sums[option - 1] ?? 0 }))
    .sort((left, right) => right.sum - left.sum || left.place - right.place)
    .slice(0, seats)
    .map(({ option }) => option);
}
