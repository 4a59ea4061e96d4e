import {
  concat,
  concatMap,
  defer,
  filter,
  map,
  of,
  take,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { DecodeError, InvalidArgumentError } from '../errors';
import type { RunEvent } from '../events/RunEvent';
import { abortable } from '../http/abortable';
import { Conclusion } from '../operators/Conclusion';
import { ask } from './answer';
import type { Api } from './Api';
import { isOver, Run } from './objects';
import type { CallOptions } from './options';
import { expected, type Expected, type Output } from './Output';
import type { CreateParams } from './params';
import { readings } from './poll';
import { requests } from './requests';
import { prepared } from './start';

/** What a run is asked for beside its words. */
export interface Asking<A> {
  /**
   * An io-ts codec, or a Standard Schema that has its JSON Schema (zod 4, say): that goes along as
   * `output_schema`, and what comes is decoded by it.
   */
  readonly output: Output<A>;
}

/** A run's record, with its output decoded once it has completed, and none before. */
export type RunWith<A> = Run & { readonly output_data?: A };

/** What is sent for the parameters of a call: an `output` as its `output_schema`. */
export const asking = <P extends Partial<Asking<unknown>> & Pick<CreateParams, 'output_schema'>, B>(
  params: P,
  call: (sent: Omit<P, 'output'>, expected?: Expected<unknown>) => Observable<B>,
): Observable<B> => {
  // What is wrong with parameters that are none, the call says.
  if (typeof params !== 'object' || params === null || !('output' in params)) return call(params);
  const { output, ...sent } = params;
  if (output === undefined) return call(sent);
  return prepared(() => {
    if (sent.output_schema !== undefined) {
      throw new InvalidArgumentError('output', 'tells output_schema itself: give one of them');
    }
    const asked = expected(output);
    return call({ ...sent, output_schema: asked.output_schema }, asked);
  });
};

/** Decodes the output of records, once they are of a run that has completed. */
export const given = (expected: Expected<unknown>): MonoTypeOperatorFunction<Run> =>
  concatMap(({ output_data, ...run }) => {
    // A run can be completed and have failed upstream; one that was closed need not have got so far.
    const hasGiven =
      run.status === 'completed'
        ? run.error_code === undefined
        : run.status === 'closed' && output_data !== undefined;
    if (!hasGiven) return of(run);
    return expected
      .decode(output_data, `run ${run.id}`)
      .pipe(map((decoded) => ({ ...run, output_data: decoded })));
  });

/** Milliseconds between two looks at a record that is a moment behind its stream. */
const MOMENT = 250;

/**
 * Adds its output to a run: to a stream that has completed, as its last event. It is in the run's
 * record, which is read when the stream has ended.
 */
export const answered =
  (
    api: Api,
    expected: Expected<unknown>,
    { stream = true, user_id }: Partial<CreateParams>,
    options: CallOptions,
  ): MonoTypeOperatorFunction<RunEvent | Run> =>
  (run$) => {
    if (!stream) return (run$ as Observable<Run>).pipe(given(expected));
    return defer(() => {
      let run_id: number | undefined;
      let conclusion = Conclusion.open;
      const noted = tap((event: RunEvent) => {
        if (event.type === 'metadata') run_id ??= event.payload.run_id;
        conclusion = Conclusion.after(conclusion, event);
      });
      const read = defer(() => {
        if (run_id === undefined) {
          throw new DecodeError('the run has not said which it is: its output_data cannot be read');
        }
        const id = run_id;
        return ask(api, () => requests.get(id, user_id), Run);
      });
      const output = read.pipe(
        readings({ interval: MOMENT, timeout: api.limits.request }),
        filter(isOver),
        take(1),
        concatMap(({ output_data }) => expected.decode(output_data, `run ${run_id}`)),
        map((output_data): RunEvent => ({ type: 'output', output_data })),
      );
      return concat(
        (run$ as Observable<RunEvent>).pipe(noted),
        defer(() => (conclusion.status === 'completed' ? output : [])),
      ).pipe(abortable(options?.signal));
    });
  };
