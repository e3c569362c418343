/** Hears what was saved on other pages of this workbook, and which comments came in. Says nothing itself. */

import { backOff } from "../../../widgets/js/timing.js";

const main = document.querySelector("main[data-al-workbook]");
const news = document.querySelector("[data-al-news]");
const registry = window.actionlearn;
const TOO_MANY = 4429; // another page of this person is told instead, until this one is looked at

const SPREAD = 500; // ms over which pages go on saving that were all cut off at once

let socket = null;
let tries = 0;
let timer = null;

/* ---- The connection -------------------------------------------------------- */

function connect() {
  clearTimeout(timer);
  if (socket || document.readyState === "unloading") return;
  const at = new URL(`${main.dataset.alApi}workbooks/${main.dataset.alWorkbook}/push`, location.href);
  at.protocol = at.protocol.replace("http", "ws");
  at.searchParams.set("client", registry.client);
  const made = (socket = new WebSocket(at));
  const again = tries > 0;
  made.addEventListener("open", () => again && registry.resume({ within: SPREAD }));
  made.addEventListener("message", ({ data }) => made === socket && hear(JSON.parse(data)));
  made.addEventListener("close", ({ code }) => {
    if (made !== socket) return;
    socket = null;
    if (code !== TOO_MANY) later();
  });
}

/** Back off, more each time, and never all pages at once. */
function later() {
  timer = setTimeout(connect, backOff(tries++));
}

function leave() {
  const old = socket;
  socket = null;
  clearTimeout(timer);
  old?.close();
}

function hear(said) {
  tries = 0;
  if (said.versions) {
    const behind = ([id, version]) => (registry.prompts.get(id)?.version ?? version) < version;
    if (Object.entries(said.versions).some(behind)) registry.refresh();
  }
  if (said.meeting || said.here) document.dispatchEvent(new CustomEvent("al:meeting", { detail: said }));
  if (said.prompt) registry.prompts.get(said.prompt)?.heard(said);
  if (said.elsewhere) {
    renewSoon(`*.${said.elsewhere}`);
    document.dispatchEvent(new CustomEvent("al:elsewhere", { detail: { prompt: said.elsewhere } }));
  }
  if (said.comments) tell(said.comments);
}

// A page that sleeps in the browser's cache may hold no connection.
addEventListener("pagehide", leave);
addEventListener("pageshow", ({ persisted }) => persisted && connect());
addEventListener("online", () => setTimeout(connect, Math.random() * SPREAD));
addEventListener("focus", connect);
document.addEventListener("al:signedin", connect);
document.addEventListener("visibilitychange", () => document.hidden || connect());

if (window.requestIdleCallback) requestIdleCallback(connect, { timeout: 2000 });
else setTimeout(connect, 500);

/* ---- The page as the server has it now --------------------------------------- */

async function page() {
  const response = await fetch(location.pathname, { credentials: "same-origin", cache: "no-store" });
  if (!response.ok) throw new Error(response.statusText);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/* ---- Recaps follow the answers they show -------------------------------------- */

const changed = new Set();
let soon = null;

// What was saved in another workbook is known by the prompt alone: "*.need".
const reads = (each) =>
  each.dataset.of.split(" ").some((reference) => changed.has(reference) || changed.has(reference.replace(/^[^.]+\./, "*.")));
const derived = () => [...main.querySelectorAll(".al-recaps[data-of]")].filter(reads);

/** Where the same part stands on another copy of the page. */
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
      const found = twin(part, other);
      if (found && found.innerHTML !== part.innerHTML) part.replaceChildren(...found.childNodes);
    }
  } catch {
    // the next change, or the next visit, brings it
  }
}

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

function tell(ids) {
  for (const id of ids) if (!document.getElementById(`c-${id}`)) unseen.add(id);
  if (!unseen.size) return;
  const said = unseen.size === 1 ? news.dataset.one : news.dataset.many.replace("{number}", unseen.size);
  const line = document.createElement("p");
  line.textContent = said;
  news.replaceChildren(line, button(news.dataset.show, show, "button compact main"), button(news.dataset.later, close, "button compact light"));
}

function button(text, act, look) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: look, textContent: text });
  made.addEventListener("click", act);
  return made;
}

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
    news.querySelector("p").textContent = document.body.dataset.offline;
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

/** Take half an answer along into the group that comes in its place. */
function keep(text, group) {
  const next = text.value && group.querySelector(`#${CSS.escape(text.id)}`);
  if (!next) return;
  next.value = text.value;
  next.closest("details").open = true;
}
