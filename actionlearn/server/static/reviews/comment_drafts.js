/** What somebody is about to say stays: at once on the device, soon after in the store, until it is said. */

import { call } from "../shared/api.js";
import { pending, quoteAgain } from "./quotes.js";

const page = document.querySelector("main");
const { alReview: submission, alPerson: person } = page.dataset;
const AFTER = 700;
const SURE = 4000; // ms after which no page is on its way that does not have what was saved
const timers = new Map();

/** @param {PageElement} form */
const key = (form) => `actionlearn-half ${person} ${submission} ${form.dataset.alPlace}`;

/**
 * Which passage or which part of a picture a form is about: where, and no words.
 * @param {PageElement} form
 */
function aboutOf(form) {
  const part = form.querySelector("[data-al-part-of]")?.value;
  return pending.get(form)?.about ?? (part ? `picture ${part}` : "");
}

/**
 * @param {PageElement} form
 * @param {string | null} body
 */
function keepOnDevice(form, body) {
  try {
    if (body === null) for (const name of [key(form), `${key(form)} about`]) localStorage.removeItem(name);
    else {
      localStorage.setItem(key(form), body);
      localStorage.setItem(`${key(form)} about`, aboutOf(form));
    }
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
  const about = aboutOf(form);
  try {
    await call(`submissions/${submission}/draft`, { method: "PUT", body: { place: form.dataset.alPlace, body: value, about }, keepalive });
    // The store has these very words. A page that is on its way may have been made before: it looks on the device.
    setTimeout(() => {
      if (form.querySelector("textarea").value === value && aboutOf(form) === about) keepOnDevice(form, null);
    }, SURE);
  } catch {
    // on the device they stay, and are sent with the next ones
  }
}

/** @param {PageElement} form */
function saveSoon(form) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => saveDraft(form), AFTER));
}

/**
 * Bring back what was begun with the passage that it is about, and keep what is written from now on.
 * @param {PageElement} form
 */
export function draft(form) {
  const area = form.querySelector("textarea");
  const [left, leftAbout] = [key(form), `${key(form)} about`].map((name) => localStorage.getItem(name));
  if (left !== null && left !== area.value) {
    area.value = left;
    saveSoon(form);
  }
  const about = left === null ? (form.dataset.alAbout ?? "") : (leftAbout ?? "");
  const part = form.querySelector("[data-al-part-of]");
  if (about.startsWith("picture ") && part) part.value = about.slice("picture ".length);
  else if (about && area.value) quoteAgain(form, about);
  const full = () => form.classList.toggle("full", area.value !== "" || !(form.querySelector("[data-al-quoted]")?.hidden ?? true));
  full();
  const changed = () => {
    if (!area.value && !timers.has(form) && localStorage.getItem(key(form)) === null) return; // a passage without a word is no draft
    keepOnDevice(form, area.value);
    saveSoon(form);
  };
  const written = () => {
    keepOnDevice(form, area.value);
    full();
    saveSoon(form);
  };
  area.addEventListener("input", (/** @type {any} */ event) => event.isComposing || written()); // half a word is sent to nobody
  area.addEventListener("compositionend", () => setTimeout(written));
  form.addEventListener("al:quote", changed);
  part?.addEventListener("change", changed);
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
