import { InvalidArgumentError } from '../errors';

/** How much of a run a log keeps, and for how long. */
export interface KeepingOptions {
  /** Milliseconds a log lives after its last append. Default: 24 hours. */
  readonly retention?: number | undefined;
  /**
   * Bytes of a run at the most. What is longer is not trimmed, which would be another run: its log
   * is closed as `full`. Default: 64 MiB.
   */
  readonly limit?: number | undefined;
}

export interface Keeping {
  readonly retention: number;
  readonly limit: number;
}

export const keeping = ({
  retention = 24 * 60 * 60 * 1000,
  limit = 64 * 1024 * 1024,
}: KeepingOptions): Keeping => {
  for (const [name, value] of Object.entries({ retention, limit })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new InvalidArgumentError(name, 'must be a whole number from 1 on');
    }
  }
  return { retention, limit };
};

/** The name of a log that is made: one that was lost and is built again has another. */
export const newGeneration = (): string =>
  [...crypto.getRandomValues(new Uint32Array(2))].map((word) => word.toString(36)).join('');
