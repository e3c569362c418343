/** My journey and its cards: start another workbook, put a comment away. */

import { idle, preload } from "../shared/preload.js";
import { busy, call, tell } from "../shared/api.js";
import { tellWaiting } from "../shared/waiting_words.js";
import { declareReady } from "../shared/script_ready.js";

const waiting = document.querySelector("[data-al-waiting]");
const tellAgain = () => tellWaiting(waiting).catch(() => {}); // a browser that keeps nothing has nothing to tell
tellAgain();
addEventListener("pageshow", ({ persisted }) => persisted && tellAgain());

// Somebody who has a workbook with live parts before them will open it: its files can be there already.
idle().then(() => preload(document.querySelector("main"), "prefetch"));

for (const form of document.querySelectorAll("[data-al-start]")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    /** @type {PageElement} */
    const button = event.submitter ?? form.querySelector("button");
    busy(button, async () => {
      tell(form, "");
      try {
        const { alStart: cohort, alCard: card } = form.dataset;
        const { url } = await call("workbooks", { body: { cohort, template: button.value, parameters: card ? { card } : {} } });
        location.assign(url);
      } catch (trouble) {
        tell(form, trouble.message);
      }
    });
  });
}

for (const button of document.querySelectorAll("[data-al-seen]")) {
  button.addEventListener("click", () =>
    busy(button, async () => {
      const letter = button.closest(".letter");
      try {
        await call(`comments/${button.dataset.alSeen}/seen`, { body: {} });
      } catch (trouble) {
        tell(letter, trouble.message);
        return;
      }
      const section = letter.closest("section");
      const next = letter.nextElementSibling ?? letter.previousElementSibling;
      letter.remove();
      if (next) next.querySelector("a").focus();
      else {
        section.remove();
        document.querySelector("main").focus();
      }
    }),
  );
}

declareReady();
