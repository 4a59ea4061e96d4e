// What a relay costs an event: a run that comes in pieces, as one does that is read in chunks, is
// written into an answer that is read to its end; and the same by hand.
import { ReadableStream } from 'node:stream/web';
import { setImmediate as turn } from 'node:timers/promises';
import { TextEncoder } from 'node:util';
import { runs } from '../corpus.mjs';
import { libraryRelay, ofLibrary, Response } from '../here.mjs';
import { stopwatch } from '../stopwatch.mjs';

/** Events that come at a time, some 16 KiB of frames. */
const atATime = 200;

const drained = async (response) => {
  let bytes = 0;
  for await (const chunk of response.body) bytes += chunk.length;
  return bytes;
};

const byHand = (parts) => {
  const encoder = new TextEncoder();
  const body = new ReadableStream({
    async start(controller) {
      controller.enqueue(encoder.encode(': ok\n\n'));
      for (const part of parts) {
        for (const event of part) {
          controller.enqueue(encoder.encode(`data: ${JSON.stringify(event)}\n\n`));
        }
        await turn();
      }
      controller.enqueue(encoder.encode('data: [DONE]\n\n'));
      controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
};

export const measure = async ({ events, warm = 1, count = 5 }) => {
  const { relay } = await libraryRelay();
  const { concatMap, from } = await ofLibrary('rxjs');
  const all = runs.textsWithIds(events);
  const parts = [];
  for (let at = 0; at < all.length; at += atATime) parts.push(all.slice(at, at + atATime));
  const run$ = from(parts).pipe(
    concatMap((part) => turn(part)),
    concatMap((part) => part),
  );
  const ways = { ours: () => relay(run$), byHand: () => byHand(parts) };
  const fastest = { ours: Infinity, byHand: Infinity };
  const bytes = {};
  for (let pass = 0; pass < warm + count; pass++) {
    for (const [name, answer] of Object.entries(ways)) {
      const stop = stopwatch();
      bytes[name] = await drained(answer());
      const took = (stop().ms * 1e6) / all.length;
      if (pass >= warm) fastest[name] = Math.min(fastest[name], took);
    }
  }
  if (bytes.ours !== bytes.byHand) throw new Error(`the relays differ: ${JSON.stringify(bytes)}`);
  return fastest;
};
