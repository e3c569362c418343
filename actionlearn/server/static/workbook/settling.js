// Whether what stands on the page is what others would read: before it is shared, what is not settled is named.

import { wait } from "../../../widgets/js/timing.js";
/** @import { PromptState } from "../../../widgets/js/prompt_state.js" */

/** @returns {PromptState[]} */
const allPrompts = () => [...(window.actionlearn?.prompts?.values() ?? [])];

/**
 * Wait until what was typed is in the store, so that the last word is shared too, and take in what others saved. Not for ever,
 * and not for what waits for a person.
 * @param {string} [prompt] of which alone
 */
export async function settleAnswers(prompt) {
  const until = Date.now() + 5000;
  const some = allPrompts().filter((each) => prompt === undefined || each.prompt === prompt);
  for (const each of some) each.send?.();
  while (some.some((each) => each.unacknowledged && !each.conflict && !each.fault) && Date.now() < until) await wait(50);
  await window.actionlearn?.refresh();
}

/**
 * What of the page others would not read as it stands here: the prompt, its question, and why.
 * @param {string} [prompt]
 * @returns {{ id: string, question: string, why: "two" | "refused" | "unsaved" | "file" }[]}
 */
export function unsettledAnswers(prompt) {
  const found = [];
  for (const each of allPrompts().filter((one) => prompt === undefined || one.prompt === prompt)) {
    const [el] = each.elements;
    const sending = [...each.elements].some((one) => one.querySelector(".al-files progress"));
    const why = each.conflict ? "two" : each.fault ? "refused" : each.unacknowledged ? "unsaved" : sending ? "file" : null;
    const question = el?.querySelector(".al-question")?.textContent.trim() ?? each.prompt;
    if (why) found.push({ id: each.prompt, question, why: /** @type {"two" | "refused" | "unsaved" | "file"} */ (why) });
  }
  return found;
}
