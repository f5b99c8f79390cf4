/* Charts: one Vega-Lite specification, the same that makes the SVG and the PDF. Expressions run in the interpreter, so
   the content policy needs no exception. The drawing code is fetched only when a chart comes into view. */

const address = new URL(document.querySelector("script[data-vega]").dataset.vega, location.href).href;
let loaded = null;

async function embed() {
  loaded ??= import(address).then(() => window.vegaEmbed);
  return loaded;
}

/** Colours of the theme as the page has them now; the specification names them as "var(--c1)". */
function colours(value, style) {
  if (typeof value === "string") {
    const named = /^var\((--[\w-]+)\)$/.exec(value);
    return named ? style.getPropertyValue(named[1]).trim() : value;
  }
  if (Array.isArray(value)) return value.map((item) => colours(item, style));
  if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, colours(item, style)]));
  return value;
}

async function draw(place) {
  const source = place.querySelector("script[type='application/json']");
  const target = place.querySelector(".chart-plot");
  if (!source || !target) return;
  const specification = colours(JSON.parse(source.textContent), getComputedStyle(document.documentElement));
  const vegaEmbed = await embed();
  const numbers = place.dataset.locale ? JSON.parse(place.dataset.locale) : {};
  await vegaEmbed(target, specification, {
    ast: true, actions: false, renderer: "svg", defaultStyle: false, tooltip: { disableDefaultStyle: true }, formatLocale: numbers,
  });
  /* the place is the picture and has the sentence; its parts need no names */
  target.querySelector("svg")?.setAttribute("aria-hidden", "true");
  place.dataset.drawn = "yes";
}

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

function find(within) {
  for (const place of within.querySelectorAll("[data-chart]:not([data-drawn])")) seen.observe(place);
}

find(document);
document.addEventListener("htmx:load", (event) => find(event.detail.elt));
document.addEventListener("sheber:theme", () => {
  for (const place of document.querySelectorAll("[data-chart][data-drawn]")) draw(place);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  if (document.documentElement.dataset.theme === "auto") document.dispatchEvent(new CustomEvent("sheber:theme"));
});
