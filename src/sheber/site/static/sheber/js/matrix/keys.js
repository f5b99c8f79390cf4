// The keyboard of the matrix.
//
// A letter typed in a Latin layout is taken as typed, so other Latin layouts work by their letters. In a Cyrillic layout the same
// physical keys count (Ш = I, Е = T, Г = U in Russian and Kazakh). Digits count by physical key too, because the upper
// row of the Kazakh layout types letters. Ctrl+Z, Ctrl+Y, Ctrl+C and Ctrl+V are read the same way.

const DIGIT = /^(?:Digit|Numpad)([1-5])$/;
const ROWS_OF_A_PAGE = 10;

/** The Latin letter meant by a key press, "" when none. */
export function letterOf(event) {
  if (/^[a-z]$/i.test(event.key)) return event.key.toUpperCase();
  const code = /^Key([A-Z])$/.exec(event.code);
  return code && event.key.length === 1 ? code[1] : "";
}

/** The level meant by a key press, 0 when none. */
export function levelOf(event) {
  if (/^[1-5]$/.test(event.key)) return Number(event.key);
  if (event.shiftKey || /^[0-9]$/.test(event.key)) return 0;
  const code = DIGIT.exec(event.code);
  return code ? Number(code[1]) : 0;
}

/** `act`: {mode, level, clear, undo, redo, open, collapse} — what a key does. */
export function listen({ table, focus, items, grid, act }) {
  function move(event) {
    const stretch = event.shiftKey;
    const jump = event.ctrlKey || event.metaKey;
    const shown = grid.shownCourses();
    const far = shown.length + items.length;
    const steps = {
      ArrowUp: [jump ? -far : -1, 0], ArrowDown: [jump ? far : 1, 0], ArrowLeft: [0, jump ? -far : -1], ArrowRight: [0, jump ? far : 1],
      Home: [jump ? -far : 0, -far], End: [jump ? far : 0, far], PageUp: [-ROWS_OF_A_PAGE, 0], PageDown: [ROWS_OF_A_PAGE, 0],
    };
    const step = steps[event.key];
    if (step) focus.step(...step, { stretch });
    return Boolean(step);
  }

  function command(event) {
    const letter = letterOf(event);
    if (letter === "Z") (event.shiftKey ? act.redo : act.undo)();
    else if (letter === "Y") act.redo();
    else if (letter === "A") act.selectAll();
    else return false;
    return true;
  }

  function type(event) {
    const letter = letterOf(event);
    const level = levelOf(event);
    if (["I", "T", "U"].includes(letter)) act.mode(letter);
    else if (level) act.level(level);
    else if (event.key === "Backspace" || event.key === "Delete") act.clear();
    else if (event.key === "Enter" || event.key === "F2") act.open();
    else if (event.key === "Escape") act.collapse();
    else return false;
    return true;
  }

  table.addEventListener("keydown", (event) => {
    if (!grid.cellOf(event.target) || event.altKey || event.isComposing) return;
    const done = move(event) || (event.ctrlKey || event.metaKey ? command(event) : type(event));
    if (done) event.preventDefault();
  });
}
