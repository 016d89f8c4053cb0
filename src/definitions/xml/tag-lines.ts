/** Follows a SAX parser through the text and tells on which line each token starts, in one pass over the text. */
export interface TagLines {
  /** Moves behind the next tag and answers the line (from 1) on which it starts. */
  tag(): number;
  /** The same for a comment, a CDATA section or a processing instruction. */
  section(end: '-->' | ']]>' | '?>'): number;
  /** The line of the next token, without moving. */
  next(): number;
}

/**
 * saxen tells the line of a token only by counting from the start of the file each time. Fed with the parser's
 * events in their order, this counts every line break once.
 */
export function followTagLines(xml: string): TagLines {
  let line = 1;
  let nextBreak = xml.indexOf('\n');
  let position = 0;

  const moveTo = (offset: number): number => {
    for (; nextBreak !== -1 && nextBreak < offset; nextBreak = xml.indexOf('\n', nextBreak + 1)) line += 1;
    return line;
  };
  const nextStart = (): number => {
    const start = xml.indexOf('<', position);
    return start === -1 ? xml.length : start;
  };

  return {
    tag: () => {
      const start = nextStart();
      position = endOfTag(xml, start);
      return moveTo(start);
    },
    section: (end) => {
      const start = nextStart();
      const found = xml.indexOf(end, start);
      position = found === -1 ? xml.length : found + end.length;
      return moveTo(start);
    },
    next: () => moveTo(nextStart()),
  };
}

/** Behind the `>` that ends the tag; one inside quotes does not. */
function endOfTag(xml: string, start: number): number {
  for (let at = start; at < xml.length; at += 1) {
    const character = xml[at];
    if (character === '>') return at + 1;
    if (character === '"' || character === "'") {
      const closing = xml.indexOf(character, at + 1);
      if (closing !== -1) at = closing;
    }
  }
  return xml.length;
}
