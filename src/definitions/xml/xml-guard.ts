import { Parser } from 'saxen';
import type { Decode } from 'saxen';
import type { DiagnosticCode } from '../diagnostic-codes.js';
import { isNamedForNothing } from '../unused-ids.js';
import { bpmnVocabulary } from './bpmn-vocabulary.js';
import { missedType } from './schema-values.js';
import { followTagLines } from './tag-lines.js';
import { characterFault, textFault } from './well-formed-text.js';
import { nameLengthMax } from './xml-limits.js';
import type { XmlLimits } from './xml-limits.js';
import type { XmlVocabulary } from './xml-vocabulary.js';

/** Something that the guard found, before there is a model to name elements of. */
export interface GuardFinding {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly line?: number;
  readonly elementId?: string;
}

/** What one pass over the text tells. */
export interface GuardedXml {
  /** False when the text must not be parsed any further. */
  readonly passed: boolean;
  readonly findings: readonly GuardFinding[];
  /** The line, from 1, of each element of the language and of its diagram by id; of a repeated id the first. */
  readonly lineById: ReadonlyMap<string, number>;
  /** The namespace that the file binds to each prefix; of several the first. */
  readonly uriByPrefix: ReadonlyMap<string, string>;
  /** `targetNamespace` of the definitions. */
  readonly targetNamespace: string | undefined;
}

/**
 * Reads the text once, before anything is built from it, and stops at the first thing that makes it unsafe or not
 * of the language at all: not well-formed, a DOCTYPE, past a bound, another root element. The parser behind it, which trusts
 * its input more, then sees only what passed here.
 */
export function guardXml(
  xml: string,
  limits: XmlLimits,
  vocabulary: XmlVocabulary = bpmnVocabulary,
): GuardedXml {
  const pass = new GuardPass(xml, limits, vocabulary);
  pass.run();
  return {
    passed: pass.passed,
    findings: pass.findings,
    lineById: pass.lineById,
    uriByPrefix: pass.uriByPrefix,
    targetNamespace: pass.targetNamespace,
  };
}

const reservedIds: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const idPattern = /^[A-Za-z_][\w.-]*$/;

class GuardPass {
  passed = true;
  readonly findings: GuardFinding[] = [];
  readonly lineById = new Map<string, number>();
  private readonly parser = new Parser();
  private readonly lines;
  /** The namespace first bound to each prefix. */
  readonly uriByPrefix = new Map<string, string>();
  targetNamespace: string | undefined;
  /** Ids that only elements have whose ids say nothing. */
  private readonly unusedIds = new Set<string>();
  /** The elements around, each with the kinds of children that it has once at most. */
  private readonly around: {
    readonly name: string;
    id?: string;
    readonly lineByKind: Map<string, number>;
  }[] = [];
  private depth = 0;
  /** How deep inside of a script is, while it is read. */
  private scriptDepth: number | undefined;
  private elements = 0;
  private rootSeen = false;
  private atStart = true;
  private instructionSeen = false;
  /** The line of the tag whose attributes are being read. */
  private readingLine: number | undefined;

  constructor(
    private readonly xml: string,
    private readonly limits: XmlLimits,
    private readonly vocabulary: XmlVocabulary,
  ) {
    this.lines = followTagLines(xml);
  }

