import fc from 'fast-check';
import { pages, sections, type SectionEvent } from '../../lib/operators/texts';
import { events, torn } from './runs';

describe('pages', () => {
  it('joins its pieces, however they fall on pages', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x'.repeat(4095),
        'y'.repeat(4096),
        'z'.repeat(4097),
        '\u{1f600}'.repeat(5000),
      ),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { add, text } = pages();
        pieces.forEach((piece, i) => {
          add(piece);
          expect(text()).toBe(pieces.slice(0, i + 1).join(''));
        });
      }),
    );
  });

  it('begins empty', () => {
    expect(pages().text()).toBe('');
  });
});

const textOf = (events: readonly SectionEvent[]): string => {
  const { add, text } = sections();
  events.forEach(add);
  return text();
};

const kinds = { r: 'reasoning', t: 'thinking', p: 'plan' } as const;

/** `r` reasoning, `t` thinking, `p` plan; `+` a start, `-` an end; the id; after a colon the delta. */
const told = (script: string): string =>
  textOf(
    script.split(' ').map((word): SectionEvent => {
      const [, letter, bound, id, delta = ''] = /^([rtp])([+-]?)(\w?)(?::(.*))?$/s.exec(word)!;
      const kind = kinds[letter as keyof typeof kinds];
      const whose = id === '' ? {} : { id: id! };
      if (bound === '+') return { type: `${kind}-start`, ...whose };
      if (bound === '-') return { type: `${kind}-end`, ...whose };
      return { type: `${kind}-delta`, delta, ...whose };
    }),
  );

const isSection = (event: { readonly type: string }): event is SectionEvent =>
  /^(reasoning|thinking|plan)-(start|delta|end)$/.test(event.type);

describe('sections', () => {
  it.each([
    ['deltas of one section', 'r:a r:b', 'ab'],
    ['a start after some text', 'r+ r:a r+ r:b', 'a\nb'],
    ['a start before all text', 'r+ r+ r:a', 'a'],
    ['an end after some text', 'r:a r- r:b', 'a\nb'],
    ['an end before all text', 'r- r:a', 'a'],
    ['an end, and the start of the next', 'p+ p:a p- p+ p:b p-', 'a\nb'],
    ['an end, and a delta that has its id', 'r+1 r1:a r-1 r1:b', 'a\nb'],
    ['an end that has no id, nor has the delta', 'r1:a r- r:b r:c', 'a\nbc'],
    ['a section without text', 'r:a r- r+ r+ r: r- r+ r:b', 'a\nb'],
    ['nothing after a start or an end', 'r:a r- r+', 'a'],
    ['another id', 'r1:a r2:b r2:c r1:d', 'a\nbc\nd'],
    ['an id after none', 'r:a r1:b', 'a\nb'],
    ['no id after one', 'r1:a r:b r1:c', 'abc'],
    ['the id of a start', 'r+1 r:a r1:b r2:c', 'ab\nc'],
    ['another kind', 'r:a t:b t:c r:d', 'a\nbc\nd'],
    ['another kind with the same id', 'r1:a t1:b', 'a\nb'],
    ['an empty delta of another section', 'r1:a r2: t: r1:b', 'ab'],
  ])('%s', (_, script, text) => {
    expect(told(script)).toBe(text);
  });

  it.each([
    ['a newline at the end of a section', 'r:a\n r- r:b', 'a\nb'],
    ['a newline alone, in a delta of its own', 'r:a r:\n r+ r:b', 'a\nb'],
    ['several newlines at the end of a section', 'r:a\n\n r+ r:b', 'a\n\nb'],
    ['a section that is a newline', 'r1:a r2:\n r3:b', 'a\n\nb'],
    ['a newline before all text', 'r:\n r+ r:a', '\na'],
    ['a newline at the beginning of a section', 'r:a r+ r:\nb', 'a\n\nb'],
    ['a newline inside a section', 'r:a\nb r+ r:c', 'a\nb\nc'],
  ])('%s, as the text has it', (_, script, text) => {
    expect(told(script)).toBe(text);
  });

  it('does not mind how deltas are cut', () => {
    fc.assert(
      fc.property(events, fc.nat(), (run, at) => {
        expect(textOf(torn(run, at).filter(isSection))).toBe(textOf(run.filter(isSection)));
      }),
    );
  });

  it('loses nothing, and adds no line that would be empty', () => {
    fc.assert(
      fc.property(events, (run) => {
        const deltas = run.filter(isSection).flatMap((event) => ('delta' in event ? event : []));
        // Else nobody can tell whose newline it is.
        fc.pre(deltas.every(({ delta }) => !delta.startsWith('\n')));
        const text = textOf(run.filter(isSection));
        const added: string[] = [];
        let rest = text;
        for (const { delta } of deltas) {
          if (!rest.startsWith(delta)) {
            added.push(text.slice(0, text.length - rest.length));
            expect(rest.slice(0, 1)).toBe('\n');
            rest = rest.slice(1);
          }
          expect(rest.startsWith(delta)).toBe(true);
          rest = rest.slice(delta.length);
        }
        expect(rest).toBe('');
        for (const before of added) expect(before).toMatch(/[^\n]$/);
      }),
    );
  });
});
