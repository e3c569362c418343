// A store that was brought back from a backup has older versions than an open page has been told. What stands on the page is
// not in it: it is saved again, and until then the page does not say "saved".

import { same } from "./values.js";
/** @import { PromptState } from "./prompt_state.js" */

const PAST = 30; // versions that are remembered

/** @param {PromptState} entry */
export function remember({ past, version, acked }) {
  past.set(version, acked);
  if (past.size > PAST) past.delete([...past.keys()][1]);
}

/**
 * Where the page has gone on from what the store has, its words are saved again; else the person chooses.
 * @param {PromptState} entry
 * @param {StoredAnswer} head
 */
export function saveAgain(entry, head) {
  const { past } = entry;
  const known = head.version === 0 || (past.has(head.version) && same(past.get(head.version) ?? null, head.value));
  for (const version of past.keys()) if (version > head.version) past.delete(version);
  Object.assign(entry, { version: head.version, sent: null, newer: null, dirty: true });
  if (!known) return entry.whenComposed(() => entry.behind(head, { merge: false }));
  entry.keep();
  entry.become("saving");
  return entry.send();
}
