import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { ApiError, errorJson } from '../../api/errors.ts';
import { type ApiEvent, eventToText } from '../../api/events.ts';
import { plannedJson, type Scope } from '../../api/route.ts';
import { ROUTE_LIST, type RouteName } from '../../api/routes.ts';
import type { Logger } from '../../ports/logger.ts';
import { toApiError } from './answers.ts';
import {
  BODY_BYTES_MAX,
  CALLS_PER_MINUTE_MAX,
  EVENT_STREAMS_MAX,
  HEARTBEAT_MS,
  REQUEST_TIMEOUT_MS,
} from './constants.ts';
import { isOwnHost, isOwnOrigin } from './origin.ts';
import { type ApiToken, proofOfToken, scopesOf } from './tokens.ts';

/** One question to the node, parsed by the schemas of its route. */
export interface Question {
  readonly input: Readonly<Record<string, unknown>>;
  readonly dryRun: boolean;
  /** The body of a route that takes bytes. */
  readonly file: AsyncIterable<Uint8Array> | undefined;
}

/** What the server is told to serve. */
export interface HttpServerOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly tokens: readonly ApiToken[];
  readonly version: string;
  readonly logger: Logger;
  /** Answers a JSON route with its value, a bytes route with a stream. Rejects with ApiError. */
  answer(name: RouteName, question: Question): Promise<unknown>;
  /** What happens from now on, or after an event. */
  events(lastEventId: string | undefined, signal: AbortSignal): AsyncIterable<ApiEvent>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** Undefined when the node is ready, else why it is not. */
  notReady(): string | undefined;
}

/** A running server. */
export interface HttpServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** Ends every stream and frees the port. */
  close(): Promise<void>;
}

/** The port is taken, or may not be used; the message says which. */
export class HttpServerFailedError extends Error {
  override readonly name = 'HttpServerFailedError';
}

const OPEN_PATHS = new Set(['/healthz', '/readyz']);

