// That words wait on this device is noted beside them, in two places of their own: a browser may clear one and leave the
// others, and words that are gone are told of.

import { edits } from "./device_store.js";
/** @import { PromptState } from "./prompt_state.js" */

const MARKS = "actionlearn-waiting";
const MOST_MARKS = 20; // workbooks; a cookie goes along with each request
const MARK_DAYS = 90;

const inCookie = () => (document.cookie.split("; ").find((each) => each.startsWith(`${MARKS}=`)) ?? "").slice(MARKS.length + 1);

function inStorage() {
  try {
    return localStorage.getItem(MARKS) ?? "";
  } catch {
    return "";
  }
}

/** Whose words wait in which workbooks: "person.workbook". */
const waitingMarks = () => new Set([...inCookie().split("/"), ...inStorage().split("/")].filter((each) => /^[\w-]+\.[\w-]+$/.test(each)));

/** @param {Set<string>} found */
function writeMarks(found) {
  const text = [...found].slice(-MOST_MARKS).join("/");
  const place = (document.querySelector("[data-al-api]")?.dataset.alApi ?? "/").replace(/api\/$/, "");
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${MARKS}=${text}; Path=${place}; Max-Age=${text ? MARK_DAYS * 86_400 : 0}; SameSite=Lax${secure}`;
  try {
    if (text) localStorage.setItem(MARKS, text);
    else localStorage.removeItem(MARKS);
  } catch {
    // the cookie has it
  }
}

let persistenceAsked = false;

/**
 * Words of somebody wait here to be sent. The browser is asked not to remove them when it wants room.
 * @param {string} person
 * @param {string} workbook
 */
export function mark(person, workbook) {
  if (!persistenceAsked) navigator.storage?.persist?.().catch(() => {});
  persistenceAsked = true;
  const found = waitingMarks();
  if (!found.has(`${person}.${workbook}`)) writeMarks(found.add(`${person}.${workbook}`));
}

/**
 * An answer could not be sent: what is kept of it here is noted.
 * @param {PromptState} entry
 */
export async function noteWaiting(entry) {
  const { kind, person = "", workbook = "" } = entry.registry.transport;
  if (kind !== "http") return;
  await entry.stored;
  if (entry.unacknowledged && entry.onDevice) mark(person, workbook);
}

/**
 * @param {string} person
 * @param {string} workbook
 */
export function unmark(person, workbook) {
  const found = waitingMarks();
  if (found.delete(`${person}.${workbook}`)) writeMarks(found);
}

/**
 * Take an edit off the device. The mark goes first, with the last one: what is marked and not there was removed by the browser.
 * @param {EditKey} key
 */
export async function takeOff(key) {
  const [person, workbook] = key;
  if (waitingMarks().has(`${person}.${workbook}`)) {
    const left = await edits.all([person, workbook]);
    if (left.every((each) => each.client === key[2] && each.prompt === key[3])) unmark(person, workbook);
  }
  return edits.remove(key);
}

/**
 * Workbooks of somebody in which words wait on this device, and those whose words were there and are not any more.
 * @param {string} person
 */
export async function waitingOf(person) {
  const there = new Set(/** @type {EditRecord[]} */ (await edits.all([person])).map((each) => each.workbook));
  const noted = [...waitingMarks()].filter((each) => each.startsWith(`${person}.`)).map((each) => each.slice(person.length + 1));
  return { there: [...there], gone: noted.filter((workbook) => !there.has(workbook)) };
}

/**
 * Whether words of a workbook waited on this device and were removed; said once.
 * @param {string} person
 * @param {string} workbook
 */
export async function missed(person, workbook) {
  try {
    const { gone } = await waitingOf(person);
    if (!gone.includes(workbook)) return false;
    unmark(person, workbook);
    return true;
  } catch {
    return false; // this browser keeps nothing, and that is said
  }
}
