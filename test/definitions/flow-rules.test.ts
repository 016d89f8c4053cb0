import { describe, it } from 'mocha';
import { bpmn, bpmnFile } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const started = () => bpmn('p').startEvent('s');

describe('sequence flows', () => {
  it('refuses a flow without source, or without target', async () => {
    const model = started()
      .endEvent('e')
      .raw('<bpmn:sequenceFlow id="f1" targetRef="e" />', '<bpmn:sequenceFlow id="f2" sourceRef="s" />');
    await refused(model, { code: 'invalid-flow', at: 'f1' }, { code: 'invalid-flow', at: 'f2' });
  });

  it('refuses a flow from or to an id that no element has, once', async () => {
    const model = started().endEvent('e').flow('ghost', 'e').flow('s', 'nowhere');
    await refused(
      model,
      { code: 'unresolved-reference', at: 'f_ghost_e', message: /sourceRef .* but found ghost/ },
      { code: 'unresolved-reference', at: 'f_s_nowhere', message: /targetRef .* but found nowhere/ },
    );
  });

  it('refuses a flow to something that is no flow node', async () => {
    const model = started().endEvent('e').raw('<bpmn:dataObject id="d" />').flow('s', 'd');
    await refused(model, { code: 'invalid-flow', at: 'f_s_d', message: /found dataObject d/ });
  });

  it('refuses a flow into a sub-process and out of one', async () => {
    const model = started()
      .subProcess('sub', (inner) => inner.startEvent('is').task('it').endEvent('ie'))
      .endEvent('e')
      .flow('s', 'it')
      .flow('it', 'e');
    await refused(model, { code: 'invalid-flow', at: 'f_s_it' }, { code: 'invalid-flow', at: 'f_it_e' });
  });

  it('refuses a flow from one process to another', async () => {
    const xml = bpmnFile([
      started().endEvent('e').flow('s', 'qe'),
      bpmn('q').startEvent('qs').endEvent('qe'),
    ]);
    await refused(xml, { code: 'invalid-flow', at: 'f_s_qe' });
  });

  it('takes a flow that is drawn in another scope than its ends', async () => {
    const model = started()
      .subProcess('sub', (inner) => inner.startEvent('is').endEvent('ie').at(undefined))
      .endEvent('e');
    await taken(model);
  });

  it('refuses an element that lists a flow of others as its own', async () => {
    const content = ['<bpmn:outgoing>f_a_e</bpmn:outgoing>'];
    const model = started().task('a').endEvent('e').at(undefined).startEvent('x', { content }).connectTo('a');
    await refused(
      model,

      { code: 'invalid-flow', at: 'x', message: /f_a_e to have x as sourceRef/ },
      { code: 'invalid-start-event', at: 'x' },
    );
  });

  it('refuses a start event with an incoming flow', async () => {
    await refused(started().task('a').connectTo('s').endEvent('e'), { code: 'invalid-flow', at: 's' });
  });

  it('refuses an end event with an outgoing flow', async () => {
    await refused(started().endEvent('e').task('a'), { code: 'invalid-flow', at: 'e' });
  });

  it('refuses a boundary event with an incoming flow', async () => {
    const model = started()
      .userTask('u')
      .connectTo('b')
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'u', timer: { duration: 'PT1H' } })
      .connectTo('e');
    await refused(model, { code: 'invalid-flow', at: 'b' });
  });

  it('refuses flow nodes and flows without id', async () => {
    const model = started()
      .endEvent('e')
      .raw('<bpmn:task />', '<bpmn:sequenceFlow sourceRef="s" targetRef="e" />');
    await refused(
      model,
      { code: 'missing-id', at: 'p', message: /found a task without/ },
      { code: 'missing-id', at: 'p', message: /sequenceFlow/ },
    );
  });
});

