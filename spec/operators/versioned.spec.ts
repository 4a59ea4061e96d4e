import fc from 'fast-check';
import { versioned } from '../../lib/operators/versioned';

describe('versioned', () => {
  it('is empty at first', () => {
    expect(versioned((text: string) => text).version()()).toEqual([]);
  });

  it('keeps what a version was, and what a later one is', () => {
    const { put, version } = versioned((text: string) => text);
    put(0, 'a');
    const one = version();
    put(0, 'b');
    put(1, 'c');
    const two = version();
    put(1, 'd');
    expect(one()).toEqual(['a']);
    expect(version()()).toEqual(['b', 'd']);
    expect(two()).toEqual(['b', 'c']);
    expect(one()).toEqual(['a']);
  });

  it('copies a version once', () => {
    const { put, version } = versioned((text: string) => text);
    put(0, 'a');
    const one = version();
    expect(version()()).toBe(one());
    put(0, 'b');
    expect(version()()).not.toBe(one());
    expect(one()).toEqual(['a']);
  });

  it('is what a list copied at every change is, in whatever order it is read and written', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ put: fc.nat(), item: fc.string() }) },
      { weight: 1, arbitrary: fc.record({ read: fc.nat() }) },
      { weight: 2, arbitrary: fc.constant('version' as const) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.array(fc.nat()), (steps, order) => {
        const { put, version } = versioned((text: string) => text);
        let now: readonly string[] = [];
        const versions: (readonly [() => readonly string[], readonly string[]])[] = [];
        const check = (i: number): void => {
          const [read, copy] = versions[i % versions.length] ?? [version(), now];
          expect(read()).toEqual(copy);
        };
        for (const step of steps) {
          if (step === 'version') versions.push([version(), now]);
          else if ('read' in step) check(step.read);
          else {
            const index = step.put % (now.length + 1);
            now = Object.assign([...now], { [index]: step.item });
            put(index, step.item);
          }
        }
        order.forEach(check);
        versions.forEach((_, i) => check(i));
        expect(version()()).toEqual(now);
      }),
    );
  });

  it('takes its steps one by one: a read next to the last one is near', () => {
    const { put, version } = versioned((text: string) => text);
    const versions = Array.from({ length: 20_000 }, (_, i) => {
      put(0, String(i));
      return version();
    });
    // From the oldest on: 20,000 steps back, then one for each; were it the whole way every time,
    // 200 million.
    const push = jest.spyOn(Array.prototype, 'push');
    const read = versions.map((version) => version()[0]);
    const steps = push.mock.calls.length;
    push.mockRestore();
    expect(read).toEqual(versions.map((_, i) => String(i)));
    expect(steps).toBe(2 * 19_999);
  });
});
