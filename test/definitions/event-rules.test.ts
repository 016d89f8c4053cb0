import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import type { EventOptions } from '../support/bpmn-options.js';
import { refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');
const hour = { timer: { duration: 'PT1H' } };
const message = { message: { name: 'm', correlationKey: '=k' } };

describe('start events', () => {
  it('refuses several none start events', async () => {
    const model = started().endEvent('e').startEvent('s2').connectTo('e');
    await refused(model, { code: 'invalid-start-event', at: 's2', message: /found s and s2/ });
  });

  it('takes a none start event beside triggered ones', async () => {
    const model = started()
      .endEvent('e')
      .startEvent('m', { message: 'go' })
      .connectTo('e')
      .startEvent('m2', { message: 'go2' })
      .connectTo('e')
      .startEvent('t', { timer: { cycle: 'R/P1D' } })
      .connectTo('e')
      .startEvent('sg', { signal: 'alarm' })
      .connectTo('e');
    await taken(model);
  });

  it('refuses two start events for one message', async () => {
    const model = bpmn('p').startEvent('m', { message: 'go' }).endEvent('e');
    model.startEvent('m2', { message: { name: 'go', correlationKey: '=k' } }).connectTo('e');
    await refused(model, { code: 'duplicate-trigger', at: 'm2', message: /the message go but found m and/ });
  });

  for (const [kind, options] of Object.entries({
    message: { message: 'm' },
    signal: { signal: 's' },
    timer: { timer: { date: '2030-01-01' } },
  })) {
    it(`refuses a ${kind} start event in a sub-process`, async () => {
      const model = started().subProcess('sub', (inner) => inner.startEvent('is', options).endEvent('ie'));
      await refused(model, { code: 'invalid-start-event', at: 'is' });
    });
  }

  it('refuses expressions that read variables, as there are none yet', async () => {
    const model = bpmn('p')
      .startEvent('m', { message: '=name' })
      .endEvent('e')
      .startEvent('sg', { signal: '=other' })
      .connectTo('e')
      .startEvent('t', { timer: { date: '=due' } })
      .connectTo('e');
    await refused(
      model,
      { code: 'invalid-expression', at: 'm', message: /message name .* found name/ },
      { code: 'invalid-expression', at: 'sg' },
      { code: 'invalid-expression', at: 't' },
    );
  });

  it('ignores isInterrupting outside event sub-processes (BPMN 2.0.2 §10.5.2)', async () => {
    const model = bpmn('p')
      .startEvent('s', { attributes: { isInterrupting: false } })
      .endEvent('e');
    await taken(model);
  });
});

describe('boundary events', () => {
  const at = (attachedTo: string, options: EventOptions & { interrupting?: boolean } = hour) =>
    started()
      .userTask('u')
      .endEvent('e')
      .boundaryEvent('b', { attachedTo, ...options })
      .endEvent('be');

  it('refuses one that is attached to nothing', async () => {
    const xml = at('u').toXml().replace(' attachedToRef="u"', '');
    await refused(xml, { code: 'invalid-attachment', at: 'b', message: /found nothing/ });
  });

  it('refuses one that is attached to an id that no element has, once', async () => {
    await refused(at('ghost'), { code: 'unresolved-reference', at: 'b' });
  });

  it('refuses one that is attached to an event or a gateway', async () => {
    await refused(at('s'), { code: 'invalid-attachment', at: 'b', message: /found startEvent s/ });
  });

  it('refuses one that is attached to an activity in another scope', async () => {
    const model = started()
      .subProcess('sub', (inner) => inner.startEvent('is').userTask('iu').endEvent('ie'))
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'iu', ...hour })
      .endEvent('be');
    await refused(model, { code: 'invalid-attachment', at: 'b' });
  });

  it('refuses one without trigger', async () => {
    await refused(at('u', {}), { code: 'invalid-event', at: 'b' });
  });

  it('refuses an error that does not interrupt', async () => {
    await refused(at('u', { error: '42', interrupting: false }), { code: 'invalid-event', at: 'b' });
  });

  it('refuses a terminate event', async () => {
    await refused(at('u', { terminate: true }), { code: 'invalid-event', at: 'b' });
  });

  it('takes a cycle, of which the first tick interrupts, or each tick does not', async () => {
    const cycle = { timer: { cycle: 'R3/PT1H' } };
    await taken(at('u', cycle));
    await taken(at('u', { ...cycle, interrupting: false }));
  });

  it('refuses two that catch the same error, or every error, or the same message at one activity', async () => {
    const two = (options: EventOptions) =>
      at('u', options)
        .boundaryEvent('b2', { attachedTo: 'u', ...options })
        .endEvent('b2e');
    await refused(two({ error: '42' }), { code: 'duplicate-trigger', at: 'b2', message: /the error 42/ });
    await refused(two({ error: true }), { code: 'duplicate-trigger', at: 'b2' });
    await refused(two(message), { code: 'duplicate-trigger', at: 'b2' });
  });

  it('takes the same error at two activities, and different ones with a catch-all at one', async () => {
    const model = at('u', { error: '1' })
      .boundaryEvent('b2', { attachedTo: 'u', error: '2' })
      .connectTo('be')
      .boundaryEvent('b3', { attachedTo: 'u', error: true })
      .task('t')
      .boundaryEvent('b4', { attachedTo: 't', error: '1' })
      .connectTo('be');
    await taken(model);
  });

  it('warns about one that leads nowhere', async () => {
    const model = started()
      .userTask('u')
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'u', ...hour });
    await taken(model, { code: 'no-way-on', at: 'b' });
  });
});

