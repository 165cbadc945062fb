import { createNativeSignatures } from '../../src/adapters/signatures/native-signatures.ts';
import { accountStatementRoute } from '../../src/api/routes/accounts.ts';
import { RULE_SETS } from '../../src/client/index.ts';
import { type Replay, replayFile } from '../../src/client/replay.ts';
import {
  checkStatement,
  isStatementSound,
  type Statement,
  type StatementCheck,
} from '../../src/client/statement-check.ts';
import { type FileReport, type Id, parseId, verifyFile } from '../../src/index.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { readFileStream } from './files.ts';
import { readJsonFile } from './json-file.ts';

/** What is checked of a file beside its signatures and chains. */
export interface VerifyFileOptions {
  /** Shows the passbook of this account, an id. */
  readonly account?: string | undefined;
  /** A statement to check, as `account statement --json` prints it. */
  readonly statement?: Statement | undefined;
}

/** What was found. */
export interface VerifiedFile {
  readonly report: FileReport;
  readonly replay: Replay;
  readonly statement: StatementCheck | undefined;
}

/** @returns whether the file is valid, and the statement holds against it where one was given. */
export function isSound({ report, statement }: VerifiedFile): boolean {
  return report.valid && (statement === undefined || isStatementSound(statement));
}

/**
 * Verifies a file of items with nothing but the file, and takes the effects of the bodies' books in it.
 * @throws CommandError (usage) when it cannot be read, or the account is no id.
 */
export async function verifyFileAt(path: string, options: VerifyFileOptions = {}): Promise<VerifiedFile> {
  const account = accountOf(options);
  await using signatures = createNativeSignatures({ threads: 1 });
  const verify = (check: Parameters<typeof signatures.verify>[0]): boolean => signatures.verify(check);
  const report = await verifyFile(readFileStream(path), { verify });
  const { statement } = options;
  const asked = {
    ...(account === undefined ? {} : { account }),
    ...(statement === undefined ? {} : { at: { book: statement.ledger as Id, id: statement.head as Id } }),
  };
  const replay = await replayFile(() => readFileStream(path), report, { verify, ruleSets: RULE_SETS, ...asked });
  return {
    report,
    replay,
    statement: statement === undefined ? undefined : checkStatement(statement, replay, networkOf(report)),
  };
}

function networkOf({ header }: FileReport): Uint8Array {
  return header?.network ?? new Uint8Array(0);
}

function accountOf({ account, statement }: VerifyFileOptions): Id | undefined {
  const text = statement?.account.account ?? account;
  const id = text === undefined ? undefined : parseId(text);
  if (text === undefined || id !== undefined) return id;
  throw new CommandError(EXIT.usage, 'bad_input', `${text} is no account: an id begins with b and has 53 characters.`);
}

/** Reads a statement that `account statement --json` printed. @throws CommandError (usage) when it is none. */
export async function readStatementFile(path: string): Promise<Statement> {
  return readJsonFile(path, accountStatementRoute.response, 'statement', 'account statement');
}
