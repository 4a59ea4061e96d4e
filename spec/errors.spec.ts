import { failOnError, RunFailedError, type RunEvent, type RunResult } from 'm8tes-rx';
import { of } from 'rxjs';
import * as errors from '../lib/errors';
import { DecodeError, InvalidArgumentError } from '../lib/errors';
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

  it('are one class each, whoever narrows it', () => {
    expect(RunFailedError).toBe(errors.RunFailedError);
  });
});
