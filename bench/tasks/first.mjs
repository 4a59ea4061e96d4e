// From the call to the first event over loopback, one request after the other, in turns: a client's
// run, and by hand, fetch with a signal and a timer that is cleared when the answer is there. Both
// send the same, and both have an event in hand: parsed, and looked at.
import { performance } from 'node:perf_hooks';
import { TextDecoder } from 'node:util';
import { createParser } from 'eventsource-parser';
import { percentile } from '../figures.mjs';
import { AbortController, clearTimeout, library, setTimeout } from '../here.mjs';
import { request } from '../request.mjs';
import { served } from '../source.mjs';

const byHand = (url) => async () => {
  const start = performance.now();
  let took;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 60_000);
  const response = await request(url, controller.signal);
  clearTimeout(timer);
  const decoder = new TextDecoder();
  const reader = response.body.getReader();
  const { feed } = createParser({
    onEvent: ({ data }) => {
      if (data === '[DONE]') return;
      const event = JSON.parse(data);
      if (event.type === 'metadata') took ??= performance.now() - start;
    },
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return took;
    feed(decoder.decode(value, { stream: true }));
  }
};

const ours = async (url) => {
  const { createClient } = await library();
  const { runs } = createClient({ apiKey: 'm8_bench', baseUrl: url });
  return () =>
    new Promise((resolve, error) => {
      const start = performance.now();
      let took;
      runs.create({ message: 'Hello' }).subscribe({
        next: (event) => {
          if (event.type === 'metadata') took ??= performance.now() - start;
        },
        error,
        complete: () => resolve(took),
      });
    });
};

export const measure = ({ requests }) =>
  served({ shape: 'ids', count: 20, size: 0 }, async ({ url }) => {
    const calls = { ours: await ours(url), byHand: byHand(url) };
    const names = Object.keys(calls);
    const times = { ours: [], byHand: [] };
    for (let request = 0; request < requests * 1.2; request++) {
      for (const name of request % 2 === 0 ? names : names.toReversed()) {
        const took = await calls[name]();
        if (request >= requests * 0.2) times[name].push(took);
      }
    }
    return Object.fromEntries(
      names.flatMap((name) => {
        const sorted = times[name].sort((a, b) => a - b);
        return [
          [`${name}_p50`, percentile(sorted, 0.5)],
          [`${name}_p99`, percentile(sorted, 0.99)],
        ];
      }),
    );
  });
