// Who may read an answer: the boxes are made when somebody looks at them, not twenty-four times over.

import { h } from "./dom.js";
import { fill } from "./values.js";
/** @import { PromptState } from "./prompt_state.js" */
/** @import { Registry } from "./registry.js" */

const EVERYBODY = ["me", "set", "coach", "cohort"];

/**
 * @param {Registry} registry
 * @param {PromptState} entry
 * @param {PageElement} details
 */
export function chooser(registry, entry, details) {
  details.addEventListener("toggle", () => details.querySelector("fieldset") || details.append(boxes(registry, entry, details)));
  details.addEventListener("change", (event) => change(registry, entry, details, event.target));
}

/**
 * @param {{ words: Words }} options
 * @param {PromptState} entry
 * @param {PageElement} details
 */
function boxes({ words }, entry, details) {
  const readers = details.dataset.audience.split(" ");
  /** @param {string} who */
  const box = (who) =>
    h("input", { type: "checkbox", name: `p-${entry.prompt}-audience`, value: who, checked: readers.includes(who), disabled: who === "me" });
  const options = EVERYBODY.filter((who) => words[`reader_${who}`]).map((who) => h("label", { className: "al-option" }, box(who), h("span", {}, words[`reader_${who}`])));
  return h("fieldset", {}, h("legend", {}, words.readers), ...options);
}

/**
 * @param {Registry} registry
 * @param {PromptState} entry
 * @param {PageElement} details
 * @param {PageElement} box
 */
async function change(registry, entry, details, box) {
  const { transport, words } = registry;
  const checkedReaders = () => [...details.querySelectorAll("input:checked")].map((each) => each.value);
  /** @type {Reply} */
  let reply = { status: 0 };
  try {
    reply = await /** @type {HttpTransport} */ (transport).audience(entry, checkedReaders());
  } catch {
    // said below
  }
  if (reply.status === 401) registry.signIn(reply.body?.error);
  if (reply.status !== 200) {
    box.checked = !box.checked;
    registry.say(words.not_saved_audience);
  }
  const readers = checkedReaders().map((who) => words[`reads_${who}`]).filter(Boolean).join(", ");
  details.querySelector("[data-readers]").textContent = fill(words.read_by, { readers });
}
