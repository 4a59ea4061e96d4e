// Writes docs/performance.md and its picture, from the figures alone.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root } from './here.mjs';
import { picture } from './picture.mjs';
import { tables } from './tables.mjs';

const markdown = ({ heads, figures, rows }) =>
  [heads, heads.map((_, column) => (figures.includes(column) ? '---:' : '---')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** Where lines are behind: a bullet for each `group`, with what is in it and its figure. */
const bullets = (lines, group, name) => {
  const groups = [...new Set(lines.map(group))];
  return groups.flatMap((each) => {
    const behind = lines.filter((line) => line.isBehind && group(line) === each);
    const figures = behind.map((line) => `${name(line)} (${line.number.toFixed(2)})`);
    return figures.length > 0 ? [`- ${each}: ${figures.join(', ')}`] : [];
  });
};

/** Where others are faster, in the reader's sight before anything else. */
const slower = (lines) => {
  const of = (table) => lines.filter(({ cell }) => cell?.table === table);
  const byHand = [
    ...bullets(
      of('shapes'),
      ({ cell }) => cell.column,
      ({ cell }) => cell.row,
    ),
    ...bullets(
      of(undefined),
      () => 'elsewhere',
      ({ what }) => what.replace('by hand: ', ''),
    ),
  ];
  const peers = bullets(
    of('peers'),
    ({ cell }) => `${cell.peer}, ${cell.chunks}`,
    ({ cell }) => cell.column,
  );
  const said = (list, some, none) => (list.length > 0 ? `${some}\n\n${list.join('\n')}` : none);
  return [
    said(byHand, 'By hand is faster here:', 'By hand is faster in no row.'),
    said(peers, 'A peer is faster here:', 'No peer is faster in any row.'),
  ].join('\n\n');
};

const missed = (lines, weights) => {
  const count =
    lines.filter(({ mark }) => mark === '✗').length +
    weights.filter(({ bytes, target }) => target !== undefined && bytes > target).length;
  const marked = lines.filter(({ target }) => target !== undefined).length;
  const held = weights.filter(({ target }) => target !== undefined).length;
  return `Of ${marked + held} figures with a target, ${count} miss it: they are marked ✗.`;
};

const page = ({ lines, weights, conditions }) => {
  const { rounds, events, requests, viewing, node, newestNode, machine, packages } = conditions;
  const [shapes, peers, viewers, relay, rest] = tables(lines, weights);
  return `# Performance

Written by \`npm run bench\`: the figures, the picture and what is said of them. A figure is how many times as fast as the other this library is, so that above 1 it is the faster one; where a target says ≤, or the row says so, it is how many times as long, and less is better. ✗ misses its target, ✓ meets it, ✓✓ is as good as was hoped for.

![How many times as fast as by hand, and as its peers](performance.svg)

## Where others are faster

${slower(lines)}

${missed(lines, weights)}

## Against the same by hand

_By hand_ is eventsource-parser, fed from \`getReader()\` through a TextDecoder, then \`JSON.parse\` and a look at what it is: nothing is checked, and a stream that is cut is a run that is lost. \`events()\` is \`of(response).pipe(events())\`. \`runs.create()\` is the call that people make, whose client is given the same bytes by its \`fetch\`: it remembers what it delivered, watches the clock, and heals. All three do the same with what they get. _Frames_ are one frame a chunk.

${markdown(shapes)}

Targets: \`events()\` ≥ 0.95, hoped for ≥ 1.2; \`runs.create()\` ≥ 0.9, hoped for ≥ 1.1 on text and ≥ 1 on tool calls, thinking and native frames. Native frames are the model's own (\`content_block_delta\`), with no \`id\` in a delta unless the row says so.

## Against the peers

${markdown(peers)}

The decoder of each peer against \`events()\`; langgraph's client against \`runs.create()\`. A blank is a shape that the peer cannot read, or was not asked to. AG-UI reads the run in its own types, which carry a \`messageId\`; anthropic with an \`event:\` line in each frame, for it reads no unnamed ones; AG-UI and langgraph without the end marker \`[DONE]\`, which is no JSON. Every other variant reads the same bytes.

† wants a newer Node than this library does. Both sides of the row run on Node ${newestNode}.

## A relay and its viewers

What \`createRelay()\` costs over reading the API directly. The API, each process of the relay, Redis and those who watch are processes of one machine, and share its cores: so these are figures of the machine, and more processes of a relay leave less of it to the others. A viewer reads bare \`node:http\`, and is told what \`expose\` shows by default.

Events, and bytes, that all viewers together are told a second, of runs that come as fast as they are read:

${markdown(viewers)}

${markdown(relay)}

- _Delay added_: a run of ${viewing.pace} events a second is read through the relay and directly at the same time; how much later each event came. There is one viewer in each process of the relay, of which one reads the API and the others its log.
- _CPU of an event_ is that of all processes of the relay, for a run that comes as fast as it is read: it is pumped and encoded once, and written to each viewer in chunks. At ${viewing.pace} events a second each of them is a chunk of its own to each viewer, and it is the writing that is counted.
- _Redis_ has no persistence; its CPU is what it tells itself of all that it did, and memory what the keys of a run take.

## Everything else

${markdown(rest)}

- _In a fresh process_: the modules of all variants are loaded and the stream is written; the clock runs from the call to the last event. Importing is a row of its own.
- _Runs at once_: the clock runs from the first call until the last of them has been read; then, the most memory that the process had.
- _First event_: from the call until an event is in hand, parsed and looked at. By hand it is the same request, with a signal and a timer that is cleared when the answer is there. Each process asks ${requests.toLocaleString('en')} times each way, in turns.
- _accumulate()_ copies the lists of a result at once while they are short (up to 32 calls and errors), and when they are read where they are longer: that is the dearer of the two, and no dearer the longer the run.
- _An idle stream_ has had its first event and waits for the next. _Bare fetch_ is the same request with a signal, its reader waiting.
- _A generator by hand_ is an \`async function*\` that reads as by hand and yields each event.
- _A stream by hand_ enqueues each event as \`data: \` and its JSON, and has no limit.

## How it is measured

Seeded runs of some ${events.toLocaleString('en')} events (fewer where they are long), written as the documented sample is. More than nine in ten are the deltas that the shape is about: pieces of 4 to 12 characters, of which 3 % have one that is not ASCII and 2 % an escape; arguments of tools are JSON cut into such pieces; Chinese comes in 1 to 4 characters. What each variant tells is counted and summed up, and a row whose variants do not tell the same is an error.

A figure alone means nothing on a shared machine. So each sample is a fresh process (of a relay, one for each part of it), whose CPU time is taken (of all its threads; the wall's only where a row says so, and for the first event). It reads the run twice to warm up and then five times, whatever the variant, and its fastest counts; many runs at once are read once to warm up and then twice. The variants take turns, in ${rounds} rounds and more where a sample is short; a ratio is taken within its round; and the tables have the medians.

Node ${node}, ${machine}; ${packages.join(', ')}.
`;
};

/** Writes both files, from the figures of a run. */
export const report = async (figures) => {
  const file = join(root, 'docs', 'performance.md');
  const options = { ...(await resolveConfig(file)), parser: 'markdown' };
  writeFileSync(file, await format(page(figures), options));
  writeFileSync(join(root, 'docs', 'performance.svg'), picture(figures.lines));
};
