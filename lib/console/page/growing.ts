import { Lexer, Marked, type Links, type Token } from 'marked';

/** What a text that has grown looks like now, as HTML that has still to be sanitised. */
export interface Growth {
  /** Blocks that nothing can change any more: they are shown once, and let be. */
  readonly finished: string;
  /** The block that is being written; undefined where it is as it was, and only `plain` is new. */
  readonly open: string | undefined;
  /** What follows it and has not been looked at as Markdown yet. */
  readonly plain: string;
}

/** A block of more characters than this is looked at again only when it has grown by a quarter. */
const LONG = 4_096;
/** And one of more than this is nobody's prose: it is shown as it is. */
const ENDLESS = 65_536;

/** What is nested as deep as this is no prose either, and costs the square of its depth. */
const ABYSS = /^(?:[ \t]*>){32}|^[ \t]{200,}(?:[-*+]|\d+[.)])[ \t]/m;

/** So many marks in one paragraph are nobody's emphasis, and cost the square of their number. */
const MOST_MARKS = 4_000;

const isBottomless = (text: string): boolean =>
  ABYSS.test(text) ||
  text.split(/\n[ \t]*\n/).some((part) => (part.match(/[*_]/g)?.length ?? 0) > MOST_MARKS);

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => entities[one]!);
const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;

const marked = new Marked({
  renderer: {
    // Markup is text: it is shown as it was written.
    html: ({ text }) => escaped(text),
    // A picture's address can carry away what the run knows, so it is fetched only when it is clicked.
    image: ({ href, text }) => `<a href="${escaped(href)}">${escaped(text || 'image')}</a>`,
    // The page has headings of its own; those of an answer are all one level below them.
    heading({ tokens, depth }) {
      return `<h3 data-depth="${depth}">${this.parser.parseInline(tokens)}</h3>`;
    },
    code: ({ text }) => `<pre><code>${escaped(text)}</code></pre>`,
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

const isBlank = ({ type }: Token): boolean => type === 'space';

/** The tokens that no further line can change: all but the last that is not blank. */
const settled = (tokens: readonly Token[]): readonly Token[] => {
  const last = tokens.findLastIndex((token) => !isBlank(token));
  return tokens.slice(0, Math.max(last, 0));
};

/** The tokens of a text; `links` are what it, and what went before it, calls links by. */
const tokensOf = (text: string, links: Links): readonly Token[] => {
  const lexer = new Lexer(marked.defaults);
  lexer.tokens.links = links;
  return lexer.lex(text);
};

const html = (tokens: readonly Token[]): string => marked.parser([...tokens]);

/** A block that may go on. */
const unfinished = (text: string, links: Links): string => {
  try {
    return text.length < ENDLESS && !isBottomless(text)
      ? html(tokensOf(text, links))
      : paragraph(text);
  } catch {
    return paragraph(text); // nested deeper than the stack, in a way of its own
  }
};

/**
 * Markdown that is still being written. Each piece that is added costs what the block costs that it
 * belongs to, and a long block is looked at ever more seldom: a text of n characters costs O(n).
 *
 * Only whole lines settle a block, for half a line may still become another: `2` begins a paragraph,
 * and `2. ` goes on with the list before it.
 */
export const growing = (): ((piece: string, isOver?: boolean) => Growth) => {
  const links: Links = {};
  let tail = ''; // what is not finished
  let seen = 0; // so much of it has been looked at

  /** Takes the blocks off the tail that are finished. */
  const finish = (): string => {
    const lines = tail.slice(0, tail.lastIndexOf('\n') + 1);
    if (isBottomless(lines)) return '';
    try {
      const tokens = settled(tokensOf(lines, links));
      const raw = tokens.map((token) => token.raw).join('');
      if (raw === '' || !lines.startsWith(raw)) return '';
      const finished = html(tokens);
      tail = tail.slice(raw.length);
      return finished;
    } catch {
      return '';
    }
  };

  return (piece, isOver = false) => {
    tail += piece.replaceAll('\r', '');
    const isDue = tail.length < LONG || (tail.length - seen) * 4 >= seen || isOver;
    if (!isDue) return { finished: '', open: undefined, plain: tail.slice(seen) };
    const finished = finish();
    seen = tail.length;
    return { finished, open: unfinished(tail, links), plain: '' };
  };
};
