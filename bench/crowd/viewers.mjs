// People who watch: sockets that read what comes. A few look at each frame; of the others the bytes
// are counted, and that the end was the end.
import { get } from 'node:http';
import { Buffer } from 'node:buffer';
import { hrtime } from 'node:process';
import { tally } from '../tally.mjs';
import { serve } from './child.mjs';

const END = 'data: [DONE]\n\n';

/** Reads frames: what they tell, and how long each was on its way, in nanoseconds. */
const reader = () => {
  const { add, result } = tally();
  const delays = [];
  let frames = 0;
  let rest = '';
  return {
    read: (chunk, now) => {
      const parts = (rest + chunk.toString('latin1')).split('\n\n');
      rest = parts.pop();
      for (const part of parts) {
        const data = /^data: (\{.*)$/m.exec(part)?.[1];
        if (data === undefined) continue;
        frames++;
        const { type, delta } = JSON.parse(Buffer.from(data, 'latin1').toString());
        if (type !== 'text-delta') continue;
        add(delta);
        const [, number, sent] = /^(\d+) (\d+)$/.exec(delta) ?? [];
        if (sent !== undefined) delays[number] = Number(now - BigInt(sent));
      }
    },
    told: () => ({ frames, delays, ...result() }),
  };
};

/** One viewer: `begun` when it has had a frame, `ended` with what it was told. */
const view = ({ url, isReading }) => {
  let begun;
  const beginning = new Promise((resolve) => (begun = resolve));
  const ended = new Promise((resolve, reject) => {
    const reading = isReading ? reader() : undefined;
    let bytes = 0;
    let tail = '';
    const asked = get(url, { agent: false }, (response) => {
      response.on('data', (chunk) => {
        const now = hrtime.bigint();
        bytes += chunk.length;
        tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - END.length))).slice(
          -END.length,
        );
        reading?.read(chunk, now);
        if (bytes > 20) begun(); // more than the comment that goes ahead
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200 && tail === END) resolve({ bytes, ...reading?.told() });
        else reject(new Error(`${url}: ${response.statusCode}, ends with ${tail}`));
      });
    });
    asked.on('error', reject);
  });
  return { beginning, ended };
};

let views = [];

serve({
  begin: () => {},
  watch: async (wanted) => {
    views = [];
    // In fifties: the connecting of a thousand at once is not what is asked.
    while (views.length < wanted.length) {
      const some = wanted.slice(views.length, views.length + 50).map(view);
      views.push(...some);
      await Promise.race([
        Promise.all(some.map(({ beginning }) => beginning)),
        Promise.all(some.map(({ ended }) => ended)),
      ]);
    }
  },
  /** What all were told, and when the last of it came. */
  told: async () => {
    const told = await Promise.all(views.map(({ ended }) => ended));
    return { told, at: hrtime.bigint() };
  },
});
