// One step back after a script has changed an answer. A browser's own undo knows only what was typed.

import { restoreMisfits } from "./controls.js";
import { h } from "./dom.js";
import { mergeRows } from "./merge.js";
import { clearMisfits, misfitsOf } from "./misfits.js";
import { same } from "./values.js";
/** @import { Misfits } from "./misfits.js" */
/** @import { PromptState } from "./prompt_state.js" */
/** @import { PromptView } from "./prompt_view.js" */

/**
 * An answer at one moment, with the words in its controls that are no answer.
 * @typedef {{ value: Answer, misfits: Misfits }} Moment
 */

/**
 * What a script did: by which name, from what to what; and whether it was taken back, so that it can be done again.
 * @typedef {{ name: string, before: Moment, after: Moment, undone: boolean }} ScriptAct
 */

/**
 * @param {PromptView} entry
 * @returns {Moment}
 */
function momentOf(entry) {
  const [el] = entry.elements;
  return { value: entry.value, misfits: el ? misfitsOf(el) : {} };
}

/**
 * @param {Moment} a
 * @param {Moment} b
 */
const sameMoment = (a, b) => same(a.value, b.value) && same(a.misfits, b.misfits);

/**
 * Let a script change an answer, so that one step brings back what was there.
 * @param {PromptView} entry
 * @param {string} name
 * @param {() => unknown} change
 */
export function actByScript(entry, name, change) {
  const before = momentOf(entry);
  const known = entry.scriptAct;
  change();
  const after = momentOf(entry);
  if (sameMoment(before, after)) return;
  // What others write one after the other is one act: what was there is what stood before the first.
  const goesOn = name === "follow" && known?.name === name && !known.undone && same(known.after.value, before.value);
  entry.scriptAct = { name, before: goesOn ? /** @type {ScriptAct} */ (known).before : before, after, undone: false };
  entry.draw();
}

/**
 * What an answer is once its last act is taken back; null where that would take other words with it.
 * @param {PromptView} entry
 */
function valueOfUndo({ scriptAct, value, kind }) {
  if (!scriptAct) return null;
  if (same(value, scriptAct.after.value)) return { value: scriptAct.before.value };
  const merged = kind === "table" ? mergeRows(scriptAct.after.value, value, scriptAct.before.value) : null;
  return merged && { value: merged };
}

/**
 * Take back what a script did last, or do it again.
 * @param {PromptState} entry
 * @param {{ again?: boolean }} [options]
 * @returns {boolean} whether there was something to take back
 */
export function takeBack(entry, { again = false } = {}) {
  const found = valueOfUndo(entry);
  const act = entry.scriptAct;
  if (!found || !act || act.undone !== again || entry.conflict || entry.composing) return false;
  const now = momentOf(entry);
  for (const el of entry.elements) clearMisfits(el);
  if (same(entry.value, found.value)) entry.show(found.value); // only words that fit nowhere were put in: their rows go
  else entry.edit(found.value, { atOnce: true });
  for (const el of entry.elements) restoreMisfits(el, act.before.misfits);
  entry.scriptAct = { name: act.name, before: now, after: momentOf(entry), undone: !again };
  entry.draw();
  return true;
}

/**
 * Whether keys ask for a step back, or for one forth again.
 * @param {KeyboardEvent} event
 */
export function stepOf({ key, ctrlKey, metaKey, altKey, shiftKey, isComposing }) {
  if (!(ctrlKey || metaKey) || altKey || isComposing) return null;
  if (key.toLowerCase() === "z") return shiftKey ? "forth" : "back";
  return key.toLowerCase() === "y" && !shiftKey ? "forth" : null;
}

/**
 * A button that takes back, in words, below the answer.
 * @param {PromptView} entry
 * @param {PageElement} el
 */
export function drawUndo(entry, el) {
  const foot = el.querySelector(".al-foot");
  const button = foot.querySelector("[data-act=undo]");
  const act = valueOfUndo(entry) && entry.scriptAct;
  if (!act) {
    if (button?.contains(document.activeElement)) entry.focus();
    return button?.remove();
  }
  const text = entry.registry.words[act.undone ? "undo_again" : `undo_${act.name}`];
  if (button) return void (button.textContent === text || (button.textContent = text));
  return foot.querySelector(".al-state").before(h("button", { type: "button", className: "al-quiet", "data-act": "undo" }, text));
}
