/** How many letters must be put in, taken out or changed to make one word another. */
export const distance = (from: string, to: string): number => {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const changed = row[j]! + (letter === other ? 0 : 1);
      next.push(Math.min(changed, row[j + 1]! + 1, next[j]! + 1));
    }
    row = next;
  }
  return row.at(-1)!;
};

/** The name that was probably meant. */
export const nearest = (name: string, names: readonly string[]): string | undefined =>
  names
    .map((known) => ({ known, far: distance(name.toLowerCase(), known.toLowerCase()) }))
    .filter(({ known, far }) => far <= Math.max(2, known.length / 3))
    .sort((a, b) => a.far - b.far)[0]?.known;