  run(): void {
    try {
      this.check();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  private check(): void {
    this.bound('contentLength', this.xml.length, 'characters');
    if (this.xml.trim() === '') this.refuse('not-xml', 'Expected a model in XML but found an empty file.');
    const fault = characterFault(this.xml);
    if (fault !== undefined) this.refuse('not-xml', fault);
    this.parser
      .ns(this.vocabulary.prefixes)
      .on('openTag', (name, attributes, decode, selfClosing) =>
        this.openTag(name, attributes, decode, selfClosing),
      )
      .on('closeTag', (_name, _decode, selfClosing) => this.closeTag(selfClosing))
      .on('text', (text) => this.text(text, textFault(text)))
      .on('cdata', (text) => {
        this.text(text, undefined);
        this.section(']]>');
      })
      .on('comment', () => this.section('-->'))
      .on('question', (instruction) => this.question(instruction))
      .on('attention', () => this.attention())
      .on('error', (error) => this.notXml(error.message))
      .on('warn', (error) => this.notXml(error.message))
      .parse(this.xml);
    if (!this.rootSeen) this.notXml('there is no element');
  }

  private openTag(
    name: string,
    readAttributes: () => Record<string, string> | false,
    decode: Decode,
    selfClosing: boolean,
  ): void {
    const line = this.lines.tag();
    this.atStart = false;
    if (this.depth === 0) this.checkRoot(name, line);
    if (this.scriptDepth === this.depth) {
      this.refuse('invalid-value', 'Expected only text in a script but found an element.', line);
    }
    this.checkOnlyChild(name, line);
    if (!selfClosing) this.around.push({ name, lineByKind: new Map() });
    this.elements += 1;
    if (!selfClosing) this.depth += 1;
    if (!selfClosing && name === '{bpmn}:script') this.scriptDepth = this.depth;
    this.bound('elements', this.elements, 'elements', line);
    this.bound('depth', this.depth, 'elements inside each other', line);
    this.readingLine = line;
    const attributes = readAttributes();
    this.readingLine = undefined;
    if (attributes === false) return;
    if (this.elements === 1) this.targetNamespace = attributes.targetNamespace;
    if (!selfClosing) this.noteId(name, attributes.id);
    this.checkAttributes(name, attributes, decode, line);
  }

  private closeTag(selfClosing: boolean): void {
    if (selfClosing) return;
    this.lines.tag();
    if (this.scriptDepth === this.depth) this.scriptDepth = undefined;
    this.depth -= 1;
    this.around.pop();
  }

  /** What is wrong inside an element without an id is told of the element around that has one. */
  private noteId(name: string, id: string | undefined): void {
    const entered = this.around.at(-1);
    if (entered !== undefined && id && name.startsWith(`${this.vocabulary.prefix}:`)) entered.id = id;
  }

  /** moddle keeps the last of two children where there is one at most, and says nothing. */
  private checkOnlyChild(name: string, line: number): void {
    const parent = this.around.at(-1);
    const { prefix, onlyOne } = this.vocabulary;
    if (!parent?.name.startsWith(`${prefix}:`) || !name.startsWith(`${prefix}:`)) return;
    const [of, child] = [parent.name, name].map((it) => it.slice(prefix.length + 1));
    const kind = onlyOne(of ?? '', child ?? '');
    if (kind === undefined) return;
    const first = parent.lineByKind.get(kind);
    if (first === undefined) {
      parent.lineByKind.set(kind, line);
      return;
    }
    const message = `Expected one ${kind} in ${of} but found one in line ${first} and one in line ${line}: keep one of them.`;
    this.findings.push({ code: 'duplicate-child', message, line });
  }

  private checkRoot(name: string, line: number): void {
    if (this.rootSeen) this.refuse('not-xml', 'Expected one root element but found a second one.', line);
    this.rootSeen = true;
    const { root, notThis, refusedRoot } = this.vocabulary;
    if (name === root.name) return;
    const refusal = refusedRoot?.(name);
    if (refusal !== undefined) this.refuse(refusal.code, refusal.message, line);
    const found = name.replace(/^\{([^}]+)\}:/, '');
    this.refuse(notThis, `Expected the root element ${root.text} but found ${clip(found)}.`, line);
  }

  private checkAttributes(
    element: string,
    attributes: Record<string, string>,
    decode: Decode,
    line: number,
  ): void {
    const names = Object.keys(attributes);
    this.bound('attributesPerElement', names.length, 'attributes on one element', line);
    const ofLanguage = element.startsWith('{');
    for (const name of names) {
      const value = attributes[name] ?? '';
      const fault = value.includes('<') ? 'Expected &lt; in an attribute but found <.' : textFault(value);
      if (fault !== undefined) this.refuse('not-xml', fault, line);
      if (name.startsWith('xmlns')) this.bindPrefix(name.slice('xmlns:'.length), value);
      const bound = ofLanguage && !name.includes(':') ? 'ownAttributeLength' : 'attributeLength';
      this.bound(bound, value.length, `characters in the attribute ${clip(name)}`, line);
    }
    this.bound('namespacePrefixes', this.uriByPrefix.size, 'namespace prefixes', line);
    if (ofLanguage) this.checkOwnAttributes(element, attributes, decode, line);
  }

  private bindPrefix(prefix: string, uri: string): void {
    if (!this.uriByPrefix.has(prefix)) this.uriByPrefix.set(prefix, uri);
  }

  private checkOwnAttributes(
    element: string,
    attributes: Record<string, string>,
    decode: Decode,
    line: number,
  ): void {
    const id = attributes.id;
    if (id !== undefined) this.checkId(id, line, isNamedForNothing(element.replace(/[{}]/g, '')));
    const place = { line, ...(id !== undefined && id !== '' && { elementId: id }) };
    if ((attributes.name ?? '').length > nameLengthMax) {
      const message = `Expected a name of at most ${nameLengthMax} characters but found ${attributes.name?.length}.`;
      this.findings.push({ code: 'text-too-long', message, ...place });
    }
    const { attributes: known, prefix } = this.vocabulary;
    if (!element.startsWith(`${prefix}:`)) return;
    for (const [name, value] of Object.entries(attributes)) {
      const local = name.startsWith(`${prefix}:`) ? name.slice(prefix.length + 1) : name;
      this.checkValue(element, id, local, decode(value), line);
      const single = known.all.has(local) && !/\s/.test(value.trim());
      if (known.referenceLists.has(local) && !single) {
        this.refuse(
          'unsupported-xml',
          `Expected ${local} as child elements but found an attribute.`,
          line,
          id,
        );
      }
    }
  }

  /** moddle makes something of any text, and says nothing. */
  private checkValue(
    element: string,
    id: string | undefined,
    name: string,
    text: string,
    line: number,
  ): void {
    const { attributes, prefix } = this.vocabulary;
    const missed = missedType(attributes, name, text);
    if (missed === undefined) return;
    const tag = (of: string) => of.slice(prefix.length + 1);
    const owner = id ? undefined : this.around.findLast((it) => it.id);
    const of = owner
      ? `${tag(element)} of ${tag(owner.name)} ${owner.id}`
      : [tag(element), id].join(' ').trim();
    const elementId = id || owner?.id;
    const message = `Expected the ${name} of ${of} to be ${missed.what} but found "${clip(text)}".`;
    this.findings.push({ code: missed.code, message, line, ...(elementId && { elementId }) });
  }

  private checkId(id: string, line: number, isUnused: boolean): void {
    const first = this.lineById.get(id);
    if (first !== undefined) {
      const message = `Expected each id once but found ${clip(id)} in line ${first} and in line ${line}.`;
      const code = isUnused || this.unusedIds.has(id) ? 'unused-id' : 'duplicate-id';
      this.findings.push({ code, message, line, ...(id !== '' && { elementId: id }) });
      if (isUnused || !this.unusedIds.delete(id)) return;
    } else if (isUnused) this.unusedIds.add(id);
    this.lineById.set(id, line);
    if (id.length > nameLengthMax) {
      const message = `Expected an id of at most ${nameLengthMax} characters but found ${id.length}.`;
      this.findings.push({ code: 'text-too-long', message, line, elementId: clip(id) });
    }
    const code = isUnused ? 'unused-id' : 'invalid-id';
    if (reservedIds.has(id)) {
      this.findings.push({ code, message: `Expected an id but found the reserved name ${id}.`, line });
    } else if (!idPattern.test(id)) {
      const message = `Expected an id of letters a-z, digits, "_", "-" and ".", beginning with a letter or "_", but found ${clip(id)}.`;
      this.findings.push({ code, message, line, ...(id !== '' && { elementId: clip(id) }) });
    }
  }

  private text(text: string, fault: string | undefined): void {
    if (text.length <= this.limits.textLength && fault === undefined) return;
    const line = this.lines.next();
    if (fault !== undefined) this.refuse('not-xml', fault, line);
    this.bound('textLength', text.length, 'characters of text', line);
  }

  private section(end: '-->' | ']]>'): void {
    this.lines.section(end);
    this.atStart = false;
  }

  private question(instruction: string): void {
    const line = this.lines.section('?>');
    const declaration =
      this.atStart && /^<\?xml\s/.test(instruction) && this.xml.trimStart().startsWith('<?xml');
    this.atStart = false;
    if (declaration) return this.checkEncoding(instruction, line);
    if (/^<\?xml\s/i.test(instruction)) {
      this.refuse('not-xml', 'Expected the XML declaration at the start of the file only.', line);
    }
    if (this.instructionSeen) return;
    this.instructionSeen = true;
    const message = `Expected no processing instruction but found ${clip(instruction)}; it is read over.`;
    this.findings.push({ code: 'processing-instruction', message, line });
  }

  private checkEncoding(declaration: string, line: number): void {
    const encoding = /\sencoding\s*=\s*["']([^"']*)["']/.exec(declaration)?.[1];
    if (encoding === undefined || /^utf-8$/i.test(encoding)) return;
    this.refuse('unsupported-xml', `Expected the encoding UTF-8 but found ${clip(encoding)}.`, line);
  }

  private attention(): never {
    this.refuse('doctype', 'Expected no DOCTYPE or other declaration but found one.', this.lines.next());
  }

  private notXml(reason: string): never {
    this.refuse(
      'not-xml',
      `Expected well-formed XML but found: ${clip(reason)}.`,
      this.readingLine ?? this.lines.next(),
    );
  }

  private bound(limit: keyof XmlLimits, found: number, what: string, line?: number): void {
    if (found <= this.limits[limit]) return;
    this.refuse('too-large', `Expected at most ${this.limits[limit]} ${what} but found ${found}.`, line);
  }

  /** Ends the pass: by an exception, as saxen would first report whatever else is wrong with the attributes of a tag. */
  private refuse(code: DiagnosticCode, message: string, line?: number, elementId?: string): never {
    this.passed = false;
    this.findings.push({
      code,
      message,
      ...(line !== undefined && { line }),
      ...(elementId !== undefined && { elementId }),
    });
    throw new Refused(message);
  }
}

class Refused extends Error {}

/** Text of the file in a message: never much of it. */
function clip(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
