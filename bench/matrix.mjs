// The tables that stand across: each shape of a stream by how it is read, and each peer by the shapes
// that it can read.
import { atLeast, speed } from './figures.mjs';
import { shapes } from './shapes.mjs';

const KiB = 1024;
const sizes = { '16 KiB': 16 * KiB, frames: 0 };

/** By the shape's family. */
const targets = {
  events: { text: atLeast(0.95, 1.2), other: atLeast(0.95, 1.2), plain: atLeast(0.95, 1.2) },
  create: { text: atLeast(0.9, 1.1), other: atLeast(0.9, 1), plain: atLeast(0.9) },
};
const calls = { events: '`events()`', create: '`runs.create()`' };

const againstByHand = (key, name, options) =>
  Object.keys(calls).flatMap((call) =>
    Object.entries(sizes).map(([chunks, size]) => {
      const column = `${calls[call]}, ${chunks}`;
      return {
        ...speed(
          `by hand: ${name}: ${column}`,
          call,
          'by-hand',
          { task: 'read', shape: key, size, ...options },
          { target: targets[call][shapes[key].family] },
        ),
        cell: { table: 'shapes', row: name, column, call, chunks },
      };
    }),
  );

export const shapeRows = ({ events }) => [
  ...Object.entries(shapes)
    .filter(([, { tells }]) => tells.ours !== undefined)
    .flatMap(([key, { name }]) => againstByHand(key, name, { events })),
  ...againstByHand('ids', 'text with ids, loopback HTTP', { events, http: true }),
];

const few = ['texts'];
const many = ['texts', 'tools', 'nativeArgs', 'long', 'results'];
/** What a text in 16 KiB chunks is held to, and what is where they were faster once. */
const onText = (limit) => ({ texts: { '16 KiB': atLeast(limit) } });
const contested = Object.fromEntries(
  ['tools', 'nativeArgs', 'long'].map((key) => [
    key,
    { '16 KiB': atLeast(1.5, 2), frames: atLeast(1.5, 2) },
  ]),
);

/** What wants a newer Node than the library does runs on one, and what it is held against as well. */
const newest = { node: 'newest' };

const peers = [
  {
    name: 'anthropic',
    variant: 'anthropic',
    reads: many,
    targets: { ...onText(2), ...contested },
  },
  {
    name: 'openai',
    variant: 'openai',
    reads: many,
    targets: { ...onText(4.5), ...contested },
    on: newest,
  },
  { name: 'fetch-event-source + `JSON.parse`', variant: 'fetch-event-source', reads: many },
  {
    name: 'AG-UI, its transport alone',
    variant: 'ag-ui',
    reads: few,
    shape: 'agui',
    targets: onText(1.8),
  },
  {
    name: 'AG-UI with `enforceEvents`',
    variant: 'ag-ui-enforced',
    reads: few,
    shape: 'agui',
    targets: onText(4.5),
  },
  {
    name: 'AI SDK with a zod union',
    variant: 'ai-sdk',
    reads: few,
    targets: onText(7),
    on: newest,
  },
  { name: "langgraph's decoder", variant: 'langgraph-decoder', reads: few },
  {
    name: "langgraph's client, `runs.create()`",
    variant: 'langgraph',
    reads: few,
    ours: 'create',
    targets: onText(8),
  },
  { name: 'by hand, eventsource-parser 4', variant: 'by-hand-4', reads: many, on: newest },
];

export const peerRows = ({ events }) =>
  peers.flatMap(({ name, variant, reads, shape, on, ours = 'events', targets = {} }) =>
    Object.entries(sizes).flatMap(([chunks, size]) =>
      reads.map((key) => {
        const options = { task: 'read', shape: key, size, events, ...on };
        const row = speed(`${name}, ${chunks}: ${shapes[key].name}`, ours, variant, options, {
          target: targets[key]?.[chunks],
        });
        const { samples } = row;
        return {
          ...row,
          samples: { ...samples, other: { ...samples.other, shape: shape ?? key } },
          cell: {
            table: 'peers',
            peer: `${name}${on === newest ? ' †' : ''}`,
            call: ours,
            chunks,
            row: `${name}${on === newest ? ' †' : ''}, ${chunks}`,
            column: shapes[key].name,
          },
        };
      }),
    ),
  );
