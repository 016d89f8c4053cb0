import { bpmn } from '../../support/bpmn-builder.js';

const message = (name: string) => ({ message: { name, correlationKey: '=caseNumber' } });

/** A menu as lines of XML. */
export function voice(
  attributes: string,
  ...choices: readonly string[]
): { readonly extensions: readonly string[] } {
  const lines = choices.map((choice) => `<throughline:choice ${choice} />`);
  return { extensions: [`<throughline:voice ${attributes}>`, ...lines, '</throughline:voice>'] };
}

/** The customer is called back: solved, then a rating; or an agent, then a task. */
export const callback = bpmn('callback', { name: 'Support case' })
  .startEvent('s')
  .eventBasedGateway('ask', {
    name: 'Has it helped?',
    ...voice(
      'prompt="=&quot;Hello &quot; + name + &quot;. Has it helped?&quot;" language="en-GB"',
      'digit="1" words="solved, yes" say="If it is solved, press 1." message="case-solved" variables="={&quot;solved&quot;: true, &quot;by&quot;: name}"',
      'digit="2" words="agent" say="For an agent, press 2." message="agent-requested"',
    ),
  })
  .intermediateCatchEvent('solved', message('case-solved'))
  .receiveTask('rate', {
    ...voice(
      'prompt="How satisfied are you?"',
      'digit="1" words="not at all" variables="={&quot;rating&quot;: 1}"',
      'digit="5" words="very" variables="={&quot;rating&quot;: 5}"',
    ),
    ...message('rated'),
  })
  .endEvent('e')
  .at('ask')
  .intermediateCatchEvent('agent', message('agent-requested'))
  .userTask('help')
  .endEvent('helped')
  .at('ask')
  .intermediateCatchEvent('late', { timer: { duration: 'PT1H' } })
  .endEvent('nobody');

/** Between two questions a worker does something. */
export const slow = bpmn('slow', { name: 'Slow case' })
  .startEvent('s')
  .userTask('first', { name: 'May we look into it?', ...voice('', 'digit="1" words="yes"') })
  .serviceTask('look', { type: 'look' })
  .userTask('second', { name: 'Better?', ...voice('', 'digit="1" words="yes"') })
  .endEvent('e');

/** Waits for what customers write, and knows no menu. */
export const letters = bpmn('letters')
  .startEvent('s')
  .receiveTask('wait', message('customer-replied'))
  .userTask('read')
  .endEvent('e');

/** What nobody knows the journey of starts one of its own. */
export const unassigned = bpmn('unassigned')
  .startEvent('s', { message: 'unassigned-mail' })
  .userTask('sort')
  .endEvent('e');
