import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_RULES } from '../../../../src/client/identity-setup.ts';
import type { Amount } from '../../../../src/core/base/amount.ts';
import type { Effect } from '../../../../src/core/books/rules.ts';
import { composeIssue } from '../../../../src/core/ledger/compose.ts';
import { ledgerFigures } from '../../../../src/core/ledger/figures.ts';
import { charterAmendedKind } from '../../../../src/core/wire/kinds/acts.ts';
import { issueKind, ratePolicyKind, rateTakenKind } from '../../../../src/core/wire/kinds/ledger.ts';
import type { DecisionCertificate, RateAct } from '../../../../src/core/wire/messages/decisions.ts';
import type { Checkpoint } from '../../../../src/core/wire/messages/witness.ts';
import { BankScene } from '../../../support/bank.ts';
import {
  certificateOf,
  charterAct,
  charterHeadOf,
  decide,
  decideOn,
  policyFor,
  RATE,
  witnessedAssembly,
} from '../../../support/rates.ts';
import { type RefusalCase, testRefusals } from '../../../support/refusal-case.ts';
import { hours, MONDAY } from '../../../support/work.ts';
import { type Body, charterWith } from '../../../support/world.ts';

/** A bank that takes the assembly's rates and has noted its decision book. */
class RateScene extends BankScene {
  constructor() {
    super();
    this.trust(this.assembly);
  }

  trust(body: Body): void {
    this.ledger.note(body.decisions.book);
    this.ledger.apply(ratePolicyKind, policyFor(body));
  }

  take(certificate: DecisionCertificate): Effect {
    return this.ledger.write(rateTakenKind, { certificate });
  }

  decided(change: Partial<RateAct> = {}, checkpoint: Partial<Checkpoint> = {}): Effect {
    const close = decide(this.assembly, this.dora, { ...RATE, ...change });
    return this.take(certificateOf(this.assembly, close, { checkpoint }));
  }

  /** The assembly takes another charter. */
  amend(): void {
    const { assembly, dora } = this;
    assembly.memberBook.note(assembly.decisions.book);
    const close = decideOn(assembly, dora, 'charter', charterAct(assembly, charterWith(3, DEFAULT_RULES)));
    assembly.memberBook.apply(charterAmendedKind, { certificate: certificateOf(assembly, close) });
  }

  /** A council with so many witnesses, of whom these cosign. */
  council(count: number, cosign: readonly number[]): Effect {
    const witnesses = Array.from({ length: count }, (_, index) => this.world.person(`Witness ${index}`));
    const council = witnessedAssembly(this.world, this.dora, witnesses);
    this.trust(council);
    if (count > 0) this.ledger.note(...witnesses.map((witness) => witness.book('people')));
    const cosigners = cosign.map((index) => witnesses[index] ?? this.bea);
    return this.take(certificateOf(council, decide(council, this.dora), { cosigners }));
  }

  issueAt(terms: Parameters<BankScene['record']>[0], change: Partial<RateAct> = {}, amount = 10_800): Effect {
    const close = decide(this.assembly, this.dora);
    assert.equal(this.take(certificateOf(this.assembly, close)).type, 'applied');
    const { numerator, denominator } = { ...RATE, ...change };
    const line = { ratioNumerator: numerator, ratioDenominator: denominator, rate: close };
    return this.issue(this.record(terms), amount, line);
  }
}

