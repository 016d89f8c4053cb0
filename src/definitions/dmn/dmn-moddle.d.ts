/** The part of dmn-moddle that is used here; the package ships no types. */
declare module 'dmn-moddle' {
  import type { ImportResult, TypeDescription } from 'bpmn-moddle';

  export interface PackageDescription {
    readonly uri: string;
    readonly types: readonly TypeDescription[];
  }

  export interface Moddle {
    fromXML(xml: string, options?: Readonly<Record<string, unknown>>): Promise<ImportResult>;
    getPackage(prefix: string): PackageDescription;
  }

  export function DmnModdle(
    packages?: Readonly<Record<string, unknown>>,
    config?: { readonly nsMap?: Record<string, string> },
  ): Moddle;
}
