// Where a variant's bytes come from.
import { ReadableStream } from 'node:stream/web';
import { Response } from './here.mjs';

/** An answer over chunks in memory, one a pull. */
export const answer = (chunks) => {
  let at = 0;
  const body = new ReadableStream({
    pull: (controller) => {
      if (at < chunks.length) controller.enqueue(chunks[at++]);
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};
