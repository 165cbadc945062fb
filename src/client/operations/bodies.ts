import type { ParsedRouteInput, RouteOutput } from '../../api/routes.ts';
import { bodyFigures, charterAt } from '../../core/members/view.ts';
import type { Book } from '../../engine/book.ts';
import { charterToJson } from '../acts.ts';
import { type OperationContext, peerOf } from '../context.ts';
import { faultOfRefusal } from '../fault.ts';
import { governedBook } from '../lookup.ts';

/** Lists the founded bodies whose member books are held here, in the order in which those came. */
export async function listBodies(context: OperationContext): Promise<RouteOutput<'body.list'>> {
  const { books } = peerOf(context);
  const founded = [...books.all()].filter((book) => {
    const { channel, identity } = book.opening;
    const isMemberBook = channel === 'people' && book.state !== undefined && books.bodyBook(identity, channel) === book;
    return isMemberBook && bodyFigures(book.state.state).charterHead !== undefined;
  });
  const inOrder = founded.toSorted((left, right) => left.arrival - right.arrival);
  return { bodies: inOrder.map((book) => bodyToJson(context, book)) };
}

/** Shows the charter of a body. */
export async function showBody(
  context: OperationContext,
  input: ParsedRouteInput<'body.show'>,
): Promise<RouteOutput<'body.show'>> {
  const { book, state } = governedBook(context, input.body, 'people', 'body');
  const charter = charterAt(state, Number.MAX_SAFE_INTEGER);
  const { charterHead } = bodyFigures(state);
  if (charter === undefined || charterHead === undefined) throw faultOfRefusal('not_founded');
  return {
    ...bodyToJson(context, book),
    charterHead,
    ...(await charterToJson(context, input.body, charter)),
  };
}

function bodyToJson(context: OperationContext, book: Book): RouteOutput<'body.list'>['bodies'][number] {
  const { identity, region } = book.opening;
  const members = book.state === undefined ? 0 : bodyFigures(book.state.state).members;
  return { identity, name: context.names.of(identity), kind: book.kind, region, members };
}
