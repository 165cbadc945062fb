import { proveFork } from '../../src/core/books/fork.ts';
import { notedKind } from '../../src/core/wire/kinds/book.ts';
import {
  acceptCooperativeKind,
  accountOpenedKind,
  accountRequestKind,
  endCooperativeKind,
  issueKind,
  rateTakenKind,
  tickKind,
  transferKind,
} from '../../src/core/wire/kinds/ledger.ts';
import type { Noted } from '../../src/core/wire/messages/book.ts';
import type { DecisionCertificate } from '../../src/core/wire/messages/decisions.ts';
import { NOW_MINUTE } from '../support/bank.ts';
import { certificateOf, decide, RATE, witnessedAssembly } from '../support/rates.ts';
import { hours } from '../support/work.ts';
import { idNamed } from '../support/world.ts';
import { type Lie, type LyingScene, type Told, write } from './lying-scene.ts';

function open(scene: LyingScene, ...requests: readonly Uint8Array[]): Told {
  return write(scene.ledger, accountOpenedKind, { requests });
}

function note(scene: LyingScene, facts: Partial<Noted>): Told {
  return write(scene.ledger, notedKind, { openings: [], identityEvents: [], forkProofs: [], ...facts });
}

/** An account request of somebody whose device was revoked, as the ledger has noted. */
function openRevoked(scene: LyingScene): Told {
  const eva = scene.stranger();
  const { bytes } = scene.request(eva);
  scene.ledger.note(eva.book('transfers'));
  eva.revoke(eva.keys);
  scene.ledger.noteFacts({ identityEvents: eva.log });
  return open(scene, bytes);
}

/** Ledgers that lie about what they note, about accounts, and about what they rest on. */
export const BANK_LIES: readonly Lie[] = [
  { code: 'carried_malformed', tell: (scene) => open(scene, new Uint8Array([1, 2, 3])) },
  { code: 'unknown_book', tell: (scene) => open(scene, scene.request(scene.stranger()).bytes) },
  {
    code: 'bad_carried_signature',
    tell: (scene) => {
      const content = { bank: scene.bank.identity };
      return open(scene, scene.dora.book('transfers').write(accountRequestKind, content, scene.ana.keys).bytes);
    },
  },
  { code: 'device_revoked', tell: openRevoked },
  { code: 'opening_malformed', tell: (scene) => note(scene, { openings: [scene.request(scene.dora).bytes] }) },
  {
    code: 'identity_event_malformed',
    tell: (scene) => {
      const eva = scene.stranger();
      eva.grant('phone');
      return note(scene, { identityEvents: eva.log.slice(1) });
    },
  },
  {
    code: 'fork_proof_malformed',
    tell: (scene) => {
      const { opening, entries } = scene.ana.book('transfers');
      const entry = entries[1] ?? opening;
      return note(scene, { forkProofs: [proveFork(opening, entry, entry)] });
    },
  },
  { code: 'empty_batch', tell: (scene) => write(scene.ledger, transferKind, { lines: [] }) },
  { code: 'wrong_bank', tell: (scene) => open(scene, scene.request(scene.dora, scene.garden).bytes) },
  {
    code: 'duplicate_account',
    tell: (scene) => {
      const { bytes } = scene.request(scene.dora);
      return open(scene, bytes, bytes);
    },
  },
  {
    code: 'cooperative_not_accepted',
    tell: (scene) => write(scene.ledger, endCooperativeKind, { cooperative: scene.assembly.identity }),
  },
  {
    code: 'already_accepted',
    tell: (scene) => {
      scene.accept(scene.garden, 30 * 3600);
      const content = { cooperative: scene.garden.identity, secondsPerMemberPerWeek: 30 * 3600 };
      return write(scene.ledger, acceptCooperativeKind, content);
    },
  },
  {
    code: 'ceiling_out_of_range',
    tell: (scene) => {
      const content = { cooperative: scene.garden.identity, secondsPerMemberPerWeek: 0 };
      return write(scene.ledger, acceptCooperativeKind, content);
    },
  },
  { code: 'tick_not_rising', tell: (scene) => write(scene.ledger, tickKind, { minute: NOW_MINUTE }) },
];

type RecordTerms = Parameters<LyingScene['freshRecord']>[0];

/** An Issue on a record of the garden with these terms. */
function issue(
  scene: LyingScene,
  terms: RecordTerms,
  amount = 3600,
  change: Parameters<LyingScene['issueLine']>[2] = {},
): Told {
  const record = scene.freshRecord(terms);
  return write(scene.ledger, issueKind, { lines: [scene.issueLine(record, amount, change)] });
}

/** Ledgers that issue what labor does not back. */
export const ISSUE_LIES: readonly Lie[] = [
  {
    code: 'record_used',
    tell: (scene) => {
      const record = scene.freshRecord();
      scene.issue(record, 3600);
      return write(scene.ledger, issueKind, { lines: [scene.issueLine(record, 3600)] });
    },
  },
  { code: 'unknown_account', tell: (scene) => issue(scene, { account: idNamed('no account') }) },
  { code: 'not_holder', tell: (scene) => issue(scene, { account: scene.accountOf(scene.bea) }) },
  {
    code: 'ceiling_exceeded',
    tell: (scene) => issue(scene, { intervals: [hours(400, 23), hours(424, 23)] }, 46 * 3600),
  },
  {
    code: 'interval_in_future',
    tell: (scene) => issue(scene, { intervals: [{ startMinute: NOW_MINUTE, minutes: 60 }] }),
  },
  { code: 'rate_not_decided', tell: (scene) => issue(scene, {}, 7200, { ratioNumerator: 2 }) },
  { code: 'wrong_amount', tell: (scene) => issue(scene, {}, 3601) },
];

function takeRate(scene: LyingScene, choice = 1, change: Partial<DecisionCertificate> = {}): Told {
  const close = decide(scene.assembly, scene.dora, RATE, choice);
  scene.ledger.note(scene.assembly.decisions.book);
  const certificate = { ...certificateOf(scene.assembly, close), ...change };
  return write(scene.ledger, rateTakenKind, { certificate });
}

/** Ledgers that take rates which nobody decided for them. */
export const RATE_LIES: readonly Lie[] = [
  { code: 'certificate_malformed', tell: (scene) => takeRate(scene, 1, { path: [] }) },
  {
    code: 'too_few_cosignatures',
    tell: (scene) => {
      const witnesses = [1, 2, 3, 4].map(() => scene.stranger());
      const council = witnessedAssembly(scene.world, scene.dora, witnesses);
      scene.ledger.note(council.decisions.book, ...witnesses.map((witness) => witness.book('people')));
      const certificate = certificateOf(council, decide(council, scene.dora), { cosigners: witnesses.slice(2) });
      const also = [council.memberBook.book, council.decisions.book];
      return { ...write(scene.ledger, rateTakenKind, { certificate }), also };
    },
  },
  { code: 'not_adopted', tell: (scene) => takeRate(scene, 2) },
  { code: 'rate_not_accepted', tell: (scene) => takeRate(scene) },
];
