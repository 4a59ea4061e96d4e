import { json } from '../../events/json';
import type { UIMessageChunk } from './UIMessageChunk';

/** What tells a client which protocol it hears, beside the headers of any event stream. */
export const wireHeaders = {
  'cache-control': 'no-cache',
  connection: 'keep-alive',
  'x-vercel-ai-ui-message-stream': 'v1',
} as const;

/**
 * A reader takes fields of these names for an attack, wherever in a chunk they are, and its chat is at
 * its end: they get other names. Inside of a text the quotes would be escaped.
 */
const safe = (text: string): string => {
  const named = text.includes('"__proto__":') ? text.replaceAll('"__proto__":', '"_proto":') : text;
  return named.includes('"constructor":{')
    ? named.replaceAll('"prototype":', '"_prototype":')
    : named;
};

/** A chunk on the wire. */
export const written = (chunk: UIMessageChunk): string => `data: ${safe(json(chunk))}\n\n`;

/** The end of a stream. It says nothing of whether the message is whole. */
export const DONE = 'data: [DONE]\n\n';
