import { ApiError, ConnectionError, RunTimeoutError } from '../errors';

/** Whether the same request may well succeed a little later. */
export const isTransient = (error: unknown): boolean =>
  (error instanceof ConnectionError && error.code !== 'REDIRECTED') ||
  error instanceof RunTimeoutError ||
  (error instanceof ApiError && (error.kind === 'rate-limit' || error.kind === 'server'));
