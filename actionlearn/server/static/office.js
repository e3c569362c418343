/** The office: what a roster would change, doing it, and sign-in links. */

import { busy, call, made, tell } from "./api.js";
import { fill } from "./small.js";

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
for (const button of document.querySelectorAll("[data-al-renew]")) {
  button.addEventListener("click", () =>
    busy(button, async () => {
      tell(links, "");
      try {
        const { link } = await call(path("links"), { body: { username: button.dataset.alRenew } });
        dialog.querySelector("input").value = link;
        dialog.showModal();
        dialog.querySelector("input").select();
      } catch (trouble) {
        tell(links, trouble.message);
        links.scrollIntoView({ block: "center" });
      }
    }),
  );
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

/* ---- The roster --------------------------------------------------------- */

const form = document.querySelector("[data-al-preview]");
const part = (name) => document.querySelector(`[data-al-part="${name}"]`);
let chosen = null;

function show(name) {
  for (const each of ["faults", "changes", "progress"]) part(each).hidden = each !== name;
  if (name) part(name).focus();
}

function faults(list, found) {
  list.replaceChildren(
    ...found.map((fault) => {
      const item = document.createElement("li");
      if (fault.line) item.append(made("strong", `${fill(words.row, { row: fault.line })}: `));
      item.append([fault.message, fault.hint].filter(Boolean).join(" "));
      return item;
    }),
  );
}

function changes(list, found) {
  const groups = ["added", "changed", "moved", "theirs", "missing"].filter((name) => found[name]?.length);
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

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  busy(form.querySelector("button"), async () => {
    tell(form, "");
    chosen = form.querySelector("input").files[0] ?? null;
    if (!chosen) return;
    try {
      const said = await call(path("roster"), { body: await chosen.arrayBuffer(), type: "text/csv" });
      if (said.faults.length) {
        faults(part("faults").querySelector("[data-al-list]"), said.faults);
        show("faults");
      } else {
        changes(part("changes").querySelector("[data-al-list]"), said.changes);
        show("changes");
      }
    } catch (trouble) {
      show("");
      tell(form, trouble.message);
    }
  });
});

part("changes")
  ?.querySelector("[data-al-do]")
  .addEventListener("click", (event) =>
    busy(event.currentTarget, async () => {
      tell(part("changes"), "");
      try {
        await call(path("roster?do=1"), { body: await chosen.arrayBuffer(), type: "text/csv" });
        show("progress");
        await follow();
      } catch (trouble) {
        tell(part("changes"), trouble.message);
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
