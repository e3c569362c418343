/** Around a workbook's prompts: how far one is, sharing, and signing in again in place. */

import { h } from "../../../widgets/js/dom.js";
import { busy, call, tell, when } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";
import { settleAnswers, unsettledAnswers } from "./settling.js";

const main = document.querySelector("main[data-al-workbook]");
const workbook = main.dataset.alWorkbook;
const words = document.querySelector("[data-al-share-words]").dataset;

/* ---- How far -------------------------------------------------------------- */

const counter = document.querySelector("[data-al-answered]");
const bar = document.querySelector("[data-al-progress]");
const prompts = () => [...(window.actionlearn?.prompts?.values() ?? [])];

/** @param {Answer} value */
function empty(value) {
  if (typeof value === "string") return !value.trim();
  if (Array.isArray(value)) return value.every((row) => row?.cells && Object.values(row.cells).every(empty));
  return value === null || value === undefined;
}

function count() {
  if (!bar || !counter || !prompts().length) return;
  bar.value = prompts().filter((prompt) => !empty(prompt.acked)).length;
  counter.textContent = fill(counter.dataset.says, { answered: bar.value, total: bar.max });
}

document.addEventListener("al:saved", count);

/* ---- Sharing ---------------------------------------------------------------- */

const dialog = document.getElementById("al-share");
const ask = dialog.querySelector('[data-al-step="ask"]');
const done = dialog.querySelector('[data-al-step="done"]');
const go = ask.querySelector("[data-al-do]");

/** @param {any[]} groups */
function readers(groups) {
  const list = ask.querySelector("[data-al-readers]");
  const rows = groups.map(({ audience, names }) => {
    const row = document.createElement("li");
    row.append(h("strong", {}, words[audience] ?? audience), h("span", {}, names.join(", ")));
    return row;
  });
  list.replaceChildren(...(rows.length ? rows : [h("li", {}, words.nobody)]));
}

/** @param {any[]} unanswered */
function missing(unanswered) {
  const box = ask.querySelector("[data-al-missing]");
  box.hidden = unanswered.length === 0;
  box.querySelector("[data-al-list]").replaceChildren(
    ...unanswered.map(({ id, question }) => {
      const item = document.createElement("li");
      const link = h("a", { href: `#p-${id}` }, question);
      link.addEventListener("click", () => dialog.close());
      item.append(link);
      return item;
    }),
  );
}

/**
 * Name what is not settled; tell whether there is anything.
 * @param {{ id: string, question: string, why: string }[]} found
 */
function unsettled(found) {
  const box = ask.querySelector("[data-al-unsettled]");
  box.hidden = found.length === 0;
  box.querySelector("ul").replaceChildren(
    ...found.map(({ id, question, why }) => {
      const link = h("a", { href: `#p-${id}` }, question);
      link.addEventListener("click", () => dialog.close());
      return h("li", {}, link, h("span", {}, ` ${box.dataset[why] ?? ""}`));
    }),
  );
  return found.length > 0;
}

async function open() {
  ask.hidden = false;
  done.hidden = true;
  tell(ask, "");
  go.disabled = true;
  ask.querySelector("[data-al-wait]").hidden = false;
  ask.querySelector("[data-al-ready]").hidden = true;
  dialog.showModal();
  try {
    await settleAnswers();
    unsettled(unsettledAnswers());
    const preview = await call(`workbooks/${workbook}/sharing`, { method: "GET" });
    readers(preview.readers);
    missing(preview.missing);
    if (preview.last) last(preview.last.shared_at);
    ask.querySelector("[data-al-ready]").hidden = false;
    go.disabled = false;
    ask.querySelector("textarea").focus();
  } catch (trouble) {
    tell(ask, trouble.offline ? words.offline : trouble.message);
  }
  ask.querySelector("[data-al-wait]").hidden = true;
}

/** @param {{ anyway?: boolean }} [options] */
async function share({ anyway = false } = {}) {
  tell(ask, "");
  try {
    await settleAnswers();
    if (unsettled(unsettledAnswers()) && !anyway) {
      tell(ask, ask.querySelector("[data-al-unsettled]").dataset.first);
      return;
    }
    const wants = ask.querySelector("textarea");
    const receipt = await call(`workbooks/${workbook}/share`, { body: { wants: wants.value } });
    wants.value = "";
    const at = when(receipt.shared_at);
    done.querySelector("[data-al-said]").textContent = fill(words.said, { number: receipt.number, when: at });
    done.querySelector("[data-al-receipt]").textContent = receipt.receipt;
    last(receipt.shared_at);
    ask.hidden = true;
    done.hidden = false;
    done.querySelector("h2").focus();
    document.dispatchEvent(new CustomEvent("al:shared", { detail: receipt }));
  } catch (trouble) {
    tell(ask, trouble.offline ? words.offline : trouble.message);
  }
}

/** @param {string} instant */
function last(instant) {
  const line = document.querySelector("[data-al-last]");
  line.textContent = fill(words.last, { when: when(instant) });
  line.hidden = false;
}

const lastLine = document.querySelector("[data-al-last]");
if (lastLine?.dataset.alLast) last(lastLine.dataset.alLast);

for (const button of document.querySelectorAll("[data-al-share]")) button.addEventListener("click", open);
for (const button of dialog.querySelectorAll("[data-al-close]")) {
  button.addEventListener("click", () => dialog.close());
}
ask.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!go.disabled) busy(go, share);
});
ask.querySelector("[data-al-anyway]").addEventListener("click", ({ currentTarget }) => busy(currentTarget, () => share({ anyway: true })));

/* ---- Signing in again, in place ------------------------------------------------ */

const door = document.getElementById("al-signin");

/** @type {{ control: PageElement, from: number, to: number } | null} */
let caret = null;

/** Note where somebody was writing: Chromium gives the focus back from a dialog, and the caret not. */
function leave() {
  const control = document.activeElement;
  caret = control?.selectionStart == null ? null : { control, from: control.selectionStart, to: control.selectionEnd };
  door.showModal();
}

door.addEventListener("close", () => {
  if (!caret) return;
  caret.control.focus();
  caret.control.setSelectionRange(caret.from, caret.to);
});

function back() {
  door.close();
  tell(door, "");
  // Whoever holds unsaved words sends them now.
  document.dispatchEvent(new CustomEvent("al:signedin"));
  window.dispatchEvent(new Event("online"));
}

document.addEventListener("al:signin", (event) => {
  const other = event.detail?.code === "answers.other_person";
  if (!door.open) leave();
  if (other) tell(door, words.other);
});

door.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  busy(form.querySelector("button"), async () => {
    tell(form, "");
    try {
      const response = await fetch(form.action, { method: "POST", body: new URLSearchParams(/** @type {any} */ (new FormData(form))) });
      if (response.ok) {
        form.reset();
        back();
        return;
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      tell(form, page.getElementById("fault")?.textContent.trim() ?? response.statusText);
    } catch {
      tell(form, words.offline);
    }
  });
});

door.querySelector("[data-al-retry]").addEventListener("click", back);
