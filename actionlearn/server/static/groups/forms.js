/** A set's room, the board, what people show: what a form holds is sent, a button does what it says, and the page is made again. */

import { busy, call, tell } from "../shared/api.js";
import { choiceIn } from "../shared/dialogs.js";
import { declareReady } from "../shared/script_ready.js";

const main = document.querySelector("main");
const sure = document.querySelector("[data-al-asking-first]");

/**
 * @param {PageElement} where
 * @param {PageElement} button
 * @param {string} path
 * @param {any} message
 */
async function send(where, button, path, message) {
  await busy(button, async () => {
    tell(where, "");
    try {
      const reply = await call(path, message);
      if (where.dataset.alThen) location.assign(reply?.url ?? where.dataset.alThen);
      else location.reload();
    } catch (trouble) {
      tell(where, trouble.message);
    }
  });
}

main.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-al-send]");
  if (!form) return;
  event.preventDefault();
  const body = Object.fromEntries(new FormData(form));
  send(form, event.submitter ?? form.querySelector("button"), form.dataset.alSend, { body, method: form.dataset.alMethod ?? "POST" });
});

main.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-al-do]");
  if (!button) return;
  if ("alSure" in button.dataset && sure && (await choiceIn(sure)) !== "yes") {
    button.focus();
    return;
  }
  const { alDo: path, alMethod: method = "POST", alBody: body } = button.dataset;
  send(button.closest("li, section"), button, path, { method, body: method === "DELETE" ? undefined : JSON.parse(body ?? "{}") });
});

// Whom one could bring in stands on the page once, and in a form when it is opened.
main.addEventListener("toggle", ({ target }) => {
  const place = target.open && target.querySelector("[data-al-people][hidden]");
  const template = place && main.querySelector(`[data-al-people-of="${place.dataset.alPeople}"]`);
  if (!template?.content.childElementCount) return;
  place.querySelector("select").append(template.content.cloneNode(true));
  place.hidden = false;
}, true);

for (const print of document.querySelectorAll("[data-al-print]")) print.addEventListener("click", () => window.print());

declareReady();
