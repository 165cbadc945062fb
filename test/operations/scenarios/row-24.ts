/** Row 24, voluntary association: published criteria, applications, answers and an appeal, through a split. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import type { RouteOutput } from '../../../src/api/routes.ts';
import { type TestNode, until } from '../../support/processes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import type { Report } from '../suite.ts';

type Members = RouteOutput<'member.list'>;

const LEFT = ['shop', 'ada', 'ben'];
const RIGHT = ['hall', 'cleo', 'dora'];
/** What the shop publishes. */
const CRITERION = 'agrees with the charter';

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben', 'cleo', 'dora'], {
    shop: { kind: 'cooperative', founders: ['ada', 'ben'], criteria: [CRITERION] },
    hall: { kind: 'assembly', founders: ['cleo', 'dora'] },
  });
  const [shop, ada, cleo, dora] = ['shop', 'ada', 'cleo', 'dora'].map((name) => village.node(name));
  assert.ok(shop !== undefined && ada !== undefined && cleo !== undefined && dora !== undefined);
  const membersAt = (node: TestNode): Promise<Members> => node.client.call('member.list', { body: shop.identity });
  const seenAt = (node: TestNode, isSo: (members: Members) => boolean): Promise<Members> =>
    until(
      () => `${node.name} sees the shop’s members so`,
      async () => {
        const members = await membersAt(node);
        return isSo(members) ? members : undefined;
      },
      CONVERGE_DELAY_MS_MAX,
    );

  for (const one of [cleo, dora]) await one.client.call('member.apply', { body: shop.identity });
  await seenAt(shop, ({ applications }) => applications.length === 2);
  const none = await shop.tryCommand('member', 'refuse', cleo.identity, '--criterion', '9');
  assert.equal(none.exitCode, 1, 'no criterion 9 is published');
  await shop.command('member', 'refuse', cleo.identity, '--criterion', '1', '--reason', 'You did not sign it.');
  await shop.client.call('member.admit', { identity: dora.identity });
  for (const node of village.nodes) {
    const answered = await seenAt(node, ({ members, refusals }) => refusals.length === 1 && members.length === 3);
    const { refusals } = answered;
    assert.deepEqual([refusals[0]?.identity, refusals[0]?.sentence], [cleo.identity, CRITERION]);
    assert.equal(refusals[0]?.reason, 'You did not sign it.');
  }
  report('six daemons: the shop admits one applicant and refuses another by a criterion, and all read which and why');

  await village.split(LEFT, RIGHT);
  const { answer } = await cleo.client.call('member.appeal', { body: shop.identity });
  assert.equal(answer.word, 'pending', 'no answer comes across the split');
  const left = await dora.client.call('member.leave', { body: shop.identity });
  assert.equal(left.answer.word, 'pending');
  assert.equal((await membersAt(shop)).refusals[0]?.appeal, undefined);
  report('split: the refused one appeals and a member leaves where the shop cannot hear it');

  await village.heal(LEFT, RIGHT);
  for (const node of village.nodes) {
    await seenAt(node, ({ refusals }) => refusals[0]?.appeal !== undefined);
    await seenAt(node, ({ members }) => members.length === 2);
  }
  const again = await cleo.client.call('member.appeal', { body: shop.identity }).catch((error: unknown) => error);
  assert.ok(again instanceof ApiError && again.code === 'already_appealed', String(again));
  report('healed: the shop has recorded the appeal and the leave by itself, and all see both');

  await shop.client.call('member.admit', { identity: cleo.identity });
  for (const node of village.nodes)
    await seenAt(node, ({ members, refusals }) => {
      return refusals.length === 0 && members.some(({ identity }) => identity === cleo.identity);
    });
  await village.converge();
  report('the appeal is answered by admitting her; equal topicRoots');
}
