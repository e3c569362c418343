/** Views: fetched again when an answer they read was saved; their cards move by the buttons on them. */

import { busy, call, tell } from "../shared/api.js";
import { pressed, renewed } from "../../../widgets/js/board_moves.js";

const main = document.querySelector("main[data-al-workbook]");
const registry = window.actionlearn;
const SOON = 150; // ms to wait for other answers that are saved at the same time

const all = () => [...main.querySelectorAll(".al-view[data-view]")];

/* ---- Fetching ---------------------------------------------------------------- */

const wanted = new Map(); // view -> how many more changes came while it was fetched

async function renew(view) {
  if (wanted.has(view)) return wanted.set(view, true);
  wanted.set(view, false);
  try {
    const { html } = await call(`workbooks/${main.dataset.alWorkbook}/views/${view.id}`, { method: "GET" });
    show(view, html);
  } catch {
    // the next change, or the next visit, brings it
  }
  const again = wanted.get(view);
  wanted.delete(view);
  return again ? renew(view) : undefined;
}

/** Put a view in its place. */
function show(view, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html; // made and escaped by the server
  view.removeAttribute("data-late");
  renewed(view, () => view.replaceChildren(fresh.content));
  mark(view);
}

/* ---- Renewing ---------------------------------------------------------------- */

const changed = new Set();
let soon = null;

// What was saved in another workbook is known by the prompt alone: "*.need".
const reads = (view) =>
  view.dataset.of.split(" ").some((reference) => changed.has(reference) || changed.has(reference.replace(/^[^.]+\./, "*.")));

function renewSoon(reference) {
  changed.add(reference);
  clearTimeout(soon);
  soon = setTimeout(() => {
    const stale = all().filter(reads);
    changed.clear();
    stale.forEach(renew);
  }, SOON);
}

document.addEventListener("al:saved", ({ detail }) => renewSoon(detail.prompt));
document.addEventListener("al:elsewhere", ({ detail }) => renewSoon(`*.${detail.prompt}`));

for (const view of all()) if ("late" in view.dataset) renew(view);

/* ---- Today ------------------------------------------------------------------- */

function today() {
  const now = new Date(Date.now() - (registry?.transport.skew ?? 0));
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

/** Say which day is today, in calendars and on time lines. */
function mark(view) {
  const now = today();
  for (const day of view.querySelectorAll(`td[data-day="${now}"]`)) day.setAttribute("aria-current", "date");
  const line = view.querySelector("[data-al-today]");
  if (!line) return;
  const entries = [...line.querySelectorAll("li[data-day]")];
  for (const entry of entries) entry.classList.toggle("al-past", entry.dataset.last < now);
  const next = entries.find((entry) => entry.dataset.day >= now);
  const here = document.createElement("li");
  here.className = "al-today";
  here.textContent = line.dataset.alToday;
  if (next) next.before(here);
  else line.querySelector("ol:last-of-type")?.append(here);
}
all().forEach(mark);

/* ---- Moving a card ----------------------------------------------------------- */

main.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-al-set]");
  if (!button || button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  move(button).catch((trouble) => {
    button.ariaBusy = null;
    registry.say(trouble.message);
    tell(button.closest(".al-view"), trouble.message);
  });
});

/** Say what the button says, in the prompt it names; once more takes it back. */
async function move(button) {
  const { alSet: prompt, alPlace: place } = button.dataset;
  const here = place === main.dataset.alWorkbook && registry.prompts.get(prompt);
  if (here) {
    here.edit(pressed(button, here.value), { atOnce: true });
    button.ariaBusy = null; // its saving is shown where it is asked, and the view comes after
    return;
  }
  const { answers } = await call(`workbooks/${place}/answers`, { method: "GET" });
  const head = answers[prompt];
  const body = { person: main.dataset.alPerson, client: uuid(), seq: 1, base: head?.version ?? 0, value: pressed(button, head?.value) };
  await call(`workbooks/${place}/answers/${prompt}`, { method: "PUT", body });
  await renew(button.closest(".al-view[data-view]"));
}

/* ---- The next try ------------------------------------------------------------ */

main.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-al-begin]");
  if (!button) return;
  const { alBegin: template, alAfter: after } = button.dataset;
  busy(button, async () => {
    try {
      const { url } = await call("workbooks", { body: { cohort: main.dataset.alCohort, template, parameters: { after } } });
      location.assign(url);
    } catch (trouble) {
      registry.say(trouble.message);
      tell(button.closest(".al-view"), trouble.message);
    }
  });
});

function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
