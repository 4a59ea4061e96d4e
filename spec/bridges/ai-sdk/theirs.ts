import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import type * as AI from 'ai';

/** The real package, which is ES modules only, as what Jest can load. */
export const ai = ((): typeof AI => {
  const folder = mkdtempSync(join(tmpdir(), 'm8tes-rx-ai-'));
  const outfile = join(folder, 'ai.cjs');
  try {
    buildSync({
      stdin: { contents: "export * from 'ai';", resolveDir: join(__dirname, '../../..') },
      ...{ outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' },
      define: { 'import.meta.url': '"file:///"' },
    });
    return createRequire(__filename)(outfile) as typeof AI;
  } finally {
    rmSync(folder, { recursive: true });
  }
})();

export type { UIMessage } from 'ai';

/** A stream on the wire as the real client's transport reads it: an error where it would be one there. */
export const parsed = (wire: string): Promise<readonly AI.UIMessageChunk[]> => {
  const transport = new ai.DefaultChatTransport({
    api: 'https://page.test/chat',
    fetch: () => Promise.resolve(new Response(wire)),
  });
  return transport.reconnectToStream({ chatId: 'any' }).then(async (stream) => {
    const chunks: AI.UIMessageChunk[] = [];
    for (const reader = stream!.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return chunks;
      chunks.push(value);
    }
  });
};

/** The message that a page has when it has read these chunks, behind what it had. */
export const messageOf = async (
  chunks: readonly AI.UIMessageChunk[],
  before?: AI.UIMessage,
): Promise<AI.UIMessage> => {
  let message = before;
  const stream = new ReadableStream<AI.UIMessageChunk>({
    start: (controller) => {
      for (const chunk of chunks) if (chunk.type !== 'error') controller.enqueue(chunk);
      controller.close();
    },
  });
  const read = ai.readUIMessageStream({
    stream,
    terminateOnError: true,
    ...(before !== undefined && { message: before }),
  });
  for await (const state of read) message = state;
  if (message === undefined) throw new Error('there is no message');
  return message;
};
