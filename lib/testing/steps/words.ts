/** A sentence in the pieces a model speaks in: words, each with the space after it. */
export const words = (sentence: string): readonly string[] => sentence.match(/\s*\S+\s*/g) ?? [];
