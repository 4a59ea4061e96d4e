import { bold, cyan, green, magenta } from '../../terminal';
import type { Viewer } from './viewer';

const { stdout } = process;

const colours = [cyan, green, magenta] as const;
const coloured = (index: number, text: string): string => colours[index % colours.length]!(text);

const GAP = '  ';
const HEIGHT = 14;

/** Text in lines of a width; a word that is longer has a line of its own. */
const wrapped = (text: string, width: number): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const lines = [''];
    for (const word of line.match(/\s*\S+/g) ?? []) {
      if (lines.at(-1)!.length + word.length <= width) lines.push(lines.pop()! + word);
      else lines.push(word.trimStart());
    }
    return lines;
  });

/** What viewers see, side by side: a lane for each, with the end of its text. */
const side = (viewers: readonly Viewer[]): readonly string[] => {
  const columns = Math.min(stdout.columns || 80, 120);
  const width = Math.floor((columns + GAP.length) / viewers.length) - GAP.length - 1;
  const height = Math.max(3, Math.min(HEIGHT, (stdout.rows || 24) - 8));
  const lanes = viewers.map(({ name, text, interruptions }, index) => {
    const lines = wrapped(text.trimEnd(), width).slice(-height);
    const broken = interruptions > 0 ? `, interrupted ${interruptions}×` : '';
    return [
      bold(`${name}${broken}`.slice(0, width).padEnd(width)),
      ...Array.from({ length: height }, (_, row) =>
        coloured(index, (lines[row] ?? '').slice(0, width).padEnd(width)),
      ),
    ];
  });
  return Array.from({ length: height + 1 }, (_, row) => lanes.map((lane) => lane[row]).join(GAP));
};

/** Where viewers are shown, and what happens meanwhile is told. */
export interface Screen {
  readonly show: (viewers: readonly Viewer[]) => void;
  readonly tell: (line: string) => void;
  /** Leaves the viewers as they are: what is told from now on stands below them. */
  readonly leave: () => void;
}

/** Lanes that are written over and over, at the foot of what is told. */
const terminal = (): Screen => {
  let shown: readonly string[] = [];
  const write = (told: string, lanes: readonly string[]): void => {
    const up = shown.length > 0 ? `\x1b[${shown.length}A\x1b[J` : '';
    shown = lanes;
    stdout.write(`${up}${told}${lanes.map((line) => `${line}\n`).join('')}`);
  };
  return {
    show: (viewers) => write('', side(viewers)),
    tell: (line) => write(`${line}\n`, shown),
    leave: () => (shown = []),
  };
};

/** Where nothing can be written over: each line of each viewer, once it is whole. */
const paper = (): Screen => {
  const lines = new Map<string, number>();
  return {
    show: (viewers) => {
      for (const [index, { name, text }] of viewers.entries()) {
        const whole = text.split('\n').slice(0, -1);
        for (const line of whole.slice(lines.get(name) ?? 0)) {
          stdout.write(`${coloured(index, `${name.padEnd(5)} │ ${line}`)}\n`);
        }
        lines.set(name, whole.length);
      }
    },
    tell: (line) => void stdout.write(`${line}\n`),
    leave: () => {},
  };
};

export const screen = (): Screen => (stdout.isTTY ? terminal() : paper());
