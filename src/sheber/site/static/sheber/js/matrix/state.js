// What the matrix holds, what the server has confirmed, and the way back (undo) and forth (redo).
// A cell is {mode: "I"|"T"|"U", level: 1-5, by: text} or null when empty. A key is "COURSE~ITEM".

export const MODES = ["I", "T", "U"];

export const keyOf = (course, item) => `${course}~${item}`;

export function partsOf(key) {
  const at = key.lastIndexOf("~");
  return { course: key.slice(0, at), item: key.slice(at + 1) };
}

export function sameCell(a, b) {
  if (!a || !b) return !a && !b;
  return a.mode === b.mode && a.level === b.level && (a.by || "") === (b.by || "");
}

const copyOf = (cell) => (cell ? { mode: cell.mode, level: cell.level, by: cell.by || "" } : null);

/** Build the state from {"COURSE~ITEM": [mode, level, by]}. */
export function createState(packed) {
  const cells = unpack(packed);
  let confirmed = unpack(packed);
  const past = [];
  const future = [];
  const listeners = [];

  const get = (key) => cells.get(key) || null;

  function put(steps, side) {
    for (const step of steps) {
      if (step[side]) cells.set(step.key, copyOf(step[side]));
      else cells.delete(step.key);
    }
  }

  function tell(steps, why) {
    const keys = steps.map((step) => step.key);
    for (const listener of listeners) listener(keys, why);
  }

  /** Change several cells as one step of the way back. `wanted`: [[key, cell|null], …]. Returns how many changed. */
  function change(wanted, why = "typed") {
    const steps = [];
    for (const [key, after] of wanted) {
      const before = get(key);
      if (!sameCell(before, after)) steps.push({ key, before: copyOf(before), after: copyOf(after) });
    }
    if (!steps.length) return 0;
    put(steps, "after");
    past.push(steps);
    future.length = 0;
    tell(steps, why);
    return steps.length;
  }

  function travel(from, to, side, why) {
    const steps = from.pop();
    if (!steps) return [];
    put(steps, side);
    to.push(steps);
    tell(steps, why);
    return steps.map((step) => step.key);
  }

  /** Cells that differ from what the server has confirmed. */
  function unsaved() {
    const keys = new Set([...cells.keys(), ...confirmed.keys()]);
    return [...keys].filter((key) => !sameCell(get(key), confirmed.get(key)));
  }

  return {
    get,
    change,
    unsaved,
    undo: () => travel(past, future, "before", "undone"),
    redo: () => travel(future, past, "after", "redone"),
    canUndo: () => past.length > 0,
    canRedo: () => future.length > 0,
    confirmedCell: (key) => confirmed.get(key) || null,
    entries: () => cells.entries(),
    onChange: (listener) => listeners.push(listener),
    /** The server has taken these values ([[key, cell|null], …]). */
    confirm(values) {
      for (const [key, cell] of values) {
        if (cell) confirmed.set(key, copyOf(cell));
        else confirmed.delete(key);
      }
    },
    /** The server holds exactly this (packed); what is on the page stays. */
    confirmAll(now) {
      confirmed = unpack(now);
    },
  };
}

export function unpack(packed) {
  return new Map(Object.entries(packed).map(([key, [mode, level, by]]) => [key, { mode, level, by: by || "" }]));
}
