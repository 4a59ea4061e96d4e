import type { IncomingMessage } from 'node:http';

/** A request, read to its end. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly bytes: Buffer;
}

/** Reads a request. Rejects when its sender goes away. */
export const readAsked = async (request: IncomingMessage): Promise<Asked> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = 'GET', url = '/', headers } = request;
  return { method, url, headers, bytes: Buffer.concat(chunks) };
};
