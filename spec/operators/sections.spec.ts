import fc from 'fast-check';
import { sections, type SectionEvent } from '../../lib/operators/sections';
import { events, torn } from './runs';

const textOf = (events: readonly SectionEvent[]): string => {
  const { add, text } = sections();
  events.forEach(add);
  return text();
};

/** `r` reasoning, `t` thinking; `+` a start; then the id, then after a colon the delta. */
const told = (script: string): string =>
  textOf(
    script.split(' ').map((word): SectionEvent => {
      const [, kind, start, id, delta = ''] = /^([rt])(\+?)(\w?)(?::(.*))?$/.exec(word)!;
      const name = kind === 'r' ? 'reasoning' : 'thinking';
      const whose = id === '' ? {} : { id: id! };
      return start === '+'
        ? { type: `${name}-start`, ...whose }
        : { type: `${name}-delta`, delta, ...whose };
    }),
  );

describe('sections', () => {
  it.each([
    ['deltas of one section', 'r:a r:b', 'ab'],
    ['a start after some text', 'r+ r:a r+ r:b', 'a\nb'],
    ['a start before all text', 'r+ r+ r:a', 'a'],
    ['a section without text', 'r:a r+ r+ r: r+ r:b', 'a\nb'],
    ['a start with nothing after it', 'r:a r+', 'a'],
    ['another id', 'r1:a r2:b r2:c r1:d', 'a\nbc\nd'],
    ['an id after none', 'r:a r1:b', 'a\nb'],
    ['no id after one', 'r1:a r:b r1:c', 'abc'],
    ['the id of a start', 'r+1 r:a r1:b r2:c', 'ab\nc'],
    ['another kind', 'r:a t:b t:c r:d', 'a\nbc\nd'],
    ['another kind with the same id', 'r1:a t1:b', 'a\nb'],
    ['an empty delta of another section', 'r1:a r2: t: r1:b', 'ab'],
    ['newlines of its own', 'r:a\\n r+ r:b', 'a\\n\nb'],
  ])('%s', (_, script, text) => {
    expect(told(script)).toBe(text);
  });

  it('does not mind how deltas are cut', () => {
    const isSection = (event: { readonly type: string }): event is SectionEvent =>
      /^(reasoning|thinking|plan)-(start|delta)$/.test(event.type);
    fc.assert(
      fc.property(events, fc.nat(), (run, at) => {
        expect(textOf(torn(run, at).filter(isSection))).toBe(textOf(run.filter(isSection)));
      }),
    );
  });
});
