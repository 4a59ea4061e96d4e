import { bytesOf } from './bytes';
import { random } from './random';

const LONGEST = 24;

/** How long the next piece is, wherever chance has it. */
export const pieceSizes = (seed: number): (() => number) => {
  const chance = random(seed);
  return () => 1 + Math.floor(chance() * LONGEST);
};

/**
 * The same bytes in other pieces, 1 to 24 long, as a network may cut them: inside a line, inside a
 * character. The same seed cuts the same.
 *
 * @example
 * ```ts
 * import { resplit, run } from 'm8tes-rx/testing';
 *
 * const chunks = resplit(run().text('Grüße').done().bytes(), 7);
 * const response = new Response(new Blob([...chunks]));
 * ```
 */
export const resplit = (
  bytes: string | Uint8Array,
  seed: number,
): readonly Uint8Array<ArrayBuffer>[] => {
  const size = pieceSizes(seed);
  const whole = bytesOf(bytes);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0, next = 0; at < whole.length; at = next) {
    next = at + size();
    pieces.push(new Uint8Array(whole.subarray(at, next)));
  }
  return pieces;
};
