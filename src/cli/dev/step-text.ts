import type { StreamedEvent } from '../../client/follow-events.js';
import { plainText } from '../plain-text.js';
import type { Style } from '../style.js';

type Data = StreamedEvent['data'];

/** One line about what has happened; undefined for what another line tells. `indent` is that of its instance. */
export function stepText(
  { type, time, data, bpmnprocessid = '', businesskey }: StreamedEvent,
  style: Style,
  indent: string,
): string | undefined {
  const [kind = '', what = ''] = type.replace(/^io\.throughline\./, '').split('.');
  const text = textOf(
    kind,
    what,
    data,
    `${bpmnprocessid}${businesskey === undefined ? '' : ` ${businesskey}`}`,
  );
  if (text === undefined) return undefined;
  return `${style.dim(time.slice(11, 23))}  ${indent}${paintOf(kind, what, style)(plainText(text))}`;
}

function textOf(kind: string, what: string, data: Data, instance: string): string | undefined {
  switch (kind) {
    case 'process-instance':
      return `${what === 'started' ? '●' : '■'} ${instance} ${what}${field(data, 'errorCode')}`;
    case 'element':
      return `${markOf(what)} ${elementName(data)}`;
    case 'incident':
      return `✗ incident at ${elementName(data)} ${what}${field(data, 'code')}`;
    case 'timer':
      return what === 'scheduled' ? undefined : `⏱ timer of ${elementName(data)} has come`;
    case 'message':
    case 'signal':
      return `✉ ${kind}${field(data, `${kind}Name`)} ${what} at ${elementName(data)}`;
    case 'error':
    case 'escalation':
      return `↯ ${kind}${field(data, `${kind}Code`)} ${what} at ${elementName(data)}${field(data, 'catchingElementId', ', caught by ')}`;
    case 'decision':
      return `◇ decision${field(data, 'decisionId')} evaluated`;
    case 'job':
      return what === 'retried' ? `⚙ job of ${elementName(data)} is offered again` : undefined;
    default:
      // User tasks are told with what can be done about them, deployments by whoever deploys.
      return undefined;
  }
}

function markOf(what: string): string {
  if (what === 'completed') return '✓';
  return what === 'canceled' ? '✗' : '→';
}

function paintOf(kind: string, what: string, style: Style): (text: string) => string {
  if (kind === 'incident' && what === 'raised') return style.red;
  if (what === 'completed') return style.green;
  if (what === 'canceled' || what === 'terminated') return style.yellow;
  return kind === 'process-instance' ? style.bold : (text) => text;
}

function elementName(data: Data): string {
  const { elementId, elementName: name, elementType } = data;
  const id = typeof elementId === 'string' ? elementId : '';
  const shown = typeof name === 'string' ? `${name} (${id})` : id;
  return typeof elementType === 'string' ? `${shown}  ${elementType}` : shown;
}

function field(data: Data, name: string, before = ' '): string {
  const value = data[name];
  return typeof value === 'string' ? `${before}${value}` : '';
}
