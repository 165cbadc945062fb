/** `npm start`: a neighborhood of seven nodes on this machine that walks the main job, then stays up; `-- --once` ends after it. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EXIT, sentenceOf } from '../shared/exit-codes.ts';
import { untilSignal } from '../shared/signals.ts';
import { compare } from './compare.ts';
import { meet, startBodies, startPersons } from './founding.ts';
import { createNeighborhood, type Household, householdsOf, type Neighborhood } from './household.ts';
import { screenOf } from './screen.ts';
import { createStory, StepFailedError, type Story } from './story.ts';
import { walk } from './walk.ts';

/** Where the seven keep their data, below the folder in which the program was started. */
const DATA_FOLDER = '.mutua';
const PRIVATE_MODE = 0o700;

async function live(hood: Neighborhood, story: Story, onEnd: (one: Household) => void): Promise<void> {
  await startPersons(hood, story, onEnd);
  await startBodies(hood, story, onEnd);
  await meet(hood, story);
  await walk(hood, story);
  await compare(hood, story);
}

async function main(words: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...words], options: { once: { type: 'boolean', default: false } } });
  await mkdir(DATA_FOLDER, { recursive: true, mode: PRIVATE_MODE });
  const hood = createNeighborhood(resolve(DATA_FOLDER));
  const fall = Promise.withResolvers<never>();
  const onEnd = ({ name }: Household): void =>
    fall.reject(new StepFailedError(`The daemon of ${name} ended by itself.`));
  try {
    await untilSignal(stayed(hood, values.once, onEnd, fall.promise));
  } catch (error) {
    process.exitCode = EXIT.refused;
    console.error(`mutua: ${sentenceOf(error)}`);
  } finally {
    await Promise.all(householdsOf(hood).map((one) => one.stop()));
  }
}

async function stayed(
  hood: Neighborhood,
  isOnce: boolean,
  onEnd: (one: Household) => void,
  fall: Promise<never>,
): Promise<void> {
  await Promise.race([live(hood, createStory(console.log), onEnd), fall]);
  if (isOnce) console.log('Every step held.');
  else {
    console.log(screenOf(hood));
    await fall;
  }
}

await main(process.argv.slice(2));