describe('event-based gateways', () => {
  const gateway = () => started().eventBasedGateway('g');

  it('refuses one without ways, and warns about one with a single way', async () => {
    await refused(gateway(), { code: 'invalid-event-gateway', at: 'g' });
    await taken(gateway().intermediateCatchEvent('c', hour), { code: 'single-event', at: 'g' });
  });

  it('refuses a way to anything that cannot be waited for', async () => {
    const model = gateway().intermediateCatchEvent('c', hour).at('g').userTask('u');
    await refused(model, { code: 'invalid-event-gateway', at: 'u', message: /but found userTask u/ });
  });

  it('refuses an event that another flow leads to', async () => {
    const model = started().parallelGateway('x').eventBasedGateway('g').intermediateCatchEvent('c', hour);
    model.at('g').intermediateCatchEvent('d', message).at('x').connectTo('c');
    await refused(model, { code: 'invalid-event-gateway', at: 'c', message: /but found 2/ });
  });

  it('refuses message events beside receive tasks', async () => {
    const model = gateway().intermediateCatchEvent('c', message).at('g');
    await refused(model.receiveTask('r', { message: { name: 'other', correlationKey: '=k' } }), {
      code: 'invalid-event-gateway',
      at: 'g',
    });
  });

  it('refuses a receive task with a boundary event', async () => {
    const model = gateway()
      .receiveTask('r', message)
      .at('g')
      .intermediateCatchEvent('c', hour)
      .boundaryEvent('b', { attachedTo: 'r', ...hour })
      .endEvent('e');
    await refused(model, { code: 'invalid-event-gateway', at: 'r', message: /found b/ });
  });

  it('refuses two ways that wait for the same message', async () => {
    const model = gateway().intermediateCatchEvent('c', message).at('g').intermediateCatchEvent('d', message);
    await refused(model, { code: 'duplicate-trigger', at: 'd' });
  });

  it('takes messages, timers, signals and receive tasks', async () => {
    await taken(
      gateway()
        .intermediateCatchEvent('c', message)
        .at('g')
        .intermediateCatchEvent('d', hour)
        .at('g')
        .intermediateCatchEvent('f', { signal: 'x' }),
    );
    await taken(gateway().receiveTask('r', message).at('g').intermediateCatchEvent('d', hour));
  });

  it('refuses the parallel kind where it starts no instance', async () => {
    const model = started().eventBasedGateway('g', { attributes: { eventGatewayType: 'Parallel' } });
    await refused(model.intermediateCatchEvent('c', hour).at('g').intermediateCatchEvent('d', message), {
      code: 'invalid-event-gateway',
      at: 'g',
    });
  });
});

