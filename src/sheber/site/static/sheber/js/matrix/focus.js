// Where one is: one focused cell (the only tab stop) and the range stretched from an anchor by Shift.

export function createFocus({ grid, items, onMove }) {
  let here = null;
  let anchor = null;
  let marked = [];

  const clamp = (value, most) => Math.max(0, Math.min(value, most));

  function range() {
    if (!here) return { courses: [], columns: [] };
    const shown = grid.shownCourses();
    const from = shown.indexOf(anchor.course);
    const to = shown.indexOf(here.course);
    const [top, bottom] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    const [left, right] = [Math.min(anchor.column, here.column), Math.max(anchor.column, here.column)];
    return { courses: shown.slice(top, bottom + 1), columns: Array.from({ length: right - left + 1 }, (_, n) => left + n) };
  }

  function markRange() {
    for (const td of marked) {
      td.classList.remove("is-sel");
      td.removeAttribute("aria-selected");
    }
    const { courses, columns } = range();
    marked = courses.length * columns.length > 1 ? courses.flatMap((course) => columns.map((column) => grid.td(course, column))) : [];
    for (const td of marked) {
      td.classList.add("is-sel");
      td.setAttribute("aria-selected", "true");
    }
  }

  /** Go to a cell; `stretch` keeps the anchor, `take` moves the keyboard focus there too. */
  function go(course, column, { stretch = false, take = true } = {}) {
    const td = grid.td(course, column);
    if (!td) return false;
    if (here) {
      const old = grid.td(here.course, here.column);
      old.tabIndex = -1;
      old.classList.remove("is-focus");
    }
    here = { course, column };
    if (!stretch || !anchor) anchor = here;
    td.tabIndex = 0;
    td.classList.add("is-focus");
    if (take) td.focus({ preventScroll: true });
    if (take) td.scrollIntoView({ block: "nearest", inline: "nearest" });
    grid.cross(course, column);
    markRange();
    onMove(here);
    return true;
  }

  return {
    go, range,
    here: () => here,
    /** Move by rows and columns among the courses shown. */
    step(rows, columns, options) {
      const shown = grid.shownCourses();
      if (!here || !shown.length) return;
      const at = Math.max(0, shown.indexOf(here.course));
      go(shown[clamp(at + rows, shown.length - 1)], clamp(here.column + columns, items.length - 1), options);
    },
    /** Some rows are hidden now: stay on a shown one. */
    settle() {
      const shown = grid.shownCourses();
      if (shown.length && !shown.includes(here?.course)) go(shown[0], here?.column || 0, { take: false });
      else markRange();
    },
    focus: () => here && grid.td(here.course, here.column).focus(),
  };
}