const ROWS: readonly RefusalCase<RateScene>[] = [
  {
    code: 'already_accepted',
    when: 'the same policy twice',
    attempt: ({ ledger, assembly }) => ledger.write(ratePolicyKind, policyFor(assembly)),
  },
  {
    code: 'unknown_book',
    when: 'a Close of a book that was not noted',
    attempt: (scene) => {
      const village = scene.world.found('Village', 'assembly', [scene.dora]);
      return scene.take(certificateOf(village, decide(village, scene.dora)));
    },
  },
  {
    code: 'certificate_malformed',
    when: 'a Close that is not in the tree',
    attempt: (scene) => {
      const certificate = certificateOf(scene.assembly, decide(scene.assembly, scene.dora));
      return scene.take({ ...certificate, path: certificate.path.slice(1) });
    },
  },
  {
    code: 'certificate_malformed',
    when: 'a checkpoint of another book',
    attempt: (scene) => {
      const close = decide(scene.assembly, scene.dora);
      return scene.take(certificateOf(scene.assembly, close, { checkpoint: { book: scene.garden.decisions.book.id } }));
    },
  },
  {
    code: 'certificate_malformed',
    when: 'a checkpoint that another device signed',
    attempt: (scene) =>
      scene.take(certificateOf(scene.assembly, decide(scene.assembly, scene.dora), { signer: 'Garden device' })),
  },
  {
    code: 'wrong_head',
    when: 'the charter of another body',
    attempt: (scene) => {
      const checkpoint = { charterHead: scene.garden.memberHead };
      return scene.take(certificateOf(scene.assembly, decide(scene.assembly, scene.dora), { checkpoint }));
    },
  },
  {
    code: 'stale_charter',
    when: 'a charter of before, of a body whose later one it has read',
    attempt: (scene) => {
      const before = charterHeadOf(scene.assembly);
      scene.amend();
      assert.equal(scene.decided().type, 'applied');
      return scene.decided({ taskClass: 4 }, { charterHead: before });
    },
  },
  {
    code: 'too_few_cosignatures',
    when: 'two of four witnesses',
    attempt: (scene) => scene.council(4, [0, 1]),
  },
  {
    code: 'too_few_cosignatures',
    when: 'two of four witnesses, one of them twice, and a stranger',
    attempt: (scene) => scene.council(4, [0, 1, 1, 9]),
  },
  {
    code: 'not_adopted',
    when: 'a rate that was voted down',
    attempt: (scene) => scene.take(certificateOf(scene.assembly, decide(scene.assembly, scene.dora, RATE, 2))),
  },
  {
    code: 'already_accepted',
    when: 'one decision twice',
    attempt: (scene) => {
      const certificate = certificateOf(scene.assembly, decide(scene.assembly, scene.dora));
      assert.equal(scene.take(certificate).type, 'applied');
      return scene.take(certificate);
    },
  },
  {
    code: 'rate_not_accepted',
    when: 'a body without a policy',
    attempt: (scene) => {
      const village = scene.world.found('Village', 'assembly', [scene.dora]);
      scene.ledger.note(village.decisions.book);
      return scene.take(certificateOf(village, decide(village, scene.dora)));
    },
  },
  {
    code: 'rate_not_accepted',
    when: 'a ratio above the largest',
    attempt: (scene) => scene.decided({ numerator: 300_001, denominator: 200_000 }),
  },
  {
    code: 'rate_not_accepted',
    when: 'a time that begins a minute early',
    attempt: (scene) => scene.decided({ startMinute: MONDAY - 1 }),
  },
  {
    code: 'rate_not_accepted',
    when: 'a time that ends a minute late',
    attempt: (scene) => scene.decided({ minutes: RATE.minutes + 1 }),
  },
  { code: 'rate_not_decided', when: 'work of another class', attempt: (scene) => scene.issueAt({ taskClass: 2 }) },
  {
    code: 'rate_not_decided',
    when: 'work that ends an hour after the rate',
    attempt: (scene) => scene.issueAt({ taskClass: 3, intervals: [hours(8, 1), hours(7 * 24 - 1, 2)] }),
  },
  {
    code: 'rate_not_decided',
    when: 'twice the ratio that was decided',
    attempt: (scene) => scene.issueAt({ taskClass: 3 }, { numerator: 6 }),
  },
  {
    code: 'rate_not_decided',
    when: 'one of one, by a decision',
    attempt: (scene) => scene.issueAt({ taskClass: 3 }, { numerator: 1, denominator: 1 }, 7200),
  },
  {
    code: 'wrong_amount',
    when: 'a second more than the rate gives',
    attempt: (scene) => scene.issueAt({ taskClass: 3 }, {}, 10_801),
  },
];

