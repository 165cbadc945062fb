import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { type Id, parseId } from '../../core/base/id.ts';
import { ratePoliciesTable, ratesTable } from '../../core/ledger/tables.ts';
import { ratePolicyKind } from '../../core/wire/kinds/ledger.ts';
import { rateToJson } from '../acts.ts';
import type { OperationContext } from '../context.ts';
import { OperationFault } from '../fault.ts';
import { ledgerOf, requireKind } from '../lookup.ts';

const MINUTE_MS = 60_000;

/** Takes the rates that a body decides; this bank's node carries them into its ledger by itself. */
export async function acceptRates(
  context: OperationContext,
  input: ParsedRouteInput<'bank.acceptRates'>,
): Promise<RouteOutput<'bank.acceptRates'>> {
  requireKind(context, 'bank', 'accept rates');
  const { body, ratio, minutes } = input;
  const nowMs = context.clock.nowMs();
  const startMs = input.start === undefined ? nowMs - (nowMs % MINUTE_MS) : Date.parse(input.start);
  if (startMs < 0 || startMs % MINUTE_MS !== 0)
    throw new OperationFault('malformed', 'It begins on a whole minute, and after 1970.', { field: 'start' });
  const [maxNumerator = 1, maxDenominator = 1] = ratio.split('/').map(Number);
  const startMinute = startMs / MINUTE_MS;
  const content = { body, maxNumerator, maxDenominator, startMinute, minutes };
  const entry = await context.acts.write('transfers', ratePolicyKind, content);
  return { entry, body, ratio, start: timeToJson(startMinute), minutes };
}

/** Lists the rates of a bank. */
export async function listRates(
  context: OperationContext,
  input: ParsedRouteInput<'rate.list'>,
): Promise<RouteOutput<'rate.list'>> {
  const own = context.self.kind === 'bank' ? context.self.identity : undefined;
  const bank = input.bank ?? own;
  if (bank === undefined) throw new OperationFault('unclear', 'Say of which bank.', { field: 'bank' });
  const { state } = ledgerOf(context, bank);
  const rates = state.rows(ratesTable).flatMap(({ key, row }) => {
    const close = parseId(key.join('/'));
    return close === undefined ? [] : [{ ...party(context, row.body), close, ...rateToJson(row) }];
  });
  const accepted = state.rows(ratePoliciesTable).flatMap(({ key, row }) => {
    const { maxNumerator, maxDenominator, startMinute, minutes } = row;
    const body = parseId(key.join('/'));
    const terms = { ratio: `${maxNumerator}/${maxDenominator}`, start: timeToJson(startMinute), minutes };
    return body === undefined ? [] : [{ ...party(context, body), ...terms }];
  });
  return { bank, name: context.names.of(bank), rates, accepted };
}

function party({ names }: OperationContext, body: Id): { readonly body: Id; readonly bodyName: string | undefined } {
  return { body, bodyName: names.of(body) };
}

function timeToJson(minute: number): string {
  return new Date(minute * MINUTE_MS).toISOString();
}
