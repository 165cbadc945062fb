import { relative } from 'node:path';
import { type Household, householdsOf, LAUNCHER, type Neighborhood } from './household.ts';

/** What one can try on each role, in words of the CLI. */
const TRIES: Readonly<Record<Household['part']['role'], readonly string[]>> = {
  bank: ['bank figures', 'account list --all'],
  cooperative: ['labor list', 'member list'],
  assembly: ['member list', 'invite create'],
  member: ['status', 'account list', 'pay ACCOUNT 10m'],
};

/** @returns how to use each of the seven from another terminal. */
export function screenOf(hood: Neighborhood): string {
  const launcher = relative(process.cwd(), LAUNCHER);
  const lines = householdsOf(hood).flatMap(({ name, folder, part }) =>
    TRIES[part.role].map((words, index) => {
      const command = `${launcher} ${words} --data ${relative(process.cwd(), folder) || folder}`;
      return `  ${(index === 0 ? name : '').padEnd(10)}${command}`;
    }),
  );
  return ['', 'The neighborhood is up. From another terminal:', ...lines, 'Ctrl-C ends it; the data stay.', ''].join(
    '\n',
  );
}
