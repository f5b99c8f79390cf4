// One save in flight, the next gathers what was typed meanwhile. Nothing typed is dropped: what is not confirmed stays unsaved.

import { partsOf } from "./state.js";

const WAIT_MS = 400;
const RETRY_MS = [2000, 4000, 8000, 15000, 30000];

/**
 * `show(status, detail)`: status is saved | unsaved | saving | waiting (offline or server error, tried again) | signed_out | refused | stale.
 */
export function createSaver({ state, url, csrf, editVersion, show, onSaved, onStale }) {
  let version = editVersion;
  let timer = 0;
  let inFlight = false;
  let attempts = 0;
  let stopped = false;

  const body = (keys) => JSON.stringify({
    edit_version: version,
    changes: keys.map((key) => {
      const { course, item } = partsOf(key);
      const cell = state.get(key);
      return cell ? { course, item, mode: cell.mode, level: cell.level, assessed_by: cell.by } : { course, item, mode: null, level: null };
    }),
  });

  function plan(delay = WAIT_MS) {
    window.clearTimeout(timer);
    if (!stopped) timer = window.setTimeout(send, delay);
  }

  function retryLater(detail) {
    const delay = RETRY_MS[Math.min(attempts, RETRY_MS.length - 1)];
    attempts += 1;
    show("waiting", detail);
    plan(delay);
  }

  async function send() {
    if (inFlight || stopped) return;
    const keys = state.unsaved();
    if (!keys.length) {
      show("saved");
      return;
    }
    const sent = keys.map((key) => [key, state.get(key)]);
    inFlight = true;
    show("saving");
    let answer;
    let data = null;
    try {
      answer = await fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
        body: body(keys),
        credentials: "same-origin",
        redirect: "manual",
      });
      if ((answer.headers.get("Content-Type") || "").includes("json")) data = await answer.json();
    } catch {
      answer = null;
    }
    inFlight = false;
    if (!answer) retryLater();
    else if (answer.ok && data) accept(sent, data);
    else if (answer.status === 409 && data && data.code === "stale") stop("stale", data);
    else if (answer.type === "opaqueredirect" || answer.status === 401) stop("signed_out");
    else if (answer.status >= 500 || answer.status === 429) retryLater(answer.status);
    else stop("refused", data || {});
  }

  function accept(sent, data) {
    attempts = 0;
    version = data.edit_version;
    state.confirm(sent);
    onSaved(data);
    if (state.unsaved().length) plan();
    else show("saved", data.saved_at);
  }

  function stop(status, data) {
    stopped = true;
    show(status, data);
    if (status === "stale") onStale(data);
  }

  state.onChange(() => {
    if (stopped) return;
    if (!inFlight) show("unsaved");
    plan();
  });
  window.addEventListener("online", () => plan(0));
  window.addEventListener("beforeunload", (event) => {
    if (inFlight || state.unsaved().length) event.preventDefault();
  });

  return {
    now: () => plan(0),
    /** Go on after a decision (409) or a new sign-in. */
    resume(newVersion) {
      if (newVersion !== undefined) version = newVersion;
      stopped = false;
      attempts = 0;
      plan(0);
    },
    editVersion: () => version,
  };
}
