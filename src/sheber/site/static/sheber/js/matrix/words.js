// Sentences come from the page, translated, with named holes: "Row %(row)s, column %(column)s".

/** Fill the named holes of a sentence; a hole without a value stays visible, so a slip is seen. */
export function fill(sentence, values = {}) {
  return sentence.replace(/%\((\w+)\)s/g, (hole, name) => (name in values ? String(values[name]) : hole));
}

/** Read a `json_script` block of the page. */
export function pageData(id) {
  return JSON.parse(document.getElementById(id).textContent);
}