/**
 * Serves the route table on loopback: exact Host and Origin (403), a bearer token with the route's scope (401, 403), bodies by
 * their schema (400 with the field), refusals of the rules (409).
 * @throws HttpServerFailedError when the port cannot be had.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const app: FastifyInstance = fastify({
    exposeHeadRoutes: false,
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    clientErrorHandler: refuseBytes,
    // What fails before there is a route passes no hook: the guards come first here too.
    frameworkErrors: (error, request, reply) => {
      try {
        guard(request, options.tokens, portOf(app));
      } catch (refusal) {
        return void refuse(reply, toApiError(refusal as Parameters<typeof toApiError>[0]), refusal, options.logger);
      }
      const sentence =
        'The address of the call is not well formed; /v1/openapi.json lists the addresses that there are.';
      void refuse(reply, new ApiError(400, { code: 'bad_request', sentence, field: 'url' }), error, options.logger);
    },
  });
  const ending = new AbortController();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(async (error, _request, reply) =>
    refuse(reply, toApiError(error as Parameters<typeof toApiError>[0]), error, options.logger),
  );
  app.setNotFoundHandler(async (request, reply) => {
    const sentence = `There is no ${request.method} ${request.url.split('?')[0] ?? ''}; /v1/openapi.json lists what there is.`;
    return refuse(reply, new ApiError(404, { code: 'not_found', sentence }), undefined, options.logger);
  });
  app.addHook('onRequest', async (request) => guard(request, options.tokens, portOf(app)));
  app.addHook('preParsing', refuseSqueezed);
  app.addHook('preValidation', refuseRepeated);
  await app.register(helmet, {
    contentSecurityPolicy: { directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  });
  await app.register(rateLimit, { max: CALLS_PER_MINUTE_MAX, timeWindow: '1 minute' });
  await app.register(swagger, {
    openapi: {
      info: { title: 'Mutua node', version: options.version, description: 'One node of a mutualist economy.' },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(async (scope) => addRoutes(scope, options, ending.signal));
  try {
    await app.listen({ host: '127.0.0.1', port: options.port });
  } catch (cause) {
    await app.close();
    throw new HttpServerFailedError(`Port ${options.port} on 127.0.0.1 cannot be used; choose another with --port.`, {
      cause,
    });
  }
  return {
    url: `http://127.0.0.1:${portOf(app)}`,
    close: async () => {
      ending.abort();
      await app.close();
    },
  };
}

function addRoutes(app: FastifyInstance, options: HttpServerOptions, ending: AbortSignal): void {
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
  let streams = 0;
  for (const route of ROUTE_LIST) {
    const query = route.changes ? route.query.extend({ dryRun: z.stringbool().optional() }) : route.query;
    const json = route.replies === 'json' ? { 200: z.union([route.response, plannedJson]) } : {};
    app.route({
      method: route.method,
      url: route.path,
      schema: {
        summary: route.summary,
        description: [`Scope: ${route.scope}.`, ...flagNotes(route.flagScopes)].join(' '),
        operationId: route.name,
        params: route.params,
        querystring: query,
        ...(route.takes === 'json' ? { body: route.body } : {}),
        response: { ...json, '4xx': errorJson, '5xx': errorJson },
      },
      handler: async (request, reply) => {
        if (route.replies === 'events') {
          if (streams >= EVENT_STREAMS_MAX)
            throw new ApiError(429, { code: 'too_many', sentence: 'Too many event streams are open; close one.' });
          streams += 1;
          request.raw.once('close', () => {
            streams -= 1;
          });
          return sendEvents(request, reply, options, ending);
        }
        const answer = await options.answer(route.name, questionOf(request));
        return route.replies === 'bytes' && isStream(answer)
          ? reply.type('application/octet-stream').send(Readable.from(answer))
          : answer;
      },
    });
  }
  app.get('/v1/openapi.json', { schema: { hide: true } }, async (_request, reply) => reply.send(app.swagger()));
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(await options.metrics()),
  );
  app.get('/healthz', { schema: { hide: true }, exposeHeadRoute: true }, async (request, reply) => {
    const { challenge } = request.query as Record<string, unknown>;
    const admin = options.tokens.find(({ scopes }) => scopes.includes('admin'));
    const proof =
      typeof challenge !== 'string' || admin === undefined ? {} : { proof: proofOfToken(admin.token, challenge) };
    return await reply.send({ alive: true, ...proof });
  });
  app.get('/readyz', { schema: { hide: true }, exposeHeadRoute: true }, async (_request, reply) => {
    const reason = options.notReady();
    return reply.code(reason === undefined ? 200 : 503).send({ ready: reason === undefined, reason });
  });
}

/** Unread, a squeezed body would be told to be no JSON. */
async function refuseSqueezed(request: FastifyRequest): Promise<void> {
  const { 'content-encoding': encoding } = request.headers;
  if (encoding === undefined || encoding === 'identity') return;
  const sentence = `A body with content-encoding ${encoding} is not read here; send it as it is.`;
  throw new ApiError(415, { code: 'unsupported', sentence });
}

/** A key given twice would reach the schemas as a list, which no key of a query is. */
async function refuseRepeated(request: FastifyRequest): Promise<void> {
  for (const [key, value] of Object.entries((request.query ?? {}) as Record<string, unknown>)) {
    if (!Array.isArray(value)) continue;
    const field = `query.${key}`;
    throw new ApiError(400, {
      code: 'bad_request',
      sentence: `${field} is given ${value.length} times; give it once.`,
      field,
    });
  }
}

function questionOf(request: FastifyRequest): Question {
  const query = { ...(request.query as Record<string, unknown>) };
  const dryRun = query['dryRun'] === true;
  delete query['dryRun'];
  const stream = request.body instanceof Readable ? (request.body as AsyncIterable<Uint8Array>) : undefined;
  const body =
    stream === undefined && typeof request.body === 'object' ? (request.body as Record<string, unknown> | null) : {};
  return { input: { ...(request.params as Record<string, unknown>), ...query, ...body }, dryRun, file: stream };
}

function isStream(value: unknown): value is AsyncIterable<Uint8Array> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

