/** Beside each answer of a workbook: ask one coach about it; and what one may do with comments besides answering. */

import { busy, call, made, tell } from "../shared/api.js";

const main = document.querySelector("main[data-al-workbook]");
const dialog = document.querySelector("[data-al-ask-dialog]");
const sure = document.querySelector("[data-al-asking-first]");
const words = document.querySelector("[data-al-ask-said]");
const workbook = main.dataset.alWorkbook;
let about = null;

/* ---- Ask … about this ------------------------------------------------------------------- */

function offer(coaches) {
  const choice = dialog.querySelector("select");
  choice.replaceChildren(...coaches.map(({ id, name }) => made("option", name, { value: id })));
  for (const foot of main.querySelectorAll(".wb-body .al-prompt[data-prompt] .al-foot")) {
    const button = made("button", words.dataset.ask, { type: "button", class: "al-quiet al-ask", "aria-haspopup": "dialog" });
    button.addEventListener("click", () => open(foot.closest(".al-prompt"), button));
    foot.append(button);
  }
}

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
  busy(event.submitter, async () => {
    try {
      await call(`workbooks/${workbook}/ask/${about.prompt}`, { body: { coach: coach.value, wants: wants.value } });
      dialog.close();
      words.textContent = about.button.textContent = words.dataset.asked.replace("{name}", name);
    } catch (trouble) {
      tell(dialog, trouble.message);
    }
  });
});

const first = main.querySelector(".wb-body .al-prompt[data-prompt]:has(.al-foot)");
function ready() {
  call(`workbooks/${workbook}/ask/${first.dataset.prompt}`, { method: "GET" })
    .then(({ coaches }) => coaches.length && offer(coaches))
    .catch(() => {}); // without it the page is whole
}
if (first && !main.dataset.alPreview) {
  if (window.requestIdleCallback) requestIdleCallback(ready, { timeout: 3000 });
  else setTimeout(ready, 800);
}

/* ---- Comments: where their words are, settled, taken back ----------------------------------- */

const squeezed = (text) => text.replace(/\s+/gu, "");

/** Select in a field the words that a comment is about, as they stand there now. */
function show(button) {
  const field = button.closest(".al-prompt")?.querySelector(".al-field textarea");
  if (!field) return;
  const letters = field.value;
  const where = [];
  for (let at = 0; at < letters.length; at += 1) if (letters[at].trim()) where.push(at);
  const text = squeezed(letters);
  const wanted = squeezed(button.dataset.alShow);
  let start = text.indexOf(wanted);
  for (let count = 0; count < Number(button.dataset.alNth) && start >= 0; count += 1) start = text.indexOf(wanted, start + 1);
  field.focus();
  if (start >= 0) field.setSelectionRange(where[start], where[start + wanted.length - 1] + 1);
}

function ask() {
  return new Promise((answer) => {
    sure.returnValue = "";
    sure.addEventListener("close", () => answer(sure.returnValue === "yes"), { once: true });
    sure.showModal();
  });
}

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
  } else if (await ask()) await settle(button, `comments/${button.dataset.alDelete}`, { method: "DELETE" });
  else button.focus();
});
