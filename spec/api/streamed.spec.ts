import { NEVER, of, take, throwError } from 'rxjs';
import type { LeaveOptions } from '../../lib/api/LeaveOptions';
import { streamed } from '../../lib/api/streamed';
import type { Api } from '../../lib/api/Api';
import { told } from '../http/holding';
import { anApi } from './answering';

const sample = 'data: {"type":"metadata","payload":{"run_id":7}}\n\ndata: {"type":"done"}\n\n';
const events = [{ type: 'metadata', payload: { run_id: 7 } }, { type: 'done' }];

const streaming = (options: LeaveOptions = {}, more: Partial<Api> = {}, cancelled = of({})) => {
  const cancel = jest.fn((_: number | undefined) => cancelled);
  const onLog = jest.fn();
  const open = jest.fn(() => of({ response: new Response(sample) }));
  const join = jest.fn(() => NEVER);
  const record = jest.fn(() => NEVER);
  const api = anApi(() => NEVER, { onLog, ...more });
  const events$ = streamed(api, { open, join, record, turn: 'first' }, cancel, options);
  return { events$, cancel, onLog, open };
};

describe('streamed', () => {
  it('gives the events of a stream that is opened for each subscriber', async () => {
    const { events$, open, cancel } = streaming();
    expect(open).not.toHaveBeenCalled();
    expect(await told(events$)).toEqual({ values: events });
    expect(await told(events$)).toEqual({ values: events });
    expect(open).toHaveBeenCalledTimes(2);
    expect(cancel).not.toHaveBeenCalled();
  });

  it.each<[string, LeaveOptions, Partial<Api>, number]>([
    ['nothing is said', {}, {}, 0],
    ['the client says so', {}, { onUnsubscribe: 'cancel' }, 1],
    ['the call says so', { onUnsubscribe: 'cancel' }, {}, 1],
    ['the call says no', { onUnsubscribe: 'detach' }, { onUnsubscribe: 'cancel' }, 0],
  ])('when it is left and %s, cancels', async (_, options, more, times) => {
    const { events$, cancel } = streaming(options, more);
    await told(events$.pipe(take(1)));
    expect(cancel.mock.calls).toEqual(Array.from({ length: times }, () => [7]));
    await told(events$); // to its end: there is nothing to cancel
    expect(cancel).toHaveBeenCalledTimes(times);
  });

  it('logs a cancelling that failed', async () => {
    const error = new Error('no answer');
    const cancelled = throwError(() => error);
    const { events$, onLog } = streaming({ onUnsubscribe: 'cancel' }, {}, cancelled);
    await told(events$.pipe(take(1)));
    const message = 'a run that was left could not be cancelled, and may be going on';
    expect(onLog.mock.calls).toEqual([[{ level: 'warn', message, error }]]);
  });

  it('passes what every stream passes on its way out', async () => {
    const watched: Api['watched'] = (source) => source.pipe(take(1));
    expect(await told(streaming({}, { watched }).events$)).toEqual({ values: events.slice(0, 1) });
  });

  it("ends with its signal's reason, and then cancels as it is told", async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onUnsubscribe: 'cancel' } as const;
    const { events$, cancel } = streaming(options, {
      watched: (source) => {
        queueMicrotask(() => controller.abort('enough'));
        return source;
      },
    });
    expect((await told(events$)).error).toBe('enough');
    expect(cancel).toHaveBeenCalledTimes(1);
    expect(await told(streaming({ signal: controller.signal }).events$)).toEqual({
      values: [],
      error: 'enough',
    });
  });
});
