import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Id } from '../../../../src/core/base/id.ts';
import { lotDrawnKind, lotKind, lotSealedKind } from '../../../../src/core/wire/kinds/lots.ts';
import { commit, drawing, LotScene, lotOf, reveal, rising, rowOf, sealing, secretOf } from '../../../support/lots.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { idNamed } from '../../../support/world.ts';

const setUp = (): LotScene => new LotScene();

const CALLING: readonly RefusalCase<LotScene>[] = [
  {
    code: 'head_went_back',
    when: 'parties of an earlier time than the book has named',
    attempt: (scene) => {
      const memberHead = scene.hall.memberBook.book.headAt(0);
      scene.call();
      return scene.hall.decisions.write(lotKind, lotOf(scene.hall, scene.people, { memberHead }));
    },
  },
  {
    code: 'wrong_head',
    when: 'parties of another body',
    attempt: (scene) => {
      const other = scene.world.found('Other', 'assembly', [scene.ana]);
      return scene.hall.decisions.write(lotKind, lotOf(scene.hall, [scene.ana], { memberHead: other.memberHead }));
    },
  },
  {
    code: 'not_elector',
    when: 'a party that is no member',
    attempt: (scene) => scene.hall.decisions.write(lotKind, lotOf(scene.hall, [scene.ana, scene.finn])),
  },
];

const SEALING: readonly RefusalCase<LotScene>[] = [
  {
    code: 'carried_malformed',
    when: 'a secret in place of a commitment',
    attempt: (scene) => {
      const lot = scene.call();
      const entry = reveal(scene.hall, lot, scene.ana);
      return scene.hall.decisions.write(lotSealedKind, sealing(scene.hall, lot, [entry]));
    },
  },
  {
    code: 'unknown_lot',
    when: 'a lot that nobody called',
    attempt: (scene) => scene.seal(idNamed('no lot')),
  },
  { code: 'lot_not_open', when: 'a lot twice', attempt: (scene) => scene.seal(scene.sealed()) },
  {
    code: 'head_went_back',
    when: 'a pool before the parties were members',
    attempt: (scene) => scene.seal(scene.call(), scene.people, { pool: scene.hall.memberBook.book.headAt(0) }),
  },
  {
    code: 'wrong_head',
    when: 'a pool of another body',
    attempt: (scene) => {
      const other = scene.world.found('Other', 'assembly', [scene.ana]);
      return scene.seal(scene.call(), scene.people, { pool: other.memberHead });
    },
  },
  {
    code: 'wrong_body',
    when: 'a commitment to another body',
    attempt: (scene) => {
      const lot = scene.call();
      const entry = commit(scene.hall, lot, scene.ana, { body: scene.finn.identity });
      return scene.hall.decisions.write(lotSealedKind, sealing(scene.hall, lot, [entry]));
    },
  },
  {
    code: 'lot_malformed',
    when: 'a commitment to another lot',
    attempt: (scene) => {
      const lot = scene.call();
      const entry = commit(scene.hall, scene.call(), scene.ana);
      return scene.hall.decisions.write(lotSealedKind, sealing(scene.hall, lot, [entry]));
    },
  },
  {
    code: 'lot_malformed',
    when: 'a commitment of a member who is no party',
    attempt: (scene) => scene.seal(scene.call([scene.ana]), [scene.bea]),
  },
  {
    code: 'lot_malformed',
    when: 'a party twice, the second time with another secret',
    attempt: (scene) => {
      const lot = scene.call();
      const again = commit(scene.hall, lot, scene.ana, { commitment: secretOf('another') });
      return scene.hall.decisions.write(
        lotSealedKind,
        sealing(scene.hall, lot, [commit(scene.hall, lot, scene.ana), again]),
      );
    },
  },
  {
    code: 'lot_malformed',
    when: 'commitments out of order',
    attempt: (scene) => {
      const lot = scene.call();
      const entries = rising(scene.people).map((party) => commit(scene.hall, lot, party));
      return scene.hall.decisions.write(lotSealedKind, sealing(scene.hall, lot, entries.reverse()));
    },
  },
  {
    code: 'lot_malformed',
    when: 'nobody left to be drawn',
    attempt: (scene) =>
      scene.seal(scene.call(scene.people, { excluded: rising(scene.people).map(({ identity }) => identity) })),
  },
];