describe('conditions', () => {
  const choice = () => started().exclusiveGateway('g');

  it('refuses one of several ways without condition that is not the default', async () => {
    const model = choice()
      .endEvent('e1')
      .at('g')
      .when('=x')
      .endEvent('e2')
      .at('g')
      .otherwise()
      .endEvent('e3');
    await refused(model, { code: 'missing-condition', at: 'f_g_e1' });
  });

  it('takes a single way without condition, and several with conditions and no default', async () => {
    await taken(choice().endEvent('e'));
    await taken(choice().when('=x').endEvent('e1').at('g').when('=not(x)').endEvent('e2'));
  });

  it('refuses an empty condition beside one that is written, or beside a default flow', async () => {
    const beside = started().task('t').when('').endEvent('e1').at('t').when('=x').endEvent('e2');
    await refused(beside, { code: 'missing-condition', at: 'f_t_e1', message: /found an empty one/ });
    const besideDefault = started().inclusiveGateway('g').when('').endEvent('e1').at('g').otherwise();
    await refused(besideDefault.endEvent('e2'), { code: 'missing-condition', at: 'f_g_e1' });
  });

  it('takes an empty condition for none where no way has one', async () => {
    await taken(started().task('t').when('').endEvent('e1').at('t').when('').endEvent('e2'));
    await taken(started().parallelGateway('g').when('').endEvent('e1').at('g').when('').endEvent('e2'));
  });

  it('refuses a default flow that leaves another element', async () => {
    const model = started()
      .exclusiveGateway('g', { attributes: { default: 'f_a_e' } })
      .task('a')
      .endEvent('e');
    await refused(model, { code: 'invalid-default-flow', at: 'g', message: /found sequenceFlow f_a_e/ });
  });

  it('refuses a default flow that does not exist, once', async () => {
    const model = started()
      .exclusiveGateway('g', { attributes: { default: 'ghost' } })
      .endEvent('e');
    await refused(model, { code: 'unresolved-reference', at: 'g' });
  });

  it('refuses a default flow with a condition', async () => {
    const model = choice().when('=x').endEvent('e1').at('g').when('=y', { isDefault: true }).endEvent('e2');
    await refused(model, { code: 'invalid-default-flow', at: 'f_g_e2' });
  });

  for (const kind of [
    'parallelGateway',
    'eventBasedGateway',
    'startEvent',
    'intermediateThrowEvent',
  ] as const) {
    it(`refuses a condition on a flow out of a ${kind}`, async () => {
      const catching = { timer: { duration: 'PT1H' } };
      const first = bpmn('p');
      const model = kind === 'startEvent' ? first.startEvent('x') : first.startEvent('s')[kind]('x');
      await refused(
        model.when('=a').intermediateCatchEvent('c', catching).at('x').intermediateCatchEvent('d', catching),
        { code: 'condition-not-allowed', at: 'f_x_c' },
      );
    });
  }

  it('takes conditions and a default flow out of a task', async () => {
    await taken(started().task('a').when('=x').endEvent('e1').at('a').otherwise().endEvent('e2'));
  });

  it('refuses a condition that is not FEEL, and says where', async () => {
    const model = choice().when('=a > (').endEvent('e1').at('g').otherwise().endEvent('e2');
    await refused(model, { code: 'invalid-expression', at: 'f_g_e1', message: /at character \d+/ });
  });

  it('refuses a condition without =', async () => {
    const model = choice().when('a > 1').endEvent('e1').at('g').otherwise().endEvent('e2');
    await refused(model, {
      code: 'invalid-expression',
      at: 'f_g_e1',
      message: /after "=" but found "a > 1"/,
    });
  });

  it('takes a condition in ${} that needs no Java', async () => {
    const when = (condition: string) =>
      choice().when(condition).endEvent('e1').at('g').otherwise().endEvent('e2');
    await taken(when('${a > 1}'));
    await refused(when('${bean.ok(a)}'), { code: 'unsupported-expression', at: 'f_g_e1' });
  });

  it('refuses a condition in another language', async () => {
    const xml = choice().when('a > 1').endEvent('e1').at('g').otherwise().endEvent('e2').toXml();
    const groovy = xml.replace('<bpmn:conditionExpression', '<bpmn:conditionExpression language="groovy"');
    await refused(groovy, {
      code: 'unsupported-expression',
      at: 'f_g_e1',
      message: /found language="groovy"/,
    });
  });

  it('takes a condition without = whose language, or that of the file, is FEEL', async () => {
    const xml = choice().when('a > 1').endEvent('e1').at('g').otherwise().endEvent('e2').toXml();
    const feel = 'https://www.omg.org/spec/DMN/20191111/FEEL/';
    await taken(xml.replace('<bpmn:conditionExpression', `<bpmn:conditionExpression language="${feel}"`));
    await taken(xml.replace('<bpmn:definitions', `<bpmn:definitions expressionLanguage="${feel}"`));
  });

  it('refuses a condition without = whose language is another', async () => {
    const xml = choice().when('a > 1').endEvent('e1').at('g').otherwise().endEvent('e2').toXml();
    await refused(xml.replace('<bpmn:conditionExpression', '<bpmn:conditionExpression language="juel"'), {
      code: 'invalid-expression',
      at: 'f_g_e1',
    });
  });
});

describe('reachability', () => {
  it('warns about elements that no token reaches', async () => {
    const model = started().endEvent('e').at(undefined).task('lost').endEvent('lost-end');
    await taken(
      model,
      { code: 'unreachable-element', at: 'lost' },
      { code: 'unreachable-element', at: 'lost-end' },
    );
  });

  it('reaches what boundary events lead to, and what follows triggered start events', async () => {
    const model = bpmn('p')
      .startEvent('m', { message: 'go' })
      .userTask('u')
      .endEvent('e')
      .boundaryEvent('b', { attachedTo: 'u', error: true })
      .task('t');
    await taken(model);
  });

  it('takes a process without start event, and a sub-process without anything', async () => {
    await taken(bpmn('p').task('a').task('b').at(undefined).task('c'));
    await taken(started().subProcess('sub', (inner) => inner));
  });

  it('refuses a process without anything: nothing starts it', async () => {
    await refused(bpmn('p'), {
      code: 'no-start',
      at: 'p',
      message: /^Expected process p to have a start event .* but found no flow node at all\.$/,
    });
  });

  it('refuses a process and a sub-process that consist of a ring', async () => {
    await refused(bpmn('p').task('a').task('b').connectTo('a'), { code: 'no-start', at: 'p' });
    const model = started().subProcess('sub', (inner) => inner.task('a').task('b').connectTo('a'));
    await refused(model, { code: 'no-start', at: 'sub' });
  });
});
