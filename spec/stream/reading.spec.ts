import { decode } from '../../lib/events/decode';
import type { RunEvent } from '../../lib/events/RunEvent';
import { reading } from '../../lib/stream/reading';
import { Seen } from '../../lib/stream/Seen';

const t = (delta: string, id?: string): RunEvent => ({
  type: 'text-delta',
  delta,
  ...(id !== undefined && { id }),
});
const call = (toolCallId: string): RunEvent => ({ type: 'tool-call-start', toolCallId });
const ping: RunEvent = { type: 'ping' };
const done: RunEvent = { type: 'done' };

/** What is new in a replay, after some events were delivered; and the verdict. */
const read = (delivered: readonly RunEvent[], replay: readonly RunEvent[]) => {
  const seen = Seen();
  delivered.forEach(seen.note);
  const one = reading(seen);
  const fresh = replay.map((event) => one.read(event)).filter((event) => event !== undefined);
  return { fresh, verdict: one.verdict };
};

describe('reading', () => {
  it('of what was delivered, finds nothing new', () => {
    const events = [t('ab'), call('1'), t('cd'), ping, done];
    expect(read(events, events)).toEqual({ fresh: [], verdict: 'right' });
  });

  it('when nothing was delivered, finds all new', () => {
    const events = [t('ab'), call('1'), done];
    expect(read([], events)).toEqual({ fresh: events, verdict: 'right' });
  });

  it.each([
    ['joined', [t('abcd')], []],
    ['split', [t('a'), t('bc'), t('d')], []],
    ['joined with what is new', [t('abcdef')], [t('ef')]],
    ['split at what is new', [t('abc'), t('de'), t('f')], [t('e'), t('f')]],
    ['joined, of another id', [t('abcd'), t('x', '1')], [t('x', '1')]],
  ])('drops deltas by their characters: %s', (_, replay, fresh) => {
    expect(read([t('ab'), t('cd')], replay)).toEqual({ fresh, verdict: 'right' });
  });

  it('keeps what a straddling delta says beside its text', () => {
    const replay = (delta: string): RunEvent => decode(JSON.stringify({ ...t(delta), later: 1 }));
    expect(read([t('ab')], [replay('abcd')]).fresh).toEqual([replay('cd')]);
  });

  it('reads each channel by itself, in whatever order they are told', () => {
    const delivered = [t('ab', '1'), t('xy', '2')];
    const replay = [t('xyz', '2'), t('abc', '1')];
    expect(read(delivered, replay)).toEqual({
      fresh: [t('z', '2'), t('c', '1')],
      verdict: 'right',
    });
  });

  it('drops other events by their occurrences', () => {
    const replay = [call('1'), ping, ping, call('2'), call('1')];
    expect(read([call('1'), ping], replay).fresh).toEqual([ping, call('2'), call('1')]);
  });

  it('does not miss what a replay leaves out', () => {
    expect(read([ping, ping, t('a')], [t('ab'), ping, call('1')]).fresh).toEqual([
      t('b'),
      call('1'),
    ]);
  });

  it('is open as long as some of the delivered text was not met', () => {
    expect(read([t('abcd')], [])).toEqual({ fresh: [], verdict: 'open' });
    expect(read([t('abcd')], [t('abc')])).toEqual({ fresh: [], verdict: 'open' });
    expect(read([t('a', '1'), t('b', '2')], [t('a', '1')])).toEqual({ fresh: [], verdict: 'open' });
  });

  it.each([
    ['another text', [t('abXd')]],
    ['another text that goes on in the same way', [t('Xb'), t('cdef')]],
    ['its ending before its text', [t('abc'), done]],
  ])('is wrong at %s', (_, replay) => {
    expect(read([t('ab'), t('cd')], replay).verdict).toBe('wrong');
  });

  it('stays wrong', () => {
    expect(read([t('ab')], [t('xy'), t('ab'), call('1')]).verdict).toBe('wrong');
  });

  it('goes on over an ending that was delivered', () => {
    const replay = [t('ab'), done, t('cde'), done];
    expect(read([t('ab'), done, t('cd')], replay)).toEqual({
      fresh: [t('e'), done],
      verdict: 'right',
    });
  });

  it('drops pieces without text by their occurrences', () => {
    const replay = [t(''), t('ab'), t(''), t('c')];
    expect(read([t('')], [t('a'), done])).toEqual({ fresh: [t('a'), done], verdict: 'right' });
    expect(read([t(''), t('ab')], replay)).toEqual({ fresh: [t(''), t('c')], verdict: 'right' });
    expect(read([t(''), t('ab'), t('')], replay).fresh).toEqual([t('c')]);
  });

  it('leaves what was seen as it is, for the next reading', () => {
    const seen = Seen();
    seen.note(t('ab'));
    const before = JSON.stringify([[...seen.deltas], [...seen.counts]]);
    reading(seen).read(t('abcd'));
    reading(seen).read(done);
    expect(JSON.stringify([[...seen.deltas], [...seen.counts]])).toBe(before);
  });
});
