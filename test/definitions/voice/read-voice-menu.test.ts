import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { VoiceMenu } from '../../../src/engine/process-model.js';
import { bpmn } from '../../support/bpmn-builder.js';
import { deployedElement, load, refused, taken } from '../../support/read-model.js';

const started = () => bpmn('p').startEvent('s');
const message = (name: string) => ({ message: { name, correlationKey: '=businessKey' } });
const voice = (attributes = '', ...choices: readonly string[]) => ({
  extensions: [
    `<throughline:voice ${attributes}>`,
    ...choices.map((choice) => `<throughline:choice ${choice} />`),
    '</throughline:voice>',
  ],
});

/** An event-based gateway with a menu, and two messages and a timer behind it. */
const callback = (menu: ReturnType<typeof voice>) =>
  started()
    .eventBasedGateway('g', { name: 'How did it go?', ...menu })
    .intermediateCatchEvent('solved', { name: 'Solved', ...message('case-solved') })
    .endEvent('e1')
    .at('g')
    .intermediateCatchEvent('agent', { name: 'Talk to an agent', ...message('agent-requested') })
    .endEvent('e2')
    .at('g')
    .intermediateCatchEvent('late', { timer: { duration: 'PT1H' } })
    .endEvent('e3');

/** Without the compiled expressions, which tell nothing. */
function plain(menu: VoiceMenu | undefined) {
  return JSON.parse(JSON.stringify(menu)) as unknown;
}

