/* The shell: theme, rail, menus, dialogs, toasts. Everything here also works without it, by links and forms. */

const root = document.documentElement;
const year = 31536000;

/** Keep a choice of appearance for the server, which draws the next page with it. */
function remember(name, value) {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; max-age=${year}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
}

/* theme: the form works by itself; here the page changes without being loaded again, and the account is told */
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  root.dataset.theme = theme;
  remember("sheber_theme", theme);
  [...form.querySelectorAll("button")].find((button) => button.offsetParent)?.focus();
  document.dispatchEvent(new CustomEvent("sheber:theme", { detail: theme }));
  fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { "X-Requested-With": "fetch" } }).catch(() => {});
});

document.addEventListener("click", (event) => {
  const from = event.target.closest("button, summary, a, [data-close]");
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (!from) return;
  if ("rail" in from.dataset) {
    const shell = document.querySelector(".shell");
    const folded = shell.dataset.rail !== "min";
    shell.dataset.rail = folded ? "min" : "";
    from.setAttribute("aria-expanded", String(!folded));
    remember("sheber_rail", folded ? "min" : "wide");
  }
  if (from.dataset.open) {
    const dialog = document.getElementById(from.dataset.open);
    if (dialog instanceof HTMLDialogElement) event.preventDefault();     // without scripts it leads to a page
    if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
  }
  if ("close" in from.dataset) from.closest("dialog")?.close();
  if ("dismiss" in from.dataset) from.closest(".toast")?.remove();
  if (from.dataset.density) {
    root.dataset.density = from.dataset.density;
    remember("sheber_density", from.dataset.density);
    for (const other of document.querySelectorAll("[data-density]:is(button)")) {
      other.setAttribute("aria-pressed", String(other === from));
    }
  }
});

document.addEventListener("click", (event) => {
  /* a click on the scrim closes a dialog; what was typed in it stays */
  if (event.target instanceof HTMLDialogElement && event.target.open && event.target.matches(".dialog")) {
    const box = event.target.getBoundingClientRect();
    if (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom) event.target.close();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

/* toasts leave after six seconds, those with Undo after twenty, and stay while one looks at them */
const life = 6000;
const lifeWithUndo = 20000;
function watch(toast) {
  const span = toast.querySelector("form") ? lifeWithUndo : life;
  let timer = setTimeout(() => toast.remove(), span);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => toast.remove(), span);
  };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", release);
}
document.querySelectorAll(".toast").forEach(watch);
const region = document.querySelector(".toasts");
if (region) {
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof HTMLElement && node.matches(".toast")) watch(node);
    }
  }).observe(region, { childList: true });
}

/* the sign of the key is the one on this keyboard */
if (/Mac|iPhone|iPad/.test(navigator.platform)) {
  for (const key of document.querySelectorAll(".seek kbd")) key.textContent = "⌘K";
}
