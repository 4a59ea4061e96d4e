/** Bytes of a chunk from which on the streaming way is the faster one for what is not ASCII. */
const LARGE = 1_024;

/** Of chunks that are whole: it keeps nothing from one to the next, and takes no mark away. */
const whole = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * The text of a body, "always UTF-8, whatever charset the answer declares" [wire §3]: of its next
 * chunk, cut wherever the network pleased; and without one, what is left at its end.
 *
 * A platform decodes what it need not go on from by another way: a short chunk in half the time,
 * ASCII in a seventh. Most chunks are so: they end with a frame, and begin with one. The one byte
 * order mark that a body may begin with is taken away, for the parser of frames looks for another.
 */
export const utf8 = (): ((chunk?: Uint8Array) => string) => {
  const streaming = new TextDecoder();
  let isFirst = true;
  let isCut = false; // within a character, perhaps
  let isAscii = true; // the latest chunk
  return (chunk) => {
    if (chunk === undefined) return streaming.decode();
    const ends = chunk[chunk.length - 1]! < 0x80; // of what is no array of bytes nobody knows
    const isWhole = !isFirst && !isCut && ends && (isAscii || chunk.length < LARGE);
    const text = isWhole ? whole.decode(chunk) : streaming.decode(chunk, { stream: true });
    isFirst = false;
    isCut = !ends;
    isAscii = text.length === chunk.length;
    return text;
  };
};
