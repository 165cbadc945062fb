/** Row 1, worker cooperatives: founded by two signatures each, a charter that all read, an admission and a leave through a split. */
import assert from 'node:assert/strict';
import { ApiError } from '../../../src/api/errors.ts';
import type { RouteOutput } from '../../../src/api/routes.ts';
import { type TestNode, until } from '../../support/processes.ts';
import { CONVERGE_DELAY_MS_MAX, Village } from '../../support/village.ts';
import type { Report } from '../suite.ts';

const LEFT = ['mill', 'ada', 'cleo'];
const RIGHT = ['hall', 'ben', 'dora'];
const CRITERIA = ['works at the mill', 'shares its risk'];

/** Runs the scenario. */
export async function run(report: Report): Promise<void> {
  await using village = await Village.open(['ada', 'ben', 'cleo', 'dora'], {
    mill: { kind: 'cooperative', founders: ['ada', 'ben'], criteria: CRITERIA },
    hall: { kind: 'assembly', founders: ['ben', 'cleo', 'dora'] },
  });
  const [mill, ada, ben, cleo] = ['mill', 'ada', 'ben', 'cleo'].map((name) => village.node(name));
  assert.ok(mill !== undefined && ada !== undefined && ben !== undefined && cleo !== undefined);
  const body = mill.identity;
  const have = (nodes: readonly TestNode[], members: readonly TestNode[]): Promise<unknown> =>
    Promise.all(nodes.map((node) => membersBecome(node, body, members)));

  const charters = await Promise.all(village.nodes.map((node) => node.client.call('body.show', { body })));
  assert.equal(new Set(charters.map((charter) => JSON.stringify(charter))).size, 1, 'all read one charter');
  assert.deepEqual(
    charters[0]?.criteria.map(({ sentence }) => sentence),
    CRITERIA,
  );
  await have(village.nodes, [ada, ben]);
  assert.equal((await ben.command('body', 'show', body))['members'], 2);
  report('six daemons: two founders signed the charter of the mill, and all read the same');

  await village.split(LEFT, RIGHT);
  const asked = await cleo.client.call('member.apply', { body });
  assert.equal(asked.answer.word, 'pending');
  await until('the mill holds the application', async () => {
    const { applications } = await mill.client.call('member.list', {});
    return applications.length === 1 ? true : undefined;
  });
  await mill.client.call('member.admit', { identity: cleo.identity });
  await have([mill, ada, cleo], [ada, ben, cleo]);
  const left = await ben.client.call('member.leave', { body });
  assert.equal(left.answer.word, 'pending', 'the mill cannot hear it');
  await have([ben], [ada, ben]);
  report('split: the mill admits one whose signature it has, on the other side a founder leaves and asks nobody');

  await village.heal(LEFT, RIGHT);
  await have(village.nodes, [ada, cleo]);
  const again = await ben.client.call('member.leave', { body }).catch((error: unknown) => error);
  assert.ok(again instanceof ApiError && again.code === 'not_member', String(again));
  await village.converge();
  report('healed: the mill recorded the leave by itself; all count the same members; equal topicRoots');
}

async function membersBecome(node: TestNode, body: string, expected: readonly TestNode[]): Promise<void> {
  const wanted = textOf(expected.map(({ identity }) => identity));
  let last: RouteOutput<'member.list'>['members'] = [];
  await until(
    () => `${node.name} counting ${expected.map(({ name }) => name).join(', ')} (last ${JSON.stringify(last)})`,
    async () => {
      last = (await node.client.call('member.list', { body })).members;
      return textOf(last.map(({ identity }) => identity)) === wanted ? true : undefined;
    },
    CONVERGE_DELAY_MS_MAX,
  );
}

function textOf(ids: readonly string[]): string {
  return ids.toSorted().join(' ');
}
