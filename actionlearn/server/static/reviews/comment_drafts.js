/** What somebody is about to say stays: at once on the device, soon after in the store, until it is said. */

import { call } from "../shared/api.js";

const page = document.querySelector("main");
const { alReview: submission, alPerson: person } = page.dataset;
const AFTER = 700;
const timers = new Map();

/** @param {PageElement} form */
const key = (form) => `actionlearn-half ${person} ${submission} ${form.dataset.alPlace}`;

/**
 * @param {PageElement} form
 * @param {string | null} body
 */
function keepOnDevice(form, body) {
  try {
    if (body === null) localStorage.removeItem(key(form));
    else localStorage.setItem(key(form), body);
  } catch {
    // no room: the store has it in a moment
  }
}

/**
 * @param {PageElement} form
 * @param {boolean} [keepalive]
 */
async function saveDraft(form, keepalive = false) {
  clearTimeout(timers.get(form));
  timers.delete(form);
  const { value } = form.querySelector("textarea");
  try {
    await call(`submissions/${submission}/draft`, { method: "PUT", body: { place: form.dataset.alPlace, body: value }, keepalive });
    if (form.querySelector("textarea").value === value) keepOnDevice(form, null); // the store has these very words
  } catch {
    // on the device they stay, and are sent with the next ones
  }
}

/**
 * Bring back what was begun, and keep what is written from now on.
 * @param {PageElement} form
 */
export function draft(form) {
  const area = form.querySelector("textarea");
  const left = localStorage.getItem(key(form));
  if (left !== null && left !== area.value) {
    area.value = left;
    timers.set(form, setTimeout(() => saveDraft(form), AFTER));
  }
  const full = () => form.classList.toggle("full", area.value !== "" || !(form.querySelector("[data-al-quoted]")?.hidden ?? true));
  full();
  area.addEventListener("input", () => {
    keepOnDevice(form, area.value);
    full();
    clearTimeout(timers.get(form));
    timers.set(form, setTimeout(() => saveDraft(form), AFTER));
  });
}

/**
 * It is said: nothing is left of the draft.
 * @param {PageElement} form
 */
export async function clearDraft(form) {
  form.querySelector("textarea").value = "";
  keepOnDevice(form, null);
  await saveDraft(form);
}

addEventListener("pagehide", () => {
  for (const form of [...timers.keys()]) saveDraft(form, true);
});
