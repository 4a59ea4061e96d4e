const { stdout, env } = process;

// A reader that has seen enough, such as `head`, ends the program.
stdout.on('error', () => process.exit());

/** Colour is for people: on a terminal, and never with `NO_COLOR` set. */
const coloured = stdout.isTTY && env['NO_COLOR'] === undefined;

/** Text that others wrote, without what a terminal would obey. */
export const printable = (text: string): string => text.replace(/(?![\n\t])\p{Cc}/gu, '');

const paint =
  (code: number) =>
  (text: string): string =>
    coloured ? `\x1b[${code}m${printable(text)}\x1b[0m` : printable(text);

export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const magenta = paint(35);
export const cyan = paint(36);

/** A value on a part of a line: `compact(result, 0.5)` takes half of the terminal's width. */
export const compact = (value: unknown, part: number): string => {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = printable(text).replace(/\s+/g, ' ');
  const length = Math.floor((stdout.columns || 100) * part);
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
};
