// What a long run leaves in the heap (node --expose-gc).
import { ReadableStream } from 'node:stream/web';
import { TextEncoder } from 'node:util';
import { runs } from '../corpus.mjs';
import { Response, heapUsed } from '../here.mjs';
import { variants } from '../variants.mjs';
import { chunked, data, json } from '../wire.mjs';

export const measure = async ({ events, marks }) => {
  const open = await variants.create.load();
  const all = runs.textsWithIds(events).filter(({ type }) => type !== 'done');
  const parts = chunked(
    all.map((event) => data(json(event))),
    16 * 1024,
  );
  const texts = all.filter(({ type }) => type === 'text-delta').length;
  const at = marks.map((mark) => Math.floor((mark / all.length) * texts));
  const heap = [];
  let next = 0;
  const body = new ReadableStream({
    pull: (controller) => {
      // To the end of its last frame.
      if (heap.length < at.length || next % parts.length !== 0)
        controller.enqueue(parts[next++ % parts.length]);
      else {
        controller.enqueue(new TextEncoder().encode(data('[DONE]')));
        controller.close();
      }
    },
  });
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  const source = { url: 'http://127.0.0.1', fetch: async () => response };
  const isText = ({ type, delta }) => (type === 'text-delta' ? delta : undefined);
  let count = 0;
  await open(source, { ours: isText })(() => {
    if (++count === at[heap.length]) heap.push(heapUsed() / 2 ** 20);
  });
  return { heap, count };
};
