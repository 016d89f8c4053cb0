import { describe, it } from 'mocha';
import { bpmn } from '../support/bpmn-builder.js';
import { refused, taken } from '../support/read-model.js';

const from = (id: string) => bpmn('p').startEvent('s').intermediateThrowEvent(id, { link: 'L' });

describe('link events (BPMN 2.0.2 §10.5.4, §10.5.5)', () => {
  it('takes several throw events that lead to one catch event', async () => {
    const model = from('t1').at('s').intermediateThrowEvent('t2', { link: 'L' }).at(undefined);
    await taken(model.intermediateCatchEvent('c', { link: 'L' }).endEvent('e'));
  });

  it('refuses a throw event without a catch event in its scope', async () => {
    const model = from('t')
      .at('s')
      .subProcess('sub', (inner) => inner.intermediateCatchEvent('c', { link: 'L' }).endEvent('ie'));
    await refused(model, { code: 'invalid-link', at: 't' }, { code: 'invalid-link', at: 'c' });
  });

  it('refuses two catch events of one name', async () => {
    const model = from('t').at(undefined).intermediateCatchEvent('c', { link: 'L' }).at(undefined);
    await refused(model.intermediateCatchEvent('c2', { link: 'L' }), {
      code: 'invalid-link',
      at: 'c2',
      message: /found c and c2/,
    });
  });

  it('refuses sequence flow out of a throw event and into a catch event', async () => {
    const model = from('t').endEvent('e').at('s').intermediateCatchEvent('c', { link: 'L' });
    await refused(
      model,
      { code: 'invalid-link', at: 't', message: /no outgoing .* found f_t_e/ },
      { code: 'invalid-link', at: 'c', message: /no incoming .* found f_s_c/ },
    );
  });

  it('refuses a link without a name', async () => {
    await refused(bpmn('p').startEvent('s').intermediateThrowEvent('t', { link: '' }), {
      code: 'invalid-link',
      at: 't',
    });
  });
});
