import type { FastifyError } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { ApiError } from '../../api/errors.ts';

/** @returns any error of a request as one that the API answers; what nobody expected is `internal`, without its message. */
export function toApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalid(error);
  const status = error.statusCode ?? 500;
  if (status === 413)
    return new ApiError(413, { code: 'too_large', sentence: 'The body is larger than this route takes.' });
  if (status === 415)
    return new ApiError(415, {
      code: 'unsupported',
      sentence: 'Send application/json, or application/octet-stream to import.',
    });
  if (status === 429)
    return new ApiError(429, { code: 'too_many', sentence: 'Too many calls in this minute; wait and try again.' });
  if (error.code === 'FST_ERR_CTP_INVALID_JSON_BODY')
    return new ApiError(400, {
      code: 'bad_request',
      sentence: 'The body is not JSON, or one of its keys is __proto__ or constructor, which no body has.',
      field: 'body',
    });
  if (status >= 400 && status < 500)
    return new ApiError(400, { code: 'bad_request', sentence: `${error.message}.`, field: 'body' });
  return new ApiError(500, {
    code: 'internal',
    sentence: 'The node failed at this call; its log says why. Nothing was acknowledged.',
  });
}

interface Issue {
  readonly instancePath: string;
  readonly message?: string | undefined;
}

function invalid(error: FastifyError): ApiError {
  const part = error.validationContext === 'querystring' ? 'query' : (error.validationContext ?? 'body');
  const [issue] = (error.validation ?? []) as readonly Issue[];
  const field = `${part}${(issue?.instancePath ?? '').replaceAll(/\/(\d+)/g, '[$1]').replaceAll('/', '.')}`;
  return new ApiError(400, { code: 'bad_request', sentence: `${field}: ${issue?.message ?? error.message}`, field });
}
