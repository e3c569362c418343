/** Single keys for who wants them, and a dialog that names them. They never work while one writes. */

const KEYS = "actionlearn-keys";
/**
 * What this browser keeps of the switch; nothing where it keeps nothing.
 * @param {string} [value]
 */
function setting(value) {
  try {
    if (value !== undefined) localStorage.setItem(KEYS, value);
    return localStorage.getItem(KEYS);
  } catch {
    return null;
  }
}

const toggle = document.querySelector("[data-al-keys]");
const helping = document.querySelector("[data-al-help-dialog]");
export const stops = [...document.querySelectorAll("[data-al-piece], [data-al-row]")];

if (toggle) {
  toggle.checked = setting() !== "off";
  toggle.addEventListener("change", () => setting(toggle.checked ? "on" : "off"));
}
document.querySelector("[data-al-help]")?.addEventListener("click", () => helping.showModal());

/** Where one is: the stop with the focus, else the one that was gone to last. */
export function here() {
  const at = stops.findIndex((stop) => stop.contains(document.activeElement));
  return at >= 0 ? at : stops.findIndex((stop) => stop.classList.contains("at"));
}

/** @param {number} index */
export function goTo(index) {
  const stop = stops[Math.max(0, Math.min(stops.length - 1, index))];
  if (!stop) return;
  stop.closest("details")?.setAttribute("open", "");
  for (const each of stops) each.classList.toggle("at", each === stop);
  (stop.querySelector("h3 a") ?? stop).focus({ preventScroll: true });
  stop.scrollIntoView({ block: "center" });
}

/** @type {Record<string, () => unknown>} */
export const keys = {
  j: () => goTo(here() + 1),
  k: () => goTo(here() - 1),
  J: () => document.querySelector('[data-al-key="J"]')?.click(),
  K: () => document.querySelector('[data-al-key="K"]')?.click(),
  u: () => document.querySelector('[data-al-key="u"]')?.click(),
  "?": () => helping?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("textarea, input:not([type=checkbox]), select, dialog");
  if (writing || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || (toggle && !toggle.checked)) return;
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});
