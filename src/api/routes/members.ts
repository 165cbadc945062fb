import { z } from 'zod';
import { defineRoute } from '../route.ts';
import { copiedText, headJson, identityKind, idInput, idText, partyJson, sentJson, writtenJson } from '../schema.ts';

/** Longest label of a key pair, in characters; that of the key file. */
const LABEL_CHARACTERS_MAX = 200;

/** Longest reason, in characters; those of a RefusedReason are bytes. */
const REASON_CHARACTERS_MAX = 2000;
/** Most criteria of a charter. */
const CRITERIA_MAX = 32;

/** Makes root keys for one new body. */
export const memberKeyTextRoute = defineRoute({
  command: 'member key-text',
  method: 'POST',
  path: '/v1/members/key-text',
  scope: 'admin',
  summary:
    'Makes a root key and the digest of its next one for one new body, and prints them to be given to its founders.',
  body: z.object({ label: z.string().min(1).max(LABEL_CHARACTERS_MAX) }),
  response: z.object({ text: z.string(), label: z.string(), rootKey: idText }),
});

/** Signs a founding. */
export const memberAcceptFoundingRoute = defineRoute({
  command: 'member accept-founding',
  method: 'POST',
  path: '/v1/members/accept-founding',
  scope: 'admin',
  summary: 'Signs a founding: the body’s inception by the key made for it, its charter and founders by this device.',
  body: z.object({ text: copiedText }),
  response: z.object({
    text: z.string(),
    body: idText,
    kind: identityKind,
    name: z.string(),
    region: z.string(),
    founders: z.array(idText),
    purpose: z.string(),
    criteria: z.array(z.string()),
    attestationCount: z.int(),
    witnesses: z.array(idText),
  }),
});

/** Asks to be admitted. */
export const memberApplyRoute = defineRoute({
  command: 'member apply',
  method: 'POST',
  path: '/v1/members/apply',
  scope: 'write',
  summary: 'Asks a body to admit this identity under the charter in force.',
  body: z.object({ body: idInput }),
  response: sentJson,
});

/** Admits an applicant. */
export const memberAdmitRoute = defineRoute({
  command: 'member admit',
  method: 'POST',
  path: '/v1/members/admit',
  scope: 'write',
  summary: 'Admits an identity whose application this body holds.',
  body: z.object({ identity: idInput }),
  response: z.object({ entry: writtenJson, identity: idText }),
});

/** Answers an application by a criterion. */
export const memberRefuseRoute = defineRoute({
  command: 'member refuse',
  method: 'POST',
  path: '/v1/members/refuse',
  scope: 'write',
  summary: 'Refuses an application by a criterion of the charter, named by its number.',
  body: z.object({
    identity: idInput,
    criterion: z.int().min(1).max(CRITERIA_MAX),
    reason: z.string().min(1).max(REASON_CHARACTERS_MAX).optional(),
  }),
  response: z.object({ entry: writtenJson, identity: idText, criterion: z.int() }),
});

/** Asks a body to look at its refusal again. */
export const memberAppealRoute = defineRoute({
  command: 'member appeal',
  method: 'POST',
  path: '/v1/members/appeal',
  scope: 'write',
  summary: 'Appeals against a body’s newest refusal of this identity’s application; the body has to record that.',
  body: z.object({ body: idInput }),
  response: sentJson,
});

/** Leaves a body. */
export const memberLeaveRoute = defineRoute({
  command: 'member leave',
  method: 'POST',
  path: '/v1/members/leave',
  scope: 'write',
  summary: 'Leaves a body; it cannot refuse.',
  body: z.object({ body: idInput }),
  response: sentJson,
});

/** Who is a member. */
export const memberListRoute = defineRoute({
  command: 'member list',
  method: 'GET',
  path: '/v1/members',
  scope: 'read',
  summary:
    'Lists the members of a body, its refusals and the appeals against them, and to the body itself who has applied.',
  query: z.object({
    body: idInput.optional(),
    /** Of one identity only. */
    identity: idInput.optional(),
  }),
  response: z.object({
    /** What an Apply or Leave of the identity that was asked for has to name, whoever signs it. */
    afterChange: z.int().optional(),
    body: idText,
    name: z.string().optional(),
    kind: identityKind,
    charterHead: headJson.optional(),
    attestationCount: z.int(),
    members: z.array(partyJson),
    applications: z.array(partyJson.extend({ apply: idText })),
    /** Applications that were refused and not admitted since, with the criterion, and the appeal where there is one. */
    refusals: z.array(
      partyJson.extend({
        refused: idText,
        criterion: z.int(),
        sentence: z.string().optional(),
        reason: z.string().optional(),
        appeal: idText.optional(),
      }),
    ),
  }),
});
