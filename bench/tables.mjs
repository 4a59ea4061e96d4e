// The tables that are printed and written: their cells are the same on a terminal and on a page.

const numberOf = ({ number, mark }) =>
  `${number.toFixed(2)}${mark === undefined ? '' : ` ${mark}`}`;

/** What of the lines stands across: a row of cells for each name, a column for each other. */
const across = (title, head, lines, tell = numberOf) => {
  const names = [...new Set(lines.map(({ cell }) => cell.row))];
  const heads = [...new Set(lines.map(({ cell }) => cell.column))];
  return {
    title,
    heads: [head, ...heads],
    figures: heads.map((_, index) => index + 1),
    rows: names.map((name) => [
      name,
      ...heads.map((column) => {
        const line = lines.find(({ cell }) => cell.row === name && cell.column === column);
        return line === undefined ? '' : tell(line);
      }),
    ]),
  };
};

const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const list = (title, lines, weights = []) => ({
  title,
  heads: ['measured', 'figure', 'target', '', 'medians'],
  figures: [1],
  rows: [
    ...lines.map(({ what, figure, target, mark = '', detail = '' }) => [
      ...[what, figure, target ?? '', mark, detail],
    ]),
    ...weights.map(({ what, bytes, target }) => [
      `size of ${what}`,
      kilobytes(bytes),
      ...(target === undefined
        ? ['', '']
        : [`≤ ${kilobytes(target)}`, bytes <= target ? '✓' : '✗']),
      '',
    ]),
  ],
});

export const tables = (lines, weights) =>
  [
    across(
      'Against the same by hand',
      'shape of the stream',
      lines.filter(({ cell }) => cell?.table === 'shapes'),
    ),
    across(
      'Against the peers',
      'peer, and its chunks',
      lines.filter(({ cell }) => cell?.table === 'peers'),
    ),
    across(
      'A relay and its viewers: events and megabytes told a second',
      'viewers',
      lines.filter(({ cell }) => cell?.table === 'viewers'),
      ({ figure }) => figure,
    ),
    list(
      'What a relay costs',
      lines
        .filter(({ cell }) => cell?.table === 'relay')
        .map((line) => ({ ...line, what: line.what.replace('relay: ', '') })),
    ),
    list(
      'Everything else',
      lines.filter(({ cell }) => cell === undefined),
      weights,
    ),
  ].filter(({ rows }) => rows.length > 0);
