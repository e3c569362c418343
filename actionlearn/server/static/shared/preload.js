// Ask for files before anybody needs them: all at once, and after whatever the page itself asks for.

import { whenIdle } from "../../../widgets/js/timing.js";

export const idle = () => new Promise((go) => whenIdle(() => go(undefined), 3000));

/**
 * rel: “preload” for this page, “prefetch” for one that may come.
 * @param {HTMLElement} element
 * @param {string} rel
 */
export function preload(element, rel) {
  if (rel === "prefetch" && navigator.connection?.saveData) return;
  for (const href of (element.dataset.alAhead ?? "").split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    Object.assign(link, { rel, as: "script", href, fetchPriority: "low" });
    document.head.append(link);
  }
}
