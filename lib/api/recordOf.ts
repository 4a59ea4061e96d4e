import * as t from 'io-ts';
import { concat, defer, EMPTY, expand, map, of, reduce, type Observable } from 'rxjs';
import { UNKNOWN_ERROR } from '../events/protocol';
import type { RunEvent } from '../events/RunEvent';
import type { Ended } from '../stream/Healing';
import type { Turn } from '../stream/trim';
import { ask } from './answer';
import type { Api } from './Api';
import { isOver, Run, RunMessage } from './objects';
import { requests } from './requests';

const metadataOf = ({ id, usage }: Run): RunEvent => ({
  type: 'metadata',
  payload: { run_id: id, ...(usage && { usage }) },
});

/** What the stream of a run that is over ends with, told from its record. */
const endingOf = ({ status, error, error_code, stop_reason }: Run): RunEvent[] => [
  ...(status === 'failed' || error_code !== undefined
    ? [
        {
          type: 'error',
          error: error ?? UNKNOWN_ERROR,
          ...(error_code && { error_code }),
        } as const,
      ]
    : []),
  {
    type: status === 'cancelled' ? 'cancelled' : 'done',
    ...(stop_reason !== undefined && { stop_reason }),
  },
];

/** Messages in a page: as many as there may be. */
const PAGE = 100;

/** The whole conversation: the last turn of a long one is not on its first page. */
const conversation = (
  page: (after_sequence?: number) => Observable<readonly RunMessage[]>,
): Observable<readonly RunMessage[]> => {
  const from = (after?: number): Observable<readonly RunMessage[]> =>
    page(after).pipe(
      map((messages) =>
        messages.filter(({ sequence = 0 }) => after === undefined || sequence > after),
      ),
    );
  return from().pipe(
    expand((messages) => {
      const { sequence } = messages[PAGE - 1] ?? {};
      return sequence === undefined ? EMPTY : from(sequence);
    }),
    reduce((all, messages) => all.concat(messages), [] as readonly RunMessage[]),
  );
};

/** The words of a turn: what the teammate said after the last message of the user. */
const transcript = (messages: readonly RunMessage[]): string =>
  messages
    .slice(messages.findLastIndex(({ role }) => role === 'user') + 1)
    .map(({ role, content }) =>
      role === 'assistant' && typeof content === 'string' ? content : '',
    )
    .join('');

/** A run's record, as far as it can stand in for the stream of a turn that is gone. */
export const recordOf = (
  api: Pick<Api, 'send' | 'limits'>,
  run_id: number,
  turn: Turn,
  user_id?: string,
): Observable<Ended> => {
  const messages = (after_sequence?: number): Observable<readonly RunMessage[]> =>
    ask(
      api,
      () => requests.messages(run_id, { after_sequence, limit: PAGE }, user_id),
      t.readonlyArray(RunMessage),
    );
  return ask(api, () => requests.get(run_id, user_id), Run).pipe(
    map((run) => ({
      run,
      isOver: isOver(run),
      isWaiting: run.status === 'awaiting_approval',
      metadata: metadataOf(run),
      ending: endingOf(run),
      texts: concat(
        // No output is no text to go by: a turn that failed, or was cancelled, may have said something.
        // And after a reply of that kind, the output may be an earlier turn's.
        run.output && (turn === 'first' || run.status === 'completed') ? of(run.output) : EMPTY,
        defer(() => conversation(messages)).pipe(map(transcript)),
      ),
    })),
  );
};
