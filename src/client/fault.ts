import { type RefusalCode, refusalSentence } from '../core/base/refusals.ts';

/** What an operation refuses for beside the rules: nothing there, not this node's to do, not now. */
export type FaultCode =
  | RefusalCode
  | 'not_found'
  | 'not_yours'
  | 'unclear'
  | 'not_ready'
  | 'malformed'
  | 'unreachable'
  | 'not_closed'
  | 'not_confirmed'
  | 'charter_amended'
  | 'too_large'
  | 'too_many_topics'
  | 'closed';

/** An operation was refused; nothing changed that it does not say. */
export class OperationFault extends Error {
  override readonly name = 'OperationFault';
  readonly code: FaultCode;
  /** The field of the input that is wrong, where one is. */
  readonly field: string | undefined;

  constructor(code: FaultCode, sentence: string, options: { readonly field?: string; readonly cause?: unknown } = {}) {
    super(sentence, { cause: options.cause });
    this.code = code;
    this.field = options.field;
  }
}

/** @returns the fault of a refusal by the rules, with its own sentence. */
export function faultOfRefusal(code: RefusalCode): OperationFault {
  return new OperationFault(code, refusalSentence(code));
}

/** Thrown in place of the first change where only a plan was asked for. */
export class PlannedChange extends Error {
  override readonly name = 'PlannedChange';
}
