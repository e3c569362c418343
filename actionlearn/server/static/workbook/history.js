/** The versions of an answer: what changed and why, bringing one back, erasing a passage for good. */

import { busy, call, made, tell, when } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";

const main = document.querySelector("main[data-al-workbook]");
const workbook = main.dataset.alWorkbook;
const words = document.querySelector("[data-al-history-words]").dataset;
const dialog = document.getElementById("al-history");
const part = (name) => dialog.querySelector(`[data-al-part="${name}"]`);
const versions = dialog.querySelector("[data-al-versions]");
const passage = dialog.querySelector("#al-passage");
const WORDS = ["long-text", "short-text", "table", "file"]; // kinds of prompt in which a passage can stand

let entry = null; // whose history is shown

const sentence = (trouble) => (trouble.offline ? words.offline : trouble.message);

/* ---- A button beside each answer that has one ------------------------------------ */

function offer(prompt) {
  const shown = window.actionlearn.prompts.get(prompt);
  for (const element of shown?.version ? shown.elements : []) {
    const foot = element.querySelector(".al-foot");
    if (foot.querySelector("[data-al-history]")) continue;
    const button = made("button", words.history, { type: "button", class: "al-quiet", "data-al-history": "" });
    button.setAttribute("aria-describedby", `p-${prompt}-q`);
    button.addEventListener("click", () => open(shown));
    foot.querySelector(".al-state").before(button);
  }
}

for (const prompt of window.actionlearn.prompts.keys()) offer(prompt);
document.addEventListener("al:saved", ({ detail }) => offer(detail.prompt));

/* ---- The list ------------------------------------------------------------------ */

/** Words the person has selected in the answer or in a version of it. */
function selected() {
  for (const text of [...entry.elements].flatMap((each) => [...each.querySelectorAll(".al-field :is(textarea, input)")])) {
    if (text.selectionStart < text.selectionEnd) return text.value.slice(text.selectionStart, text.selectionEnd);
  }
  return "";
}

function turn(name) {
  for (const each of dialog.querySelectorAll("[data-al-part]")) {
    each.hidden = each.dataset.alPart !== name;
    if (!each.hidden) tell(each, "");
  }
  part("list").querySelector('[role="status"]').textContent = "";
  if (name === "list") load();
  part(name).querySelector(name === "erase" ? "textarea" : "h2").focus();
}

function open(shown) {
  entry = shown;
  const [element] = shown.elements;
  dialog.querySelector("[data-al-asked]").textContent = element.querySelector(".al-question").innerText;
  dialog.querySelector('[data-al-to="erase"]').hidden = !WORDS.includes(shown.kind);
  passage.value = selected();
  versions.replaceChildren();
  dialog.showModal();
  turn("list");
}

async function load() {
  const waiting = dialog.querySelector("[data-al-wait]");
  waiting.hidden = versions.childElementCount > 0;
  try {
    await entry.versioned();
    const { revisions, more } = await ask("");
    const head = revisions.findIndex((each) => each.cause !== "conflict");
    versions.replaceChildren(...revisions.map((each, place) => version(each, place === head)));
    if (!revisions.length) versions.append(made("li", words.none, { class: "quiet" }));
    if (more) versions.append(older(revisions.at(-1).number));
  } catch (trouble) {
    tell(part("list"), sentence(trouble));
  }
  waiting.hidden = true;
}

const ask = (query) => call(`workbooks/${workbook}/history/${entry.prompt}${query}`, { method: "GET" });

/** A button in the place of the versions before. */
function older(number) {
  const row = made("li", "", { class: "version" });
  const button = made("button", words.older, { type: "button", class: "button compact" });
  button.addEventListener("click", () =>
    busy(button, async () => {
      try {
        const { revisions, more } = await ask(`?before=${number}`);
        const rows = revisions.map((each) => version(each, false));
        row.replaceWith(...rows, ...(more ? [older(revisions.at(-1).number)] : []));
        rows[0].querySelector("button").focus();
      } catch (trouble) {
        tell(part("list"), sentence(trouble));
      }
    }),
  );
  row.append(button);
  return row;
}

function version(revision, current) {
  const row = made("li", "", { class: "version" });
  const head = made("h3", when(revision.when));
  if (current) head.append(" ", made("span", words.now, { class: "pill" }));
  row.append(head, made("p", words[revision.cause] ?? "", { class: "quiet small" }), difference(revision));
  if (!current) {
    const back = made("button", words.back, { type: "button", class: "button compact" });
    back.setAttribute("aria-label", `${words.back}: ${when(revision.when)}`);
    back.addEventListener("click", () => busy(back, () => restore(revision)));
    row.append(back);
  }
  return row;
}

/** What changed since the version before, in sight and in hearing. */
function difference({ changes, text }) {
  const box = made("div", "", { class: "words change" });
  if (!text && !changes.some(([kind]) => kind === "gone")) return Object.assign(box, { textContent: words.nothing });
  const first = changes.every(([kind]) => kind === "new");
  for (const [kind, said] of changes) {
    if (kind === "same" || first) {
      box.append(said);
      continue;
    }
    const change = made(kind === "new" ? "ins" : "del", "");
    change.append(made("span", ` ${words[kind]} `, { class: "visually-hidden" }), said, made("span", ` ${words.end} `, { class: "visually-hidden" }));
    box.append(change);
  }
  return box;
}

async function restore(revision) {
  const list = part("list");
  tell(list, "");
  if (entry.two) return tell(list, words.choose);
  let done = false;
  try {
    done = await entry.restore(revision.value);
  } catch {
    // said below: the words are on the device, and go on being saved
  }
  if (!done) return tell(list, entry.fault?.message ?? words.unsettled);
  await load();
  list.querySelector("h2").focus();
  list.querySelector('[role="status"]').textContent = words.restored;
  return undefined;
}

/* ---- Erasing ------------------------------------------------------------------- */

part("erase").addEventListener("submit", (event) => {
  event.preventDefault();
  dialog.querySelector("[data-al-passage]").textContent = passage.value;
  turn("sure");
});

async function erase() {
  const sure = part("sure");
  tell(sure, "");
  try {
    if (!(await entry.settled())) return tell(sure, entry.two ? words.choose : words.offline);
    const { erased } = await call(`workbooks/${workbook}/erase`, { body: { prompt: entry.prompt, passage: passage.value } });
    await window.actionlearn.refresh();
    passage.value = "";
    part("done").querySelector("[data-al-said]").textContent = erased === 1 ? words.one : fill(words.many, { number: erased });
    turn("done");
  } catch (trouble) {
    tell(sure, sentence(trouble));
  }
  return undefined;
}

const doIt = dialog.querySelector("[data-al-do]");
doIt.addEventListener("click", () => busy(doIt, erase));
for (const button of dialog.querySelectorAll("[data-al-to]")) {
  button.addEventListener("click", () => {
    const marked = button.dataset.alTo === "erase" && versions.contains(getSelection()?.anchorNode) && String(getSelection());
    if (marked) passage.value = marked;
    turn(button.dataset.alTo);
  });
}
for (const button of dialog.querySelectorAll("[data-al-close]")) button.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => versions.replaceChildren());
