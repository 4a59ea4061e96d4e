// The picture of docs/performance.md: bars for the two tables that stand across, drawn from the same
// figures. It needs no font but the reader's own, and has a coat for the light and one for the dark.

const width = 920;
const edge = 28;
const labels = 236;
const gap = 28;
const apart = 3; // from bar to bar within a row
const figure = 46; // room for a bar's own figure at its end
const panel = (width - 2 * edge - labels - gap) / 2;
const lefts = [edge + labels, edge + labels + panel + gap];

/** No custom properties: some that draw SVG know none. */
const colours = ({ page, line, ink, soft, one, two }) => `
  text { fill: ${ink} }
  .soft, .small { fill: ${soft} }
  .small { stroke: ${page} }
  .page { fill: ${page}; stroke: ${line} }
  .grid { stroke: ${line} }
  .par { stroke: ${ink} }
  .one { fill: ${one} }
  .two { fill: ${two} }
`;
const light = {
  ...{ page: '#ffffff', line: '#d1d9e0', ink: '#1f2328', soft: '#59636e' },
  ...{ one: '#0969da', two: '#d4791f' },
};
const dark = {
  ...{ page: '#0d1117', line: '#3d444d', ink: '#f0f6fc', soft: '#9198a1' },
  ...{ one: '#4493f8', two: '#f0a050' },
};
const style = `
  text { font: 12px system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif }
  .title { font-size: 17px; font-weight: 600 }
  .head { font-size: 12.5px; font-weight: 600 }
  .small { font-size: 10px; font-variant-numeric: tabular-nums; paint-order: stroke; stroke-width: 1.5px }
  .par { stroke-dasharray: 3 3 }
  ${colours(light)}
  @media (prefers-color-scheme: dark) { ${colours(dark)} }
`;

const plain = (text) =>
  text.replaceAll('`', '').replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const at = (value) => Number(value.toFixed(1));
const text = (x, y, content, rest = '') =>
  `<text x="${at(x)}" y="${at(y)}"${rest}>${plain(content)}</text>`;
const upright = (x, top, bottom, kind) =>
  `<line class="${kind}" x1="${at(x)}" x2="${at(x)}" y1="${at(top)}" y2="${at(bottom)}"/>`;

/** Ticks that are whole, halves or quarters, four or five of them. */
const ticksTo = (most) => {
  const step = [0.25, 0.5, 1, 2, 5, 10, 20].find((each) => most / each <= 4.5) ?? most / 4;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
};

/** Two panels of bars beside each other: `rows` of `{ label, panels: [[{ kind, value }, …], […]] }`. */
const bars = (top, { title, heads, rows, thick }) => {
  const all = rows.flatMap(({ panels }) => panels.flat());
  const most = Math.max(1, ...all.map(({ value }) => value));
  const scale = (panel - figure) / most;
  const deepest = Math.max(...rows.flatMap(({ panels }) => panels.map(({ length }) => length)));
  const height = deepest * (thick + apart) + 9;
  const begin = top + 46;
  const end = begin + rows.length * height;
  const ofPanel = (left, which) => {
    const each = rows.flatMap(({ panels }, row) =>
      panels[which].map(({ kind, value }, index) => {
        const y = begin + row * height + 4 + index * (thick + apart);
        return { kind, value, y, x: left + value * scale };
      }),
    );
    return [
      text(left, top + 34, heads[which], ' class="soft"'),
      ...ticksTo(most).flatMap((tick) => [
        upright(left + tick * scale, begin, end, 'grid'),
        text(left + tick * scale, end + 15, `${tick} ×`, ' class="small" text-anchor="middle"'),
      ]),
      ...each.map(({ kind, y, x }) => {
        const size = `width="${at(x - left)}" height="${thick}"`;
        return `<rect class="${kind}" x="${at(left)}" y="${at(y)}" ${size} rx="1.5"/>`;
      }),
      upright(left + scale, begin - 4, end + 2, 'par'),
      ...each.map(({ value, y, x }) =>
        text(x + 5, y + thick / 2 + 3.4, value.toFixed(2), ' class="small"'),
      ),
    ];
  };
  const named = rows.map(({ label }, row) => {
    const y = begin + row * height + 4 + (height - 9) / 2 + 3.5;
    return text(edge + labels - 12, y, label, ' text-anchor="end"');
  });
  return {
    out: [text(edge, top + 14, title, ' class="head"'), ...lefts.flatMap(ofPanel), ...named],
    end: end + 26,
  };
};

const chunks = ['16 KiB', 'frames'];
const heads = ['in chunks of 16 KiB', 'a frame a chunk'];
const kinds = { events: 'one', create: 'two' };

/** The cells of a table by a name, each with the bars of its two panels. */
const rowsOf = (lines, nameOf) =>
  [...new Set(lines.map(({ cell }) => nameOf(cell)))].map((label) => ({
    label,
    panels: chunks.map((size) =>
      lines
        .filter(({ cell }) => nameOf(cell) === label && cell.chunks === size)
        .map(({ cell, number }) => ({ kind: kinds[cell.call], value: number })),
    ),
  }));

const byShape = (lines) =>
  rowsOf(
    lines.filter(({ cell }) => cell?.table === 'shapes'),
    ({ row }) => row,
  );

const byPeer = (lines) =>
  rowsOf(
    lines.filter(({ cell }) => cell?.table === 'peers' && cell.column === 'text'),
    ({ peer }) => peer,
  );

/** The picture as SVG. */
export const picture = (lines) => {
  const legend = [
    `<rect class="one" x="${edge}" y="62" width="12" height="9" rx="1.5"/>`,
    text(edge + 18, 70.5, 'events()'),
    `<rect class="two" x="${edge + 92}" y="62" width="12" height="9" rx="1.5"/>`,
    text(edge + 110, 70.5, 'runs.create()'),
    `<line class="par" x1="${edge + 208}" x2="${edge + 228}" y1="66.5" y2="66.5"/>`,
    text(edge + 235, 70.5, '1 ×: as fast'),
  ];
  const shapes = bars(92, {
    title: 'Against the same by hand',
    ...{ heads, rows: byShape(lines), thick: 8 },
  });
  const peers = bars(shapes.end + 22, {
    title: 'Against the peers, text',
    ...{ heads, rows: byPeer(lines), thick: 11 },
  });
  const height = peers.end + 30;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${at(height)}" viewBox="0 0 ${width} ${at(height)}" role="img" aria-labelledby="title">
<title id="title">How many times as fast as by hand, and as its peers, m8tes-rx reads a stream</title>
<style>${style}</style>
<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${at(height - 1)}" rx="8"/>
${text(edge, 34, 'm8tes-rx: how many times as fast', ' class="title"')}
${text(edge, 52, 'By CPU time; longer is faster. The tables below have every figure.', ' class="soft"')}
${[...legend, ...shapes.out, ...peers.out].join('\n')}
${text(edge, height - 16, '† both sides on a newer Node', ' class="soft"')}
</svg>
`;
};
