import type { Random } from './random.js';
import { repaired } from './repair.js';
import { attributeNames, elementNames, garbage, values } from './values.js';
import { attributesOf, elementsOf, tokensOf, withToken } from './xml-tokens.js';
import type { Attribute, Span, Tokens } from './xml-tokens.js';

/** Changes a file; gives it back as it is when there is nothing of the kind to change. */
type Mutation = (tokens: Tokens, random: Random) => Tokens;

const cut = (tokens: Tokens, { from, to }: Span) => tokens.slice(from, to + 1);
const without = (tokens: Tokens, { from, to }: Span) => [...tokens.slice(0, from), ...tokens.slice(to + 1)];
const insertedAt = (tokens: Tokens, place: number, more: Tokens) => [
  ...tokens.slice(0, place),
  ...more,
  ...tokens.slice(place),
];

const onElement =
  (change: (tokens: Tokens, span: Span, random: Random) => Tokens): Mutation =>
  (tokens, random) => {
    const spans = elementsOf(tokens);
    return spans.length === 0 ? tokens : change(tokens, random.from(spans), random);
  };

const onAttribute =
  (change: (tokens: Tokens, attribute: Attribute, random: Random) => Tokens): Mutation =>
  (tokens, random) => {
    const attributes = attributesOf(tokens).filter(
      ({ name }) => !name.startsWith('xmlns') || random.oneIn(20),
    );
    return attributes.length === 0 ? tokens : change(tokens, random.from(attributes), random);
  };

const dropElement = onElement(without);

/** With the same ids, or with ids of its own, so that it fits in. */
const repeatElement = onElement((tokens, span, random) => {
  const copy = random.oneIn(3) ? cut(tokens, span) : renamed(cut(tokens, span), `_${random.pick(1_000)}`);
  return insertedAt(tokens, random.oneIn(2) ? span.to + 1 : random.pick(tokens.length), copy);
});

function renamed(tokens: Tokens, suffix: string): Tokens {
  const ids = attributesOf(tokens).flatMap(({ name, value }) =>
    name === 'id' && value !== '' ? [value] : [],
  );
  const isOne = new Set(ids);
  return tokens.map((text) =>
    text
      .replace(/"([^"]*)"/g, (all, value: string) => (isOne.has(value) ? `"${value}${suffix}"` : all))
      .replace(/^[\w.-]+$/, (value) => (isOne.has(value) ? `${value}${suffix}` : value)),
  );
}

const swapElements = onElement((tokens, one, random) => {
  const others = elementsOf(tokens).filter(({ from, to }) => to < one.from || from > one.to);
  if (others.length === 0) return tokens;
  const other = random.from(others);
  const [first, second] = one.from < other.from ? [one, other] : [other, one];
  return [
    ...tokens.slice(0, first.from),
    ...cut(tokens, second),
    ...tokens.slice(first.to + 1, second.from),
    ...cut(tokens, first),
    ...tokens.slice(second.to + 1),
  ];
});

const moveElement = onElement((tokens, span, random) => {
  const rest = without(tokens, span);
  return insertedAt(rest, 1 + random.pick(rest.length), cut(tokens, span));
});

const renameElement = onElement((tokens, span, random) => {
  const name = random.from(elementNames);
  const change = (text: string) => text.replace(/^(<\/?(?:[\w.-]+:)?)[\w.-]+/, `$1${name}`);
  const opened = withToken(tokens, span.from, change(tokens[span.from] ?? ''));
  return span.from === span.to ? opened : withToken(opened, span.to, change(opened[span.to] ?? ''));
});

/** What is inside takes the element's place. */
const unwrapElement = onElement((tokens, { from, to }) =>
  from === to ? tokens : [...tokens.slice(0, from), ...tokens.slice(from + 1, to), ...tokens.slice(to + 1)],
);

const wrapElement = onElement((tokens, span, random) => {
  const prefix = /^<((?:[\w.-]+:)?)/.exec(tokens[span.from] ?? '')?.[1] ?? '';
  const name = `${prefix}${random.from(['subProcess', 'transaction', 'adHocSubProcess', random.from(elementNames)])}`;
  const opening = `<${name} id="w${random.pick(1_000)}"${random.oneIn(3) ? ' triggeredByEvent="true"' : ''}>`;
  return [
    ...tokens.slice(0, span.from),
    opening,
    ...cut(tokens, span),
    `</${name}>`,
    ...tokens.slice(span.to + 1),
  ];
});

/** A flow between any two of what could be nodes, which is right now and then. */
const addFlow: Mutation = (tokens, random) => {
  const flows = elementsOf(tokens).filter(({ from }) => /^<[\w.-]*:?sequenceFlow/.test(tokens[from] ?? ''));
  if (flows.length === 0) return tokens;
  const flow = random.from(flows);
  const ends = attributesOf(tokens).flatMap(({ name, value }) =>
    /^(source|target)Ref$/.test(name) ? [value] : [],
  );
  const name = /^<([\w.:-]+)/.exec(tokens[flow.from] ?? '')?.[1] ?? 'sequenceFlow';
  const added = `<${name} id="a${random.pick(10_000)}" sourceRef="${random.from(ends)}" targetRef="${random.from(ends)}"/>`;
  return insertedAt(tokens, flow.to + 1, [added]);
};

