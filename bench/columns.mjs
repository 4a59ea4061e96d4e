/** Rows of cells as lines, each column as wide as its widest cell; figures stand at its right. */
export const columns = (rows, figures = []) =>
  rows.map((row) =>
    row
      .map((cell, column) => {
        const width = Math.max(...rows.map((each) => each[column].length));
        return figures.includes(column) ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
