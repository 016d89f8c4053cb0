import type { JsonValue } from '../../jobs/job-handler.js';
import { isAddress, type Mailbox } from '../../platform/mailbox.js';
import { isList } from '../template/json-value.js';
import type { PlaceholderValues } from '../template/placeholder-values.js';
import { type Placeholder, placeholderText } from '../template/template.js';
import { AddressRejected } from './address-rejected.js';
import { checked, renderHeaderText } from './header-text.js';
import type { MailboxTemplate } from './mailbox-template.js';

/**
 * The addresses with their values. A placeholder that stands alone may be a list of addresses.
 * @throws AddressRejected when a value is no address, TaskError when it is nothing that may stand in a header.
 */
export function renderMailboxes(
  templates: readonly MailboxTemplate[],
  values: PlaceholderValues,
  field: string,
): readonly Mailbox[] {
  return templates.flatMap(({ name, address }) => {
    const displayName = renderHeaderText(name, values, field).trim();
    const [only, second] = address;
    if (only?.kind === 'placeholder' && second === undefined) {
      return addressesOf(only, values, field).map((text) => ({ name: displayName, address: text }));
    }
    const text = renderHeaderText(address, values, field);
    return [{ name: displayName, address: accepted(text, field, 'the text') }];
  });
}

function addressesOf(placeholder: Placeholder, values: PlaceholderValues, field: string): readonly string[] {
  const value = values.get(placeholder, field);
  const from = placeholderText(placeholder);
  const items = isList(value) ? value : [value];
  if (items.length === 0) throw rejected(field, from, 'an empty list');
  return items.map((item) => accepted(textOf(item, field, from), field, from));
}

function textOf(item: JsonValue, field: string, from: string): string {
  if (typeof item === 'string') return checked(item.trim(), field, from);
  throw rejected(field, from, item === null ? 'null' : 'something else');
}

function accepted(text: string, field: string, from: string): string {
  if (isAddress(text)) return text;
  // What it is may be personal, and what a customer typed may be anything.
  throw rejected(field, from, text === '' ? 'nothing' : 'text that is none');
}

function rejected(field: string, from: string, found: string): AddressRejected {
  return new AddressRejected(`Expected ${from} in ${field} to be an e-mail address but found ${found}.`);
}
