// Every way to read a run. `load()` brings its modules; what comes of it takes where the stream is
// (`{ url, fetch, open }`) and what it tells, and gives what reads it once: `(add) => Promise`.
import { TextDecoder } from 'node:util';
import { library, ofLibrary } from './here.mjs';
import { peers } from './peers.mjs';

/** eventsource-parser, JSON.parse, and a look at what it is: nothing is checked. */
const byHand = (parser) => async () => {
  const { createParser } = await import(parser);
  return ({ open }, { raw }) =>
    async (add) => {
      const { body } = await open();
      const decoder = new TextDecoder();
      const reader = body.getReader();
      const { feed } = createParser({
        onEvent: ({ data }) => {
          if (data === '[DONE]') return;
          const text = raw(JSON.parse(data));
          if (text !== undefined) add(text);
        },
      });
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        feed(decoder.decode(value, { stream: true }));
      }
    };
};

const subscribed = (run$, { ours }, add) =>
  new Promise((complete, error) => {
    run$.subscribe({
      next: (event) => {
        const text = ours(event);
        if (text !== undefined) add(text);
      },
      error,
      complete,
    });
  });

/** `of(response).pipe(events())` */
const events = async () => {
  const { events } = await library();
  const { of } = await ofLibrary('rxjs');
  return ({ open }, tells) =>
    async (add) =>
      subscribed(of(await open()).pipe(events()), tells, add);
};

/** `client.runs.create({ message })`: the call that people make. */
const create = async () => {
  const { createClient } = await library();
  return ({ url, fetch }, tells) => {
    const { runs } = createClient({ apiKey: 'm8_bench', baseUrl: url, fetch });
    return (add) => subscribed(runs.create({ message: 'Hello' }), tells, add);
  };
};

/** `for await (const event of toAsyncIterable(of(response).pipe(events())))` */
const asyncIterable = async () => {
  const { events, toAsyncIterable } = await library();
  const { of } = await ofLibrary('rxjs');
  return ({ open }, { ours }) =>
    async (add) => {
      for await (const event of toAsyncIterable(of(await open()).pipe(events()))) {
        const text = ours(event);
        if (text !== undefined) add(text);
      }
    };
};

/** The same by hand: an async generator of events. */
const generator = async () => {
  const { createParser } = await import('eventsource-parser');
  async function* read({ body }) {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    let waiting = [];
    const { feed } = createParser({
      onEvent: ({ data }) => {
        if (data !== '[DONE]') waiting.push(JSON.parse(data));
      },
    });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      feed(decoder.decode(value, { stream: true }));
      const events = waiting;
      waiting = [];
      for (const event of events) yield event;
    }
  }
  return ({ open }, { raw }) =>
    async (add) => {
      for await (const event of read(await open())) {
        const text = raw(event);
        if (text !== undefined) add(text);
      }
    };
};

/** By name: how it is loaded, the package that it needs, and what it demands of a stream. */
export const variants = {
  events: { load: events },
  create: { load: create },
  'async-iterable': { load: asyncIterable },
  generator: { load: generator, needs: 'eventsource-parser' },
  'by-hand': { load: byHand('eventsource-parser'), needs: 'eventsource-parser' },
  'by-hand-4': { load: byHand('eventsource-parser-4'), needs: 'eventsource-parser-4' },
  ...peers,
};
