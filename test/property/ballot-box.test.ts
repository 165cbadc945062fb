import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countProposal } from '../../src/core/decisions/tally.ts';
import { ballotKind } from '../../src/core/wire/kinds/decisions.ts';
import { BallotBox } from '../../src/engine/ballot-box.ts';
import type { Mail } from '../../src/engine/services/service.ts';
import { World } from '../../src/engine/world.ts';
import { NETWORK } from '../support/books.ts';
import { DecisionScene, YES_OR_NO } from '../support/decisions.ts';
import { REGION } from '../support/identities.ts';
import { verifySignature } from '../support/signing.ts';
import { idNamed } from '../support/world.ts';

const RUNS = Number(process.env['TALLY_RUNS'] ?? 400);
const PROPOSAL = idNamed('proposal');
const BALLOTS_EACH = 5;

const scene = new DecisionScene();
/** Ballots of five electors and a stranger: numbers one and two, three with one number, and one for another elector. */
const POOL: readonly Mail[] = [...scene.people, scene.finn].flatMap((voter, place) =>
  Array.from({ length: BALLOTS_EACH }, (_, index) => {
    const delegate = index === 3 ? scene.person((place + 1) % 5).identity : undefined;
    const content = {
      body: scene.hall.identity,
      version: PROPOSAL,
      number: index < 3 ? 1 + (index % 2) : 2,
      choice: delegate === undefined ? [1 + ((place + index) % 3)] : [],
      delegate,
      reasonDigest: undefined,
      commitment: undefined,
      sealedDigest: undefined,
    };
    const book = voter.book('proposals');
    return { entry: book.write(ballotKind, content), opening: book.opening, author: voter.identity };
  }),
);

function newBox(): BallotBox {
  const { identity, kind, keys, log } = scene.hall;
  return new BallotBox(
    new World({
      network: NETWORK,
      self: { identity, kind, device: keys.id, log, region: REGION },
      peerName: 'hall',
      ruleSets: [],
      clock: { nowMs: () => 0 },
      random: { bytes: (length) => new Uint8Array(length) },
      signatures: { verify: verifySignature, verifyBatch: async (checks) => checks.map(verifySignature) },
    }),
  );
}

/** What comes of ballots that arrive in this order. */
function outcomeOf(mails: readonly Mail[]): unknown {
  const box = newBox();
  for (const mail of mails) box.keep(mail);
  const electors = new Set(scene.people.map(({ identity }) => identity));
  const members = { count: electors.size, isMember: (identity: Mail['author']) => electors.has(identity) };
  return countProposal(PROPOSAL, { question: YES_OR_NO, rule: scene.rule() }, members, box.of(PROPOSAL));
}

describe('the ballots that a body holds', () => {
  it('give one result in whatever order they came, twice or with two for one number', () => {
    fc.assert(
      fc.property(
        fc.subarray([...POOL.keys()], { minLength: 1 }).chain((picked) =>
          fc.tuple(
            fc.shuffledSubarray([...picked, ...picked.slice(0, 3)], {
              minLength: picked.length + Math.min(3, picked.length),
            }),
            fc.shuffledSubarray(picked, { minLength: picked.length }),
          ),
        ),
        ([one, other]) => {
          const mailsOf = (order: readonly number[]): readonly Mail[] => order.flatMap((index) => POOL[index] ?? []);
          deepEqual(outcomeOf(mailsOf(one)), outcomeOf(mailsOf(other)));
        },
      ),
      { numRuns: RUNS },
    );
  });
});
