import {
  ApiError,
  ConnectionError,
  RunTimeoutError,
  StreamInterruptedError,
  type ApiErrorKind,
} from 'm8tes-rx';
import { hasMovedOn, sentence } from '../../../lib/console/page/sentences';

const refused = (kind: ApiErrorKind, code?: string): ApiError =>
  new ApiError('POST /runs/ was refused', { kind, status: 400, code });
const kinds = [
  ...(['invalid', 'unauthorized', 'billing', 'forbidden'] as const),
  ...(['missing', 'conflict', 'rate-limit', 'server'] as const),
];

const errors: readonly (readonly [string, Error | undefined])[] = [
  ...kinds.map((kind) => [kind, refused(kind)] as const),
  ['opposite', refused('missing', 'gate_resolved_otherwise')],
  ['connection', new ConnectionError('refused', 'ECONNREFUSED')],
  ['timeout', new RunTimeoutError('late', 'timeouts.request', 1)],
  ['interruption', new StreamInterruptedError('cut', { delivered: { events: 1, characters: 2 } })],
  ['bug', new TypeError('x is not a function')],
  ['nothing', undefined],
];

describe('sentence', () => {
  it.each(errors)('says what went wrong, and what to do: %s', (_, error) => {
    const { what, advice } = sentence(error);
    for (const text of [what, advice]) expect(text).toMatch(/^[A-Z].*\.$/);
    if (error !== undefined) expect(what + advice).not.toContain(error.message);
  });

  it('tells each refusal from the others', () => {
    expect(new Set(kinds.map((kind) => sentence(refused(kind)).what)).size).toBe(kinds.length);
  });
});

describe('hasMovedOn', () => {
  it('knows the refusals after which nothing is left to decide, and no other', () => {
    expect(hasMovedOn(refused('missing', 'gate_cancelled'))).toBe(true);
    expect(hasMovedOn(refused('conflict', 'run_not_active'))).toBe(true);
    expect(hasMovedOn(refused('missing', 'gate_resolved_otherwise'))).toBe(false);
    expect(hasMovedOn(refused('conflict'))).toBe(false);
    expect(hasMovedOn(new Error('gate_cancelled'))).toBe(false);
  });
});
