import { type Command, Option } from 'commander';
import { type JsonRouteName, ROUTES, type RouteInput } from '../../src/api/routes.ts';
import { EXIT, usageError } from '../shared/exit-codes.ts';
import { type CommandContext, contextOf, withDryRun } from './context.ts';
import { type Field, faultOf, fieldsOf, readFieldText } from './fields.ts';
import { renderAnswer } from './render.ts';

/** What a command asks of a route: its fields by name. */
export type Question = Readonly<Record<string, unknown>>;

/**
 * Adds the command of a route to its noun: fields that must be given are arguments in the order of the table, the others
 * flags of the same name.
 */
export function addRouteCommand(noun: Command, verb: string, name: JsonRouteName): Command {
  const route = ROUTES[name];
  const fields = fieldsOf(route);
  const command = noun.command(verb).description(route.summary);
  for (const field of fields) addField(command, field);
  if (route.changes) withDryRun(command);
  return command.action(async (...words: unknown[]) => {
    await askRoute(contextOf(command), name, questionOf(fields, words, command));
  });
}

function addField(command: Command, field: Field): void {
  if (field.isRequired) {
    command.argument(`<${field.flag}>`);
    return;
  }
  const text = field.form === 'yes' ? `--${field.flag}` : `--${field.flag} <${placeholderOf(field)}>`;
  const option = new Option(text);
  if (field.words.length > 0 && field.form === 'text') option.choices(field.words);
  command.addOption(option);
}

function placeholderOf({ form, flag, words }: Field): string {
  if (form === 'texts') return words.length > 0 ? words.join(',') : `${flag},…`;
  return form === 'number' ? 'number' : flag;
}

function questionOf(fields: readonly Field[], words: readonly unknown[], command: Command): Question {
  const question: Record<string, unknown> = {};
  let position = 0;
  for (const field of fields) {
    const given: unknown = field.isRequired ? words[position++] : command.getOptionValue(field.name);
    if (given !== undefined) question[field.name] = typeof given === 'string' ? readFieldText(field, given) : given;
  }
  return question;
}

/**
 * Asks a route and prints its answer, or with `--dry-run` what it would do. An answer that was refused ends the command
 * with exit code 1.
 * @throws CommandError (usage) that names the field that is not well formed.
 */
export async function askRoute(context: CommandContext, name: JsonRouteName, question: Question): Promise<void> {
  const fault = faultOf(ROUTES[name], question);
  if (fault !== undefined) throw usageError(`${fault}.`);
  const client = await context.client();
  // The schema of the route has just taken the question; the type of one of many routes cannot say so.
  const input = question as RouteInput<typeof name>;
  if (context.isDryRun) {
    context.output.result(await client.plan(name, input), ({ would }) => would);
    return;
  }
  const answer = await client.call(name, input);
  context.output.result(answer, renderAnswer);
  if (isRefused(answer)) process.exitCode = EXIT.refused;
}

function isRefused(answer: object): boolean {
  if (!('answer' in answer)) return false;
  const { answer: inner } = answer;
  return typeof inner === 'object' && inner !== null && 'word' in inner && inner.word === 'refused';
}
