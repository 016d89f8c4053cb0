import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { keyedCaseNumbers, namedCaseNumbers } from '../../../src/facade/channels/case-number.js';
import { choiceOfText } from '../../../src/facade/channels/match-choice.js';
import { phoneNumber } from '../../../src/facade/channels/phone-number.js';
import { phrasesFor, spokenLanguage } from '../../../src/facade/channels/phrases.js';
import { htmlText } from '../../../src/facade/channels/replies/html-text.js';
import { mailAddress } from '../../../src/facade/channels/replies/mail-address.js';
import { formFields } from '../../../src/facade/channels/form-fields.js';
import { Turnstile } from '../../../src/facade/channels/turnstile.js';
import { RefusedRequest } from '../../../src/facade/respond/refusal.js';
import { cpuTimeMs } from '../../support/cpu-time.js';
import { FakeClock } from '../../support/fake-clock.js';
import { SingleFlight } from '../../../src/facade/channels/single-flight.js';
import { comparableText } from '../../../src/platform/comparable-text.js';

describe('the number of a caller', () => {
  it('is E.164, whatever it is written with', () => {
    for (const written of [
      '+44 113 496-0123',
      ' 441134960123',
      '00441134960123',
      'tel:+441134960123',
      '+44 (113) 496.0123',
    ]) {
      assert.equal(phoneNumber(written), '+441134960123', written);
    }
  });

  it('is none when it is hidden, local, or a name', () => {
    for (const written of [
      undefined,
      '',
      'anonymous',
      'client:ada',
      '+266696687',
      '01134960123',
      '+',
      '1234',
      '+0123456789',
      '9'.repeat(16),
    ]) {
      assert.equal(phoneNumber(written), undefined, written);
    }
  });
});

describe('case numbers', () => {
  const forms = ['A-{digits}', 'Case {digits} (DE)'];

  it('are typed as their digits', () => {
    assert.deepEqual(keyedCaseNumbers(forms, '0012'), ['A-0012', 'Case 0012 (DE)', '0012']);
    for (const keys of ['', '12*', '#', '1'.repeat(21)]) assert.deepEqual(keyedCaseNumbers(forms, keys), []);
  });

  it('are named in brackets or in one of the forms, subject first', () => {
    assert.deepEqual(namedCaseNumbers(forms, ['Re: [#a-1] and A-2', 'case 3 (de), [#X/7], A-2']), [
      'A-1',
      'A-2',
      'X/7',
      'Case 3 (DE)',
    ]);
    assert.deepEqual(namedCaseNumbers(forms, ['BA-1 A-1x A- 1 A-', '[#] [# ]']), []);
  });

  it('are five at most, and are found soon', async () => {
    const many = Array.from({ length: 50 }, (_, index) => `A-${index}`).join(' ');
    assert.equal(namedCaseNumbers(forms, [many]).length, 5);
    const spentMs = await cpuTimeMs(() => {
      for (const bad of ['[#', 'A-', '[# ', 'A-1', 'Case 1 ('])
        namedCaseNumbers(forms, [bad.repeat(200_000)]);
    });
    assert.ok(spentMs < 1_000, `It took ${spentMs} ms.`);
  });
});

describe('what people say', () => {
  const choices = [
    { digit: '1', words: ['solved', 'Ja, gelöst'], label: 'Solved' },
    { digit: '2', words: ['two men'] },
    { digit: '*', words: [] },
  ];

  it('is compared without case, punctuation and superfluous space', () => {
    assert.equal(comparableText("  It’s  SOLVED, isn't it?! "), 'its solved isnt it');
    assert.equal(comparableText('Straße №5'), comparableText('straße no5'));
  });

  it('is a word of the choice, its digit, or that digit as a word', () => {
    const digitOf = (text: string, language = 'en-GB') => choiceOfText(choices, text, language)?.digit;
    assert.deepEqual(
      ['SOLVED!', 'ja gelöst', '1', 'One.', 'star', 'two', '2'].map((text) => digitOf(text)),
      ['1', '1', '1', '1', '*', '2', '2'],
    );
    assert.deepEqual(
      ['eins', 'Zwei', 'Stern'].map((text) => digitOf(text, 'de-DE')),
      ['1', '2', '*'],
    );
    for (const text of ['', 'not solved', 'solved not', 'three', '12', '...'])
      assert.equal(digitOf(text), undefined, text);
  });
});

