/** Notes that a review was read, and the comments in it; and the keys of a review. */

import { call } from "../shared/api.js";
import { goTo, here, keys, stops } from "../shared/keyboard.js";

const review = document.querySelector("main").dataset.alReview;

call(`submissions/${review}/opened`).catch(() => {});
for (const remark of document.querySelectorAll("[data-al-unseen]")) {
  call(`comments/${remark.dataset.alUnseen}/seen`).catch(() => {});
}

keys.w = () => {
  const details = stops[Math.max(0, here())]?.querySelector(".since");
  if (details) details.open = !details.open;
};
keys.n = () => {
  const at = stops.findIndex((stop) => stop.id === "a-Note");
  if (at < 0) return;
  goTo(at);
  stops[at].querySelector("textarea")?.focus();
};
document.addEventListener("keydown", (event) => {
  const field = event.key === "Escape" && event.target.closest?.(".al-prompt textarea, .al-prompt input");
  if (field) field.closest("[data-al-piece]")?.focus();
});
