import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SubmitFrame } from '../../../src/core/wire/messages/peer.ts';
import { entryToItem } from '../../../src/engine/reading.ts';
import { Machine } from '../../support/machine.ts';
import { Actor } from '../../support/world.ts';

test('a peer that submits faster than it is answered has to wait, and goes on when it was', async () => {
  const machine = await Machine.start(new Actor('Ana', 'person'));
  machine.held.add('check');
  const frames = Array.from({ length: 40 }, (_, index) => {
    const { opening } = new Actor(`stranger ${index}`, 'person').book('people');
    const request = { number: index, items: [entryToItem(opening.bytes)] };
    return SubmitFrame.encode({ hello: undefined, request, answer: undefined });
  });
  for (const [ticket, frame] of frames.entries())
    await machine.feed({ type: 'frame', ticket: 1000 + ticket, peer: 'stranger', protocol: '/mutua/submit/1', frame });
  const done = (): number => machine.out.filter(({ type }) => type === 'frameDone').length;
  assert.equal(done(), 16);
  machine.held.clear();
  const checks = machine.out.flatMap((effect) => (effect.type === 'check' ? [effect] : []));
  assert.ok(checks.length > 0);
  for (const { ticket, checks: asked } of checks)
    await machine.feed({ type: 'checked', ticket, verdicts: asked.map(() => true) });
  assert.equal(done(), frames.length);
});