const dropAttribute = onAttribute((tokens, { place, text }) =>
  withToken(tokens, place, (tokens[place] ?? '').replace(text, '')),
);

const copyAttribute = onAttribute((tokens, { text, name }, random) => {
  const tags = tokens.flatMap((tag, place) => (/^<[\w]/.test(tag) ? [place] : []));
  const place = random.from(tags);
  const tag = tokens[place] ?? '';
  if (tag.includes(` ${name}=`) && !random.oneIn(10)) return tokens;
  return withToken(
    tokens,
    place,
    tag.replace(/\s*\/?>$/, (end) => `${text}${end}`),
  );
});

const swapValues = onAttribute((tokens, one, random) => {
  const other = random.from(attributesOf(tokens).filter(({ name }) => !name.startsWith('xmlns')));
  return withValue(withValue(tokens, one, other.value), other, one.value);
});

function withValue(tokens: Tokens, { place, name, text }: Attribute, value: string): Tokens {
  return withToken(
    tokens,
    place,
    (tokens[place] ?? '').replace(text, () => ` ${name}="${value}"`),
  );
}

const renameAttribute = onAttribute((tokens, { place, text, value }, random) =>
  withToken(
    tokens,
    place,
    (tokens[place] ?? '').replace(text, () => ` ${random.from(attributeNames)}="${value}"`),
  ),
);

const changeValue = onAttribute((tokens, attribute, random) =>
  withValue(tokens, attribute, random.from(values)),
);

/** A reference to another id of the file. */
const retarget: Mutation = (tokens, random) => {
  const attributes = attributesOf(tokens);
  const references = attributes.filter(({ name }) => /Ref$|^default$|^calledElement$|^processId$/.test(name));
  const ids = attributes.filter(({ name }) => name === 'id').map(({ value }) => value);
  if (references.length === 0 || ids.length === 0) return tokens;
  return withValue(tokens, random.from(references), random.from(ids));
};

const flipBoolean: Mutation = (tokens, random) => {
  const booleans = attributesOf(tokens).filter(({ value }) => value === 'true' || value === 'false');
  if (booleans.length === 0) return tokens;
  const one = random.from(booleans);
  return withValue(tokens, one, one.value === 'true' ? 'false' : 'true');
};

const changeText: Mutation = (tokens, random) => {
  const texts = tokens.flatMap((text, place) => (!text.startsWith('<') && text.trim() !== '' ? [place] : []));
  if (texts.length === 0) return tokens;
  const ids = attributesOf(tokens).flatMap(({ name, value }) => (name === 'id' ? [value] : []));
  return withToken(tokens, random.from(texts), random.from(random.oneIn(3) && ids.length > 0 ? ids : values));
};

const ofText =
  (change: (xml: string, random: Random) => string): Mutation =>
  (tokens, random) =>
    tokensOf(change(tokens.join(''), random));

const truncate = ofText((xml, random) => xml.slice(0, random.pick(xml.length)));
const dropCharacters = ofText((xml, random) => {
  const at = random.pick(xml.length);
  return xml.slice(0, at) + xml.slice(at + 1 + random.pick(8));
});
const addGarbage = ofText((xml, random) => {
  const at = random.pick(xml.length);
  return xml.slice(0, at) + random.from(garbage) + xml.slice(at);
});
const changeCharacter = ofText((xml, random) => {
  const at = random.pick(xml.length);
  return xml.slice(0, at) + String.fromCharCode(32 + random.pick(96)) + xml.slice(at + 1);
});

/** By how often each is drawn: what leaves a file well-formed tells more. */
const mutations: readonly (readonly [weight: number, mutation: Mutation])[] = [
  [10, dropElement],
  [8, repeatElement],
  [6, swapElements],
  [6, moveElement],
  [8, renameElement],
  [2, unwrapElement],
  [4, wrapElement],
  [8, addFlow],
  [5, dropAttribute],
  [5, copyAttribute],
  [5, swapValues],
  [3, renameAttribute],
  [9, changeValue],
  [10, retarget],
  [6, flipBoolean],
  [9, changeText],
  [1, truncate],
  [1, dropCharacters],
  [1, addGarbage],
  [1, changeCharacter],
];
const drawn = mutations.flatMap(([weight, mutation]) => Array<Mutation>(weight).fill(mutation));

/** The drawing says nothing to the engine, and is most of many files. */
const drawing = /<([\w.-]+:)?BPMNDiagram\b[^]*<\/\1BPMNDiagram>/;

/** A file made of another by one to eight changes, most often one. */
export function mutated(xml: string, random: Random): string {
  let tokens = tokensOf(random.oneIn(5) ? xml : xml.replace(drawing, ''));
  for (let steps = 1 + (random.oneIn(2) ? 0 : random.pick(random.oneIn(4) ? 8 : 3)); steps > 0; steps -= 1) {
    if (tokens.length > 1) tokens = random.from(drawn)(tokens, random);
  }
  return (random.oneIn(4) ? tokens : repaired(tokens)).join('');
}
