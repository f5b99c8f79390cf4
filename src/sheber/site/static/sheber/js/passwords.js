/* A password may be looked at, and a new one is told how strong it is. Without this script it is typed as everywhere. */

const NEXT_TO = 1;

/* Bits, roughly: how many signs are not simply the next one or the same again, by how many there were to choose from. */
function bits(text) {
  const signs = [...text];
  const pools = [[/[a-z]/, 26], [/[A-Z]/, 26], [/[0-9]/, 10], [/[ -/:-@[-`\x7b-~]/, 33], [/[^\x00-\x7f]/, 64]];
  const pool = pools.reduce((sum, [shape, size]) => sum + (shape.test(text) ? size : 0), 0);
  const fresh = signs.filter((sign, at) => at === 0 || Math.abs(sign.codePointAt(0) - signs[at - 1].codePointAt(0)) > NEXT_TO);
  return Math.min(fresh.length, 3 * new Set(signs).size) * Math.log2(pool || 1);
}

/* 0: nothing typed, 1: too short or too plain, 2: passable, 3: good, 4: strong. */
function strength(text, least) {
  if (!text) return 0;
  if ([...text].length < least) return 1;
  const found = bits(text);
  return found < 45 ? 1 : found < 65 ? 2 : found < 90 ? 3 : 4;
}

function show(button) {
  const input = document.getElementById(button.getAttribute("aria-controls"));
  if (!input) return;
  button.hidden = false;
  const turn = (open) => {
    input.type = open ? "text" : "password";
    button.setAttribute("aria-pressed", String(open));
  };
  button.addEventListener("click", () => turn(input.type === "password"));
  input.form?.addEventListener("submit", () => turn(false));       // browsers keep what stood in a field of text
}

function tell(box) {
  const input = document.getElementById(box.dataset.strength);
  if (!input) return;
  const meter = box.querySelector("meter");
  const words = box.querySelector("[data-word]");
  const told = JSON.parse(box.dataset.words);
  const look = () => {
    const found = strength(input.value, Number(box.dataset.least));
    box.hidden = found === 0;
    meter.value = found;
    if (words.textContent !== told[found]) words.textContent = told[found];
  };
  input.addEventListener("input", look);
  look();
}

document.querySelectorAll("[data-show-password]").forEach(show);
document.querySelectorAll("[data-strength]").forEach(tell);
