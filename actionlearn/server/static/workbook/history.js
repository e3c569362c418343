/** The versions of an answer: what changed and why, bringing one back, erasing a passage for good. */

import { h } from "../../../widgets/js/dom.js";
import { busy, call, tell, when } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";
import { restoreVersion, waitUntilSaved, waitUntilVersioned } from "../../../widgets/js/prompt_versions.js";
/** @import { PromptState } from "../../../widgets/js/prompt_state.js" */

const main = document.querySelector("main[data-al-workbook]");
const workbook = main.dataset.alWorkbook;
const words = document.querySelector("[data-al-history-words]").dataset;
const dialog = document.getElementById("al-history");
/** @param {string} name */
const part = (name) => dialog.querySelector(`[data-al-part="${name}"]`);
const versions = dialog.querySelector("[data-al-versions]");
const passage = dialog.querySelector("#al-passage");
const WITH_WORDS = ["long-text", "short-text", "table", "file"]; // kinds of prompt in which a passage can stand

/** @type {PromptState} */
let entry; // whose history is shown

/** @param {any} trouble */
const sentence = (trouble) => (trouble.offline ? words.offline : trouble.message);

/* ---- A button beside each answer that has one ------------------------------------ */

/** @param {string} prompt */
function offer(prompt) {
  const answer = window.actionlearn.prompts.get(prompt);
  for (const element of answer?.version ? answer.elements : []) {
    const foot = element.querySelector(".al-foot");
    if (foot.querySelector("[data-al-history]")) continue;
    const button = h("button", { type: "button", className: "al-quiet", "data-al-history": "" }, words.history);
    button.setAttribute("aria-describedby", `p-${prompt}-q`);
    button.addEventListener("click", () => open(/** @type {PromptState} */ (answer)));
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

/** @param {string} name */
function turn(name) {
  for (const each of dialog.querySelectorAll("[data-al-part]")) {
    each.hidden = each.dataset.alPart !== name;
    if (!each.hidden) tell(each, "");
  }
  part("list").querySelector('[role="status"]').textContent = "";
  if (name === "list") load();
  part(name).querySelector(name === "erase" ? "textarea" : "h2").focus();
}

/** @param {PromptState} answer */
function open(answer) {
  entry = answer;
  const [element] = answer.elements;
  dialog.querySelector("[data-al-asked]").textContent = element.querySelector(".al-question").innerText;
  dialog.querySelector('[data-al-to="erase"]').hidden = !WITH_WORDS.includes(answer.kind);
  passage.value = selected();
  versions.replaceChildren();
  dialog.showModal();
  turn("list");
}

async function load() {
  const waiting = dialog.querySelector("[data-al-wait]");
  waiting.hidden = versions.childElementCount > 0;
  try {
    await waitUntilVersioned(entry);
    const { revisions, more } = await ask("");
    const head = revisions.findIndex((/** @type {Revision} */ each) => each.cause !== "conflict");
    versions.replaceChildren(...revisions.map((/** @type {Revision} */ each, /** @type {number} */ place) => version(each, place === head)));
    if (!revisions.length) versions.append(h("li", { className: "quiet" }, words.none));
    if (more) versions.append(older(revisions.at(-1).number));
  } catch (trouble) {
    tell(part("list"), sentence(trouble));
  }
  waiting.hidden = true;
}

/** @param {string} query */
const ask = (query) => call(`workbooks/${workbook}/history/${entry.prompt}${query}`, { method: "GET" });

/**
 * A button in the place of the versions before.
 * @param {number} number
 */
function older(number) {
  const row = h("li", { className: "version" });
  const button = h("button", { type: "button", className: "button compact" }, words.older);
  button.addEventListener("click", () =>
    busy(button, async () => {
      try {
        const { revisions, more } = await ask(`?before=${number}`);
        const rows = revisions.map((/** @type {Revision} */ each) => version(each, false));
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

/**
 * @param {Revision} revision
 * @param {boolean} current
 */
function version(revision, current) {
  const row = h("li", { className: "version" });
  const head = h("h3", {}, when(revision.when));
  if (current) head.append(" ", h("span", { className: "pill" }, words.now));
  row.append(head, h("p", { className: "quiet small" }, words[revision.cause] ?? ""), difference(revision));
  if (!current) {
    const back = h("button", { type: "button", className: "button compact" }, words.back);
    back.setAttribute("aria-label", `${words.back}: ${when(revision.when)}`);
    back.addEventListener("click", () => busy(back, () => restore(revision)));
    row.append(back);
  }
  return row;
}

/**
 * What changed since the version before, in sight and in hearing.
 * @param {{ changes: [string, string][], text: string }} options
 */
function difference({ changes, text }) {
  const box = h("div", { className: "words change", translate: false });
  if (!text && !changes.some(([kind]) => kind === "gone")) return Object.assign(box, { textContent: words.nothing });
  const first = changes.every(([kind]) => kind === "new");
  for (const [kind, passagePart] of changes) {
    if (kind === "same" || first) {
      box.append(passagePart);
      continue;
    }
    const change = h(kind === "new" ? "ins" : "del");
    change.append(h("span", { className: "visually-hidden" }, ` ${words[kind]} `), passagePart, h("span", { className: "visually-hidden" }, ` ${words.end} `));
    box.append(change);
  }
  return box;
}

/** @param {Revision} revision */
async function restore(revision) {
  const list = part("list");
  tell(list, "");
  if (entry.conflict) return tell(list, words.choose);
  let done = false;
  try {
    done = await restoreVersion(entry, revision.value);
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
    if (!(await waitUntilSaved(entry))) return tell(sure, entry.conflict ? words.choose : words.offline);
    const { erased } = await call(`workbooks/${workbook}/erase`, { body: { prompt: entry.prompt, passage: passage.value } });
    entry.scriptAct = null; // no step back brings it back
    await window.actionlearn.refresh();
    entry.scriptAct = null;
    entry.draw();
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
    const marked = button.dataset.alTo === "erase" && versions.contains(getSelection()?.anchorNode ?? null) && String(getSelection());
    if (marked) passage.value = marked;
    turn(button.dataset.alTo);
  });
}
for (const button of dialog.querySelectorAll("[data-al-close]")) button.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => versions.replaceChildren());
