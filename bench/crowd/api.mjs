// The API, as bare as it can be: whoever asks for a run's stream is told whose it is, and waits until
// the run begins. Whoever comes later is told all of it from its beginning, as the API does.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { hrtime } from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { runs } from '../corpus.mjs';
import { chunked, data, json } from '../wire.mjs';
import { serve } from './child.mjs';

const KiB = 1024;
const LAST = `${data(json({ type: 'done', stop_reason: 'end_turn' }))}${data('[DONE]')}`;

/** A run that is told as fast as it is read. */
const fast = ({ events }) => {
  const frames = runs
    .textsWithIds(events)
    .filter(({ type }) => type !== 'metadata' && type !== 'done')
    .map((event) => data(json(event)));
  const parts = chunked(frames, 16 * KiB);
  return {
    tell: async (response) => {
      for (const part of parts)
        if (!response.write(part)) await once(response, 'drain').catch(() => {});
      response.end(LAST);
    },
  };
};

/** A run of so many events a second, each with its number and when it was sent, in nanoseconds. */
const paced = ({ events, pace }) => {
  const responses = [];
  let told = '';
  const run = async () => {
    const began = hrtime.bigint();
    for (let number = 0; number < events; number++) {
      const late = Number(hrtime.bigint() - began) / 1e6 - (number * 1_000) / pace;
      await pause(Math.max(0, -late));
      const delta = `${number} ${hrtime.bigint()}`;
      const frame = data(json({ type: 'text-delta', delta, id: 'msg_1' }));
      told += frame;
      for (const response of responses) response.write(frame);
    }
    told += LAST;
    for (const response of responses) response.end(LAST);
  };
  return {
    run,
    tell: (response) => {
      response.write(told);
      if (told.endsWith(LAST)) response.end();
      else responses.push(response);
    },
  };
};

const waiting = [];
/** How the runs up to an id are told. */
let current;
let last = 0;

const server = createServer((request, response) => {
  const [, run_id, isStream] = /\/runs\/(\d+)(\/stream)?/.exec(request.url);
  const id = Number(run_id);
  response.on('error', () => {}).setMaxListeners(0);
  if (isStream === undefined) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ id, status: id <= last ? 'completed' : 'running' }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(data(json({ type: 'metadata', payload: { run_id: id } })));
  if (id <= last) current.tell(response);
  else waiting.push(response);
});

serve({
  begin: async () => {
    await once(server.listen(0, '127.0.0.1', 4096), 'listening');
    return `http://127.0.0.1:${server.address().port}`;
  },
  go: async (upTo, load) => {
    last = upTo;
    current = load.pace === undefined ? fast(load) : paced(load);
    for (const response of waiting.splice(0)) current.tell(response);
    await current.run?.();
  },
});
