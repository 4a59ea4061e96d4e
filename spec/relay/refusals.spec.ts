import {
  ApiError,
  ConnectionError,
  DecodeError,
  InvalidArgumentError,
  RunTimeoutError,
  type ApiErrorKind,
} from 'm8tes-rx';
import { refused, refusedBy } from '../../lib/relay/refusals';

const kinds: readonly (readonly [number, ApiErrorKind])[] = [
  [400, 'invalid'],
  [401, 'unauthorized'],
  [402, 'billing'],
  [403, 'forbidden'],
  [404, 'missing'],
  [409, 'conflict'],
  [422, 'invalid'],
  [429, 'rate-limit'],
  [500, 'server'],
  [503, 'server'],
];

const SECRET = 'POST https://api.m8tes.ai/api/v2/runs/ was refused: key m8_secret of run 99';

describe('refusedBy', () => {
  it.each(kinds)(
    'keeps the status %i and its kind %s, and says nothing of the API',
    async (status, kind) => {
      const code = 'gate_resolved_otherwise';
      const answer = refusedBy(new ApiError(SECRET, { status, kind, code, requestId: 'req_99' }));
      expect(answer.status).toBe(status);
      const text = await answer.text();
      expect(JSON.parse(text)).toEqual({
        error: {
          type: kind,
          message: expect.any(String) as string,
          code: status,
          error_code: code,
        },
      });
      expect(text).not.toMatch(/api\.m8tes|m8_secret|99|apiKey|M8TES/);
    },
  );

  it('says when to come again', () => {
    const error = new ApiError('…', { status: 429, kind: 'rate-limit', retryAfter: 1_500 });
    expect(refusedBy(error).headers.get('retry-after')).toBe('2');
  });

  it.each([
    [422, new InvalidArgumentError('message', 'is missing')],
    [502, new ConnectionError(SECRET)],
    [504, new RunTimeoutError(SECRET, 'timeouts.request', 1)],
    [500, new DecodeError(SECRET)],
    [500, new Error(SECRET)],
    [500, SECRET],
    [500, undefined],
  ])('is %i for %p', async (status, error) => {
    const answer = refusedBy(error);
    expect(answer.status).toBe(status);
    expect(await answer.text()).not.toMatch(/api\.m8tes|m8_secret/);
  });

  it('tells a page what is wrong with its own parameters', async () => {
    const answer = refusedBy(new InvalidArgumentError('message', 'is missing'));
    expect(await answer.json()).toMatchObject({ error: { message: 'message is missing' } });
  });
});

describe('refused', () => {
  it('is JSON, as the API’s errors are', () => {
    const { headers } = refused(503, 'server', 'closing');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
