import fc from 'fast-check';
import { growing, type Growth } from '../../../lib/console/page/growing';

/** What a page shows in the end of a text that came in these pieces. */
const shown = (pieces: readonly string[]): string => {
  const grow = growing();
  let html = '';
  let growth: Growth = { finished: '', open: '', plain: '' };
  for (const piece of pieces) {
    growth = grow(piece);
    html += growth.finished;
  }
  growth = grow('', true);
  return html + growth.finished + growth.open + growth.plain;
};
const whole = (text: string): string => shown([text]);
const flat = (html: string): string => html.replace(/\s+/g, ' ').trim();

const blocks = [
  '# Title\n\n',
  'A paragraph with *some* **words** and `code`,\non two lines.\n\n',
  '- one\n- two\n  - deeper\n- three\n\n',
  '1. first\n\n2. second\n\n   still second\n\n',
  '```ts\nconst a = 1;\n\nconst b = `\n# none`;\n```\n\n',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | 4 |\n\n',
  '> quoted\n> twice\nand lazily\n\n',
  'Setext\n======\n\n',
  '---\n\n',
  '    indented\n\n    code\n\n',
  '- [ ] to do\n- [x] done\n\n',
  'Text <b>with</b> markup & an ![image](https://example.com/i.png).\n\n',
  '<div>\nmarkup\n</div>\n\n',
  'A line that\r\nends as Windows does.\r\n\r\n',
];
/** Cuts a text where the numbers say. */
const cut = (text: string, lengths: readonly number[]): readonly string[] => {
  const pieces: string[] = [];
  let at = 0;
  for (let i = 0; at < text.length; i++) {
    const length = lengths[i % lengths.length]!;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
};

describe('growing', () => {
  it('shows the same, however the text was cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...blocks), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 7 }),
        (parts, lengths) => {
          const text = parts.join('');
          expect(flat(shown(cut(text, lengths)))).toBe(flat(whole(text)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('finishes a block once, when another follows it on a line of its own', () => {
    const grow = growing();
    expect(grow('# One')).toMatchObject({ finished: '', open: '<h3 data-depth="1">One</h3>' });
    expect(grow('\n\nTw')).toMatchObject({ finished: '' });
    const next = grow('o\n');
    expect(next.finished).toBe('<h3 data-depth="1">One</h3>');
    expect(next.open).toBe('<p>Two</p>\n');
    expect(grow(' lines')).toEqual({ finished: '', open: '<p>Two\n lines</p>\n', plain: '' });
  });

  it('keeps a list together that goes on', () => {
    const html = shown(['1. one\n\n', '2', '. two\n\n', '3. three']);
    expect(html.match(/<ol/g)).toHaveLength(1);
    expect(html.match(/<li/g)).toHaveLength(3);
  });

  it('shows markup as text, images as links, and headings below those of the page', () => {
    const html = whole(
      '<script>alert(1)</script>\n\n<img src=x onerror=y> ![a"b](http://x/"y) # no',
    );
    expect(html).not.toMatch(/<(script|img)/);
    expect(html).toContain('&lt;script&gt;');
    expect(whole('###### Deep')).toBe('<h3 data-depth="6">Deep</h3>');
  });

  it('costs no more than its length: a long block is looked at ever more seldom', () => {
    const grow = growing();
    let looked = 0;
    let sum = 0;
    for (let i = 0; i < 4_000; i++) {
      const { open } = grow('word '); // one paragraph, no line ends
      if (open === undefined) continue;
      looked++;
      sum += open.length;
    }
    expect(looked).toBeLessThan(1_000);
    expect(sum).toBeLessThan(4_000_000); // as against 40 million
  });

  it('looks at each of many blocks while it is written, and never again', () => {
    const grow = growing();
    let html = '';
    let longest = 0;
    for (let i = 0; i < 2_000; i++) {
      const { finished, open } = grow(`Paragraph ${i}\n\n`);
      html += finished;
      longest = Math.max(longest, finished.length + (open?.length ?? 0));
    }
    expect(longest).toBeLessThan(100);
    expect(html.match(/<p>/g)).toHaveLength(1_999);
  });

  it('loses nothing of a block without an end', () => {
    const text = 'x'.repeat(200_000);
    const html = shown(cut(text, [777]));
    expect(html.match(/x/g)).toHaveLength(text.length);
  });

  it('takes what has more marks than anybody means for plain, and no other paragraph', () => {
    const many = '_a_'.repeat(10_000);
    expect(growing()(many, true).open).toBe(`<p>${many}</p>`);
    const html = shown(cut(`_one_ two\n\n`.repeat(5_000), [997]));
    expect(html.match(/<em>one<\/em> two/g)).toHaveLength(5_000);
  });

  it.each([
    ['quotes behind what is none', `# Title\n\n${'> '.repeat(20_000)}deep\n\nAnd on.\n\n`],
    ['quotes', '> '.repeat(20_000) + 'deep'],
    ['brackets', '['.repeat(3_000)],
    ['emphasis', '*a **'.repeat(1_000)],
    ['lists', Array.from({ length: 300 }, (_, i) => `${' '.repeat(2 * i)}- a`).join('\n')],
  ])('survives %s nested as deep as they get', (_, text) => {
    expect(shown(cut(text, [997])).length).toBeGreaterThan(text.length / 4);
  });
});
