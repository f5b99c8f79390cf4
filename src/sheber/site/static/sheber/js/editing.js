/* Forms of a draft: hours added up, rows added and taken away, course codes offered. Without it the forms work the same. */

const form = document.getElementById("edit");
const language = document.documentElement.lang || "kk";
let changed = false;

/* hours: the same sentence as the server writes */
const sum = document.getElementById("hours-sum");
const amount = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });

function read(input) {
  const text = input.value.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-").replace(",", ".");
  return /^[-+]?\d{1,9}(\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

function addUp() {
  const hours = [...form.querySelectorAll("[data-hours]")].map(read);
  const expected = (read(form.querySelector("[data-credits]")) ?? 0) * Number(sum.dataset.perCredit);
  const total = hours.reduce((all, each) => all + (each ?? 0), 0);
  const state = hours.every((each) => each === null) ? "none" : Math.abs(total - expected) < 1e-6 ? "equal" : "differs";
  const said = sum.dataset[state].replace("{sum}", amount.format(total)).replace("{expected}", amount.format(expected));
  sum.dataset.state = state;
  const output = sum.querySelector("output");
  if (output.textContent !== said) output.textContent = said;
}

if (form && sum) {
  form.addEventListener("input", (event) => {
    if (event.target.matches("[data-hours], [data-credits]")) addUp();
  });
}

/* rows: an emptied row is not kept, so taking one away is emptying and hiding it */
function blank(row) {
  for (const input of row.querySelectorAll("input, textarea, select")) input.value = "";
}

function number(rows) {
  [...rows.querySelectorAll("[data-row]")].forEach((row, place) => {
    const legend = row.querySelector("legend");
    legend.textContent = legend.textContent.replace(/\d+/, String(place + 1));
  });
}

for (const rows of document.querySelectorAll("[data-rows]")) {
  const add = document.querySelector(`[data-row-add="${rows.id}"]`);
  for (const button of rows.querySelectorAll("[data-row-remove]")) button.hidden = false;
  const all = () => [...rows.querySelectorAll("[data-row]")];
  const pattern = all().at(-1).cloneNode(true);
  blank(pattern);
  /* rows that stand ready for those without a script are not needed here */
  for (const row of all().slice(1).reverse()) {
    if ([...row.querySelectorAll("input, textarea, select")].some((input) => input.value)) break;
    row.remove();
  }
  add.hidden = false;
  add.addEventListener("click", () => {
    const row = pattern.cloneNode(true);
    rows.append(row);
    number(rows);
    row.querySelector("input").focus();
    changed = true;
  });
  rows.addEventListener("click", (event) => {
    const button = event.target.closest("[data-row-remove]");
    if (!button) return;
    const row = button.closest("[data-row]");
    const next = row.nextElementSibling ?? row.previousElementSibling;
    if (next) row.remove();
    else blank(row);
    number(rows);
    (next?.querySelector("input") ?? add).focus();
    changed = true;
  });
}

/* requisites: the list offers what was typed so far with each code in the place of the last word */
const list = document.getElementById("course-codes");
if (list) {
  const courses = [...list.options].map((option) => ({ code: option.value, label: option.label }));
  const offer = (input) => {
    const [before, word] = input.value.match(/^(.*[;,(]\s*)?([^;,(]*)$/s).slice(1);
    const wanted = word.trim().toLowerCase();
    const found = courses.filter(({ label }) => label.toLowerCase().includes(wanted)).slice(0, 30);
    list.replaceChildren(...found.map(({ code, label }) => {
      const option = document.createElement("option");
      option.value = `${before ?? ""}${code}`;
      option.label = label;
      return option;
    }));
  };
  for (const input of document.querySelectorAll("[data-requisites]")) {
    input.addEventListener("input", () => offer(input));
    input.addEventListener("focus", () => offer(input));
  }
}

/* leaving with something typed asks first */
if (form?.dataset.watch) {
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
}

/* what is to be read first after a refusal; a question in the address is asked */
document.querySelector("#stale, #wrong")?.focus();
const asked = document.querySelector("dialog[open]#remove");
if (asked) {
  asked.close();
  asked.showModal();
}
