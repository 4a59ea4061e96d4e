// What a stream holds while nothing comes: so many of them open at once, each with its first event
// read, after the garbage is collected (node --expose-gc).
import { AbortController, heapUsed, library } from '../here.mjs';
import { request } from '../request.mjs';
import { served } from '../source.mjs';

const ways = {
  bare: async (url) => async () => {
    const controller = new AbortController();
    const { body } = await request(url, controller.signal);
    const reader = body.getReader();
    await reader.read();
    reader.read().catch(() => {});
    return { reader, controller };
  },
  create: async (url) => {
    const { createClient } = await library();
    const { runs } = createClient({ apiKey: 'm8_bench', baseUrl: url });
    return () =>
      new Promise((resolve, error) => {
        const subscription = runs.create({ message: 'Hello' }).subscribe({
          next: () => resolve(subscription),
          error,
        });
      });
  },
};

export const measure = ({ variant, streams }) =>
  served({ shape: 'ids', count: 20, size: 0, isEndless: true }, async ({ url }) => {
    const open = await ways[variant](url);
    const held = [];
    const openAll = async (count) => {
      // In tens: a thousand calls at once would be another row.
      while (held.length < count)
        held.push(...(await Promise.all(Array.from({ length: 10 }, open))));
    };
    await openAll(10);
    const before = heapUsed();
    await openAll(10 + streams);
    const after = heapUsed();
    return { kB: (after - before) / streams / 1000, held: held.length };
  });
