import type { Observable } from 'rxjs';

/** A body whose chunks the spec pushes, and that tells whether it was cancelled. */
export const aBody = (...chunks: readonly (string | Uint8Array)[]) => {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const cancelled = jest.fn();
  const stream = new ReadableStream<Uint8Array>({
    start: (given) => void (controller = given),
    cancel: cancelled,
  });
  const push = (chunk: string | Uint8Array) =>
    controller.enqueue(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
  chunks.forEach(push);
  return {
    stream,
    cancelled,
    push,
    end: () => controller.close(),
    fail: (error: unknown) => controller.error(error),
  };
};

/** Waits, in turns of the event loop, until something is so. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

/** Lets everything happen that only waits for its turn. */
export const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

/** What an Observable gives, and how it ends. */
export const told = async <T>(
  source: Observable<T>,
): Promise<{ readonly values: readonly T[]; readonly error?: unknown }> =>
  new Promise((resolve) => {
    const values: T[] = [];
    source.subscribe({
      next: (value) => values.push(value),
      error: (error: unknown) => resolve({ values, error }),
      complete: () => resolve({ values }),
    });
  });

/** The error an Observable ends with. */
export const errorOf = async (source: Observable<unknown>): Promise<Error> =>
  (await told(source)).error as Error;
