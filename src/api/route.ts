import { z } from 'zod';

/** What a token may do: read; write own entries; spend own notes; change the node itself, its peers and its root keys. */
export const SCOPES = ['read', 'write', 'spend', 'admin'] as const;
/** One of SCOPES. */
export type Scope = (typeof SCOPES)[number];

/** What a route takes as its body. */
export type BodyForm = 'json' | 'bytes' | 'nothing';
/** What a route answers: one JSON value, a stream of bytes, or server-sent events. */
export type ReplyForm = 'json' | 'bytes' | 'events';

type Shaped = z.ZodObject;

/** One route of the API, written once: the server, the typed client, OpenAPI and the CLI come from it. */
export interface Route<
  Params extends Shaped = Shaped,
  Query extends Shaped = Shaped,
  Body extends Shaped = Shaped,
  Response extends z.ZodType = z.ZodType,
> {
  /** Words of the CLI command that it serves, such as `book list`; undefined where no command does. */
  readonly command: string | undefined;
  readonly method: 'GET' | 'POST';
  /** Path below the server's root; parts that begin with `:` are the keys of `params`. */
  readonly path: string;
  readonly scope: Scope;
  /** Scopes that flags of the query need instead of `scope`. */
  readonly flagScopes: Readonly<Record<string, Scope>>;
  /** One sentence for people. */
  readonly summary: string;
  readonly takes: BodyForm;
  readonly replies: ReplyForm;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** Schema of the JSON answer; for bytes and events of nothing. */
  readonly response: Response;
  /** Whether it changes state; then `?dryRun=true` says what it would do and does nothing. */
  readonly changes: boolean;
}

const none = z.object({});
type None = typeof none;

type RouteDraft<Params extends Shaped, Query extends Shaped, Body extends Shaped, Response extends z.ZodType> = Pick<
  Route,
  'command' | 'method' | 'path' | 'scope' | 'summary'
> &
  Partial<Pick<Route, 'takes' | 'replies' | 'flagScopes'>> & {
    readonly params?: Params;
    readonly query?: Query;
    readonly body?: Body;
    readonly response: Response;
  };

/** @returns the route with nothing where its draft says nothing. A route that is no GET changes state. */
export function defineRoute<
  Response extends z.ZodType,
  Params extends Shaped = None,
  Query extends Shaped = None,
  Body extends Shaped = None,
>(draft: RouteDraft<Params, Query, Body, Response>): Route<Params, Query, Body, Response> {
  return {
    command: draft.command,
    method: draft.method,
    path: draft.path,
    scope: draft.scope,
    flagScopes: draft.flagScopes ?? {},
    summary: draft.summary,
    takes: draft.takes ?? (draft.body === undefined ? 'nothing' : 'json'),
    replies: draft.replies ?? 'json',
    params: strictly(draft.params ?? (none as Params)),
    query: strictly(draft.query ?? (none as Query)),
    body: strictly(draft.body ?? (none as Body)),
    response: draft.response,
    changes: draft.method !== 'GET',
  };
}

/** A key that no schema names is a mistake that people want to hear of. */
function strictly<Schema extends Shaped>(schema: Schema): Schema {
  return schema.strict() as Shaped as Schema;
}

/** Zod gives an object without keys an index of `never`, which would make every key of the others `never`. */
type In<Schema extends Shaped> = keyof Schema['shape'] extends never ? object : z.input<Schema>;
type Out<Schema extends Shaped> = keyof Schema['shape'] extends never ? object : z.output<Schema>;
type Flat<Value> = { [Key in keyof Value]: Value[Key] };

/** What a caller gives: path, query and body in one flat object; no key is in two of them. */
export type InputOf<AnyRoute> =
  AnyRoute extends Route<infer Params, infer Query, infer Body, infer _Response>
    ? Flat<In<Params> & In<Query> & In<Body>>
    : never;

/** The same after parsing: ids, regions and amounts are branded, defaults are filled in. */
export type ParsedInputOf<AnyRoute> =
  AnyRoute extends Route<infer Params, infer Query, infer Body, infer _Response>
    ? Flat<Out<Params> & Out<Query> & Out<Body>>
    : never;

/** What a JSON route answers. */
export type OutputOf<AnyRoute> =
  AnyRoute extends Route<infer _Params, infer _Query, infer _Body, infer Response> ? z.output<Response> : never;

/** What `?dryRun=true` answers: nothing was changed. */
export const plannedJson = z.object({ dryRun: z.literal(true), would: z.string() });
/** See plannedJson. */
export type Planned = z.infer<typeof plannedJson>;

/**
 * Parses a flat input by the three schemas of a route. @returns it with ids, regions and amounts branded.
 * @throws ZodError that names the key, where one is unknown too.
 */
export function parseInput(route: Route, input: object): Readonly<Record<string, unknown>> {
  const { path, query, body } = splitInput(route, input);
  return { ...route.params.parse(path), ...route.query.parse(query), ...route.body.parse(body) };
}

/** A flat input sorted into path, query and body; what no schema names goes to where it is refused. */
export interface SplitInput {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Sorts a flat input by the keys of the route's schemas; what is undefined is left out. */
export function splitInput(route: Route, input: object): SplitInput {
  const path: Record<string, unknown> = {};
  const query: Record<string, unknown> = {};
  const body: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (Object.hasOwn(route.params.shape, key)) path[key] = value;
    else if (Object.hasOwn(route.query.shape, key) || route.takes !== 'json') query[key] = value;
    else body[key] = value;
  }
  return { path, query, body };
}
