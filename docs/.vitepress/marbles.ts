/**
 * Marble diagrams, drawn. What stands in the comment of an operator, and in its spec, is the text that
 * is read here; what comes of it is an SVG that takes its colours from the page.
 */

/** What happens at one moment: values, and how it ends. */
interface Moment {
  readonly at: number;
  readonly values: readonly string[];
  readonly end?: '|' | '#' | undefined;
}

interface Line {
  readonly name: string;
  readonly moments: readonly Moment[];
  /** The frame behind its last. */
  readonly length: number;
  /** From when to when it is subscribed to, of one that tells nothing else. */
  readonly subscribed?: readonly [from: number, to: number] | undefined;
  readonly note: string;
}

type Row = Line | { readonly operator: string };

const momentsOf = (marbles: string): readonly Moment[] =>
  [...marbles.matchAll(/\(([^)]*)\)|[^-]/g)].map(({ 0: whole, 1: group = whole, index: at }) => ({
    at,
    values: [...group].filter((mark) => !/[|#]/.test(mark)),
    end: /[|#]/.exec(group)?.[0] as Moment['end'],
  }));

const rowOf = (line: string): Row | undefined => {
  const timed = /^(\w[^:]*):(\s+)([-\w|#()^!]*-[-\w|#()^!]*)(?:\s{2,}(.*))?$/.exec(line);
  if (timed === null) {
    const operator = /^\s+(\S.*\))$/.exec(line)?.[1];
    return operator === undefined ? undefined : { operator };
  }
  const [, name = '', , marbles = '', note = ''] = timed;
  const moments = momentsOf(marbles);
  const frameOf = (mark: string) => moments.find(({ values }) => values.includes(mark))?.at;
  const [from, to = marbles.length] = [frameOf('^'), frameOf('!')];
  return from === undefined
    ? { name, moments, length: marbles.length, note }
    : { name, moments: [], length: marbles.length, subscribed: [from, to], note };
};

/** The rows of a diagram; undefined where the text is none. */
const rowsOf = (text: string): readonly Row[] | undefined => {
  const lines = text.trimEnd().split('\n');
  const rows = lines.map(rowOf).filter((row) => row !== undefined);
  const isDiagram = rows.length === lines.length && /^[^-\n]*--?.*[-|#)!]/m.test(text);
  return isDiagram && rows.some((row) => 'name' in row) ? rows : undefined;
};

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A line in words, for those who do not see it. */
const told = ({ name, moments, subscribed }: Line): string => {
  const said = moments.map(({ at, values, end }) => {
    const ends = end === undefined ? [] : [end === '|' ? 'completes' : 'errors'];
    return `${[...values, ...ends].join(' and ')} at ${at}`;
  });
  if (subscribed) said.push(`subscribed at ${subscribed[0]}`, `unsubscribed at ${subscribed[1]}`);
  return `${name}: ${said.join(', ')}`;
};

const STEP = 15;
const RADIUS = 12;
const LINE = 46;
const COLOURS = 8;

/** The diagram in a text as an SVG; undefined where the text is no diagram. */
export const drawn = (text: string): string | undefined => {
  const rows = rowsOf(text);
  if (rows === undefined) return undefined;

  const lines = rows.filter((row): row is Line => 'name' in row);
  const left = 24 + 8 * Math.max(...lines.map(({ name }) => name.length));
  const length = Math.max(...lines.map((line) => line.length));
  const label = Math.max(0, ...rows.map((row) => ('operator' in row ? row.operator.length : 0)));
  const width = Math.max(left + (length + 1) * STEP + 16, left + label * 8 + 40);
  const x = (frame: number) => left + (frame + 0.5) * STEP;

  // A value that comes of another is written as its capital: they are of one colour.
  const letters = [...new Set(lines.flatMap(({ moments }) => moments.flatMap((m) => m.values)))];
  const kinds = [...new Set(letters.map((letter) => letter.toLowerCase()))];
  const colour = (value: string) => kinds.indexOf(value.toLowerCase()) % COLOURS;

  const marble = (value: string, cx: number, y: number) =>
    `<circle class="marble marble-${colour(value)}" cx="${cx}" cy="${y}" r="${RADIUS}"/>` +
    `<text class="letter" x="${cx}" y="${y}">${value}</text>`;

  const ending = (end: '|' | '#', cx: number, y: number) =>
    end === '|'
      ? `<path class="end" d="M${cx} ${y - 14}v28"/>`
      : `<path class="end error" d="M${cx - 9} ${y - 9}l18 18m0 -18l-18 18"/>`;

  const moment = ({ at, values, end }: Moment, y: number) => {
    const many = values.length + (end ? 1 : 0);
    const gap = 2 * RADIUS + 2;
    const group =
      many > 1
        ? `<rect class="group" x="${x(at) - RADIUS - 4}" y="${y - RADIUS - 5}" rx="17"
            width="${(many - 1) * gap + 2 * RADIUS + 8}" height="${2 * RADIUS + 10}"/>`
        : '';
    const marks = values.map((value, n) => marble(value, x(at) + n * gap, y));
    return group + marks.join('') + (end ? ending(end, x(at) + values.length * gap, y) : '');
  };

  const line = ({ name, moments, length, subscribed }: Line, y: number) => {
    const last = moments.at(-1);
    const [from, to] = subscribed ?? [-0.5, last?.end ? last.at : length];
    const arrow =
      !subscribed && !last?.end ? `<path class="arrow" d="M${x(to)} ${y}l-7 -5v10z"/>` : '';
    const ticks = subscribed
      ? [from, to].map((at) => `<path class="end" d="M${x(at)} ${y - 8}v16"/>`).join('')
      : '';
    return (
      `<text class="name" x="0" y="${y}">${escaped(name)}</text>` +
      `<path class="${subscribed ? 'time subscribed' : 'time'}" d="M${x(from)} ${y}H${x(to)}"/>` +
      arrow +
      ticks +
      moments.map((one) => moment(one, y)).join('')
    );
  };

  const drawings = rows.map((row, n) => {
    const y = n * LINE + LINE / 2;
    return 'name' in row
      ? line(row, y)
      : `<rect class="operator" x="${left}" y="${y - 16}" width="${width - left - 2}" height="32" rx="6"/>` +
          `<text class="label" x="${(left + width) / 2}" y="${y}">${escaped(row.operator)}</text>`;
  });

  const operator = rows.flatMap((row) => ('operator' in row ? [row.operator] : [])).join(', ');
  const title = `Marble diagram${operator && ` of ${operator}`}`;
  const desc = `${lines.map(told).join('. ')}.`;
  const notes = lines.flatMap(({ note }) => (note ? [escaped(note)] : []));
  const id = [...text]
    .reduce((hash, char) => (hash * 31 + char.charCodeAt(0)) >>> 0, 7)
    .toString(36);
  const height = rows.length * LINE;
  return (
    `<figure class="marbles" v-pre><svg viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" role="img" aria-labelledby="t-${id} d-${id}">` +
    `<title id="t-${id}">${escaped(title)}</title><desc id="d-${id}">${escaped(desc)}</desc>` +
    `${drawings.join('')}</svg>` +
    `${notes.length > 0 ? `<figcaption>${notes.join('; ')}</figcaption>` : ''}</figure>\n`
  );
};
