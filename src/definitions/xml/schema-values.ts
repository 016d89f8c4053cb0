import type { DiagnosticCode } from '../diagnostic-codes.js';
import type { ModelAttributes } from './bpmn-attributes.js';

/** What attributes of a type of XML Schema hold, for messages and checks. */
interface SchemaType {
  readonly attributes: 'booleans' | 'integers';
  readonly code: DiagnosticCode;
  readonly what: string;
  readonly takes: (text: string) => boolean;
}

const schemaTypes: readonly SchemaType[] = [
  {
    attributes: 'booleans',
    code: 'invalid-value',
    what: 'true or false',
    takes: (text) => schemaBoolean(text) !== undefined,
  },
  { attributes: 'integers', code: 'invalid-number', what: 'a whole number', takes: isSchemaInteger },
];

/** What the attribute of that name should hold and this text is not; undefined where the text can be taken. */
export function missedType(known: ModelAttributes, name: string, text: string): SchemaType | undefined {
  return schemaTypes.find(({ attributes, takes }) => known[attributes].has(name) && !takes(text));
}

/** The forms of `xsd:boolean` (XML Schema 1.0 part 2, §3.2.2), with what each is written as here. */
const booleanForms: Readonly<Record<string, string>> = {
  true: 'true',
  false: 'false',
  '1': 'true',
  '0': 'false',
};

/** `true` or `false` for what an `xsd:boolean` may be written as, with white space around it; undefined for anything else. */
export function schemaBoolean(text: string): string | undefined {
  const form = collapsed(text);
  return Object.hasOwn(booleanForms, form) ? booleanForms[form] : undefined;
}

/** `xsd:integer` (§3.3.13), with white space around it. */
function isSchemaInteger(text: string): boolean {
  return /^[+-]?[0-9]+$/.test(collapsed(text));
}

/** Without the white space of XML at both ends, as the schema reads both types. */
function collapsed(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
}
