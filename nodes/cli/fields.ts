import { z } from 'zod';
import type { Route } from '../../src/api/route.ts';

/** How a field is written on a command line. */
export type FieldForm = 'text' | 'number' | 'yes' | 'texts' | 'numbers' | 'structure';

/** One field of a route's question: its name is the API's, the flag the same in kebab-case. */
export interface Field {
  readonly name: string;
  readonly flag: string;
  readonly form: FieldForm;
  /** It has no default and must be given: an argument in its place, not a flag. */
  readonly isRequired: boolean;
  /** Allowed words, where there are few. */
  readonly words: readonly string[];
}

const propertySchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  get anyOf() {
    return z.array(propertySchema).optional();
  },
  get items() {
    return propertySchema.optional();
  },
});
type Property = z.infer<typeof propertySchema>;
const objectSchema = z.object({
  properties: z.record(z.string(), propertySchema).default({}),
  required: z.array(z.string()).default([]),
});

/** @returns the fields of a route: those of its path first, then those of its query and body, in the order of the table. */
export function fieldsOf({ params, query, body }: Route): readonly Field[] {
  return [params, query, body].flatMap((part) => {
    const { properties, required } = objectSchema.parse(z.toJSONSchema(part, { io: 'input', unrepresentable: 'any' }));
    return Object.entries(properties).map(([name, property]) => fieldOf(name, property, required.includes(name)));
  });
}

function fieldOf(name: string, property: Property, isRequired: boolean): Field {
  const words = (property.enum ?? property.items?.enum ?? []).map(String);
  return { name, flag: flagOf(name), form: formOf(property), isRequired, words };
}

/** @returns the flag of a field, without its dashes: `accountBank` is `account-bank`. */
export function flagOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function formOf(property: Property): FieldForm {
  const types = [property, ...(property.anyOf ?? [])].map(({ type }) => type);
  if (types.includes('boolean')) return 'yes';
  if (types.includes('string')) return 'text';
  if (types.includes('integer') || types.includes('number')) return 'number';
  if (!types.includes('array') || property.items === undefined) return 'structure';
  const form = formOf(property.items);
  if (form === 'text') return 'texts';
  return form === 'number' ? 'numbers' : 'structure';
}

/** @returns what a text on the command line means for a field; a text of the wrong form is left for the schema to refuse. */
export function readFieldText({ form }: Field, text: string): unknown {
  if (form === 'number') return readNumber(text);
  if (form === 'texts') return text.split(',').filter((part) => part !== '');
  if (form === 'numbers') return text.split(',').map(readNumber);
  return text;
}

function readNumber(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/**
 * Checks a question before it is sent.
 * @returns undefined when it is well formed, else which argument or flag is wrong and how.
 */
export function faultOf(route: Route, input: Readonly<Record<string, unknown>>): string | undefined {
  for (const part of [route.params, route.query, route.body]) {
    const names = Object.keys(part.shape);
    const own = Object.fromEntries(Object.entries(input).filter(([name]) => names.includes(name)));
    const [issue] = part.safeParse(own).error?.issues ?? [];
    if (issue !== undefined) return `${placeOf(route, issue.path)}: ${issue.message}`;
  }
  return undefined;
}

/** @returns a path into a question as the command line names it: `--bank`, or `<payments> #1 to`. */
function placeOf(route: Route, [name, ...inner]: readonly PropertyKey[]): string {
  const field = fieldsOf(route).find((each) => each.name === name);
  if (field === undefined) return 'the command';
  const parts = inner.map((part) => (typeof part === 'number' ? `#${part + 1}` : String(part)));
  return [field.isRequired ? `<${field.flag}>` : `--${field.flag}`, ...parts].join(' ');
}
