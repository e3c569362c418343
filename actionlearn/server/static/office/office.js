/** The office: what a roster would change, doing it, and sign-in links. */

import { h } from "../../../widgets/js/dom.js";
import { busy, call, tell } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";
import { choiceIn } from "../shared/dialogs.js";
import { declareReady } from "../shared/script_ready.js";

const main = document.querySelector("main");
const cohort = main.dataset.alOffice;
const words = document.querySelector("template[data-al-words]")?.dataset ?? {};
/** @param {any} what */
const path = (what) => `cohorts/${encodeURIComponent(cohort)}/${what}`;

/* ---- Links ------------------------------------------------------------ */

const links = document.querySelector("[data-al-links]");
links?.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(links.querySelector("button"), async () => {
    tell(links, "");
    try {
      const file = await call(path("links"), { body: {} });
      const address = URL.createObjectURL(file);
      const anchor = h("a", { href: address, download: `links-${cohort}.csv` });
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (trouble) {
      tell(links, trouble.message);
    }
  });
});

const dialog = document.getElementById("link");

/**
 * Make a person a new link: it goes to them by mail, or is shown where no mail server is set.
 * @param {string | undefined} username
 */
async function renew(username) {
  tell(links, "");
  try {
    const { link, ...mailed } = await call(path("links"), { body: { username } });
    if (!link) {
      tellMailed(mailed);
      links.scrollIntoView({ block: "center" });
      return;
    }
    dialog.querySelector("input").value = link;
    dialog.showModal();
    dialog.querySelector("input").select();
  } catch (trouble) {
    tell(links, trouble.message);
    links.scrollIntoView({ block: "center" });
  }
}
dialog?.querySelector("[data-al-copy]").addEventListener("click", async (event) => {
  const field = document.getElementById(event.currentTarget.dataset.alCopy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    event.target.textContent = words.copied;
  } catch {
    /* It stays selected: the person copies it by hand. */
  }
});

/* ---- One person, on demand ---------------------------------------------- */

const titles = [...document.querySelectorAll(".people thead .book")].map((each) => each.textContent);

/**
 * All workbooks of a row in words, in a row below it.
 * @param {any} row
 * @param {string | undefined} username
 */
function detailRow(row, username) {
  const list = document.createElement("dl");
  for (const [at, mark] of [...row.querySelectorAll(".dot .where")].entries()) {
    if (mark.dataset.state === "none") continue;
    const entry = h("div");
    const state = document.createElement("dd");
    state.append(mark.cloneNode(true));
    entry.append(h("dt", {}, titles[at]), state);
    list.append(entry);
  }
  const cell = h("td", { colSpan: row.cells.length });
  cell.append(list);
  if (username) {
    const button = h("button", { type: "button", className: "button compact" }, words.renew);
    button.addEventListener("click", () => busy(button, () => renew(username)));
    cell.append(button);
  }
  const below = h("tr", { className: "below" });
  below.append(cell);
  return below;
}

for (const button of document.querySelectorAll("[data-al-more]")) {
  button.addEventListener("click", () => {
    const row = button.closest("tr");
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) row.nextElementSibling?.remove();
    else row.after(detailRow(row, button.dataset.alOf));
  });
}

/**
 * Say how many links went by mail, and whom none reached.
 * @param {any} mailed
 */
function tellMailed({ sent, waiting, failed }) {
  const line = links.querySelector("[data-al-sent]");
  line.textContent = fill(words.sent, { sent }) + (waiting ? ` ${fill(words.waiting, { waiting })}` : "");
  line.hidden = false;
  const list = links.querySelector("[data-al-unsent]");
  faults(list, failed);
  list.hidden = !failed.length;
}

const mail = document.querySelector("[data-al-mail]");
mail?.addEventListener("click", () =>
  busy(mail, async () => {
    tell(links, "");
    try {
      tellMailed(await call(path("links"), { body: { mail: true } }));
    } catch (trouble) {
      tell(links, trouble.message);
    }
  }),
);

/* ---- The roster --------------------------------------------------------- */

