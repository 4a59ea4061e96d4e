// From the call to the first event over loopback, one request after the other, in turns: bare
// fetch (the first bytes), and a client's run (the first event, decoded). Both send the same.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { fetch, library } from '../here.mjs';
import { served } from '../served.mjs';

const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

const bare = (url) => async () => {
  const start = performance.now();
  const response = await fetch(`${url}runs`, {
    method: 'POST',
    headers: {
      authorization: 'Bearer bench',
      accept: 'text/event-stream, application/json',
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({ message: 'Hello', stream: true }),
  });
  const reader = response.body.getReader();
  await reader.read();
  const took = performance.now() - start;
  while (!(await reader.read()).done);
  return took;
};

const ours = async (url) => {
  const { createClient } = await library();
  const { runs } = createClient({ apiKey: 'bench', baseUrl: url });
  return () =>
    new Promise((resolve, error) => {
      const start = performance.now();
      let took;
      runs.create({ message: 'Hello' }).subscribe({
        next: () => (took ??= performance.now() - start),
        error,
        complete: () => resolve(took),
      });
    });
};

export const measure = ({ requests }) =>
  served({ events: 20, size: 0 }, async (url) => {
    const calls = [bare(url), await ours(url)];
    const times = [[], []];
    for (let request = 0; request < requests * 1.2; request++) {
      for (const which of request % 2 === 0 ? [0, 1] : [1, 0]) {
        const took = await calls[which]();
        if (request > requests * 0.2) times[which].push(took);
      }
    }
    return { bare: median(times[0]), ours: median(times[1]) };
  });
