/** Beside each answer of a workbook: ask one coach about it; and what one may do with comments besides answering. */

import { h } from "../../../widgets/js/dom.js";
import { busy, call, tell } from "../shared/api.js";
import { choiceIn } from "../shared/dialogs.js";
import { settleAnswers, unsettledAnswers } from "./settling.js";
import { lettersOf, startOf } from "../shared/passages.js";
import { whenIdle } from "../../../widgets/js/timing.js";

const main = document.querySelector("main[data-al-workbook]");
const dialog = document.querySelector("[data-al-ask-dialog]");
const sure = document.querySelector("[data-al-asking-first]");
const words = document.querySelector("[data-al-ask-said]");
const workbook = main.dataset.alWorkbook;
/** @type {{ prompt: string, button: PageElement } | null} */
let about = null;

/* ---- Ask … about this ------------------------------------------------------------------- */

/** @param {{ id: string, name: string }[]} coaches */
function offer(coaches) {
  const choice = dialog.querySelector("select");
  choice.replaceChildren(...coaches.map(({ id, name }) => h("option", { value: id }, name)));
  for (const foot of main.querySelectorAll(".wb-body .al-prompt[data-prompt] .al-foot")) {
    const button = h("button", { type: "button", className: "al-quiet al-ask", "aria-haspopup": "dialog" }, words.dataset.ask);
    button.addEventListener("click", () => open(foot.closest(".al-prompt"), button));
    foot.append(button);
  }
}

/**
 * @param {PageElement} prompt
 * @param {PageElement} button
 */
function open(prompt, button) {
  about = { prompt: prompt.dataset.prompt, button };
  dialog.querySelector("textarea").value = "";
  tell(dialog, "");
  dialog.showModal();
}

dialog.querySelector("[data-al-close]").addEventListener("click", () => dialog.close());
dialog.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const { coach, wants } = event.target.elements;
  const name = coach.selectedOptions[0].textContent;
  busy(/** @type {PageElement} */ (event.submitter), async () => {
    try {
      await settleAnswers(about?.prompt);
      const [first] = unsettledAnswers(about?.prompt);
      if (first) return tell(dialog, words.dataset.unsettled);
      await call(`workbooks/${workbook}/ask/${about?.prompt}`, { body: { coach: coach.value, wants: wants.value } });
      dialog.close();
      words.textContent = /** @type {{ button: PageElement }} */ (about).button.textContent = words.dataset.asked.replace("{name}", name);
    } catch (trouble) {
      tell(dialog, trouble.message);
    }
    return undefined;
  });
});

const first = main.querySelector(".wb-body .al-foot")?.closest(".al-prompt[data-prompt]");
function ready() {
  call(`workbooks/${workbook}/ask/${first.dataset.prompt}`, { method: "GET" })
    .then(({ coaches }) => coaches.length && offer(coaches))
    .catch(() => {}); // without it the page is whole
}
if (first && !main.dataset.alPreview) {
  whenIdle(ready, 3000);
}

/* ---- Comments: where their words are, settled, taken back ----------------------------------- */

/**
 * Select in a field the words that a comment is about, as they stand there now.
 * @param {PageElement} button
 */
function show(button) {
  const field = button.closest(".al-prompt")?.querySelector(".al-field textarea");
  if (!field) return;
  const letters = field.value;
  const where = [];
  for (let at = 0; at < letters.length; at += 1) if (letters[at].trim()) where.push(at);
  const passage = lettersOf(button.dataset.alShow);
  const start = startOf(lettersOf(letters), passage, Number(button.dataset.alNth));
  field.focus();
  if (start >= 0) field.setSelectionRange(where[start], where[start + passage.length - 1] + 1);
}

/**
 * @param {PageElement} button
 * @param {string} path
 * @param {any} message
 */
async function settle(button, path, message) {
  await busy(button, async () => {
    try {
      await call(path, message);
      document.dispatchEvent(new CustomEvent("al:renew-comments"));
    } catch (trouble) {
      words.textContent = trouble.message;
    }
  });
}

main.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-al-show], [data-al-resolve], [data-al-delete]");
  if (!button) return;
  if (button.dataset.alShow) show(button);
  else if (button.dataset.alResolve) {
    await settle(button, `comments/${button.dataset.alResolve}/resolve`, { body: { resolved: button.ariaPressed !== "true" } });
  } else if ((await choiceIn(sure)) === "yes") await settle(button, `comments/${button.dataset.alDelete}`, { method: "DELETE" });
  else button.focus();
});