suite('a ledger refuses of rates', () => {
  testRefusals(
    () => new RateScene(),
    ({ ledger }) => ledger,
    ROWS,
  );
});

suite('a ledger', () => {
  test('issues at a rate that it took, rounded down, and counts the hours as they were', () => {
    const scene = new RateScene();
    const terms = { taskClass: 3, intervals: [hours(8, 2)] };
    assert.equal(scene.issueAt({ ...terms, seconds: 7199 as Amount }, {}, 10_798).type, 'applied');
    const { issued, backedSeconds } = ledgerFigures(scene.ledger.state);
    assert.deepEqual({ issued, backedSeconds }, { issued: 10_798, backedSeconds: 7199 });
    assert.equal(scene.ledger.replayed(), scene.ledger.snapshot());
  });

  test('keeps a rate that it took when its policy changes', () => {
    const scene = new RateScene();
    const close = decide(scene.assembly, scene.dora);
    assert.equal(scene.take(certificateOf(scene.assembly, close)).type, 'applied');
    scene.ledger.apply(ratePolicyKind, policyFor(scene.assembly, { maxNumerator: 1 }));
    const line = { ratioNumerator: 3, ratioDenominator: 2, rate: close };
    assert.equal(scene.issue(scene.record({ taskClass: 3 }), 10_800, line).type, 'applied');
  });

  test('composes each issue at the highest rate that it took for its work, whichever came first, and else at par', () => {
    const scene = new RateScene();
    const rates = [{}, { numerator: 5, denominator: 4 }, { numerator: 2, denominator: 1, taskClass: 4 }];
    const policy = policyFor(scene.assembly, { maxNumerator: 2, maxDenominator: 1 });
    scene.ledger.apply(ratePolicyKind, policy);
    for (const rate of rates) assert.equal(scene.decided(rate).type, 'applied');
    const records = [1, 3, 4].map((taskClass) =>
      scene.record({ taskClass, seconds: 3600 as Amount, intervals: [hours(8 + 2 * taskClass, 1)] }),
    );
    scene.ledger.note(scene.garden.transfers.book);
    const { content } = composeIssue(scene.ledger.state, records, scene.ledger.context);
    assert.deepEqual(
      content?.lines.map(({ ratioNumerator, ratioDenominator, amount }) => [ratioNumerator, ratioDenominator, amount]),
      [
        [1, 1, 3600],
        [3, 2, 5400],
        [2, 1, 7200],
      ],
    );
    assert.ok(content !== undefined);
    assert.equal(scene.ledger.write(issueKind, content).type, 'applied');
  });

  test('takes a rate under an older head of the same charter', () => {
    const scene = new RateScene();
    scene.amend();
    const charterHead = charterHeadOf(scene.assembly);
    scene.assembly.admit(scene.bea);
    assert.equal(scene.decided({}, { charterHead: scene.assembly.memberHead }).type, 'applied');
    assert.equal(scene.decided({ taskClass: 4 }, { charterHead }).type, 'applied');
  });

  test('waits for the member book that a certificate names', () => {
    const scene = new RateScene();
    const certificate = certificateOf(scene.assembly, decide(scene.assembly, scene.dora));
    const charterHead = charterHeadOf(scene.assembly);
    scene.world.missing.add(charterHead.book);
    assert.deepEqual(scene.take(certificate), { type: 'waiting', heads: [charterHead] });
  });

  for (const [count, cosign] of [
    [0, []],
    [3, []],
    [4, [0, 1, 3]],
  ] as const) {
    test(`takes the rate of a body with ${count} witnesses, of whom ${cosign.length} cosigned`, () => {
      assert.equal(new RateScene().council(count, cosign).type, 'applied');
    });
  }
});
