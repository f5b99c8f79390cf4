/* How much of a file is sent. Without this script the form is sent as every form is. */

function swap(text) {
  const next = new DOMParser().parseFromString(text, "text/html").getElementById("main");
  if (!next) return false;
  document.getElementById("main").replaceWith(next);
  next.querySelectorAll("form[data-upload]").forEach(watch);
  next.querySelector(".is-invalid input, [role=alert]")?.focus();
  return true;
}

function watch(form) {
  const row = form.querySelector(".upload");
  form.addEventListener("submit", (event) => {
    if (!form.querySelector("input[type=file]").files.length) return;
    event.preventDefault();
    const button = form.querySelector("button.btn-primary");
    const bar = row.querySelector("progress");
    const request = new XMLHttpRequest();
    const broken = (is) => {
      row.querySelector("[data-broken]").hidden = !is;
      button.disabled = !is;
    };
    request.upload.addEventListener("progress", (told) => {
      if (!told.lengthComputable) return;
      bar.value = Math.round((100 * told.loaded) / told.total);
      row.querySelector("[data-sent]").textContent = `${bar.value} %`;
    });
    request.addEventListener("load", () => {
      const where = request.getResponseHeader("X-Location");
      if (where) location.assign(where);
      else if (!swap(request.responseText)) broken(true);
    });
    request.addEventListener("error", () => broken(true));
    row.hidden = false;
    broken(false);
    request.open("POST", form.action || location.href);
    request.setRequestHeader("X-Upload", "1");
    request.send(new FormData(form));
  });
}

document.querySelectorAll("form[data-upload]").forEach(watch);
