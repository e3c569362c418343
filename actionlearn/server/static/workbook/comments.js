// The comments on a workbook: answering them, and noting which were read.

import { h } from "../../../widgets/js/dom.js";
import { busy, call, tell } from "../shared/api.js";

const main = document.querySelector("main[data-al-workbook]");

main.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-al-reply]");
  if (!form) return;
  event.preventDefault();
  const text = form.elements.body;
  busy(form.querySelector("button"), async () => {
    tell(form, "");
    try {
      await call(`comments/${form.dataset.alReply}/replies`, { body: { body: text.value } });
      const reply = document.createElement("article");
      reply.className = "comment reply";
      reply.append(h("p", { className: "said" }, text.value));
      form.closest("details").before(reply);
      text.value = "";
      form.closest("details").open = false;
    } catch (trouble) {
      tell(form, trouble.message);
    }
  });
});

// A comment counts as read once its words have been on the screen.
const unread = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    unread.unobserve(target);
    call(`comments/${/** @type {HTMLElement} */ (target).dataset.alComment}/seen`).catch(() => unread.observe(target));
  }
}, { threshold: 0.6 });
function watchComments() {
  for (const comment of document.querySelectorAll("[data-al-comment]")) unread.observe(comment);
}
watchComments();
document.addEventListener("al:comments", watchComments);
