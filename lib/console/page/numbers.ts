import type { RunResult } from 'm8tes-rx';
import type { Timing } from '../timing';
import { count, dollars, duration } from './amounts';
import { h, say, set, svg } from './dom';

const width = 160;
const height = 28;

/** Characters a second as a row of bars, and what it says in words. */
const plot = ({
  written,
  span,
}: Timing): { readonly bars: SVGElement[]; readonly most: number } => {
  const step = width / Math.max(written.length, 12);
  const peak = Math.max(1, ...written);
  return {
    bars: written.map((characters, i) => {
      const size = characters === 0 ? 0.5 : Math.max(2, (height * characters) / peak);
      return svg('rect', {
        x: (i * step).toFixed(2),
        y: (height - size).toFixed(2),
        width: Math.max(0.75, step - 1).toFixed(2),
        height: size.toFixed(2),
        rx: 0.75,
      });
    }),
    most: Math.round((peak * 1_000) / span),
  };
};

const figure = (label: string) => {
  const value = h('dd');
  const element = h('div', { hidden: true }, h('dt', {}, label), value);
  return {
    element,
    show: (text: string | undefined) => {
      set(element, 'hidden', text === undefined);
      say(value, text ?? '');
    },
  };
};

const amount = (value: unknown): number | undefined =>
  typeof value === 'number' ? value : undefined;

/** What the last turn took, once it has ended. */
export const numbers = () => {
  const first = figure('First token');
  const whole = figure('Duration');
  const tokens = figure('Tokens');
  const cost = figure('Cost');
  const drawing = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    ...{ width, height, role: 'img' },
  });
  const speed = h(
    'div',
    { class: 'speed', hidden: true },
    h('dt', {}, 'Characters a second'),
    h('dd', {}, drawing),
  );
  const element = h(
    'dl',
    { class: 'numbers', hidden: true, 'aria-label': 'What the run took' },
    ...[first, whole, tokens, cost].map((one) => one.element),
    speed,
  );
  let drawn: readonly number[] | undefined;

  return {
    element,
    show: (isOver: boolean, { metrics, usage }: RunResult, times: Timing | undefined) => {
      const input = metrics.input_tokens_used ?? amount(usage?.['input_tokens']);
      const output = metrics.output_tokens_used ?? amount(usage?.['output_tokens']);
      const spent = metrics.claude_token_cost_usd ?? (usage?.['cost_usd'] as string | undefined);
      const { began = 0, firstToken, ended } = times ?? {};
      const took = ended === undefined ? metrics.execution_time_ms : ended - began;

      first.show(firstToken === undefined ? undefined : duration(firstToken - began));
      whole.show(took === undefined ? undefined : duration(took));
      tokens.show(
        input === undefined && output === undefined
          ? undefined
          : `${count(input ?? 0)} in · ${count(output ?? 0)} out`,
      );
      cost.show(spent === undefined ? undefined : dollars(spent));
      if (times !== undefined && times.written !== drawn) {
        drawn = times.written;
        const { bars, most } = plot(times);
        drawing.replaceChildren(...bars);
        set(drawing, 'aria-label', `${count(most)} characters a second at the most`);
      }
      set(speed, 'hidden', (drawn?.length ?? 0) < 4); // a bar or two are no curve
      set(
        element,
        'hidden',
        !isOver || [took, firstToken, input, output, spent].every((one) => one === undefined),
      );
    },
  };
};
