// Excel in, Excel out: cells as tab-separated text.

// Cyrillic letters that look or sound like the Latin one: Т and т, І (Kazakh) and У. И is left out: it begins both
// Russian words, so it is refused rather than guessed.
const LETTERS = { I: "I", T: "T", U: "U", "Т": "T", "І": "I", "У": "U" };
const BLANK = /^[\s\u00a0–—-]*$/;
const CELL = /^[\s\u00a0]*(\p{L})[\s\u00a0]*([1-5])[\s\u00a0]*$/u;

/** "T3", "t 3", "Т3" → {mode, level}; blank → null; anything else → undefined. */
export function readCell(text) {
  if (BLANK.test(text)) return null;
  const found = CELL.exec(text);
  const mode = found && LETTERS[found[1].toUpperCase()];
  return mode ? { mode, level: Number(found[2]) } : undefined;
}

/** Split a clipboard into rows of texts; the line break Excel puts at the end is no row. */
export function splitTable(text) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return lines.map((line) => line.split("\t").map((cell) => cell.replace(/^"(.*)"$/s, "$1")));
}

/**
 * Where a pasted table goes. `rows` are the courses shown from the start cell down, `items` the columns from it to the right.
 * Returns {wanted: [[course, item, cell|null], …]} or {refused: [{row, column, …}, …]}: all or nothing.
 */
export function planPaste(text, rows, items) {
  const wanted = [];
  const refused = [];
  splitTable(text).forEach((cells, r) => {
    cells.forEach((cell, c) => {
      const value = readCell(cell);
      if (value === undefined) {
        refused.push({ why: "unreadable", row: r + 1, column: c + 1, text: cell.trim().slice(0, 20), course: rows[r] || "", item: items[c] || "" });
      } else if (r >= rows.length || c >= items.length) {
        if (value) refused.push({ why: r >= rows.length ? "below" : "right", row: r + 1, column: c + 1, text: cell.trim(), course: "", item: "" });
      } else {
        wanted.push([rows[r], items[c], value]);
      }
    });
  });
  return refused.length ? { refused } : { wanted };
}

/** The chosen block as tab-separated text. `block`: rows of cell|null. */
export function asText(block) {
  return block.map((row) => row.map((cell) => (cell ? `${cell.mode}${cell.level}` : "")).join("\t")).join("\n");
}
