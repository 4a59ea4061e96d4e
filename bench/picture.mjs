// The picture of docs/performance.md: bars for the two tables that stand across, drawn from the same
// figures. It needs no font but the reader's own, and has a coat for the light and one for the dark.

const width = 920;
const edge = 28;
const labels = 236;
const gap = 28;
const figure = 46; // room for a bar's own figure at its end
const panel = (width - 2 * edge - labels - gap) / 2;
const lefts = [edge + labels, edge + labels + panel + gap];

const style = `
  svg { --page: #ffffff; --line: #d1d9e0; --ink: #1f2328; --soft: #59636e; --one: #0969da; --two: #bf5700 }
  @media (prefers-color-scheme: dark) {
    svg { --page: #0d1117; --line: #3d444d; --ink: #f0f6fc; --soft: #9198a1; --one: #4493f8; --two: #f0883e }
  }
  text { font: 12px system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; fill: var(--ink) }
  .title { font-size: 17px; font-weight: 600 }
  .head { font-size: 12.5px; font-weight: 600 }
  .soft { fill: var(--soft) }
  .small { font-size: 10.5px; fill: var(--soft); font-variant-numeric: tabular-nums }
  .page { fill: var(--page); stroke: var(--line) }
  .grid { stroke: var(--line) }
  .par { stroke: var(--ink); stroke-dasharray: 3 3 }
  .one { fill: var(--one) }
  .two { fill: var(--two) }
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

/** Two panels of bars beside each other: `rows` of `{ label, panels: [[value, …], [value, …]] }`. */
const bars = (top, { title, heads, rows, thick }) => {
  const values = rows.flatMap(({ panels }) => panels.flat()).filter((value) => value !== undefined);
  const scale = (panel - figure) / Math.max(1, ...values);
  const series = Math.max(...rows.flatMap(({ panels }) => panels.map((each) => each.length)));
  const height = series * (thick + 2) + 9;
  const begin = top + 46;
  const end = begin + rows.length * height;
  const out = [text(edge, top + 14, title, ' class="head"')];
  lefts.forEach((left, which) => {
    out.push(text(left, top + 34, heads[which], ' class="soft"'));
    for (const tick of ticksTo(Math.max(1, ...values))) {
      if (tick !== 1) out.push(upright(left + tick * scale, begin, end, 'grid'));
      const kind = ' class="small" text-anchor="middle"';
      out.push(text(left + tick * scale, end + 15, `${tick} ×`, kind));
    }
  });
  rows.forEach(({ label, panels }, row) => {
    const y = begin + row * height + 4;
    out.push(
      text(edge + labels - 12, y + (height - 9) / 2 + 3.5, label, ' text-anchor="end"'),
      ...panels.flatMap((each, which) =>
        each.flatMap((value, index) => {
          if (value === undefined) return [];
          const line = y + index * (thick + 2);
          const size = `width="${at(value * scale)}" height="${thick}"`;
          return [
            `<rect class="${['one', 'two'][index]}" x="${at(lefts[which])}" y="${at(line)}" ${size} rx="1.5"/>`,
            text(
              lefts[which] + value * scale + 5,
              line + thick / 2 + 3.6,
              value.toFixed(2),
              ' class="small"',
            ),
          ];
        }),
      ),
    );
  });
  out.push(...lefts.map((left) => upright(left + scale, begin - 4, end + 2, 'par')));
  return { out, end: end + 26 };
};

const chunks = ['16 KiB', 'frames'];
const heads = ['in chunks of 16 KiB', 'a frame a chunk'];

/** What is measured by hand, a row a shape; and what a peer's row of texts says. */
const byShape = (lines) => {
  const cells = lines
    .filter(({ cell }) => cell?.table === 'shapes')
    .map(({ cell, number }) => ({ ...cell, number }));
  return [...new Set(cells.map(({ row }) => row))].map((label) => ({
    label,
    panels: chunks.map((size) =>
      ['events()', 'runs.create()'].map(
        (call) =>
          cells.find(({ row, column }) => row === label && column === `${call}, ${size}`)?.number,
      ),
    ),
  }));
};

const byPeer = (lines) => {
  const cells = lines
    .filter(({ cell }) => cell?.table === 'peers' && cell.column === 'text')
    .map(({ cell, number }) => ({ peer: cell.peer, size: cell.chunks, number }));
  return [...new Set(cells.map(({ peer }) => peer))].map((label) => ({
    label,
    panels: chunks.map((size) => [
      cells.find((cell) => cell.peer === label && cell.size === size)?.number,
    ]),
  }));
};

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
  const height = peers.end + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${at(height)}" viewBox="0 0 ${width} ${at(height)}" role="img" aria-labelledby="title">
<title id="title">How many times as fast as by hand, and as its peers, m8tes-rx reads a stream</title>
<style>${style}</style>
<rect class="page" x="0.5" y="0.5" width="${width - 1}" height="${at(height - 1)}" rx="8"/>
${text(edge, 34, 'How many times as fast', ' class="title"')}
${text(edge, 52, 'By CPU time; longer is faster. The tables below have every figure.', ' class="soft"')}
${[...legend, ...shapes.out, ...peers.out].join('\n')}
</svg>
`;
};
