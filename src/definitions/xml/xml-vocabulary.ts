import type { DiagnosticCode } from '../diagnostic-codes.js';
import type { ModelAttributes } from './bpmn-attributes.js';

/** What the guard has to know of the language that a file should be written in. */
export interface XmlVocabulary {
  /** A prefix by namespace. Those in braces are no XML names, so no file can bind them: what has one has the namespace. */
  readonly prefixes: Readonly<Record<string, string>>;
  /** The prefix of the language itself among them. */
  readonly prefix: string;
  readonly root: {
    /** With its prefix. */
    readonly name: string;
    /** As messages show it. */
    readonly text: string;
  };
  readonly attributes: ModelAttributes;
  /** What of its kind an element has once at most: the name of the kind, by parent and child without prefix. */
  readonly onlyOne: (parent: string, child: string) => string | undefined;
  /** What another root element is reported as. */
  readonly notThis: DiagnosticCode;
  /** What is said of root elements that are known not to be taken. */
  readonly refusedRoot?: (
    name: string,
  ) => { readonly code: DiagnosticCode; readonly message: string } | undefined;
}
