export { formatAmount, numberToAmount, parseAmount } from '../core/base/amount.ts';
export { parseId } from '../core/base/id.ts';
export { CHANNELS, parseRegion } from '../core/base/region.ts';
export { MATTERS } from '../core/wire/messages/rules.ts';
export { WITNESS_OFFERS } from '../core/witness/offer.ts';
export { type ApiClient, type ApiClientOptions, type ByteStream, createApiClient } from './client.ts';
export { ApiError, ApiUnreachableError, type ErrorJson, errorJson } from './errors.ts';
export { type ApiEvent, eventToText, readEvents } from './events.ts';
export {
  type InputOf,
  type OutputOf,
  type ParsedInputOf,
  type Planned,
  plannedJson,
  type Route,
  SCOPES,
  type Scope,
} from './route.ts';
export {
  type JsonRouteName,
  type ParsedRouteInput,
  ROUTE_LIST,
  ROUTES,
  type RouteInput,
  type RouteName,
  type RouteOutput,
  type Routes,
} from './routes.ts';
