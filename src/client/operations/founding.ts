import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { equalBytes } from '../../core/base/bytes.ts';
import { bytesToId } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { takesMember } from '../../core/members/founding.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal, OperationFault } from '../fault.ts';
import { type BodyKeyRing, keyTextOf, acceptFounding as sign } from '../identity-setup.ts';
import { acceptanceForm, foundingForm, keyForm, messageToText, textToMessage } from '../text-forms.ts';

/** Makes root keys for one new body, keeps them, and prints what its founders need of them. */
export async function makeKeyText(
  context: OperationContext,
  input: ParsedRouteInput<'member.keyText'>,
): Promise<RouteOutput<'member.keyText'>> {
  const ring = ringOf(context);
  if (ring.all().some(({ label }) => label === input.label)) {
    const sentence = `There are keys labelled “${input.label}” already; take another label.`;
    throw new OperationFault('unclear', sentence, { field: 'label' });
  }
  const keys = await context.acts.makeBodyKeys(ring, input.label);
  const text = messageToText(keyForm, keyTextOf(context.self.identity, keys));
  return { text, label: keys.label, rootKey: bytesToId(keys.root.publicKey) };
}

/** Signs a founding: the body's inception with the key made for it, charter and founders with this device. */
export async function acceptFounding(
  context: OperationContext,
  input: ParsedRouteInput<'member.acceptFounding'>,
): Promise<RouteOutput<'member.acceptFounding'>> {
  const read = textToMessage(foundingForm, input.text);
  if (!read.ok) throw new OperationFault('malformed', read.reason, { field: 'text' });
  const founding = read.value;
  if (!equalBytes(founding.network, peerOf(context).world.network)) {
    throw new OperationFault('malformed', 'This founding is for another network than this node’s.', { field: 'text' });
  }
  const { kind } = founding.inception;
  if (!takesMember(kind, context.self.kind)) throw faultOfRefusal('wrong_member_kind');
  const bodies = ringOf(context).all();
  context.acts.give(`this founder’s signatures under the founding of “${founding.name}”`);
  const { identity, log } = context.self;
  const accepted = await sign(founding, { identity, log, device: context.signer, bodies });
  if (!accepted.ok) throw new OperationFault('not_yours', accepted.reason, { field: 'text' });
  return {
    text: messageToText(acceptanceForm, accepted.value),
    body: accepted.value.body,
    kind,
    name: founding.name,
    region: present(founding.inception.region, 'the inception of a body names its region'),
    founders: [...founding.founders],
    purpose: founding.charterText.purpose,
    criteria: [...founding.charterText.criteria],
    attestationCount: founding.charter.attestationCount,
    witnesses: [...founding.charter.witnesses],
  };
}

function ringOf(context: OperationContext): BodyKeyRing {
  if (context.bodyKeys !== undefined) return context.bodyKeys;
  throw new OperationFault(
    'not_yours',
    'This peer was opened without a place for root keys of bodies, and founds none.',
  );
}
