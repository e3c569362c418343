// The versions of one answer: waiting until what stands on the page is among them, and bringing one back.

import { wait } from "./timing.js";
import { actByScript } from "./undo.js";
/** @import { PromptState } from "./prompt_state.js" */

/**
 * Wait, not for ever, until the store has what stands here. False: it has not.
 * @param {PromptState} prompt
 */
export async function waitUntilSaved(prompt, patience = 8000) {
  const until = Date.now() + patience;
  prompt.send();
  while (prompt.unacknowledged && !prompt.conflict && !prompt.fault && Date.now() < until) await wait(50);
  return !prompt.unacknowledged && !prompt.conflict;
}

/**
 * Wait until what stands here is among the versions, as far as the network lets it.
 * @param {PromptState} prompt
 */
export async function waitUntilVersioned(prompt) {
  const done = await waitUntilSaved(prompt, 3000);
  if (done) prompt.cut("blur");
  await prompt.cutting;
  return done;
}

/**
 * Bring a former version back: saved as any edit is, with what stood here kept among the versions.
 * @param {PromptState} prompt
 * @param {Answer} value
 */
export async function restoreVersion(prompt, value) {
  if (!(await waitUntilVersioned(prompt))) return false;
  actByScript(prompt, "restore", () => prompt.edit(value, { atOnce: true }));
  if (!(await waitUntilSaved(prompt))) return false;
  prompt.uncut = false;
  await prompt.registry.transport.cut(prompt, "restore");
  return true;
}
