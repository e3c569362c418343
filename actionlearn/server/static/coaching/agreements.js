/** What a coach and a learner agreed, and the coach's private note. */

import "../../../widgets/js/prompt.js";
import { busy, call, tell } from "../shared/api.js";
import { declareReady } from "../shared/script_ready.js";

const main = document.querySelector("main");

/**
 * @param {PageElement} form
 * @param {string} path
 * @param {any} message
 */
async function done(form, path, message) {
  await busy(form.querySelector("button:not([type=button])") ?? form, async () => {
    try {
      await call(path, message);
      location.reload();
    } catch (trouble) {
      tell(form, trouble.message);
    }
  });
}

main.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-al-agree]");
  if (!form) return;
  event.preventDefault();
  done(form, `${form.dataset.alAgree}/agreements`, { body: { body: form.elements.body.value, day: form.elements.day.value } });
});
main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-al-kept], [data-al-undo]");
  if (!button) return;
  const item = button.closest("li");
  if (button.dataset.alKept) done(item, `agreements/${button.dataset.alKept}`, { body: { kept: button.ariaPressed !== "true" } });
  else done(item, `agreements/${button.dataset.alUndo}`, { method: "DELETE" });
});

declareReady();