const form = document.querySelector("[data-al-preview]");
/** @param {string} name */
const part = (name) => document.querySelector(`[data-al-part="${name}"]`);
const most = document.getElementById("most");
/** @type {any} */
let lastPreview = null;

/** @param {string} name */
function show(name) {
  for (const each of ["faults", "changes", "progress"]) part(each).hidden = each !== name;
  if (name) part(name).focus();
}

/**
 * @param {PageElement} list
 * @param {any} faultList
 */
function faults(list, faultList) {
  list.replaceChildren(
    ...faultList.map((/** @type {any} */ fault) => {
      const item = document.createElement("li");
      const where = fault.column ? words.column : words.row;
      if (fault.line) item.append(h("strong", {}, `${fill(where, { row: fault.line, column: fault.column })}: `));
      item.append([fault.message, fault.hint].filter(Boolean).join(" "));
      return item;
    }),
  );
}

/**
 * Those who would be added, with their names as they would be: which is the first and which the last.
 * @param {Record<string, string>[]} people
 */
function newPeople(people) {
  const columns = ["firstname", "lastname", "email", ...(people.some((each) => each.set) ? ["set"] : [])];
  const heads = h("tr", {}, ...columns.map((name) => h("th", { scope: "col" }, words[name])));
  const rows = people.map((each) => h("tr", {}, ...columns.map((name) => h("td", {}, each[name]))));
  return h("table", {}, h("thead", {}, heads), h("tbody", {}, ...rows));
}

/**
 * @param {PageElement} list
 * @param {any} people
 */
function changes(list, people) {
  const groups = ["added", "changed", "moved", "same", "theirs", "missing"].filter((name) => people[name]?.length);
  const folds = groups.map((name) => {
    const fold = document.createElement("details");
    fold.open = people[name].length <= 12;
    const lines = document.createElement("ul");
    lines.replaceChildren(...people[name].map((/** @type {string} */ each) => h("li", {}, each)));
    const names = name === "added" && people.people.length ? newPeople(people.people) : lines;
    fold.append(h("summary", {}, `${words[name]}: ${people[name].length}`), names);
    return fold;
  });
  const same = people.unchanged ? [h("p", { className: "quiet" }, `${words.unchanged}: ${people.unchanged}`)] : [];
  list.replaceChildren(...(folds.length ? folds : [h("p", {}, words.nothing)]), ...same);
}

/** The chosen files as they are sent: what is looked at is what is done, also where a file changes meanwhile. */
async function filesBody() {
  const body = new FormData();
  for (const file of form.querySelector("input").files ?? []) {
    body.append("file", new Blob([await file.arrayBuffer()]), file.name);
  }
  return body;
}

/**
 * @param {FormData} body
 * @param {{right?: string, addSets?: string}} [asked] whether right rows are taken alone, and sets are added
 */
async function look(body, { right = "", addSets = "" } = {}) {
  tell(form, "");
  try {
    const preview = await call(path(`roster?${new URLSearchParams({ add_sets: addSets })}`), { body });
    lastPreview = { body, since: preview.since, changes: preview.changes, right, addSets };
    if (preview.faults.length && !right) showFaults(preview);
    else showChanges(preview);
  } catch (trouble) {
    show("");
    tell(form, trouble.message);
  }
}

/** @param {any} preview */
function showFaults(preview) {
  const card = part("faults");
  faults(card.querySelector("[data-al-list]"), preview.faults);
  const take = card.querySelector("[data-al-right]");
  take.hidden = !preview.right;
  take.querySelector("button").textContent = fill(words.right, { count: preview.right ?? 0 });
  const sets = preview.sets ?? [];
  card.querySelector("[data-al-sets]").hidden = !sets.length;
  card.querySelector("[data-al-sets] input").checked = false;
  const named = sets.map((/** @type {any} */ each) => `${each.name} (${each.people})`).join(", ");
  card.querySelector("[data-al-sets] span").textContent = fill(words.sets, { sets: named });
  show("faults");
}

