/** The part of saxen that the XML guard uses; the package ships no types. */
declare module 'saxen' {
  export type GetContext = () => { readonly line: number; readonly column: number; readonly data: string };
  export type Decode = (text: string) => string;

  export class Parser {
    ns(prefixByUri: Readonly<Record<string, string>>): this;
    on(
      event: 'openTag',
      listener: (
        name: string,
        attributes: () => Record<string, string> | false,
        decode: Decode,
        selfClosing: boolean,
      ) => void,
    ): this;
    on(event: 'closeTag', listener: (name: string, decode: Decode, selfClosing: boolean) => void): this;
    on(event: 'text', listener: (text: string) => void): this;
    on(event: 'cdata', listener: (text: string) => void): this;
    on(event: 'comment', listener: (text: string) => void): this;
    on(event: 'attention', listener: (text: string) => void): this;
    on(event: 'question', listener: (text: string) => void): this;
    on(event: 'error' | 'warn', listener: (error: Error, context: GetContext) => void): this;
    parse(xml: string): Error | null;
    stop(): void;
  }
}
