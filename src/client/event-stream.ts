/** One block of a stream of server-sent events. */
export interface StreamBlock {
  /** Where to go on after it; absent where the block says nothing. */
  readonly id?: string;
  /** Absent in a block that tells no event. */
  readonly data?: string;
  readonly retryMs?: number;
}

/** The blocks of a stream, each as soon as it is whole (WHATWG HTML §9.2.6); what the end cuts off is left out. */
export async function* streamBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<StreamBlock> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split(/\r\n\r\n|\n\n|\r\r/);
    rest = blocks.pop() ?? '';
    for (const block of blocks) yield blockOf(block);
  }
}

function blockOf(text: string): StreamBlock {
  const data: string[] = [];
  let id: string | undefined;
  let retryMs: number | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (name === 'data') data.push(value);
    if (name === 'id') id = value;
    if (name === 'retry' && /^\d{1,9}$/.test(value)) retryMs = Number(value);
  }
  return {
    ...(id === undefined ? {} : { id }),
    ...(retryMs === undefined ? {} : { retryMs }),
    ...(data.length === 0 ? {} : { data: data.join('\n') }),
  };
}
