import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { equalBytes, NO_BYTES } from '../../core/base/bytes.ts';
import { tagged } from '../../core/base/hash.ts';
import { compareIds, type Id, idToBytes } from '../../core/base/id.ts';
import { CHANNELS } from '../../core/base/region.ts';
import { resolveLog } from '../../core/identity/log.ts';
import { INVITE_ADDRESSES_MAX, INVITE_ROOTS_MAX, Invite } from '../../core/wire/messages/texts.ts';
import { TAGS } from '../../core/wire/tags.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { inviteForm, messageToText, textToMessage } from '../text-forms.ts';

/** Makes a text that brings somebody to a region: addresses, known identities and a first contact, signed by this device. */
export async function createInvite(
  context: OperationContext,
  input: ParsedRouteInput<'invite.create'>,
): Promise<RouteOutput<'invite.create'>> {
  context.acts.give('an invite, signed by this device');
  const { self, network, signer } = context;
  const peer = peerOf(context);
  const addresses = network.addresses().slice(0, INVITE_ADDRESSES_MAX);
  const roots = rootsOf(input.roots ?? [self.identity, ...peer.settings.roots]);
  const draft: Invite = {
    network: peer.world.network,
    region: input.region ?? self.region,
    addresses,
    roots,
    contact: self.identity,
    device: self.device,
    log: self.log,
    signature: NO_BYTES,
  };
  const text = messageToText(inviteForm, { ...draft, signature: await signer.sign(inviteMessage(draft)) });
  return { text, region: draft.region, addresses: [...addresses], roots: [...roots] };
}

/** Follows the region of an invite, adds its roots, and dials its addresses until one answers. */
export async function acceptInvite(
  context: OperationContext,
  input: ParsedRouteInput<'invite.accept'>,
): Promise<RouteOutput<'invite.accept'>> {
  const invite = readInvite(context, input.text);
  const { acts } = context;
  await acts.tell({ type: 'join', region: invite.region, channels: CHANNELS });
  await acts.tell({ type: 'addRoots', roots: [...invite.roots] });
  const dialed: { address: string; reached: boolean; sentence?: string }[] = [];
  for (const address of invite.addresses) {
    const failure = await acts.dial(address).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    dialed.push(failure === undefined ? { address, reached: true } : { address, reached: false, sentence: failure });
    if (failure === undefined) break;
  }
  await acts.tell({ type: 'syncNow' });
  return { region: invite.region, contact: invite.contact, roots: [...invite.roots], dialed };
}

/** @throws OperationFault malformed for a text that is no invite to this network, or that its contact did not sign. */
function readInvite(context: OperationContext, text: string): Invite {
  const read = textToMessage(inviteForm, text);
  if (!read.ok) throw new OperationFault('malformed', read.reason, { field: 'text' });
  const invite = read.value;
  const { network } = peerOf(context).world;
  if (!equalBytes(invite.network, network)) {
    throw new OperationFault('malformed', 'This invite is to another network than this node’s.', { field: 'text' });
  }
  const verify = (check: Parameters<typeof context.signatures.verify>[0]): boolean => context.signatures.verify(check);
  const device = resolveLog(invite.contact, invite.log, verify)?.devices.get(invite.device);
  const check = { publicKey: idToBytes(invite.device), message: inviteMessage(invite), signature: invite.signature };
  if (device !== undefined && device.revoked === undefined && verify(check)) return invite;
  throw new OperationFault('malformed', 'This invite is not signed by the identity that it names.', { field: 'text' });
}

function inviteMessage(invite: Invite): Uint8Array {
  return tagged(TAGS.invite, [Invite.encode({ ...invite, signature: NO_BYTES })]);
}

function rootsOf(roots: readonly Id[]): readonly Id[] {
  return [...new Set(roots)].slice(0, INVITE_ROOTS_MAX).sort(compareIds);
}
