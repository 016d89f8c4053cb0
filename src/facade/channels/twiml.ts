import XMLBuilder from 'fast-xml-builder';

/** What a voice provider is told to do, one verb after the other (TwiML; TeXML has the same verbs). */
export type Verb =
  | Say
  | {
      readonly verb: 'Gather';
      readonly input: 'dtmf' | 'dtmf speech';
      readonly action: string;
      readonly language: string;
      readonly timeoutSeconds: number;
      /** How many keys end the input; undefined: the finishing key does. */
      readonly digits?: number;
      /** `''`: no key ends it. */
      readonly finishOnKey?: string;
      readonly hints?: string;
      readonly say: readonly Say[];
    }
  | { readonly verb: 'Pause'; readonly seconds: number }
  | { readonly verb: 'Redirect'; readonly url: string }
  | { readonly verb: 'Hangup' };

export interface Say {
  readonly verb: 'Say';
  readonly text: string;
  readonly language: string;
}

/** The media type of {@link twiml}. */
export const twimlMediaType = 'text/xml; charset=utf-8';

/** Longer texts are refused by the providers. */
const sayLengthMax = 4_000;
const hintsLengthMax = 1_000;

type Attributes = Readonly<Record<string, string | number | undefined>>;
interface Node {
  readonly [name: string]: unknown;
}

const builder = new XMLBuilder({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  suppressEmptyNode: true,
  suppressBooleanAttributes: false,
});

/** The verbs as an XML document; without any it ends what the provider does. */
export function twiml(verbs: readonly Verb[]): string {
  return String(
    builder.build([
      element('?xml', { version: '1.0', encoding: 'UTF-8' }, [{ '#text': '' }]),
      element('Response', {}, verbs.map(nodeOf)),
    ]),
  );
}

function nodeOf(verb: Verb): Node {
  switch (verb.verb) {
    case 'Say':
      return element('Say', { language: verb.language }, [text(verb.text.slice(0, sayLengthMax))]);
    case 'Gather': {
      const { input, action, language, timeoutSeconds, digits, finishOnKey, hints } = verb;
      const attributes = {
        input,
        action,
        method: 'POST',
        timeout: timeoutSeconds,
        numDigits: digits,
        finishOnKey,
        language,
        hints: hints?.slice(0, hintsLengthMax),
        ...(input === 'dtmf' ? {} : { speechTimeout: 'auto' }),
      };
      return element('Gather', attributes, verb.say.map(nodeOf));
    }
    case 'Pause':
      return element('Pause', { length: verb.seconds }, []);
    case 'Redirect':
      return element('Redirect', { method: 'POST' }, [text(verb.url)]);
    case 'Hangup':
      return element('Hangup', {}, []);
    default:
      return verb satisfies never;
  }
}

function element(name: string, attributes: Attributes, content: readonly Node[]): Node {
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  const written = Object.fromEntries(given.map(([key, value]) => [key, xmlText(String(value))]));
  return { [name]: content, ...(given.length === 0 ? {} : { ':@': written }) };
}

function text(value: string): Node {
  return { '#text': xmlText(value) };
}

/** XML 1.0, 2.2: what is no Char cannot be written at all, not even escaped. */
function xmlText(value: string): string {
  return value.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, ' ');
}
