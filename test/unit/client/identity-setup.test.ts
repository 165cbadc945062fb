import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  acceptFounding,
  assembleFounding,
  type BodyKeys,
  draftFounding,
  inceptPerson,
  keyTextOf,
} from '../../../src/client/identity-setup.ts';
import { compareIds, type Id } from '../../../src/core/base/id.ts';
import { present } from '../../../src/core/base/outcome.ts';
import { resolveLog } from '../../../src/core/identity/log.ts';
import type { IdentityEvent } from '../../../src/core/wire/messages/identity.ts';
import type { AcceptanceText, FoundingText } from '../../../src/core/wire/messages/texts.ts';
import type { Signer } from '../../../src/ports/signatures.ts';
import { NETWORK } from '../../support/books.ts';
import { REGION } from '../../support/identities.ts';
import { keyOf, verifySignature } from '../../support/signing.ts';

interface Founder {
  readonly identity: Id;
  readonly log: readonly IdentityEvent[];
  readonly device: Signer;
  readonly bodies: readonly BodyKeys[];
}

function signerOf(name: string): Signer {
  const { publicKey, sign } = keyOf(name);
  return { publicKey, sign: async (message) => sign(message) };
}

async function founderNamed(name: string): Promise<Founder> {
  const keys = { root: signerOf(`${name} root`), nextKey: keyOf(`${name} next`).id };
  const log = await inceptPerson(keys, keyOf(`${name} device`).id);
  const { identity } = present(log[0], 'a log begins with an inception');
  const body = { label: 'Bank', root: signerOf(`${name} bank`), nextKey: keyOf(`${name} bank next`).id };
  return { identity, log, device: signerOf(`${name} device`), bodies: [body] };
}

function keyTextsOf(founders: readonly Founder[]): Parameters<typeof draftFounding>[0]['founders'] {
  return founders.map(({ identity, bodies }) => keyTextOf(identity, present(bodies[0], 'each has keys for the bank')));
}

function drafted(founders: readonly Founder[], witnesses?: readonly Id[]): ReturnType<typeof draftFounding> {
  return draftFounding({
    network: NETWORK,
    kind: 'bank',
    name: 'Bank',
    region: REGION,
    device: keyOf('bank device').id,
    founders: keyTextsOf(founders),
    charterText: { purpose: 'Notes on labor.', criteria: ['lives here'] },
    attestationCount: 2,
    witnesses,
  });
}

function foundingBy(founders: readonly Founder[]): FoundingText {
  const founding = drafted(founders);
  assert.ok(founding.ok);
  return founding.value;
}

async function acceptedBy(founding: FoundingText, founder: Founder): Promise<AcceptanceText> {
  const accepted = await acceptFounding(founding, founder);
  assert.ok(accepted.ok, JSON.stringify(accepted));
  return accepted.value;
}

const [ada, ben, cleo] = await Promise.all([founderNamed('ada'), founderNamed('ben'), founderNamed('cleo')]);

describe('a person', () => {
  test('begins with an inception that its root key signed and that grants its device', () => {
    const state = resolveLog(ada.identity, ada.log, verifySignature);
    assert.equal(state?.kind, 'person');
    assert.deepEqual([...(state?.devices.keys() ?? [])], [keyOf('ada device').id]);
  });
});

describe('a body', () => {
  test('is founded when all have signed, more than half of whom act for it, whatever order they came in', async () => {
    for (const [founders, threshold] of [
      [[ada], 1],
      [[cleo, ada], 2],
      [[ben, cleo, ada], 2],
    ] as const) {
      const founding = foundingBy(founders);
      const acceptances = await Promise.all(founders.map((founder) => acceptedBy(founding, founder)));
      const founded = assembleFounding(founding, acceptances.toReversed(), verifySignature);
      assert.ok(founded.ok, JSON.stringify(founded));
      const state = resolveLog(founded.value.identity, founded.value.log, verifySignature);
      assert.equal(state?.threshold, threshold);
      assert.equal(state?.region, REGION);
      assert.deepEqual(
        founded.value.founding.acceptances.map(({ founder }) => founder),
        founding.founders,
      );
    }
  });

  test('is not founded while one has not signed', async () => {
    const founding = foundingBy([ada, ben]);
    const founded = assembleFounding(founding, [await acceptedBy(founding, ada)], verifySignature);
    assert.deepEqual(founded, { ok: false, reason: `The acceptance of ${ben.identity} is missing.` });
  });

  test('is not founded on an acceptance of another founding', async () => {
    const [founding, other] = [foundingBy([ada, ben]), { ...foundingBy([ada, ben]), name: 'Bank' }];
    const changed = { ...other, charter: { ...other.charter, attestationCount: 1 } };
    const acceptances = [await acceptedBy(founding, ada), await acceptedBy(changed, ben)];
    const founded = assembleFounding(founding, acceptances, verifySignature);
    assert.deepEqual(founded, {
      ok: false,
      reason: `The acceptance of ${ben.identity} is for another founding; ask for it again.`,
    });
  });

  test('is drafted of no founders and of one twice by nobody', () => {
    const draft = (founders: readonly Founder[]): boolean => {
      const base = foundingBy([ada]);
      const { inception, charterText, name } = base;
      const shared = { network: NETWORK, kind: 'bank' as const, name, region: REGION, device: inception.device };
      return draftFounding({ ...shared, founders: keyTextsOf(founders), charterText, attestationCount: 2 }).ok;
    };
    assert.deepEqual([draft([]), draft([ada, ada]), draft([ada])], [false, false, true]);
  });
});

describe('a founder', () => {
  const founding = foundingBy([ada, ben]);

  test('signs nothing that does not name it, or holds a key that it did not make', async () => {
    assert.equal((await acceptFounding(founding, cleo)).ok, false);
    assert.equal((await acceptFounding(founding, { ...ada, bodies: [] })).ok, false);
    const [keys] = ada.bodies;
    const other = { ...present(keys, 'ada has keys'), nextKey: keyOf('somebody').id };
    assert.equal((await acceptFounding(founding, { ...ada, bodies: [other] })).ok, false);
  });

  test('signs no charter whose words are not those of its digest, and no body that half of them could act for', async () => {
    const reworded = { ...founding, charterText: { ...founding.charterText, purpose: 'Other.' } };
    const loose = { ...founding, inception: { ...founding.inception, threshold: 1 } };
    for (const bad of [reworded, loose]) assert.equal((await acceptFounding(bad, ada)).ok, false);
  });
});

describe('the witnesses of a body', () => {
  const witnesses = ['one', 'two', 'three', 'four'].map((name) => keyOf(name).id);

  test('stand in its charter in order, and none where nobody is named', () => {
    const founding = drafted([ada], witnesses);
    assert.ok(founding.ok);
    assert.deepEqual(founding.value.charter.witnesses, witnesses.toSorted(compareIds));
    assert.deepEqual(foundingBy([ada]).charter.witnesses, []);
  });

  test('are each named once, and at most sixteen', () => {
    const twice = drafted([ada], [...witnesses, ...witnesses.slice(0, 1)]);
    const many = drafted(
      [ada],
      Array.from({ length: 17 }, (_, index) => keyOf(`witness ${index}`).id),
    );
    assert.match(twice.ok ? '' : twice.reason, /named twice/);
    assert.match(many.ok ? '' : many.reason, /at most 16 witnesses/);
  });
});
