/** The part of bpmn-moddle that is used here; the package types its elements, but not its reader. */
declare module 'bpmn-moddle' {
  export interface ImportWarning {
    readonly message: string;
    readonly error?: Error;
    readonly element?: unknown;
    readonly property?: string;
    readonly value?: string;
  }

  export interface ImportResult {
    readonly rootElement: unknown;
    readonly warnings: readonly ImportWarning[];
  }

  export interface TypeDescription {
    readonly name: string;
    readonly isAbstract?: boolean;
    readonly properties?: readonly {
      readonly name: string;
      readonly type?: string;
      readonly isAttr?: boolean;
      readonly isReference?: boolean;
      readonly isMany?: boolean;
    }[];
  }

  export class BpmnModdle {
    constructor(
      packages?: Readonly<Record<string, unknown>>,
      config?: { readonly nsMap?: Record<string, string> },
    );
    fromXML(xml: string, options?: Readonly<Record<string, unknown>>): Promise<ImportResult>;
    getPackage(prefix: string): { readonly types: readonly TypeDescription[] };
  }
}
