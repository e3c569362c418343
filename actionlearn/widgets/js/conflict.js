// Two versions side by side, to choose from; or, while they are made one by hand, to look at.

import { inWords } from "./controls.js";
import { marked } from "./merge.js";
import { h } from "./dom.js";
import { fill, isText } from "./values.js";
/** @import { PromptState } from "./prompt_state.js" */

/**
 * @param {PromptState} entry
 * @param {PageElement} el
 */
export function drawTwo(entry, el) {
  const { words } = entry.registry;
  const sides = entry.conflict ? { mine: entry.value, theirs: entry.conflict.value } : entry.both;
  /** @type {PageElement | null} */
  let box = el.querySelector(".al-two");
  if (box && (!sides || box.classList.contains("al-both") === Boolean(entry.conflict))) {
    box.remove();
    box = null;
  }
  if (!sides) return;
  if (!box) {
    box = boxOfTwo(entry);
    el.querySelector(".al-foot").after(box);
  }
  const [mine, theirs] = [inWords(el, sides.mine, words), inWords(el, sides.theirs, words)];
  box.querySelector(".al-mine").replaceChildren(...marked(mine, theirs));
  box.querySelector(".al-theirs").replaceChildren(...marked(theirs, mine));
}

/** @param {PromptState} entry */
function boxOfTwo(entry) {
  const { words } = entry.registry;
  /**
   * @param {string} name
   * @param {() => unknown} act
   */
  const button = (name, act) => h("button", { type: "button", className: "al-button", onclick: act }, words[name]);
  const at = entry.conflict?.saved_at ?? entry.both?.at;
  const time = at && entry.registry.time(at);
  /** @type {Record<string, string>} */
  const where = { mine: words.mine_where, theirs: time ? fill(words.theirs_where, { time }) : "" };
  /** @param {string} name */
  const side = (name) =>
    h(
      "div",
      {},
      h("p", { className: "al-two-name" }, words[name], h("span", {}, where[name] && ` · ${where[name]}`)),
      h("div", { className: `al-two-words al-${name}`, translate: false }),
    );
  const buttons = entry.conflict
    ? [button("keep_mine", () => entry.choose("mine")), button("take_theirs", () => entry.choose("theirs"))]
    : [button("done", () => entry.merged())];
  if (entry.conflict && (isText(entry.kind) || entry.kind === "table")) buttons.push(button("edit_both", () => entry.choose("both")));
  const explanation = h("p", {}, entry.conflict ? words.two_said : words.both_said);
  const sides = h("div", { className: "al-two-sides" }, side("mine"), side("theirs"));
  const box = h("div", { className: entry.conflict ? "al-two" : "al-two al-both" }, explanation, sides, h("div", { className: "al-row" }, ...buttons));
  for (const each of sides.querySelectorAll(".al-two-words")) each.tabIndex = 0; // long ones scroll, by keys too
  box.role = "group";
  box.ariaLabel = words.two;
  return box;
}
