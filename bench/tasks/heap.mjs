// What a long run leaves in the heap (node --expose-gc).
import { Buffer } from 'node:buffer';
import process from 'node:process';
import { ReadableStream } from 'node:stream/web';
import { chunks, corpus } from '../corpus.mjs';
import { Response } from '../here.mjs';
import { variants } from '../variants.mjs';

const used = () => {
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed / 1024 / 1024;
};

export const measure = async ({ events, marks }) => {
  const read = await variants.ours.load();
  const all = corpus(events).filter(({ type }) => type !== 'done');
  const parts = chunks(all, 'unmarked', 16 * 1024);
  const texts = all.filter(({ type }) => type === 'text-delta').length;
  const at = marks.map((mark) => Math.floor((mark / all.length) * texts));
  const heap = [];
  let next = 0;
  const body = new ReadableStream({
    pull: (controller) => {
      if (heap.length < at.length) controller.enqueue(parts[next++ % parts.length]);
      else {
        controller.enqueue(Buffer.from('\n\ndata: [DONE]\n\n'));
        controller.close();
      }
    },
  });
  const response = new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  let count = 0;
  await read(response, () => {
    if (++count === at[heap.length]) heap.push(used());
  });
  return { heap, count };
};
