import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { composeRecord } from '../../../../src/core/labor/compose.ts';
import { claimIn, type LaborScene, recordClaim, setUpLabor, writeRecord } from '../../../support/labor-scene.ts';
import { attestWork } from '../../../support/work.ts';
import { type Actor, idNamed } from '../../../support/world.ts';

suite('the cooperative’s desk', () => {
  const request = (scene: LaborScene, attestors: readonly Actor[]) => {
    const claimed = claimIn(scene);
    const attestations = [...attestWork(idNamed('other'), scene.bea), ...attestWork(claimed, ...attestors)];
    return { claim: claimed, attestations, memberHead: scene.garden.memberHead, receiverHead: undefined };
  };

  test('takes of many attestations what a record needs', () => {
    const scene = setUpLabor();
    const { garden, ana, bea, carla, dora } = scene;
    const composed = composeRecord(
      garden.transfers.state,
      request(scene, [ana, dora, carla, bea, bea]),
      garden.transfers.context,
    );
    assert.equal(composed.type, 'composed');
    if (composed.type !== 'composed') return;
    assert.equal(composed.content.attestations.length, 2);
    assert.equal(writeRecord(garden, composed.content).type, 'applied');
  });

  test('says what is missing', () => {
    const scene = setUpLabor();
    const { garden, bea, carla } = scene;
    const compose = (attestors: readonly Actor[]) =>
      composeRecord(garden.transfers.state, request(scene, attestors), garden.transfers.context);
    assert.deepEqual(compose([bea]), { type: 'refused', code: 'too_few_attestors' });
    scene.world.missing.add(garden.memberHead.book);
    assert.deepEqual(compose([bea, carla]), { type: 'waiting', heads: [garden.memberHead] });
    scene.world.missing.clear();
    recordClaim(scene);
    assert.deepEqual(compose([bea, carla]), { type: 'refused', code: 'overlap' });
  });
});
