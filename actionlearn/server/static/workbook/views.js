/** Views: fetched again when an answer they read was saved; their cards move by the buttons on them. */

import { busy, call, tell } from "../shared/api.js";
import { pressed, renewed } from "../../../widgets/js/board_moves.js";
import { showsAny } from "./references.js";
import { uuid } from "../../../widgets/js/values.js";

const main = document.querySelector("main[data-al-workbook]");
const registry = window.actionlearn;
const SOON = 150; // ms to wait for other answers that are saved at the same time

const all = () => [...main.querySelectorAll(".al-view[data-view]")];

/* ---- Fetching ---------------------------------------------------------------- */

const fetches = new Map(); // view -> how many more changes came while it was fetched

/**
 * Fetch a view again, and once more where its answers changed meanwhile.
 * @param {PageElement} view
 * @returns {Promise<unknown>}
 */
async function renew(view) {
  if (fetches.has(view)) return fetches.set(view, true);
  fetches.set(view, false);
  try {
    const { html } = await call(`workbooks/${main.dataset.alWorkbook}/views/${view.id}`, { method: "GET" });
    show(view, html);
  } catch {
    // the next change, or the next visit, brings it
  }
  const again = fetches.get(view);
  fetches.delete(view);
  return again ? renew(view) : undefined;
}

/**
 * Put a view in its place.
 * @param {PageElement} view
 * @param {string} html
 */
function show(view, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html; // made and escaped by the server
  view.removeAttribute("data-late");
  renewed(view, () => view.replaceChildren(fresh.content));
  mark(view);
}

/* ---- Renewing ---------------------------------------------------------------- */

const changed = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

/** @param {string} reference */
function renewSoon(reference) {
  changed.add(reference);
  clearTimeout(soon);
  soon = setTimeout(() => {
    const stale = all().filter((view) => showsAny(view, changed));
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

/**
 * Say which day is today, in calendars and on time lines.
 * @param {PageElement} view
 */
function mark(view) {
  const now = today();
  for (const day of view.querySelectorAll(`td[data-day="${now}"]`)) day.setAttribute("aria-current", "date");
  const line = view.querySelector("[data-al-today]");
  if (!line) return;
  const entries = [...line.querySelectorAll("li[data-day]")];
  for (const entry of entries) entry.classList.toggle("al-past", entry.dataset.last < now);
  const here = document.createElement("li");
  here.className = "al-today";
  here.textContent = line.dataset.alToday;
  const next = entries.find((entry) => entry.dataset.day >= now);
  const month = entries.filter((entry) => entry.dataset.day.startsWith(now.slice(0, 7)));
  const last = month.at(-1);
  if (last) {
    if (next && month.includes(next)) next.before(here);
    else last.after(here);
    return;
  }
  // A month without an entry has a heading of its own: today is in no other.
  const title = document.createElement("h3");
  title.textContent = monthName(now);
  const list = document.createElement("ol");
  list.className = "al-line";
  list.append(here);
  const before = next?.closest("ol")?.previousElementSibling ?? null;
  line.insertBefore(title, before);
  line.insertBefore(list, before);
}

/**
 * Name the month of a day with its year, as the headings beside it do.
 * @param {string} day
 */
function monthName(day) {
  const [year, month] = day.split("-").map(Number);
  /** @type {Intl.DateTimeFormatOptions} */
  const options = { month: "long", year: "numeric", timeZone: "UTC" };
  const name = new Intl.DateTimeFormat(document.documentElement.lang, options).format(Date.UTC(year, month - 1));
  return name.charAt(0).toUpperCase() + name.slice(1);
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

/**
 * Say what the button says, in the prompt it names; once more takes it back.
 * @param {PageElement} button
 */
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
