/** How a command ends, for scripts; 78 is given by bin/mutua.js alone (commands.md). */
export const EXIT = {
  done: 0,
  /** The rules or the daemon said no: a code and a sentence are printed. */
  refused: 1,
  /** The command line, a file or a setting is not well formed. */
  usage: 2,
  /** The daemon, or the peer that was asked for, is not reachable. */
  unreachable: 3,
} as const;

/** A number a process may end with. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends a command with a sentence for people, a code for programs and an exit code; thrown by commands, printed by main. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  /** Stable, for programs: a refusal code or a word such as `usage`. */
  readonly code: string;

  constructor(exitCode: ExitCode, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** @returns the error of a command line, file or setting that is not well formed; the sentence says what to write instead. */
export function usageError(sentence: string, options?: ErrorOptions): CommandError {
  return new CommandError(EXIT.usage, 'usage', sentence, options);
}

/** @returns an error's message with those of its causes, for people. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause.message : '';
  return cause === '' || error.message.includes(cause) ? error.message : `${error.message} (${cause})`;
}
