import { createKeyFile } from '../adapters/keystore/key-file.ts';
import { newKeySet, SEED_BYTES } from '../adapters/keystore/key-set.ts';
import { recoverRootSeeds, seedToWords } from '../adapters/keystore/recovery-words.ts';
import { createNativeSignatures, createNativeSigner } from '../adapters/signatures/native-signatures.ts';
import { systemRandom } from '../adapters/system/system-random.ts';
import { assembleFounding, draftFounding, inceptPerson } from '../client/identity-setup.ts';
import {
  acceptanceForm,
  foundingForm,
  keyForm,
  messageToText,
  type TextForm,
  textToMessage,
} from '../client/text-forms.ts';
import { bytesToId, type Id, parseId } from '../core/base/id.ts';
import { ATTESTORS_DEFAULT } from '../core/base/limits.ts';
import { present } from '../core/base/outcome.ts';
import type { Region } from '../core/base/region.ts';
import { Profile } from '../core/wire/messages/book.ts';
import type { IdentityKind } from '../core/wire/messages/identity.ts';
import { FieldFault } from '../core/wire/shape.ts';
import { NodeFailedError } from './node-failed-error.ts';
import { rootKeysOf } from './node-keys.ts';
import { DEFAULT_NETWORK, hasNode, type NodeRecord, networkOf, readNode, writeNode } from './node-record.ts';

/** What a new node is to be. */
export interface InitOptions {
  readonly folder: string;
  /** Null only on explicit request: the keys then lie in clear in the folder. */
  readonly passphrase: string | null;
  readonly kind: IdentityKind;
  readonly name: string;
  readonly region: Region;
  /** Nodes of another network never meet. */
  readonly network?: string | undefined;
  /** Key texts of a body's founders. */
  readonly founders?: readonly string[] | undefined;
  readonly purpose?: string | undefined;
  readonly criteria?: readonly string[] | undefined;
  readonly attestationCount?: number | undefined;
  /** Ids of the identities that are to confirm a body's books. */
  readonly witnesses?: readonly string[] | undefined;
  readonly scryptWorkFactor?: number | undefined;
}

/** A node that was made. */
export interface InitResult {
  readonly folder: string;
  readonly kind: IdentityKind;
  readonly name: string;
  readonly region: Region;
  /** Undefined for a body until its founders have signed. */
  readonly identity: Id | undefined;
  /** A person's 24 words, shown this once: with them the root keys come back. */
  readonly recoveryWords: string | undefined;
  /** A body's founding text, for its founders to sign. */
  readonly text: string | undefined;
}

/** Makes keys and identity of a new node. @throws NodeFailedError, KeyFileError; nothing is overwritten. */
export async function initNode(options: InitOptions): Promise<InitResult> {
  if (await hasNode(options.folder)) {
    throw new NodeFailedError(
      'initialized',
      `There is a node in ${options.folder} already; it was left as it is. Where its recovery words were never shown, since its init was cut off, remove the folder and begin anew.`,
    );
  }
  requireName(options.name);
  const network = networkOf(options.network ?? DEFAULT_NETWORK);
  return options.kind === 'person'
    ? await initPerson(options, network)
    : await initBody(options, options.kind, network);
}

/** What the node writes about itself at its first start must be what others accept. @throws NodeFailedError. */
function requireName(name: string): void {
  try {
    Profile.encode({ name, description: '', contact: '' });
  } catch (error) {
    throw error instanceof FieldFault
      ? new NodeFailedError('bad_input', `The ${error.message}.`, { cause: error })
      : error;
  }
}

async function initPerson(options: InitOptions, network: Uint8Array): Promise<InitResult> {
  const { folder, kind, name, region } = options;
  const recoverySeed = systemRandom.bytes(SEED_BYTES);
  const roots = recoverRootSeeds(recoverySeed, 0);
  const keys = newKeySet(systemRandom, roots);
  const device = bytesToId(createNativeSigner(keys.deviceSeed).publicKey);
  const log = await inceptPerson(rootKeysOf(roots), device);
  const identity = present(log[0], 'a log begins with an inception').identity;
  await saveKeys(options, keys);
  await writeNode(folder, { ...EMPTY_RECORD, kind, name, region, network, identity, log: [...log] });
  return { folder, kind, name, region, identity, recoveryWords: seedToWords(recoverySeed), text: undefined };
}

async function initBody(
  options: InitOptions,
  kind: Exclude<IdentityKind, 'person'>,
  network: Uint8Array,
): Promise<InitResult> {
  const { folder, name, region } = options;
  const founders = (options.founders ?? []).map((text) => read(keyForm, text));
  const keys = newKeySet(systemRandom, null);
  const drafted = draftFounding({
    network,
    kind,
    name,
    region,
    device: bytesToId(createNativeSigner(keys.deviceSeed).publicKey),
    founders,
    charterText: {
      purpose: options.purpose ?? `The ${kind} ${name} in ${region}.`,
      criteria: [...(options.criteria ?? [])],
    },
    attestationCount: options.attestationCount ?? ATTESTORS_DEFAULT,
    witnesses: (options.witnesses ?? []).map(readWitness),
  });
  if (!drafted.ok) throw new NodeFailedError('bad_input', drafted.reason);
  const text = messageToText(foundingForm, drafted.value);
  await saveKeys(options, keys);
  await writeNode(folder, { ...EMPTY_RECORD, kind, name, region, network, log: [], foundingText: text });
  return { folder, kind, name, region, identity: undefined, recoveryWords: undefined, text };
}

function readWitness(text: string): Id {
  const id = parseId(text);
  if (id !== undefined) return id;
  const sentence = `The witness ${text} is no id: one is “b” and 52 letters a–z and digits 2–7, as status prints it.`;
  throw new NodeFailedError('bad_input', sentence);
}

/** A record with what every new one has. */
const EMPTY_RECORD = {
  begun: false,
  format: 'mutua-node',
  version: 1,
} as const;

async function saveKeys(options: InitOptions, keys: Parameters<typeof createKeyFile>[1]): Promise<void> {
  const { folder, passphrase, scryptWorkFactor } = options;
  await createKeyFile({ folder, passphrase, ...(scryptWorkFactor === undefined ? {} : { scryptWorkFactor }) }, keys);
}

/**
 * Puts the acceptances of all founders together: from then on the body can start. @returns its record.
 * @throws NodeFailedError that names who is missing, or whose text is for another founding.
 */
export async function foundNode(
  folder: string,
  acceptances: readonly string[],
): Promise<NodeRecord & { readonly identity: Id }> {
  const record = await readNode(folder);
  if (record.foundingText === undefined)
    throw new NodeFailedError('bad_input', `The node in ${folder} is a person’s; only bodies are founded.`);
  if (record.identity !== undefined)
    throw new NodeFailedError('founded', `${record.name} is founded already: it is ${record.identity}.`);
  const founding = read(foundingForm, record.foundingText);
  await using signatures = createNativeSignatures({ threads: 1 });
  const founded = assembleFounding(
    founding,
    acceptances.map((text) => read(acceptanceForm, text)),
    signatures.verify,
  );
  if (!founded.ok) throw new NodeFailedError('bad_input', founded.reason);
  const { identity, log } = founded.value;
  const whole = {
    ...record,
    identity,
    log: [...log],
    founding: founded.value.founding,
    charterText: founding.charterText,
  };
  await writeNode(folder, whole);
  return whole;
}

function read<Message>(form: TextForm<Message>, text: string): Message {
  const message = textToMessage(form, text);
  if (!message.ok) throw new NodeFailedError('bad_input', message.reason);
  return message.value;
}
