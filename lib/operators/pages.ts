/** A text that grows by pieces. */
export interface Pages {
  readonly add: (piece: string) => void;
  readonly text: () => string;
}

const page = 4096;

/**
 * Pieces joined, a page at a time. V8 keeps `a + b` as a pair, and a text of a hundred thousand
 * pieces as as many pairs, which every snapshot keeps from the garbage collector; a slice is flat.
 */
export const pages = (): Pages => {
  let full = '';
  let last = '';

  return {
    add: (piece) => {
      last += piece;
      if (last.length <= page) return;
      const end = last.length - (last.length % page);
      full += last.slice(0, end);
      last = last.slice(end);
    },
    text: () => full + last,
  };
};