/** Host and Origin first, so that a page elsewhere learns nothing; then the token; then its scope. */
function guard(request: FastifyRequest, tokens: readonly ApiToken[], port: number): void {
  const { host, origin, authorization } = request.headers;
  if (!isOwnHost(host, port)) {
    throw new ApiError(403, {
      code: 'foreign_host',
      sentence: `Ask for http://127.0.0.1:${port}, not under another name.`,
    });
  }
  if (!isOwnOrigin(origin, port))
    throw new ApiError(403, { code: 'foreign_origin', sentence: 'Pages of other origins may not call this node.' });
  if (OPEN_PATHS.has(request.url.split('?')[0] ?? '')) return;
  const scopes = scopesOf(authorization, tokens);
  if (scopes === undefined) {
    const sentence =
      'Send the header Authorization: Bearer TOKEN; the token stands in the file api-token of the data folder.';
    throw new ApiError(401, { code: 'unauthorized', sentence });
  }
  const needed = scopeNeeded(request);
  if (!scopes.includes(needed))
    throw new ApiError(403, {
      code: 'scope_missing',
      sentence: `This token may not ${needed}; use one with that scope.`,
    });
}

function flagNotes(flagScopes: Readonly<Record<string, Scope>>): readonly string[] {
  return Object.entries(flagScopes).map(([flag, scope]) => `With ${flag}: ${scope}.`);
}

function scopeNeeded(request: FastifyRequest): Scope {
  const route = ROUTE_LIST.find(({ path, method }) => path === request.routeOptions.url && method === request.method);
  // What the handler will read: another parser could see another question.
  const query = new Map(Object.entries((request.query ?? {}) as Record<string, unknown>));
  const [flag] = Object.keys(route?.flagScopes ?? {}).filter((name) => query.has(name) && query.get(name) !== 'false');
  return (flag === undefined ? route?.scope : route?.flagScopes[flag]) ?? 'read';
}

function refuse(reply: FastifyReply, error: ApiError, cause: unknown, logger: Logger): FastifyReply {
  // Who hung up in the middle of a call is told nothing, and nothing of this node failed.
  if (error.status >= 500 && !reply.request.raw.destroyed)
    logger.error('a call failed', { url: reply.request.routeOptions.url, error: String(cause) });
  const { code, sentence, field } = error;
  return reply.code(error.status).send({ error: { code, sentence, ...(field === undefined ? {} : { field }) } });
}

/** What cannot be parsed as HTTP reaches no route and no hook; it is answered in the same form. */
function refuseBytes(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, code, sentence] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? (['431 Request Header Fields Too Large', 'too_large', 'The headers of the call are too large.'] as const)
      : (['400 Bad Request', 'bad_request', 'The call is not well-formed HTTP; a header is one line.'] as const);
  const body = JSON.stringify({ error: { code, sentence } });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

/** One reader of the event stream; a slow one holds back only its own queue, which the source bounds. */
async function sendEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  options: HttpServerOptions,
  ending: AbortSignal,
): Promise<void> {
  const gone = new AbortController();
  request.raw.once('close', () => gone.abort());
  const signal = AbortSignal.any([gone.signal, ending]);
  const lastEventId = request.headers['last-event-id'];
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.write(': open\n\n');
  // What a slow reader has not read yet is enough to notice a broken connection.
  const heartbeat = setInterval(() => raw.writableNeedDrain || raw.write(': still here\n\n'), HEARTBEAT_MS);
  try {
    for await (const event of options.events(typeof lastEventId === 'string' ? lastEventId : undefined, signal)) {
      if (signal.aborted) break;
      if (!raw.write(eventToText(event))) await drained(raw, signal);
    }
  } catch (error) {
    if (!signal.aborted) options.logger.warn('an event stream ended', { error: String(error) });
  } finally {
    clearInterval(heartbeat);
    raw.end();
  }
}

async function drained(raw: NodeJS.WritableStream, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = (): void => {
      raw.removeListener('drain', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    raw.once('drain', end);
    signal.addEventListener('abort', end, { once: true });
  });
}

function portOf(app: FastifyInstance): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
