/** Hears what was saved on other pages of this workbook, and which comments came in. Says nothing itself. */

import { whenIdle } from "../../../widgets/js/timing.js";
import { h } from "../../../widgets/js/dom.js";
import { connectPush, listenToPush } from "./connection.js";
import { showsAny } from "./references.js";

const main = document.querySelector("main[data-al-workbook]");
const news = document.querySelector("[data-al-news]");
const registry = window.actionlearn;

/** @param {any} message */
function hear(message) {
  // Newer, or older: a store that was brought back from a backup has fewer versions.
  if (message.versions && [...registry.prompts].some(([id, entry]) => (message.versions[id] ?? 0) !== entry.version)) registry.refresh();
  if (message.meeting || message.here) document.dispatchEvent(new CustomEvent("al:meeting", { detail: message }));
  if (message.prompt) registry.prompts.get(message.prompt)?.heard(message);
  if (message.elsewhere) {
    renewSoon(`*.${message.elsewhere}`);
    document.dispatchEvent(new CustomEvent("al:elsewhere", { detail: { prompt: message.elsewhere } }));
  }
  if (message.comments) tell(message.comments);
}

listenToPush(hear);
whenIdle(connectPush);

/* ---- The page as the server has it now --------------------------------------- */

async function page() {
  const response = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" });
  const other = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok || !other.querySelector("main[data-al-workbook]")) throw new Error(response.statusText); // a page of a proxy is none of ours
  return other;
}

/* ---- Recaps follow the answers they show -------------------------------------- */

const changed = new Set();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let soon;

const derived = () => [...main.querySelectorAll(".al-recaps[data-of]")].filter((each) => showsAny(each, changed));

/**
 * Where the same part stands on another copy of the page.
 * @param {PageElement} part
 * @param {Document} other
 */
function twin(part, other) {
  return other.querySelector(`#${CSS.escape(part.closest(".al-prompt").id)} .al-recaps`);
}

async function renew() {
  if (document.hidden) return; // when it is looked at
  const stale = derived();
  changed.clear();
  if (!stale.length) return;
  try {
    const other = await page();
    for (const part of stale) {
      const fresh = twin(part, other);
      if (fresh && fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
    }
  } catch {
    // the next change, or the next visit, brings it
  }
}

/** @param {string} reference */
function renewSoon(reference) {
  changed.add(reference);
  if (!derived().length) return changed.clear();
  clearTimeout(soon);
  soon = setTimeout(renew, 600);
  return undefined;
}

document.addEventListener("al:saved", ({ detail }) => renewSoon(detail.prompt));
document.addEventListener("visibilitychange", () => changed.size && renew());

/* ---- Comments ---------------------------------------------------------------- */

const unseen = new Set();

/** @param {string[]} ids */
function tell(ids) {
  for (const id of ids) if (!document.getElementById(`c-${id}`)) unseen.add(id);
  if (!unseen.size) return;
  const sentence = unseen.size === 1 ? news.dataset.one : news.dataset.many.replace("{number}", unseen.size);
  news.replaceChildren(h("p", {}, sentence), button(news.dataset.show, show, "button compact main"), button(news.dataset.later, close, "button compact light"));
}

/**
 * @param {PageElement} text
 * @param {() => unknown} act
 * @param {string} look
 */
const button = (text, act, look) => h("button", { type: "button", className: look, onclick: act }, text);

function close() {
  unseen.clear();
  news.replaceChildren();
}

/** Put the comments of the server's page into this one; an answer that is being written stays. */
async function show() {
  let other;
  try {
    other = await page();
  } catch {
    news.querySelector("p").textContent = document.body.dataset.offline ?? "";
    return;
  }
  for (const group of [...other.querySelectorAll(".al-comments")]) {
    const section = group.closest(".al-prompt");
    const host = section ? document.getElementById(section.id) : main;
    const old = host?.querySelector(":scope > .al-comments");
    if (!host || old?.textContent === group.textContent) continue;
    for (const text of old?.querySelectorAll("textarea") ?? []) keep(text, group);
    if (old) old.replaceWith(group);
    else if (section) host.append(group);
    else host.querySelector(".wb-body").before(group);
  }
  document.dispatchEvent(new CustomEvent("al:comments"));
  const first = [...unseen].map((id) => document.getElementById(`c-${id}`)).find(Boolean);
  close();
  if (!first) return;
  document.dispatchEvent(new CustomEvent("al:reveal", { detail: first }));
  first.tabIndex = -1;
  first.scrollIntoView({ block: "center" });
  first.focus({ preventScroll: true });
}

document.addEventListener("al:renew-comments", show);

/**
 * Take half an answer along into the group that comes in its place.
 * @param {PageElement} text
 * @param {PageElement} group
 */
function keep(text, group) {
  const next = text.value && group.querySelector(`#${CSS.escape(text.id)}`);
  if (!next) return;
  next.value = text.value;
  next.closest("details").open = true;
}