describe('the phrases', () => {
  it('are in English, German and French, all of them, and in English otherwise', () => {
    const english = phrasesFor('en-GB');
    for (const language of ['de', 'de-CH', 'FR-fr']) {
      const phrases = phrasesFor(language);
      assert.deepEqual(Object.keys(phrases), Object.keys(english));
      assert.notEqual(phrases.goodbye, english.goodbye);
      assert.equal(Object.keys(phrases.digits).length, 12);
    }
    for (const language of ['it-IT', 'constructor', '']) assert.equal(phrasesFor(language), english);
    assert.deepEqual(['de', 'en-AU', 'it'].map(spokenLanguage), ['de-DE', 'en-AU', 'it']);
  });
});

describe('a mail', () => {
  it('has its address in angle brackets or alone', () => {
    assert.equal(mailAddress('"A <b>" <ada@example.org>'), 'ada@example.org');
    assert.equal(mailAddress(' ada@example.org '), 'ada@example.org');
    assert.equal(mailAddress('<ada@example.org'), '<ada@example.org');
  });

  it('in HTML has the words without tags, scripts and styles, in linear time', async () => {
    const html =
      '<html><style>a{}</style><p>One&nbsp;&lt;b&gt;</p><SCRIPT>x</SCRIPT>two<br/>three &#x41;&#0;&foo;';
    assert.equal(htmlText(html), 'One <b>\ntwo\nthree A&#0;&foo;');
    const spentMs = await cpuTimeMs(() => {
      for (const bad of ['<script', '<', '<p>', '&', '<style>']) htmlText(bad.repeat(200_000));
    });
    assert.ok(spentMs < 1_000, `It took ${spentMs} ms.`);
  });
});

describe('a turnstile', () => {
  const clock = new FakeClock();
  const turnstile = () => new Turnstile({ atOnce: 2, waiting: 2, waitMs: 1_000 }, clock);
  /** Work that ends when it is told to. */
  const held = (gate: Turnstile, log: string[], name: string) => {
    let leave: () => void = () => {};
    const inside = new Promise<void>((resolve) => (leave = resolve));
    const done = gate.during(async () => {
      log.push(name);
      await inside;
    });
    return { leave, done };
  };

  it('lets so many in at a time, the others in the order in which they came', async () => {
    const log: string[] = [];
    const gate = turnstile();
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => held(gate, log, name));
    await assert.rejects(held(gate, log, 'e').done, /at most 2 of them at a time/);
    assert.deepEqual(log, ['a', 'b']);
    b?.leave();
    await b?.done;
    assert.deepEqual(log, ['a', 'b', 'c']);
    for (const one of [a, c, d]) one?.leave();
    await Promise.all([a?.done, c?.done, d?.done]);
    assert.deepEqual(log, ['a', 'b', 'c', 'd']);
    // Nobody is inside any more, whoever was there before.
    const after = ['f', 'g'].map((name) => held(gate, log, name));
    assert.deepEqual(log.slice(4), ['f', 'g']);
    for (const one of after) one.leave();
    await Promise.all(after.map(({ done }) => done));
  });

  it('sends away who has waited too long, and keeps no place for who failed', async () => {
    const log: string[] = [];
    const gate = turnstile();
    const inside = [held(gate, log, 'a'), held(gate, log, 'b')];
    const late = assert.rejects(held(gate, log, 'c').done, /at a time/);
    await clock.advanceAsync(1_000);
    await late;
    for (const one of inside) one.leave();
    await Promise.all(inside.map(({ done }) => done));
    for (let time = 0; time < 3; time += 1) {
      await assert.rejects(
        gate.during(() => Promise.reject(new Error('no'))),
        /no/,
      );
    }
    assert.deepEqual(log, ['a', 'b']);
  });
});

describe('a form', () => {
  it('has at most as many fields as a provider may send', () => {
    assert.equal(formFields('a=1&b=%26').get('b'), '&');
    assert.equal([...formFields('a=1&'.repeat(999))].length, 999);
    assert.throws(
      () => formFields('a=%FF&'.repeat(1_000)),
      (error: unknown) => error instanceof RefusedRequest && error.refusal.code === 'payload-too-large',
    );
  });
});

describe('what is asked twice at once', () => {
  it('is done once, and again when it is asked later', async () => {
    const flights = new SingleFlight();
    let done = 0;
    const work = async () => (done += 1);
    assert.deepEqual(
      await Promise.all([flights.do('a', work), flights.do('a', work), flights.do('b', work)]),
      [1, 1, 2],
    );
    assert.equal(await flights.do('a', work), 3);
    await assert.rejects(
      flights.do('a', () => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await flights.do('a', work), 4);
  });
});
