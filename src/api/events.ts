import { z } from 'zod';

/**
 * One event of the stream `/v1/events`. `type` is `entry`, `effect`, `fork`, `checkpoint`, `evidence`, `inbox`, `pending`, `peer`, `caughtUp`, or `reset`
 * where events between the resume point and now are gone; the other fields are plain JSON.
 */
export interface ApiEvent {
  /** Names the event for `Last-Event-ID`: `<boot>-<number>`. */
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const dataJson = z.record(z.string(), z.unknown());
/** Longest event, in characters: one with 200 payees has 20,000. */
const EVENT_CHARACTERS_MAX = 1_000_000;

/** @returns one event in the form of the event stream (WHATWG HTML, server-sent events). */
export function eventToText(event: ApiEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event.data)}\n\n`;
}

/**
 * Reads an event stream (WHATWG HTML, server-sent events) piece by piece.
 * @throws RangeError for an event above 1,000,000 characters; ZodError or SyntaxError where data is no JSON object.
 */
export async function* readEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ApiEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    if (rest.length > EVENT_CHARACTERS_MAX) throw new RangeError('an event of the stream is too long');
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = textToEvent(block);
      if (event !== undefined) yield event;
    }
  }
}

/** @returns undefined for a comment, which keeps the connection alive. */
function textToEvent(block: string): ApiEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split('\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).replace(/^ /, ''));
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: fields.get('id') ?? '', type: fields.get('event') ?? 'message', data: dataJson.parse(JSON.parse(data)) };
}
