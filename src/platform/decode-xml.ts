import { decodeUtf8 } from './decode-utf8.js';

/** The XML declaration up to its encoding, which it can only be in ASCII (XML 1.0, appendix F). */
const declaredEncoding = /^(\s*<\?xml\s[^>]*?\sencoding\s*=\s*)(["'])([A-Za-z][\w.-]*)\2/;
const declarationBytesMax = 200;

/**
 * The text of an XML file (XML 1.0, 4.3.3): in the encoding of its byte order mark, else in that which it declares, else in UTF-8. The
 * declaration then says UTF-8, as the text will be stored and handed out. Undefined when the bytes are not in that encoding. An encoding
 * that is not known is left to whoever reads the declaration.
 */
export function decodeXml(bytes: Uint8Array): string | undefined {
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return declaredAsUtf8(decode(bytes, wide));
  const start = Buffer.from(bytes.subarray(0, declarationBytesMax)).toString('latin1');
  const label = declaredEncoding.exec(start.replace(/^ï»¿/, ''))?.[3]?.toLowerCase() ?? 'utf-8';
  // Whoever keeps text in memory as UTF-16 writes so into files that are none: the declaration could be read as bytes.
  if (label.startsWith('utf-16')) return declaredAsUtf8(decodeUtf8(bytes));
  if (label === 'utf-8' || !isKnown(label)) return decodeUtf8(bytes);
  return declaredAsUtf8(decode(bytes, label));
}

/** UTF-16, by its mark or by the zero beside the first `<`. */
function wideEncoding([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if ((first === 0xff && second === 0xfe) || (first === 0x3c && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second === 0x3c)) return 'utf-16be';
  return undefined;
}

function isKnown(label: string): boolean {
  try {
    return new TextDecoder(label).encoding !== '';
  } catch {
    return false;
  }
}

function decode(bytes: Uint8Array, label: string): string | undefined {
  try {
    const decoder = new TextDecoder(label, { fatal: true });
    // In one piece Node 20 takes windows-1252 for ISO 8859-1: its € would be a control character.
    return decoder.decode(bytes, { stream: true }) + decoder.decode();
  } catch {
    return undefined;
  }
}

function declaredAsUtf8(text: string | undefined): string | undefined {
  return text?.replace(declaredEncoding, '$1$2UTF-8$2');
}
