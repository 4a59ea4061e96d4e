import {
  failOnError,
  respond,
  RunFailedError,
  StreamInterruptedError,
  UnansweredError,
  type PermissionRequest,
  type Run,
  type RunEvent,
  type RunResult,
} from 'm8tes-rx';
import { NEVER, of } from 'rxjs';
import * as errors from '../lib/errors';
import { DecodeError, InvalidArgumentError } from '../lib/errors';
import { asking, tool } from './api/asking';
import { errorOf } from './http/holding';

describe('errors', () => {
  it('names the argument at fault', () => {
    const error = new InvalidArgumentError('message', 'must be text');
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ name: 'InvalidArgumentError', argument: 'message' });
    expect(String(error)).toBe('InvalidArgumentError: message must be text');
  });

  it('lists problems by path', () => {
    expect(new DecodeError('GET /runs/1', ['id: expected a number']).message).toBe(
      'GET /runs/1: id: expected a number',
    );
  });

  it("narrows a failed run's error to its result", async () => {
    const events: readonly RunEvent[] = [
      { type: 'text-delta', delta: 'half' },
      { type: 'error', error: 'No credits' },
      { type: 'done' },
    ];
    const error: unknown = await errorOf(of(...events).pipe(failOnError()));
    if (!(error instanceof RunFailedError)) throw error;
    const failed: RunFailedError = error;
    const result: RunResult = error.result;
    // @ts-expect-error -- a result has no such thing; `any` would
    expect(error.result.nothing).toBeUndefined();
    expect([failed.result, result.text]).toEqual([result, 'half']);
  });

  it('narrows the error of a request that nobody answers to that request', async () => {
    const { runs } = asking([tool()]);
    const events = of<RunEvent>({ type: 'permission_request', run_id: 7 } as never);
    const error: unknown = await errorOf(
      events.pipe(respond({ runs, connection$: NEVER }, { onQuestion: () => 'A' })),
    );
    if (!(error instanceof UnansweredError)) throw error;
    const unanswered: UnansweredError = error;
    const request: PermissionRequest | undefined = error.request;
    // @ts-expect-error -- it may be unknown; `any` would not say so
    expect(error.request.request_id).toBe('req_1');
    expect([unanswered.run_id, request]).toEqual([7, tool()]);
  });

  it('narrows the error of a stream that broke off to its run, and to what was collected', () => {
    const run: Run = { id: 7, status: 'running' };
    const delivered = { events: 1, characters: 0 };
    const error: unknown = new StreamInterruptedError('cut', { delivered, run });
    if (!(error instanceof StreamInterruptedError)) throw error;
    const interrupted: StreamInterruptedError = error;
    const [known, result]: [Run | undefined, RunResult | undefined] = [error.run, error.result];
    // @ts-expect-error -- a run has no such thing; `any` would
    expect(error.run?.nothing).toBeUndefined();
    expect([interrupted.delivered, known, result]).toEqual([delivered, run, undefined]);
  });

  it('are one class each, whoever narrows it', () => {
    expect([RunFailedError, StreamInterruptedError, UnansweredError]).toEqual([
      errors.RunFailedError,
      errors.StreamInterruptedError,
      errors.UnansweredError,
    ]);
  });
});
