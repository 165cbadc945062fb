import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { amountToJson } from '../../api/schema.ts';
import { numberToAmount } from '../../core/base/amount.ts';
import { bytesToId } from '../../core/base/id.ts';
import { present } from '../../core/base/outcome.ts';
import { ledgerFigures } from '../../core/ledger/figures.ts';
import { acceptAttestorsKind, acceptCooperativeKind, endCooperativeKind } from '../../core/wire/kinds/ledger.ts';
import type { OperationContext } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { ledgerOf, requireAddressee, requireKind } from '../lookup.ts';

const MINUTE_MS = 60_000;

/** Lets this bank issue on a cooperative's labor records. */
export async function acceptCooperative(
  context: OperationContext,
  input: ParsedRouteInput<'bank.acceptCooperative'>,
): Promise<RouteOutput<'bank.acceptCooperative'>> {
  requireKind(context, 'bank', 'accept cooperatives');
  const { cooperative, ceiling } = input;
  requireAddressee(context, cooperative, 'cooperative', 'cooperative');
  const content = { cooperative, secondsPerMemberPerWeek: ceiling };
  const entry = await context.acts.write('transfers', acceptCooperativeKind, content);
  return { entry, cooperative, ceiling: amountToJson(ceiling) };
}

/** Ends issuing on a cooperative's labor records. */
export async function endCooperative(
  context: OperationContext,
  input: ParsedRouteInput<'bank.endCooperative'>,
): Promise<RouteOutput<'bank.endCooperative'>> {
  requireKind(context, 'bank', 'end cooperatives');
  const { cooperative } = input;
  return { entry: await context.acts.write('transfers', endCooperativeKind, { cooperative }), cooperative };
}

/** Lets members of a body attest as receivers of work. */
export async function acceptAttestors(
  context: OperationContext,
  input: ParsedRouteInput<'bank.acceptAttestors'>,
): Promise<RouteOutput<'bank.acceptAttestors'>> {
  requireKind(context, 'bank', 'accept attestors');
  const { body } = input;
  return { entry: await context.acts.write('transfers', acceptAttestorsKind, { body }), body };
}

/** Shows the figures of a bank, recomputed here from its ledger. */
export async function showFigures(
  context: OperationContext,
  input: ParsedRouteInput<'bank.figures'>,
): Promise<RouteOutput<'bank.figures'>> {
  const own = context.self.kind === 'bank' ? context.self.identity : undefined;
  const bank = input.bank ?? own;
  if (bank === undefined) throw new OperationFault('unclear', 'Say of which bank.', { field: 'bank' });
  const { book, rooted, state } = ledgerOf(context, bank);
  const figures = ledgerFigures(state);
  return {
    bank,
    name: context.names.of(bank),
    ledger: book.id,
    sequence: book.head.sequence,
    stateRoot: bytesToId(rooted.root()),
    issued: amountToJson(figures.issued),
    retired: amountToJson(figures.retired),
    outstanding: amountToJson(figures.outstanding),
    backed: amountToJson(figures.backedSeconds),
    attestedByReceiver: amountToJson(figures.attestedByReceiver),
    records: figures.records,
    accounts: figures.accounts,
    tickAt: figures.tickMinute === undefined ? undefined : figures.tickMinute * MINUTE_MS,
    cooperatives: figures.cooperatives.map((row) => ({
      cooperative: row.cooperative,
      name: context.names.of(row.cooperative),
      ceiling: amountToJson(present(numberToAmount(row.secondsPerMemberPerWeek), 'a ceiling is an amount')),
      ended: row.ended,
      records: row.records,
      issued: amountToJson(row.seconds),
    })),
  };
}