describe('throughline:voice', () => {
  it('says prompt, language, repeats and choices with their messages and variables', async () => {
    const model = callback(
      voice(
        'prompt="=&quot;Hello &quot; + name" language="en-GB" repeats="2"',
        'digit="1" words="solved, yes" say="To close the case, press 1" message="case-solved" variables="={&quot;solved&quot;: true}"',
        'digit="#" message="agent-requested"',
      ),
    );
    const { voice: menu } = await deployedElement(model, 'g', 'eventBasedGateway');
    assert.deepEqual(plain(menu), {
      prompt: { kind: 'compiled', source: '="Hello " + name', variables: ['name'] },
      language: 'en-GB',
      repeats: 2,
      choices: [
        {
          digit: '1',
          words: ['solved', 'yes'],
          say: { kind: 'literal', value: 'To close the case, press 1' },
          label: 'Solved',
          eventId: 'solved',
          variables: { kind: 'compiled', source: '={"solved": true}', variables: [] },
        },
        { digit: '#', words: ['Talk to an agent'], label: 'Talk to an agent', eventId: 'agent' },
      ],
    });
  });

  it('offers each message behind a gateway by its name when it lists no choices', async () => {
    const { voice: menu } = await deployedElement(callback(voice()), 'g', 'eventBasedGateway');
    assert.deepEqual(plain(menu), {
      repeats: 3,
      choices: [
        { digit: '1', words: ['Solved'], label: 'Solved', eventId: 'solved' },
        { digit: '2', words: ['Talk to an agent'], label: 'Talk to an agent', eventId: 'agent' },
      ],
    });
  });

  it('takes the name of a flow before that of the event', async () => {
    const model = started()
      .eventBasedGateway('g', voice())
      .connectTo('a', { name: 'It works' })
      .connectTo('b', { name: 'It does not' })
      .at(undefined)
      .intermediateCatchEvent('a', { name: 'Solved', ...message('m1') })
      .at(undefined)
      .intermediateCatchEvent('b', message('m2'));
    const { voice: menu } = await deployedElement(model, 'g', 'eventBasedGateway');
    assert.deepEqual(
      menu?.choices.map(({ label }) => label),
      ['It works', 'It does not'],
    );
  });

  it('offers the one way on at a catch event, a receive task and a user task', async () => {
    const model = started()
      .intermediateCatchEvent('c', { name: 'Confirmed?', ...voice(), ...message('m') })
      .receiveTask('r', { ...voice(), ...message('n') })
      .connectTo('u', { name: 'Go on' })
      .at(undefined)
      .userTask('u', voice())
      .endEvent('e');
    const caught = await deployedElement(model, 'c', 'intermediateCatchEvent');
    const received = await deployedElement(model, 'r', 'receiveTask');
    const task = await deployedElement(model, 'u', 'userTask');
    assert.deepEqual(caught.voice?.choices, [
      { digit: '1', words: ['Confirmed?'], label: 'Confirmed?', eventId: 'c' },
    ]);
    assert.deepEqual(received.voice?.choices, [
      { digit: '1', words: ['Go on'], label: 'Go on', eventId: 'r' },
    ]);
    assert.deepEqual(task.voice?.choices, [{ digit: '1', words: [] }]);
  });

  it('lets several choices bring one message with different variables', async () => {
    const model = started().receiveTask('r', {
      ...voice('', 'variables="={&quot;stars&quot;: 1}"', 'variables="={&quot;stars&quot;: 2}"'),
      ...message('rated'),
    });
    const { voice: menu } = await deployedElement(model, 'r', 'receiveTask');
    assert.deepEqual(
      menu?.choices.map(({ digit, eventId }) => [digit, eventId]),
      [
        ['1', 'r'],
        ['2', 'r'],
      ],
    );
  });

  it('is read whatever prefix the file gives the namespace', async () => {
    const extensions = [
      '<x:voice xmlns:x="http://throughline.io/schema/1.0"><x:choice digit="7" /></x:voice>',
    ];
    const { voice: menu } = await deployedElement(started().userTask('u', { extensions }), 'u', 'userTask');
    assert.deepEqual(menu?.choices, [{ digit: '7', words: [] }]);
  });

  const wrong: readonly (readonly [string, ReturnType<typeof voice>, RegExp])[] = [
    ['a digit that no telephone has', voice('', 'digit="12" message="case-solved"'), /one of 0 to 9.*"12"/],
    [
      'no message of the gateway',
      voice('', 'digit="1"'),
      /its message, one of "case-solved", "agent-requested"/,
    ],
    ['a message that nobody waits for', voice('', 'message="other"'), /but found "other"/],
    [
      'the same digit twice',
      voice('', 'digit="1" message="case-solved"', 'digit="1" message="agent-requested"'),
      /"1" twice/,
    ],
    [
      'the same word twice',
      voice('', 'words="yes" message="case-solved"', 'words="no, YES!" message="agent-requested"'),
      /"yes" twice/,
    ],
    ['words without a word', voice('', 'words="yes,," message="case-solved"'), /separated by commas/],
    ['variables that are no context', voice('', 'variables="yes" message="case-solved"'), /FEEL context/],
    ['a language that is none', voice('language="english please"'), /such as en-GB/],
  ];
  for (const [what, menu, expected] of wrong) {
    it(`is refused with ${what}`, async () => {
      await refused(callback(menu), { code: 'invalid-voice-menu', at: 'g', message: expected });
    });
  }

  it('is refused with a wrong number of repeats and with FEEL that is none', async () => {
    await refused(callback(voice('repeats="often"')), { code: 'invalid-value', at: 'g' });
    await refused(callback(voice('repeats="11"')), { code: 'invalid-value', at: 'g' });
    await refused(callback(voice('prompt="=("')), { code: 'invalid-expression', at: 'g' });
    await refused(callback(voice('prompt="${name.first()}"')), { code: 'unsupported-expression', at: 'g' });
  });

  it('is refused where nothing can be chosen', async () => {
    const timer = started().intermediateCatchEvent('c', { ...voice(), timer: { duration: 'PT1H' } });
    await refused(timer, { code: 'invalid-voice-menu', at: 'c', message: /to wait for a message/ });
    const message1 = started().userTask('u', voice('', 'message="m"'));
    await refused(message1, { code: 'invalid-voice-menu', at: 'u', message: /completes the task/ });
    await refused(started().serviceTask('t', { type: 'x', ...voice() }), {
      code: 'misplaced-extension',
      at: 't',
    });
  });

  it('is refused behind an event-based gateway, which is what waits', async () => {
    const model = started()
      .eventBasedGateway('g')
      .intermediateCatchEvent('a', { ...voice(), ...message('m') })
      .at('g')
      .intermediateCatchEvent('b', { timer: { duration: 'PT1H' } });
    await refused(model, { code: 'invalid-voice-menu', at: 'a', message: /on eventBasedGateway g/ });
  });

  it('is refused twice on one step, and with children that are no choices', async () => {
    const twice = { extensions: [...voice().extensions, ...voice().extensions] };
    await refused(started().userTask('u', twice), { code: 'invalid-voice-menu', at: 'u' });
    const strange = { extensions: ['<throughline:voice><throughline:option /></throughline:voice>'] };
    await refused(started().userTask('u', strange), { code: 'invalid-voice-menu', at: 'u' });
  });

  it('warns of attributes that it does not know', async () => {
    await taken(
      started().userTask('u', voice('speed="slow"', 'digits="1"')),
      { code: 'unknown-extension-attribute', at: 'u', message: /speed/ },
      { code: 'unknown-extension-attribute', at: 'u', message: /digits/ },
    );
  });

  it('does not keep a model from loading that was deployed before', async () => {
    const result = await load(callback(voice('', 'digit="12" message="case-solved"')));
    assert.ok(result.ok);
    assert.deepEqual(
      result.diagnostics.map(({ severity, code }) => [severity, code]),
      [['warning', 'invalid-voice-menu']],
    );
  });
});
