import { relative } from 'node:path';
import { type Household, householdsOf, LAUNCHER, type Neighborhood } from './household.ts';

/** @returns what one can try on a household, in words of the CLI. */
function triesOf({ part, name }: Household, { ada, ben }: Neighborhood): readonly string[] {
  switch (part.role) {
    case 'bank':
      return ['bank figures', 'account list --all'];
    case 'cooperative':
      return ['labor list', 'member list'];
    case 'assembly':
      return ['proposal list', 'member list', 'invite create'];
    case 'member':
      return ['account list', `pay ${(name === ada.name ? ben : ada).identity} 10m`];
  }
}

/** @returns how to use each of the seven from another terminal. */
export function screenOf(hood: Neighborhood): string {
  const launcher = relative(process.cwd(), LAUNCHER);
  const lines = householdsOf(hood).flatMap((one) =>
    triesOf(one, hood).map((words, index) => {
      const command = `${launcher} ${words} --data ${relative(process.cwd(), one.folder)}`;
      return `  ${(index === 0 ? one.name : '').padEnd(10)}${command}`;
    }),
  );
  return ['', 'The neighborhood is up. From another terminal:', ...lines, 'Ctrl-C ends it; the data stay.', ''].join(
    '\n',
  );
}