/** @param {any} preview */
function showChanges(preview) {
  const card = part("changes");
  const notes = card.querySelector("[data-al-notes]");
  notes.replaceChildren(...preview.notes.map((/** @type {ServerError} */ each) => h("li", {}, `${each.message} ${each.hint}`.trim())));
  notes.hidden = !preview.notes.length;
  const partly = card.querySelector("[data-al-partly]");
  partly.textContent = fill(words.partly, { count: preview.faults.length });
  partly.hidden = !preview.faults.length;
  const columns = card.querySelector("[data-al-columns]");
  columns.textContent = fill(words.columns, { columns: preview.columns.join(" · ") });
  columns.hidden = !preview.columns.length;
  changes(card.querySelector("[data-al-list]"), preview.changes);
  const leaving = card.querySelector("[data-al-leaving]");
  leaving.hidden = !preview.changes.missing.length;
  leaving.querySelector("input").checked = true;
  show("changes");
}

part("faults")
  ?.querySelector("[data-al-right] button")
  .addEventListener("click", (event) =>
    busy(event.currentTarget, () => look(lastPreview.body, { right: "1", addSets: lastPreview.addSets })),
  );
part("faults")
  ?.querySelector("[data-al-sets] input")
  .addEventListener("change", () => look(lastPreview.body, { addSets: "1" }));

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form.querySelector("button"), async () => {
    tell(part("changes"), "");
    if (form.querySelector("input").files?.length) await look(await filesBody());
  });
});

/** Whether somebody means it that half of the cohort leaves. */
async function confirmed() {
  const { missing, learners } = lastPreview.changes;
  most.querySelector("[data-al-most]").textContent = fill(words.most, { leaving: missing.length, learners });
  return (await choiceIn(most)) === "sure";
}

part("changes")
  ?.querySelector("[data-al-do]")
  .addEventListener("click", (event) =>
    busy(event.currentTarget, async () => {
      tell(part("changes"), "");
      const leave = part("changes").querySelector("[name=leave]:checked").value;
      if (leave && lastPreview.changes.most && !(await confirmed())) return;
      const { since, right, addSets } = lastPreview;
      const query = new URLSearchParams({ do: "1", since, leave, sure: leave, right, add_sets: addSets });
      try {
        await call(path(`roster?${query}`), { body: lastPreview.body });
        show("progress");
        await follow();
      } catch (trouble) {
        // Somebody else was quicker: what it would change now is shown in its place.
        if (trouble.status === 409) await look(lastPreview.body, lastPreview);
        tell(part("changes"), trouble.message);
      }
    }),
  );

const missing = document.querySelector("[data-al-unmade]");
missing?.querySelector("[data-al-make]").addEventListener("click", (event) =>
  busy(event.currentTarget, async () => {
    try {
      await call(path("build"), { body: {} });
      show("progress");
      await follow();
    } catch (trouble) {
      tell(missing, trouble.message);
    }
  }),
);

/** Ask until it is done. A page that is closed stops nothing. */
async function follow() {
  const bar = part("progress").querySelector("progress");
  const line = part("progress").querySelector("[data-al-said]");
  line.textContent = words.working;
  for (;;) {
    let state;
    try {
      state = await call(path("build"), { method: "GET" });
    } catch (trouble) {
      line.textContent = trouble.message;
      if (!trouble.offline) return;
      await new Promise((wake) => setTimeout(wake, 3000));
      continue;
    }
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
      line.textContent = fill(words.made, state);
    }
    if (state.state !== "running") {
      if (state.state === "done") {
        bar.max = state.total || 1;
        bar.value = bar.max;
      }
      line.textContent = state.state === "failed" ? state.message : fill(words.done, state);
      faults(part("progress").querySelector("[data-al-list]"), state.failures);
      part("progress").querySelector("[data-al-after]").hidden = false;
      return;
    }
    await new Promise((wake) => setTimeout(wake, 700));
  }
}

if (main.dataset.alBuilding) {
  show("progress");
  follow();
}

declareReady();
