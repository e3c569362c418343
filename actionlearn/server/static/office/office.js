/** The office: what a roster would change, doing it, and sign-in links. */

import { busy, call, made, tell } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";

const main = document.querySelector("main");
const cohort = main.dataset.alOffice;
const words = document.querySelector("template[data-al-words]")?.dataset ?? {};
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
      const anchor = made("a", "", { href: address, download: `links-${cohort}.csv` });
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(address), 10_000);
    } catch (trouble) {
      tell(links, trouble.message);
    }
  });
});

const dialog = document.getElementById("link");

/** Make a person a new link, and show it. */
async function renew(username) {
  tell(links, "");
  try {
    const { link } = await call(path("links"), { body: { username } });
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

/** All workbooks of a row in words, in a row below it. */
function opened(row, username) {
  const list = document.createElement("dl");
  for (const [at, mark] of [...row.querySelectorAll(".dot .where")].entries()) {
    if (mark.dataset.state === "none") continue;
    const told = made("div", "");
    const state = document.createElement("dd");
    state.append(mark.cloneNode(true));
    told.append(made("dt", titles[at]), state);
    list.append(told);
  }
  const cell = made("td", "", { colspan: row.cells.length });
  cell.append(list);
  if (username) {
    const button = made("button", words.renew, { type: "button", class: "button compact" });
    button.addEventListener("click", () => busy(button, () => renew(username)));
    cell.append(button);
  }
  const below = made("tr", "", { class: "below" });
  below.append(cell);
  return below;
}

for (const button of document.querySelectorAll("[data-al-more]")) {
  button.addEventListener("click", () => {
    const row = button.closest("tr");
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    if (open) row.nextElementSibling.remove();
    else row.after(opened(row, button.dataset.alOf));
  });
}

const mail = document.querySelector("[data-al-mail]");
mail?.addEventListener("click", () =>
  busy(mail, async () => {
    tell(links, "");
    try {
      const { sent, failed } = await call(path("links"), { body: { mail: true } });
      const said = links.querySelector("[data-al-sent]");
      said.textContent = fill(words.sent, { sent });
      said.hidden = false;
      const list = links.querySelector("[data-al-unsent]");
      faults(list, failed);
      list.hidden = !failed.length;
    } catch (trouble) {
      tell(links, trouble.message);
    }
  }),
);

/* ---- The roster --------------------------------------------------------- */

const form = document.querySelector("[data-al-preview]");
const part = (name) => document.querySelector(`[data-al-part="${name}"]`);
const most = document.getElementById("most");
let looked = null;

function show(name) {
  for (const each of ["faults", "changes", "progress"]) part(each).hidden = each !== name;
  if (name) part(name).focus();
}

function faults(list, found) {
  list.replaceChildren(
    ...found.map((fault) => {
      const item = document.createElement("li");
      const where = fault.column ? words.column : words.row;
      if (fault.line) item.append(made("strong", `${fill(where, { row: fault.line, column: fault.column })}: `));
      item.append([fault.message, fault.hint].filter(Boolean).join(" "));
      return item;
    }),
  );
}

function changes(list, found) {
  const groups = ["added", "changed", "moved", "same", "theirs", "missing"].filter((name) => found[name]?.length);
  const folds = groups.map((name) => {
    const fold = document.createElement("details");
    fold.open = found[name].length <= 12;
    const names = document.createElement("ul");
    names.replaceChildren(...found[name].map((each) => made("li", each)));
    fold.append(made("summary", `${words[name]}: ${found[name].length}`), names);
    return fold;
  });
  const same = found.unchanged ? [made("p", `${words.unchanged}: ${found.unchanged}`, { class: "quiet" })] : [];
  list.replaceChildren(...(folds.length ? folds : [made("p", words.nothing)]), ...same);
}

/** The chosen files as they are sent: what is looked at is what is done, also where a file changes meanwhile. */
async function chosen() {
  const body = new FormData();
  for (const file of form.querySelector("input").files) {
    body.append("file", new Blob([await file.arrayBuffer()]), file.name);
  }
  return body;
}

async function look(body) {
  tell(form, "");
  try {
    const said = await call(path("roster"), { body });
    if (said.faults.length) {
      faults(part("faults").querySelector("[data-al-list]"), said.faults);
      show("faults");
      return;
    }
    looked = { body, since: said.since, changes: said.changes };
    const notes = part("changes").querySelector("[data-al-notes]");
    notes.replaceChildren(...said.notes.map((each) => made("li", `${each.message} ${each.hint}`.trim())));
    notes.hidden = !said.notes.length;
    changes(part("changes").querySelector("[data-al-list]"), said.changes);
    const leaving = part("changes").querySelector("[data-al-leaving]");
    leaving.hidden = !said.changes.missing.length;
    leaving.querySelector("input").checked = true;
    show("changes");
  } catch (trouble) {
    show("");
    tell(form, trouble.message);
  }
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form.querySelector("button"), async () => {
    tell(part("changes"), "");
    if (form.querySelector("input").files.length) await look(await chosen());
  });
});

/** Whether somebody means it that half of the cohort leaves. */
async function meant() {
  const { missing, learners } = looked.changes;
  most.querySelector("[data-al-most]").textContent = fill(words.most, { leaving: missing.length, learners });
  most.returnValue = "";
  most.showModal();
  await new Promise((closed) => most.addEventListener("close", closed, { once: true }));
  return most.returnValue === "sure";
}

part("changes")
  ?.querySelector("[data-al-do]")
  .addEventListener("click", (event) =>
    busy(event.currentTarget, async () => {
      tell(part("changes"), "");
      const leave = part("changes").querySelector("[name=leave]:checked").value;
      if (leave && looked.changes.most && !(await meant())) return;
      const query = new URLSearchParams({ do: "1", since: looked.since, leave, sure: leave });
      try {
        await call(path(`roster?${query}`), { body: looked.body });
        show("progress");
        await follow();
      } catch (trouble) {
        // Somebody else was quicker: what it would change now is shown in its place.
        if (trouble.status === 409) await look(looked.body);
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
  const said = part("progress").querySelector("[data-al-said]");
  said.textContent = words.working;
  for (;;) {
    let state;
    try {
      state = await call(path("build"), { method: "GET" });
    } catch (trouble) {
      said.textContent = trouble.message;
      if (!trouble.offline) return;
      await new Promise((wake) => setTimeout(wake, 3000));
      continue;
    }
    if (state.total) {
      bar.max = state.total;
      bar.value = state.done;
      said.textContent = fill(words.made, state);
    }
    if (state.state !== "running") {
      if (state.state === "done") {
        bar.max = state.total || 1;
        bar.value = bar.max;
      }
      said.textContent = state.state === "failed" ? state.message : fill(words.done, state);
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
