import { enforceEvents, transformChunks, verifyEvents } from '@ag-ui/client';
import { EventSchema } from '@ag-ui/core/schemas';
import { EMPTY, concat, from, of, throwError, type Observable } from 'rxjs';
import type { RunEvent } from 'm8tes-rx';
import type { AgUiEvent } from '../../../lib/bridges/ag-ui/events';
import { toAgUi, type Mapping } from '../../../lib/bridges/ag-ui/mapped';
import type { Asking } from '../../../lib/bridges/segment';
import { toldBy } from '../../helpers/told';

export type Source = readonly (RunEvent | Asking)[];

const options: Mapping = { threadId: 'thread', runId: 'run', scope: '7.1' };

/** What a client of AG-UI is told of these events. */
export const mapped = (
  events: Source,
  more: Partial<Mapping> = {},
  end: Observable<never> = EMPTY,
): readonly AgUiEvent[] => {
  const told = toldBy(concat(from(events), end).pipe(toAgUi({ ...options, ...more })));
  expect(told.ended).toBe('completed');
  return told.values;
};

export const mappedCut = (events: Source, error: unknown = new Error('cut')) =>
  mapped(
    events,
    {},
    throwError(() => error),
  );

type Operator = (source: unknown) => Observable<unknown>;

/** Goes through what their client puts all events through; what it takes out, it warns of. */
export const verified = (events: readonly AgUiEvent[]): readonly unknown[] => {
  const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
  try {
    const sent = JSON.parse(JSON.stringify(events)) as readonly { readonly type: string }[];
    // It has an rxjs of its own, of which it takes what is one by its shape.
    const through = [enforceEvents(), transformChunks(), verifyEvents()] as unknown as Operator[];
    const told = toldBy(through.reduce<Observable<unknown>>((all, one) => one(all), of(...sent)));
    expect(told.error).toBeUndefined();
    expect(told.values).toEqual(sent);
    expect(warn.mock.calls).toEqual([]);
    for (const event of sent) EventSchema.parse(event);
    return told.values;
  } finally {
    warn.mockRestore();
  }
};

/** The events of these types. */
export const only = <T extends AgUiEvent['type']>(events: readonly AgUiEvent[], ...types: T[]) =>
  events.filter((event): event is Extract<AgUiEvent, { readonly type: T }> =>
    (types as readonly string[]).includes(event.type),
  );
