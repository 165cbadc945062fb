import { taggedHash } from '../core/base/hash.ts';
import { bytesToId, compareIds, type Id, idToBytes } from '../core/base/id.ts';
import { WITNESSES_MAX } from '../core/base/limits.ts';
import { no, type Outcome, ok, present } from '../core/base/outcome.ts';
import type { Region } from '../core/base/region.ts';
import { draftInception, eventMessage, identityOf, nextKeyDigest, signedEvent } from '../core/identity/event.ts';
import { resolveLog, type Verify } from '../core/identity/log.ts';
import { acceptanceMessage } from '../core/members/founding.ts';
import type { IdentityEvent, IdentityKind, Inception } from '../core/wire/messages/identity.ts';
import { type Acceptance, type Charter, CharterText, type Founding } from '../core/wire/messages/people.ts';
import type { DecisionRule } from '../core/wire/messages/rules.ts';
import type { AcceptanceText, FoundingText, KeyText } from '../core/wire/messages/texts.ts';
import { TAGS } from '../core/wire/tags.ts';
import type { Signer } from '../ports/signatures.ts';

/** The root key in force, and the one announced to follow it. */
export interface RootKeys {
  readonly root: Signer;
  /** Public key of the next root key. */
  readonly nextKey: Id;
}

/** Root keys that a person made for one new body. */
export interface BodyKeys extends RootKeys {
  /** What the person calls them. */
  readonly label: string;
}

/** Where a person keeps the root keys of the bodies that it founds; the secrets stay there. */
export interface BodyKeyRing {
  /** Makes keys by chance and keeps them before they are used. Rejects when the label is taken. */
  make(label: string): Promise<BodyKeys>;
  all(): readonly BodyKeys[];
}

/** @returns the identity log of a new person: one Inception, signed by its root key. */
export async function inceptPerson(keys: RootKeys, device: Id): Promise<readonly IdentityEvent[]> {
  const event = draftInception({
    kind: 'person',
    rootKeys: [bytesToId(keys.root.publicKey)],
    threshold: 1,
    nextDigests: [nextKeyDigest(keys.nextKey)],
    nextThreshold: 1,
    device,
    region: undefined,
  });
  const signature = await keys.root.sign(eventMessage(event));
  return [signedEvent(event, [{ keyIndex: 0, signature }])];
}

/** @returns what a person gives to the founders of a body. */
export function keyTextOf(founder: Id, keys: RootKeys): KeyText {
  return { founder, rootKey: bytesToId(keys.root.publicKey), nextDigest: nextKeyDigest(keys.nextKey) };
}

/** What a new body is to be. */
export interface BodyDraft {
  readonly network: Uint8Array;
  readonly kind: Exclude<IdentityKind, 'person'>;
  readonly name: string;
  /** Its home region. */
  readonly region: Region;
  /** The device key with which it will write its books. */
  readonly device: Id;
  /** One for each founder, 1–16. */
  readonly founders: readonly KeyText[];
  readonly charterText: CharterText;
  /** Attestors that a labor record of a cooperative needs. */
  readonly attestationCount: number;
  /** How it decides, rising by matter; where absent DEFAULT_RULES. */
  readonly rules?: readonly DecisionRule[] | undefined;
  /** Identities that are to confirm its books; where absent nobody does. */
  readonly witnesses?: readonly Id[] | undefined;
}

const ORDINARY = {
  quorumNumerator: 1,
  quorumDenominator: 2,
  thresholdNumerator: 1,
  thresholdDenominator: 1,
  blocksMax: 0,
  silence: 'abstain',
} as const;

/** How a body decides whose founders said nothing else: consent; budgets by equal shares, delegates by ranked choice; half must vote. */
export const DEFAULT_RULES: readonly DecisionRule[] = [
  { ...ORDINARY, matter: 'general', method: 'consent' },
  { ...ORDINARY, matter: 'budget', method: 'equalShares' },
  { ...ORDINARY, matter: 'election', method: 'rankedChoice' },
];

/** @returns the founding that all founders are to sign, or why there is none. Threshold: more than half of them. */
export function draftFounding(draft: BodyDraft): Outcome<FoundingText, string> {
  const founders = [...draft.founders].sort((left, right) => compareIds(left.founder, right.founder));
  const isTwice = founders.some((founder, index) => founder.founder === founders[index - 1]?.founder);
  if (founders.length === 0) return no('A body needs at least one founder: give their key texts.');
  if (isTwice) return no('Two key texts are of one founder; each founder makes one for this body.');
  const fault = witnessFault(draft.witnesses ?? []);
  if (fault !== undefined) return no(fault);
  const threshold = Math.floor(founders.length / 2) + 1;
  const inception: Inception = {
    kind: draft.kind,
    rootKeys: founders.map(({ rootKey }) => rootKey),
    threshold,
    nextDigests: founders.map(({ nextDigest }) => nextDigest),
    nextThreshold: threshold,
    device: draft.device,
    region: draft.region,
  };
  const textDigest = bytesToId(taggedHash(TAGS.charterText, [CharterText.encode(draft.charterText)]));
  const { network, name, charterText, attestationCount } = draft;
  const charter: Charter = {
    textDigest,
    criteria: charterText.criteria.length,
    attestationCount,
    rules: draft.rules ?? DEFAULT_RULES,
    witnesses: [...(draft.witnesses ?? [])].sort(compareIds),
  };
  return ok({ network, name, inception, charter, charterText, founders: founders.map(({ founder }) => founder) });
}

