import type { RunEvent } from 'm8tes-rx';
import { chunks, messages, written } from '../../lib/relay/chunks';
import { deltas, entriesOf } from './logs';

const told = (events: readonly RunEvent[], gen = 'g') => ({ gen, entries: entriesOf(events) });
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const onlyText = (event: RunEvent): RunEvent | undefined =>
  event.type === 'text-delta' ? event : undefined;

describe('messages', () => {
  it('carry the cursor behind each event, and count what nobody sees', () => {
    const events: readonly RunEvent[] = [...deltas('a'), { type: 'ping' }, ...deltas('b')];
    const entries = entriesOf(events);
    expect(messages(told(events), onlyText)).toEqual([
      { id: `g-1-${entries[0]!.fingerprint}`, data: '{"type":"text-delta","delta":"a"}' },
      { id: `g-3-${entries[2]!.fingerprint}`, data: '{"type":"text-delta","delta":"b"}' },
    ]);
    expect(messages(told(events), undefined)).toHaveLength(3);
  });

  it('have no cursor where there is no log', () => {
    expect(messages(told(deltas('a'), ''), undefined)).toEqual([
      { data: '{"type":"text-delta","delta":"a"}' },
    ]);
  });

  it('are written as the standard has it', () => {
    expect(written('{}', 'g-1-ff')).toBe('id: g-1-ff\ndata: {}\n\n');
    expect(written('two\r\nlines\rand\none')).toBe(
      'data: two\ndata: lines\ndata: and\ndata: one\n\n',
    );
  });
});

describe('chunks', () => {
  it('are encoded once for all who are told the same', () => {
    const seen = jest.fn(onlyText);
    const chunk = chunks(seen);
    const { gen, entries } = told(deltas('é', '🎈'));
    const first = chunk({ gen, entries });
    expect(textOf(first)).toContain('"delta":"🎈"');
    expect(chunk({ gen, entries: entries.slice() })).toBe(first);
    expect(seen).toHaveBeenCalledTimes(2);
    expect(textOf(chunk({ gen, entries: entries.slice(0, 1) }))).toBe(
      textOf(first).slice(0, textOf(first).indexOf('id: g-2')),
    );
  });

  it('are empty where nobody sees anything', () => {
    expect(chunks(() => undefined)(told(deltas('a')))).toHaveLength(0);
    expect(chunks(undefined)({ gen: 'g', entries: [] })).toHaveLength(0);
  });

  it('are kept for a while, within bounds', () => {
    const chunk = chunks(undefined);
    const long = Array.from({ length: 30 }, (_, pos) => ({
      gen: 'g',
      entries: [{ pos, fingerprint: 'f', data: 'x'.repeat(200_000) }],
    }));
    const first = chunk(long[0]!);
    expect(chunk(long[0]!)).toBe(first);
    for (const one of long) chunk(one);
    expect(chunk(long[0]!)).not.toBe(first);
    expect(chunk(long[29]!)).toBe(chunk(long[29]!));
  });
});
