import type { Id } from '../../src/core/base/id.ts';
import { present } from '../../src/core/base/outcome.ts';
import { rowsRoot } from '../../src/core/decisions/pages.ts';
import { ruleOf } from '../../src/core/members/decision-rules.ts';
import type { Entry } from '../../src/core/wire/entry.ts';
import {
  amendedKind,
  ballotsSealedKind,
  closeKind,
  closePageKind,
  proposalEndedKind,
  proposalKind,
  proposeKind,
  revealPageKind,
} from '../../src/core/wire/kinds/decisions.ts';
import { foundingKind } from '../../src/core/wire/kinds/people.ts';
import type { Close, Propose } from '../../src/core/wire/messages/decisions.ts';
import { YES_OR_NO } from '../support/decisions.ts';
import { type Actor, acceptancesOf, charterWith, idNamed } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

const { rules: RULES } = charterWith(2);
const RULE = present(ruleOf(RULES, 'general'), 'a charter has a rule for general matters');
const ELECTION = present(ruleOf(RULES, 'election'), 'and one for elections');

function propose({ garden }: LyingScene, by: Actor, changes: Partial<Propose> = {}): Entry {
  const content = { matter: 'general', textDigest: idNamed('text'), question: YES_OR_NO, deadline: 0 } as const;
  const defaults = { body: garden.identity, amends: undefined, ...content };
  const entry = by.book('proposals').write(proposeKind, { ...defaults, ...changes });
  garden.decisions.note(by.book('proposals'));
  return entry;
}

function proposalOf({ garden }: LyingScene, { bytes }: Entry, rule = RULE) {
  return { propose: bytes, memberHead: garden.memberHead, rule };
}

function open(scene: LyingScene): Id {
  return scene.garden.decisions.apply(proposalKind, proposalOf(scene, propose(scene, scene.ana))).id;
}

function tellProposal(scene: LyingScene, entry: Entry, rule = RULE): Told {
  return write(scene.garden.decisions, proposalKind, proposalOf(scene, entry, rule));
}

/** A Close of a proposal for which nobody has voted. */
function close(scene: LyingScene, proposal: Id, changes: Partial<Close> = {}): Told {
  const electors = scene.garden.decisions.context.membersAt(scene.garden.memberHead);
  const count = typeof electors === 'string' ? 0 : electors.count;
  const outcome = { adopted: false, electors: count, voters: 0, chosen: [], counts: [0, 0, 0, 0] };
  const empty = { proposal, version: proposal, rows: 0, rowsRoot: rowsRoot([]), outcome, act: undefined };
  return write(scene.garden.decisions, closeKind, { ...empty, ...changes });
}

/** Decision books that lie: about what was proposed, by whom, and what came of it. */
export const DECISION_LIES: readonly Lie[] = [
  {
    code: 'no_decision_rule',
    tell: (scene) => {
      const body = scene.body('Ruleless');
      const charter = charterWith(2, []);
      return write(body.memberBook, foundingKind, {
        charter,
        acceptances: acceptancesOf(body.identity, charter, [scene.ana]),
      });
    },
  },
  {
    code: 'unknown_proposal',
    tell: ({ garden }) => write(garden.decisions, proposalEndedKind, { proposal: idNamed('nothing') }),
  },
  {
    code: 'proposal_not_open',
    tell: (scene) => {
      const proposal = open(scene);
      scene.garden.decisions.apply(proposalEndedKind, { proposal });
      return write(scene.garden.decisions, proposalEndedKind, { proposal });
    },
  },
  { code: 'stale_version', tell: (scene) => close(scene, open(scene), { version: idNamed('another') }) },
  { code: 'not_elector', tell: (scene) => tellProposal(scene, propose(scene, scene.stranger())) },
  {
    code: 'wrong_proposal',
    tell: (scene) => tellProposal(scene, propose(scene, scene.ana, { amends: open(scene) })),
  },
  {
    code: 'not_proposer',
    tell: (scene) => {
      const proposal = open(scene);
      const { bytes } = propose(scene, scene.bea, { amends: proposal });
      return write(scene.garden.decisions, amendedKind, { proposal, propose: bytes });
    },
  },
  {
    code: 'already_proposed',
    tell: (scene) => {
      const entry = propose(scene, scene.ana);
      scene.garden.decisions.apply(proposalKind, proposalOf(scene, entry));
      return tellProposal(scene, entry);
    },
  },
  {
    code: 'wrong_rule',
    tell: (scene) => tellProposal(scene, propose(scene, scene.ana), { ...RULE, method: 'majority' }),
  },
  {
    code: 'question_malformed',
    tell: (scene) => tellProposal(scene, propose(scene, scene.ana, { question: { ...YES_OR_NO, options: 2 } })),
  },
  {
    code: 'rows_unsorted',
    tell: (scene) => {
      const row = {
        voter: scene.ana.identity,
        number: 1,
        ballot: idNamed('ballot'),
        choice: [1],
        delegate: undefined,
        commitment: undefined,
      };
      return write(scene.garden.decisions, closePageKind, { proposal: open(scene), rows: [row, row] });
    },
  },
  {
    code: 'wrong_reveal',
    tell: (scene) => {
      const { decisions } = scene.garden;
      const question = { ...YES_OR_NO, options: 2, seats: 1, sealed: true };
      const entry = propose(scene, scene.ana, { matter: 'election', question });
      const { id: proposal } = decisions.apply(proposalKind, proposalOf(scene, entry, ELECTION));
      decisions.apply(proposalEndedKind, { proposal });
      const none = { rows: 0, rowsRoot: rowsRoot([]), revealBy: 0 };
      decisions.apply(ballotsSealedKind, { proposal, version: proposal, ...none });
      const sealed = { choice: [1], delegate: undefined, secret: new Uint8Array(32) };
      return write(decisions, revealPageKind, { proposal, rows: [{ voter: scene.ana.identity, sealed }] });
    },
  },
  { code: 'wrong_rows', tell: (scene) => close(scene, open(scene), { rows: 1 }) },
  { code: 'too_early', tell: (scene) => close(scene, open(scene)) },
  {
    code: 'wrong_result',
    tell: (scene) => {
      const proposal = open(scene);
      scene.garden.decisions.apply(proposalEndedKind, { proposal });
      const outcome = { adopted: true, electors: 1, voters: 1, chosen: [], counts: [1, 0, 0, 0] };
      return close(scene, proposal, { outcome });
    },
  },
];
