// What a stream may look like: which run it tells, how its frames are written, and the text that its
// readers count, once in the library's events and once in the frames as JSON.parse gives them.
import { aguiFrames } from './agui.mjs';
import { runs } from './corpus.mjs';
import { nativeFrames, nativeFramesWithIds } from './native.mjs';
import { ascii, chunked, data, json } from './wire.mjs';

const same = (events) => events;

const both = (tell) => ({ ours: tell, raw: tell });
const deltaOf = (wanted) => (event) => (event.type === wanted ? event.delta : undefined);
const nativeDelta = (kind, field) => (frame) =>
  frame.type === 'content_block_delta' && frame.delta.type === kind
    ? frame.delta[field]
    : undefined;

const text = both(deltaOf('text-delta'));
const args = both(deltaOf('tool-call-delta'));
const thinking = both(deltaOf('thinking-delta'));
const usage = both(({ type, payload }) =>
  type === 'metadata' ? payload.usage?.cost_usd : undefined,
);
const results = both(({ type, result }) => (type === 'tool-result-end' ? result : undefined));
const nativeText = { ...text, raw: nativeDelta('text_delta', 'text') };
const nativeArgs = { ...args, raw: nativeDelta('input_json_delta', 'partial_json') };
const inAgui = { raw: deltaOf('TEXT_MESSAGE_CONTENT') };

/** Text deltas are written so, everything else as ever. */
const textsAs = (write) => (frame, at) =>
  frame.type === 'text-delta' ? write(frame, at) : json(frame);

/**
 * A shape: its name, the run, the text that is counted, and how it is written. `family` says which
 * target is meant; `share`, how many events it has for each of short texts, where they are longer.
 */
const shape = (name, run, tells, options) => ({
  name,
  run,
  tells,
  family: 'text',
  share: 1,
  frames: same,
  line: (frame) => json(frame),
  ...options,
});

export const shapes = {
  texts: shape('text', runs.texts, text),
  ids: shape('text with ids', runs.textsWithIds, text),
  compact: shape('text with ids, JSON without blanks', runs.textsWithIds, text, {
    line: (frame) => JSON.stringify(frame),
  }),
  escapes: shape('text, an escape in each', runs.texts, text, {
    line: textsAs(({ delta, ...frame }) => json({ ...frame, delta: `${delta}\n` })),
  }),
  index: shape('text and a field more, `index`', runs.texts, text, {
    line: textsAs((frame) => json({ ...frame, index: 3 })),
  }),
  ts: shape('text and a field more, `ts`', runs.texts, text, {
    line: textsAs((frame, at) => json({ ...frame, ts: 1_795_635_720 + at / 64 })),
  }),
  twice: shape('text given twice', runs.texts, text, {
    line: textsAs(({ type, delta }) => {
      const given = JSON.stringify(delta);
      return `{"type": "${type}", "delta": "not this", "delta": ${given}}`;
    }),
  }),
  long: shape('text of 400 to 2,000 characters', runs.long, text, { share: 1 / 8 }),
  chinese: shape('Chinese as UTF-8', runs.chinese, text),
  chineseAscii: shape('Chinese as `\\uXXXX`', runs.chinese, text, {
    line: (frame) => json(frame, ascii),
  }),
  tools: shape('tool calls', runs.tools, args, { family: 'other' }),
  thinking: shape('thinking', runs.thinking, thinking, { family: 'other' }),
  native: shape('native text', runs.texts, nativeText, { family: 'other', frames: nativeFrames }),
  nativeIds: shape('native text with ids', runs.textsWithIds, nativeText, {
    family: 'other',
    frames: nativeFramesWithIds,
  }),
  nativeArgs: shape('native arguments', runs.tools, nativeArgs, {
    family: 'other',
    frames: nativeFrames,
  }),
  nativeArgsIds: shape('native arguments with ids', runs.tools, nativeArgs, {
    family: 'other',
    frames: nativeFramesWithIds,
  }),
  usage: shape('metadata', runs.usage, usage, { family: 'plain' }),
  results: shape('results of 256 KiB', runs.results, results, { family: 'plain', share: 1 / 500 }),
  agui: shape('AG-UI', runs.texts, inAgui, { frames: aguiFrames }),
};

/**
 * A shape's stream, of as much as `count` short texts are. A dialect is what a peer demands of the
 * same frames: `named`, an `event:` line in each; `unmarked`, no end marker, for it is no JSON.
 */
export const stream = (key, { count, size, dialect }) => {
  const { run, frames, line, share } = shapes[key];
  const lines = frames(run(Math.ceil(count * share))).map((frame, at) => {
    const written = data(line(frame, at));
    return dialect === 'named' ? `event: ${frame.type}\n${written}` : written;
  });
  return chunked(dialect === 'unmarked' ? lines : [...lines, data('[DONE]')], size);
};