const DRAWING: readonly RefusalCase<LotScene>[] = [
  {
    code: 'carried_malformed',
    when: 'a commitment in place of a secret',
    attempt: (scene) => {
      const lot = scene.sealed();
      const entry = commit(scene.hall, lot, scene.ana);
      return scene.hall.decisions.write(lotDrawnKind, drawing(scene.hall, lot, [entry]));
    },
  },
  {
    code: 'unknown_lot',
    when: 'a lot that nobody called',
    attempt: (scene) => {
      const told = drawing(scene.hall, scene.sealed(), []);
      return scene.hall.decisions.write(lotDrawnKind, { ...told, lot: idNamed('no lot') });
    },
  },
  {
    code: 'lot_not_open',
    when: 'a lot before its commitments are sealed',
    attempt: (scene) => {
      const told = drawing(scene.hall, scene.sealed(), []);
      return scene.hall.decisions.write(lotDrawnKind, { ...told, lot: scene.call() });
    },
  },
  {
    code: 'lot_not_open',
    when: 'a lot twice',
    attempt: (scene) => {
      const lot = scene.sealed();
      assert.equal(scene.draw(lot).type, 'applied');
      return scene.draw(lot);
    },
  },
  {
    code: 'wrong_body',
    when: 'a secret for another body',
    attempt: (scene) => {
      const lot = scene.sealed();
      const entry = reveal(scene.hall, lot, scene.ana, { body: scene.finn.identity });
      return scene.hall.decisions.write(lotDrawnKind, drawing(scene.hall, lot, [entry]));
    },
  },
  {
    code: 'lot_malformed',
    when: 'a secret of a party that did not commit',
    attempt: (scene) => {
      const lot = scene.call();
      assert.equal(scene.seal(lot, [scene.ana]).type, 'applied');
      return scene.draw(lot, [scene.bea]);
    },
  },
  {
    code: 'wrong_result',
    when: 'others than the secrets draw',
    attempt: (scene) => {
      const lot = scene.sealed({ count: 1 });
      const others = scene.people.map(({ identity }) => identity);
      const secrets = rising(scene.people).map((party) => reveal(scene.hall, lot, party));
      const told = drawing(scene.hall, lot, secrets);
      return scene.hall.decisions.write(lotDrawnKind, {
        ...told,
        drawn: others.filter((identity) => !told.drawn.includes(identity)).slice(0, 1),
      });
    },
  },
  {
    code: 'wrong_result',
    when: 'a party named that withheld nothing',
    attempt: (scene) => scene.draw(scene.sealed(), scene.people, { withheld: [scene.ana.identity] }),
  },
  {
    code: 'wrong_result',
    when: 'a strong draw called weak',
    attempt: (scene) => scene.draw(scene.sealed(), scene.people, { weak: true }),
  },
];

suite('lots are refused', () => {
  testRefusals(setUp, ({ hall }) => hall.decisions, [...CALLING, ...SEALING, ...DRAWING]);
});

suite('a lot', () => {
  test('is drawn from the members at its seal, who joined after its call too, without those left out', () => {
    const scene = setUp();
    const out = [scene.person(2).identity, scene.person(3).identity].sort();
    const lot = scene.call([scene.ana, scene.bea, scene.person(4)], { count: 64, excluded: out });
    scene.hall.admit(scene.finn);
    scene.hall.part(scene.person(4));
    assert.equal(scene.seal(lot, [scene.ana, scene.bea, scene.person(4)]).type, 'applied');
    assert.equal(scene.draw(lot, [scene.ana, scene.bea, scene.person(4)]).type, 'applied');
    const { drawn, withheld, weak } = rowOf(scene.hall, lot);
    const pool: readonly Id[] = [scene.ana, scene.bea, scene.finn].map(({ identity }) => identity);
    assert.deepEqual([...drawn].sort(), [...pool].sort());
    assert.deepEqual([withheld, weak], [[], false]);
  });

  test('names who withheld a secret or showed another, leaves them out, and is weak with fewer than three', () => {
    const scene = setUp();
    const lot = scene.sealed();
    const { ana, bea, hall } = scene;
    const wrong = reveal(hall, lot, bea, { secret: secretOf('another') });
    const secrets = rising([ana, bea]).map((party) => (party === bea ? wrong : reveal(hall, lot, ana)));
    const told = drawing(hall, lot, secrets);
    assert.equal(hall.decisions.write(lotDrawnKind, told).type, 'applied');
    const { withheld, weak, drawn } = rowOf(hall, lot);
    assert.deepEqual(
      withheld,
      rising(scene.people).flatMap((party) => (party === ana ? [] : [party.identity])),
    );
    assert.deepEqual([weak, drawn.length], [true, 2]);
  });

  test('waits for the member book up to the head of its pool', () => {
    const scene = setUp();
    const lot = scene.sealed();
    scene.world.missing.add(scene.hall.memberBook.book.id);
    const secrets = rising(scene.people).map((party) => reveal(scene.hall, lot, party).bytes);
    const told = { lot, secrets, drawn: [], withheld: [], weak: false };
    assert.deepEqual(scene.hall.decisions.write(lotDrawnKind, told), {
      type: 'waiting',
      heads: [rowOf(scene.hall, lot).pool],
    });
  });
});
