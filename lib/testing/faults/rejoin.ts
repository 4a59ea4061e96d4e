import type { MonoTypeOperatorFunction } from 'rxjs';
import { frameLine } from '../frameLine';
import type { Line } from '../Line';
import { random } from '../random';
import type { Frame } from '../Script';
import { replayed } from './replayed';

/** What two deltas must share to be pieces of one text: all but the text. */
const channel = ({ delta: _, ...rest }: Frame): string => JSON.stringify(rest);

const isDelta = (line: Line | undefined): line is Line & { readonly frame: Frame } =>
  typeof line?.frame?.['delta'] === 'string';

/** "The server replays the whole history, perhaps with deltas joined differently." */
export const rejoin = (seed: number): MonoTypeOperatorFunction<Line> =>
  replayed((history) => {
    const chance = random(seed);
    const lines: Line[] = [];
    let run: Frame[] = [];
    const flush = (): void => {
      const [first] = run;
      if (first === undefined) return;
      const letters = Array.from(run.map(({ delta }) => delta as string).join(''));
      run = [];
      while (letters.length > 0) {
        const delta = letters.splice(0, 1 + Math.floor(chance() * 24)).join('');
        lines.push(frameLine({ ...first, delta }));
      }
    };
    for (const line of history) {
      if (!isDelta(line)) {
        flush();
        lines.push(line);
        continue;
      }
      if (run[0] !== undefined && channel(run[0]) !== channel(line.frame)) flush();
      run.push(line.frame);
    }
    flush();
    return lines;
  });
