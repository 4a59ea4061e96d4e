import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { format, resolveConfig } from 'prettier';
import { root } from './here.mjs';

const version = (name) =>
  JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version;

const mark = { true: '✓', false: '✗' };

/** The table of all rows: its cells are the same on a terminal and on a page. */
export const measured = (lines) => ({
  heads: ['measured', 'figure', 'target', '', 'medians'],
  figures: [1],
  rows: lines.map(({ what, figure, target = '', isMet, detail = '' }) => [
    ...[what, figure, target, mark[isMet] ?? '', detail],
  ]),
});

/** The table of many runs at once. */
export const peaking = (crowds) => ({
  heads: ['runs at once', 'read from', 'by', 'until all are read', 'most memory'],
  figures: [0, 3, 4],
  rows: crowds.map(({ runs, from, variant, wall, peak }) => [
    ...[runs.toLocaleString('en'), from, variant, `${wall.toFixed(0)} ms`, `${peak.toFixed(0)} MB`],
  ]),
});

const markdown = ({ heads, figures, rows }) =>
  [heads, heads.map((_, column) => (figures.includes(column) ? '---:' : '---')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** Writes docs/performance.md. */
export const report = async (tables, { rounds, scale, pins }) => {
  const file = join(root, 'docs', 'performance.md');
  const versions = Object.entries(pins).map(([name, pin]) => `${name} ${pin}`);
  const text = `# Performance

Written by \`npm run bench\`. Where a row names a variant, its figure is how many times as fast as that variant this library is, every event decoded and validated.

${tables.map(markdown).join('\n\n')}

AG-UI reads the run in its own types, which carry a \`messageId\`; anthropic with an \`event:\` line in each frame, for it reads no unnamed ones; langgraph without the end marker \`[DONE]\`, which is no JSON. Every other variant reads the same bytes; all of them tell the same text, as counts and a checksum show.

## What to make of it

Text deltas in their usual spelling, with or without an id or an escape, are read by a regular expression that gives just what \`JSON.parse\` and the codec give; a property test holds it to that. A stream that is spelt in another way is tried on one frame in 32 only: the rows with deltas given twice and with long ones show what is left, which is validation and RxJS, and no server is known to write those. Frames of other types take the long way always; their codec is looked up and their fields are checked, which the row with the arguments of a tool call shows at its worst. The first event is late by some tenths of a millisecond, for a client's run is checked, signed, timed and healed, which a bare \`fetch\` is not; over a network it is lost in the noise. The front door as a whole weighs more than was hoped for: it has every call of the API, its checks and its messages. What a page bundles, everything but the client, is a kilobyte above its limit: that is what mending fields, comparing replays and bounding what a server may send cost.

## Method

One seeded run of ${scale.events.toLocaleString('en')} events: about 92 % text deltas of 4 to 12 characters (3 % of them with non-ASCII characters, 2 % with an escape), tool calls whose arguments come in deltas, and one result of 256 KiB, written as the documented sample is. It is read from memory in chunks of 16 KiB, or one frame a chunk, or over loopback HTTP from a server in another process. What is measured is \`of(response).pipe(events(), textOnly())\` of the built package; _by hand_ is eventsource-parser fed from \`getReader()\` through a TextDecoder, \`JSON.parse\`, and a look at \`type\`, nothing checked.

A figure alone means nothing on a shared machine. So each sample is a fresh process, whose CPU time is taken (of all its threads; the wall's only for the first event and for the crowd), which reads the run once to warm up and then takes its fastest of five, or of as many as three seconds hold; the variants take turns, in ${rounds} rounds; an import is timed once in each of ${scale.imports} processes, after that of rxjs; a ratio is taken within its round; and the table has the medians.

Node ${process.versions.node}, ${cpus().length} × ${cpus()[0].model.trim()}; rxjs ${version('rxjs')}, io-ts ${version('io-ts')}, fp-ts ${version('fp-ts')}; ${versions.join(', ')}.
`;
  writeFileSync(file, await format(text, { ...(await resolveConfig(file)), parser: 'markdown' }));
};