function witnessFault(witnesses: readonly Id[]): string | undefined {
  if (witnesses.length > WITNESSES_MAX) return `A charter names at most ${WITNESSES_MAX} witnesses.`;
  const twice = witnesses.find((witness, index) => witnesses.indexOf(witness) !== index);
  return twice === undefined ? undefined : `The witness ${twice} is named twice; each confirms a book once.`;
}

/** @returns the first thing wrong with a founding that somebody sent, or undefined. */
export function foundingFault(founding: FoundingText): string | undefined {
  const { charter, charterText, inception, founders } = founding;
  const textDigest = bytesToId(taggedHash(TAGS.charterText, [CharterText.encode(charterText)]));
  if (charter.textDigest !== textDigest) return 'The charter’s digest is not that of the words shown with it.';
  if (charter.criteria !== charterText.criteria.length) return 'The charter counts other criteria than are shown.';
  if (inception.rootKeys.length !== founders.length) return 'There is not one root key for each founder.';
  if (inception.threshold * 2 <= founders.length) return 'Half of the founders or fewer could act for the body.';
  return undefined;
}

/** What a founder signs with. */
export interface FounderKeys {
  readonly identity: Id;
  readonly log: readonly IdentityEvent[];
  /** The device that signs the charter. */
  readonly device: Signer;
  readonly bodies: readonly BodyKeys[];
}

/** Signs a founding with the root key made for it and with the founder's device. @returns the acceptance, or why it cannot be signed. */
export async function acceptFounding(
  founding: FoundingText,
  keys: FounderKeys,
): Promise<Outcome<AcceptanceText, string>> {
  const fault = foundingFault(founding);
  if (fault !== undefined) return no(`This founding is not sound: ${fault}`);
  const { inception, charter, founders } = founding;
  const keyIndex = founders.indexOf(keys.identity);
  const own = keys.bodies.find(({ root }) => bytesToId(root.publicKey) === inception.rootKeys[keyIndex]);
  if (keyIndex < 0) return no('This founding does not name this identity as a founder.');
  if (own === undefined || inception.nextDigests[keyIndex] !== nextKeyDigest(own.nextKey)) {
    return no(
      'The root key that this founding holds for this identity was not made here; send it a key text of this node.',
    );
  }
  const body = identityOf(inception);
  const [rootSignature, signature] = await Promise.all([
    own.root.sign(eventMessage(draftInception(inception))),
    keys.device.sign(acceptanceMessage(body, charter, founders)),
  ]);
  const device = bytesToId(keys.device.publicKey);
  const acceptance: Acceptance = { founder: keys.identity, device, log: [...keys.log], signature };
  return ok({ body, rootSignature: { keyIndex, signature: rootSignature }, acceptance });
}

/** A body whose founders have all signed. */
export interface FoundedBody {
  readonly identity: Id;
  readonly log: readonly IdentityEvent[];
  /** The first entry of its member book. */
  readonly founding: Founding;
}

/** Puts the acceptances of all founders together. @returns the body, or who is missing or has signed something else. */
export function assembleFounding(
  founding: FoundingText,
  acceptances: readonly AcceptanceText[],
  verify: Verify,
): Outcome<FoundedBody, string> {
  const { inception, charter, founders } = founding;
  const identity = identityOf(inception);
  const byFounder = new Map(acceptances.map((accepted) => [accepted.acceptance.founder, accepted]));
  const missing = founders.filter((founder) => !byFounder.has(founder));
  if (missing.length > 0) return no(`The acceptance of ${missing.join(' and ')} is missing.`);
  const message = acceptanceMessage(identity, charter, founders);
  const event = draftInception(inception);
  const chosen = founders.map((founder) => present(byFounder.get(founder), 'every founder’s acceptance is here'));
  for (const [index, { body, rootSignature, acceptance }] of chosen.entries()) {
    const rootKey = inception.rootKeys[index];
    const rootCheck = { message: eventMessage(event), signature: rootSignature.signature };
    const deviceCheck = { publicKey: idToBytes(acceptance.device), message, signature: acceptance.signature };
    const isRootSigned = rootKey !== undefined && verify({ publicKey: idToBytes(rootKey), ...rootCheck });
    if (body !== identity || rootSignature.keyIndex !== index || !isRootSigned || !verify(deviceCheck)) {
      return no(`The acceptance of ${acceptance.founder} is for another founding; ask for it again.`);
    }
  }
  const log = [
    signedEvent(
      event,
      chosen.map(({ rootSignature }) => rootSignature),
    ),
  ];
  if (resolveLog(identity, log, verify) === undefined) return no('The inception does not hold with these signatures.');
  return ok({ identity, log, founding: { charter, acceptances: chosen.map(({ acceptance }) => acceptance) } });
}
