/**
 * Every domain tag and signed layout, in one place. A hash or signature input is `tag ‖ 0x00 ‖ content` (protocol §1).
 *
 *   id of an identity      SHA-256(IDENTITY ‖ 0 ‖ canonical Inception)
 *   id of an entry, book   SHA-256(ENTRY ‖ 0 ‖ header)
 *   payload digest         SHA-256(PAYLOAD ‖ 0 ‖ salt(16) ‖ payload)
 *   entry signature        Ed25519(device key, SIGNATURE ‖ 0 ‖ header)
 *   statement signature    Ed25519(device key, STATEMENT ‖ 0 ‖ network(16) ‖ canonical Statement without signature)
 *   sealed ballot          SHA-256(SEALED_BALLOT ‖ 0 ‖ version(32) ‖ voter(32) ‖ canonical SealedChoice)
 *   its secret             SHA-256(SEALED_SECRET ‖ 0 ‖ Ed25519(device key, SEALED_SECRET ‖ 0 ‖ version(32) ‖ number in decimal digits)), as this program makes it
 *   commitment of a lot    SHA-256(LOT_COMMITMENT ‖ 0 ‖ party(32) ‖ secret(32))
 *   seed of a lot          SHA-256(LOT ‖ 0 ‖ revealed secrets(32 each), by party ‖ id of the pool's head(32))
 *   chance n of a lot      SHA-256(LOT_DRAW ‖ 0 ‖ seed(32) ‖ n as 4 bytes, high ones first), from n = 0
 *   secret of a lot        SHA-256(LOT_SECRET ‖ 0 ‖ Ed25519(device key, LOT_SECRET ‖ 0 ‖ id of the Lot(32))), as this program makes it
 *   identity event         Ed25519(root key, IDENTITY_EVENT ‖ 0 ‖ canonical IdentityEvent without root_signatures)
 */
export const TAGS = {
  identity: 'mutua/1/identity',
  identityEvent: 'mutua/1/identity-event',
  identityEventDigest: 'mutua/1/identity-event-digest',
  nextKey: 'mutua/1/next-key',
  nodeBinding: 'mutua/1/node-binding',
  entry: 'mutua/1/entry',
  payload: 'mutua/1/payload',
  signature: 'mutua/1/signature',
  statement: 'mutua/1/statement',
  statementDigest: 'mutua/1/statement-digest',
  checkpoint: 'mutua/1/checkpoint',
  charter: 'mutua/1/charter',
  charterText: 'mutua/1/charter-text',
  acceptance: 'mutua/1/acceptance',
  trieLeaf: 'mutua/1/trie-leaf',
  trieNode: 'mutua/1/trie-node',
  trieKey: 'mutua/1/trie-key',
  region: 'mutua/1/region',
  network: 'mutua/1/network',
  roots: 'mutua/1/roots',
  tieOrder: 'mutua/1/tie-order',
  sealedBallot: 'mutua/1/sealed-ballot',
  sealedSecret: 'mutua/1/sealed-secret',
  lot: 'mutua/1/lot',
  lotCommitment: 'mutua/1/lot-commitment',
  lotDraw: 'mutua/1/lot-draw',
  lotSecret: 'mutua/1/lot-secret',
  submitHello: 'mutua/1/submit-hello',
  invite: 'mutua/1/invite',
  text: 'mutua/1/text',
} as const;
