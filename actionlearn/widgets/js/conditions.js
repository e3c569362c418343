// Parts of a page that are there only while an answer says so: data-when='{"of": …, "in": […], "not": […], "answered": …}'.
// Where several notebooks may be open in one tab, data-book says of which one it is.

import { NOT_YET, isEmpty, same } from "./values.js";
/** @import { PromptView } from "./prompt_view.js" */
/** @import { Registry } from "./registry.js" */

/**
 * Whether a value is what a condition asks for.
 * @param {{ in?: string[], not?: string[], answered?: boolean }} options
 * @param {Answer} value
 */
function holds({ in: among = [], not: without = [], answered = false }, value) {
  const present = !isEmpty(value) && !same(value, NOT_YET);
  const values = present ? [value].flat().map(String) : [];
  if (answered && !present) return false;
  if (among.length && !among.some((each) => values.includes(each))) return false;
  return !without.some((each) => values.includes(each));
}

/**
 * Show and hide what hangs on one answer; an answer that this page does not know leaves all as it came.
 * @param {Registry} registry
 * @param {string | undefined} key
 */
function apply(registry, key) {
  let turned = false;
  for (const part of document.querySelectorAll("[data-when]")) {
    const condition = JSON.parse(part.dataset.when);
    const of = part.dataset.book ? `${part.dataset.book}/${condition.of}` : condition.of;
    if (key !== undefined && of !== key) continue;
    const value = registry.now(of);
    if (value === undefined || part.hidden === !holds(condition, value)) continue;
    part.hidden = !part.hidden;
    turned = true;
  }
  if (turned) document.dispatchEvent(new CustomEvent("al:turned"));
}

/** @param {Registry} registry */
export function followConditions(registry) {
  registry.changed = (/** @type {PromptView | undefined} */ entry) => apply(registry, entry?.key);
  apply(registry, undefined);
}
