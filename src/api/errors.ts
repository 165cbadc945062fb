import { z } from 'zod';

/** What the API answers instead of a result. */
export const errorJson = z.object({
  error: z.object({
    /** A refusal code, or one of the API's own: `bad_request`, `unauthorized`, `forbidden`, `not_found`, … */
    code: z.string(),
    /** What was wrong, where, and what to do. */
    sentence: z.string(),
    /** The field of the question that is wrong, such as `body.payments[0].to`. */
    field: z.string().optional(),
  }),
});
/** See errorJson. */
export type ErrorJson = z.infer<typeof errorJson>;

/** A node refused a call, or could not do it: `status` is the HTTP status, 409 for refusals of the rules. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly sentence: string;
  readonly field: string | undefined;

  constructor(status: number, error: ErrorJson['error']) {
    super(error.sentence);
    this.status = status;
    this.code = error.code;
    this.sentence = error.sentence;
    this.field = error.field;
  }
}

/** No answer came: the node does not run, or the connection broke (`cause`). */
export class ApiUnreachableError extends Error {
  override readonly name = 'ApiUnreachableError';
}