describe('event definitions', () => {
  const catching = (options: EventOptions) => started().intermediateCatchEvent('c', options).endEvent('e');
  const throwing = (options: EventOptions) => started().intermediateThrowEvent('t', options).endEvent('e');
  const ending = (options: EventOptions) => started().endEvent('e', options);

  it('refuses a catch event without definition', async () => {
    await refused(catching({}), { code: 'invalid-event', at: 'c' });
  });

  it('takes several definitions on one event', async () => {
    await taken(catching({ ...message, ...hour }));
  });

  it('refuses a definition that is not for its place', async () => {
    await refused(catching({ error: '1' }), { code: 'invalid-event', at: 'c' });
    await refused(catching({ terminate: true }), { code: 'invalid-event', at: 'c' });
    await refused(throwing(hour), { code: 'invalid-event', at: 't' });
    await refused(throwing({ error: '1' }), { code: 'invalid-event', at: 't' });
    await refused(ending(hour), { code: 'invalid-event', at: 'e' });
    await refused(bpmn('p').startEvent('s', { error: '1' }).endEvent('e'), {
      code: 'invalid-event',
      at: 's',
    });
  });

  it('takes a definition that several events share by reference', async () => {
    const xml = catching({ content: ['<bpmn:eventDefinitionRef>shared</bpmn:eventDefinitionRef>'] }).toXml([
      '<bpmn:signal id="SG" name="sg" />',
      '<bpmn:signalEventDefinition id="shared" signalRef="SG" />',
    ]);
    await taken(xml);
  });

  it('refuses message events and receive tasks without message, or with one without name', async () => {
    await refused(catching({ message: {} }), { code: 'missing-message', at: 'c' });
    await refused(started().receiveTask('r'), { code: 'missing-message', at: 'r' });
    await refused(bpmn('p').startEvent('s', { message: {} }), { code: 'missing-message', at: 's' });
    const xml = catching(message)
      .toXml()
      .replace(/ messageRef="[^"]*"/, '');
    await refused(xml, { code: 'missing-message', at: 'c' });
  });

  it('refuses a message that does not exist, once', async () => {
    const xml = catching(message)
      .toXml()
      .replace(/ messageRef="[^"]*"/, ' messageRef="ghost"');
    await refused(xml, { code: 'unresolved-reference', at: 'c', message: /found ghost/ });
  });

  it('refuses a caught message without correlation key, but for start events', async () => {
    await refused(catching({ message: 'm' }), { code: 'missing-correlation-key', at: 'c' });
    await refused(started().receiveTask('r', { message: 'm' }), { code: 'missing-correlation-key', at: 'r' });
    await taken(bpmn('p').startEvent('s', { message: 'm' }).endEvent('e'));
  });

  it('takes a message name in ${}, and refuses there what needs Java', async () => {
    await taken(catching({ message: { name: 'paid-${m}', correlationKey: '=k' } }));
    await refused(catching({ message: { name: '${m.name()}', correlationKey: '=k' } }), {
      code: 'unsupported-expression',
      at: 'c',
    });
  });

  it('refuses signal events without signal, or with one without name', async () => {
    await refused(catching({ signal: '' }), { code: 'missing-signal', at: 'c' });
    const xml = ending({ signal: 'x' })
      .toXml()
      .replace(/ signalRef="[^"]*"/, '');
    await refused(xml, { code: 'missing-signal', at: 'e' });
  });

  it('refuses a thrown error without code, and takes a caught one', async () => {
    await refused(ending({ error: true }), { code: 'missing-error-code', at: 'e' });
    await refused(ending({ error: '' }), { code: 'missing-error-code', at: 'e' });
    await taken(ending({ error: '=code' }));
  });

  it('refuses a caught error whose code is an expression', async () => {
    const model = (error: string) =>
      started().userTask('u').boundaryEvent('b', { attachedTo: 'u', error }).endEvent('be');
    await refused(model('=code'), { code: 'invalid-expression', at: 'b' });
    await refused(model('${code}'), { code: 'unsupported-expression', at: 'b' });
  });

  it('refuses timers with none or several of date, duration and cycle', async () => {
    await refused(catching({ timer: {} }), { code: 'invalid-timer', at: 'c' });
    await refused(catching({ timer: { date: '2030-01-01', duration: 'PT1H' } }), {
      code: 'invalid-timer',
      at: 'c',
    });
  });

  it('refuses kinds of timer that make no sense where they stand', async () => {
    await refused(bpmn('p').startEvent('s', hour).endEvent('e'), { code: 'invalid-timer', at: 's' });
  });

  for (const timer of [
    { duration: '1 hour' },
    { duration: '' },
    { duration: 'P' },
    { duration: '2030-01-01' },
    { date: 'tomorrow' },
    { date: '2030-02-30' },
    { date: 'PT1H' },
  ]) {
    it(`refuses the timer ${JSON.stringify(timer)}`, async () => {
      await refused(catching({ timer }), { code: 'invalid-timer', at: 'c' });
    });
  }

  for (const timer of [
    { duration: 'P1000000Y' },
    { duration: 'P999999999Y' },
    { duration: 'P999999999W' },
    { duration: '-P300000Y' },
  ])
    it(`refuses the timer ${JSON.stringify(timer)}, which leads beyond what a date can hold`, async () => {
      await refused(catching({ timer }), {
        code: 'invalid-timer',
        at: 'c',
        message:
          /^Expected timeDuration of intermediateCatchEvent c to lead to a time until \+275760-09-13T00:00:00Z, the last that a date can hold, but found "-?P\d+[YW]"\.$/,
      });
    });

  it('refuses a cycle whose first tick, and a due date that, lies beyond what a date can hold', async () => {
    const cycle = bpmn('p')
      .startEvent('s', { timer: { cycle: 'R3/P1000000Y' } })
      .endEvent('e');
    await refused(cycle, { code: 'invalid-timer', at: 's', message: /the last that a date can hold/ });
    const task = started().userTask('u', { dueDate: 'P1000000Y' });
    await refused(task, { code: 'invalid-value', at: 'u', message: /the last that a date can hold/ });
  });

  it('takes the longest durations that can be counted, and a first tick that is given', async () => {
    await taken(catching({ timer: { duration: 'P270000Y' } }));
    const cycle = 'R3/2030-01-01T00:00:00Z/P1000000Y';
    await taken(bpmn('p').startEvent('s', { timer: { cycle } }).endEvent('e'));
  });

  for (const cycle of ['PT1H', '0 0 9 30 FEB ?', '0 0 9 * *  MON *', '61 * * * *', 'R3', 'R3/PT0S']) {
    it(`refuses the cycle ${cycle}`, async () => {
      const model = bpmn('p').startEvent('s', { timer: { cycle } }).endEvent('e');
      await refused(model, {
        code: 'invalid-timer',
        at: 's',
        message: /repeating interval such as R3\/PT1H/,
      });
    });
  }

  it('takes timers in ${}, and refuses those that do not compile', async () => {
    await taken(catching({ timer: { duration: '${d}' } }));
    await refused(catching({ timer: { duration: '${d.days(3)}' } }), {
      code: 'unsupported-expression',
      at: 'c',
    });
    await refused(catching({ timer: { duration: '=1 +' } }), { code: 'invalid-expression', at: 'c' });
  });
});
