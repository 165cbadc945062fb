import type { z } from 'zod';
import { ApiError, ApiUnreachableError, errorJson } from './errors.ts';
import { type ApiEvent, readEvents } from './events.ts';
import { type Planned, plannedJson, type Route, type SplitInput, splitInput } from './route.ts';
import { type FileRouteName, type JsonRouteName, ROUTES, type RouteInput, type RouteOutput } from './routes.ts';

/** How a node's API is reached. */
export interface ApiClientOptions {
  /** The server's root, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** A bearer token with the scopes that the calls need. */
  readonly token: string;
  readonly fetch?: typeof fetch;
}

/** A stream of bytes, read once. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** Typed calls to one node. Each rejects with ApiError where the node refuses, ApiUnreachableError where none answers. */
export interface ApiClient {
  /** Calls a route by its name. */
  call<Name extends JsonRouteName>(name: Name, input: RouteInput<Name>): Promise<RouteOutput<Name>>;
  /** Asks what a route that changes state would do; nothing is changed. */
  plan<Name extends JsonRouteName>(name: Name, input: RouteInput<Name>): Promise<Planned>;
  /** Reads a file of items, of an account's statement, or a certificate. */
  download<Name extends FileRouteName>(name: Name, input: RouteInput<Name>): Promise<ByteStream>;
  /** Sends a file of items. */
  upload(input: RouteInput<'import'>, file: ByteStream | Uint8Array): Promise<RouteOutput<'import'>>;
  /**
   * Hears what happens from now on, or after `lastEventId`; reconnects by itself where it left off, until `signal` aborts. The
   * first connection rejects as a call does.
   */
  events(options?: { readonly lastEventId?: string; readonly signal?: AbortSignal }): AsyncGenerator<ApiEvent>;
}

/** Wait before an event stream that broke is opened again. */
const RECONNECT_DELAY_MS = 1000;

/** Makes the typed client of one node. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const http = new Http(options);
  return {
    call: async (name, input) => {
      const response = await http.send(ROUTES[name], input, {});
      return parse(ROUTES[name].response, await response.json()) as RouteOutput<typeof name>;
    },
    plan: async (name, input) => {
      const response = await http.send(ROUTES[name], input, { dryRun: true });
      return parse(plannedJson, await response.json());
    },
    download: async (name, input) => bodyOf(await http.send(ROUTES[name], input, {})),
    upload: async (input, file) => {
      const response = await http.send(ROUTES.import, input, { file });
      return parse(ROUTES.import.response, await response.json());
    },
    events: (wanted = {}) => streamEvents(http, wanted.lastEventId, wanted.signal),
  };
}

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const sentence = `The node's answer is not of this version of the API: ${issue?.path.join('.')} ${issue?.message}.`;
  throw new ApiError(502, { code: 'bad_answer', sentence });
}

interface SendOptions {
  readonly dryRun?: boolean;
  readonly file?: ByteStream | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

class Http {
  readonly #url: string;
  readonly #token: string;
  readonly #fetch: typeof fetch;

  constructor(options: ApiClientOptions) {
    this.#url = options.url.replace(/\/$/, '');
    this.#token = options.token;
    this.#fetch = options.fetch ?? ((...request) => fetch(...request));
  }

  async send(route: Route, input: object, options: SendOptions): Promise<Response> {
    const split = splitInput(route, input);
    const content = contentOf(route, split.body, options.file);
    const headers = { authorization: `Bearer ${this.#token}`, ...content.headers, ...options.headers };
    const init = { method: route.method, headers, signal: options.signal ?? null, ...content.init };
    let response: Response;
    try {
      response = await this.#fetch(`${this.#url}${targetOf(route, split, options.dryRun === true)}`, init);
    } catch (cause) {
      const sentence = `No node answers at ${this.#url}; start it, or name the right address.`;
      throw new ApiUnreachableError(sentence, { cause });
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/** @returns where a question goes: the route's path with its keys filled in, and the query. */
function targetOf(route: Route, { path, query }: SplitInput, isPlan: boolean): string {
  const filled = Object.entries(path).reduce(
    (target, [key, value]) => target.replace(`:${key}`, encodeURIComponent(String(value))),
    route.path,
  );
  const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]));
  if (isPlan) search.set('dryRun', 'true');
  return search.size === 0 ? filled : `${filled}?${search}`;
}

function contentOf(
  route: Route,
  body: object,
  file: ByteStream | Uint8Array | undefined,
): { headers: Record<string, string>; init: RequestInit } {
  if (route.takes === 'bytes') {
    const stream = file instanceof Uint8Array ? new Uint8Array(file) : streamOf(file ?? nothing());
    return { headers: { 'content-type': 'application/octet-stream' }, init: { body: stream, ...HALF_DUPLEX } };
  }
  if (route.takes === 'nothing') return { headers: {}, init: {} };
  return { headers: { 'content-type': 'application/json' }, init: { body: JSON.stringify(body) } };
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

function streamOf(file: ByteStream): ReadableStream<Uint8Array> {
  const chunks = file[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await chunks.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async (reason) => void (await chunks.return?.(reason)),
  });
}

/** A body that is a stream needs this of fetch (WHATWG Fetch). */
const HALF_DUPLEX = { duplex: 'half' };

async function errorOf(response: Response): Promise<ApiError> {
  const parsed = errorJson.safeParse(await response.json().catch(() => undefined));
  if (parsed.success) return new ApiError(response.status, parsed.data.error);
  const sentence = `The address answered ${response.status}, but not as a node does; name the right address.`;
  return new ApiError(response.status, { code: 'bad_answer', sentence });
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function* streamEvents(
  http: Http,
  lastEventId: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<ApiEvent> {
  let newest = lastEventId;
  for (let first = true; !isAborted(signal); ) {
    try {
      const headers: Record<string, string> = newest === undefined ? {} : { 'last-event-id': newest };
      const response = await http.send(ROUTES.events, {}, { headers, signal });
      first = false;
      for await (const event of readEvents(bodyOf(response))) {
        newest = event.id === '' ? newest : event.id;
        yield event;
      }
    } catch (error) {
      if (isAborted(signal)) return;
      if (first || error instanceof ApiError) throw error;
    }
    await pause(RECONNECT_DELAY_MS, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

async function pause(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, delayMs);
    signal?.addEventListener('abort', end, { once: true });
  });
}
