/**
 * A set's meeting: who has the pen, whose time it is, and a line that anybody may add.
 *
 * The pen is an understanding between pages: whoever has it writes, the others see it grow. Saving goes on as it
 * always does, so that a page which was cut off keeps what was typed and sends it when it is back.
 */

import { busy, call, tell } from "../shared/api.js";
import { fill, uuid } from "../../../widgets/js/values.js";
import { choiceIn } from "../shared/dialogs.js";
/** @import { PromptState } from "../../../widgets/js/prompt_state.js" */

const main = document.querySelector("main[data-al-workbook]");
const bar = main.querySelector("[data-al-meeting]");
const PATIENCE = 10; // seconds after which the pen may be taken from somebody who does not answer
const GROWING = ["long-text", "short-text", "table"]; // kinds of prompt to which a line can be added
const OURS = ".al-audience *, .al-comments *, .al-add *, [data-act=restore]";

let stands = bar && JSON.parse(bar.dataset.alMeeting);
let skew = 0; // how far this device's clock is ahead of the server's, in ms
/** @type {string[] | null} */
let here = null; // who has the page open; unknown at first
/** @type {number | null} */
let askedAt = null;
let link = ""; // how others are heard of, see connection.js

const me = bar?.dataset.alMe;
const place = () => `workbooks/${main.dataset.alWorkbook}`;
const whose = () => (!stands.scribe ? "free" : stands.scribe.id === me ? "mine" : "theirs");
const away = () => here !== null && stands.scribe && !here.includes(stands.scribe.id);

/** @param {{ meeting?: any, here?: string[] }} news */
function hear({ meeting, here: now }) {
  const before = whose();
  if (now) here = now;
  if (meeting) {
    skew = Date.now() - Date.parse(meeting.now);
    stands = meeting;
  }
  if (stands.asking?.id !== me) askedAt = null;
  else askedAt ??= Date.now();
  draw();
  if (before === whose()) return;
  const words = bar.dataset;
  const sentences = { mine: words.now, theirs: before === "mine" ? fill(words.gave, { name: stands.scribe?.name }) : "", free: words.free };
  bar.querySelector("[data-al-heard]").textContent = sentences[whose()];
}

/* ---- The bar --------------------------------------------------------------- */

function draw() {
  const [now, words] = [whose(), bar.dataset];
  const waits = now === "theirs" && stands.asking?.id === me;
  const line = { free: words.free, mine: words.mine, theirs: fill(away() ? words.away : words.theirs, { name: stands.scribe?.name }) }[now];
  // Without a connection nobody knows who writes.
  bar.querySelector("[data-al-pen]").textContent = link === "none" ? words.cut : waits ? `${line} ${words.waits}` : line;
  const slow = bar.querySelector("[data-al-slow]");
  if (slow.hidden !== (link !== "asking")) slow.hidden = link !== "asking";
  for (const button of bar.querySelectorAll("[data-al-when]")) button.hidden = button.dataset.alWhen !== (waits ? "waits" : now);
  if (waits) bar.querySelector("[data-al-when=waits]").hidden = !away() && Date.now() - (askedAt ?? 0) < PATIENCE * 1000;
  const asked = bar.querySelector("[data-al-asked]");
  asked.hidden = now !== "mine" || !stands.asking;
  if (!asked.hidden) asked.querySelector("p").textContent = fill(words.asks, { name: stands.asking.name });
  tick();
  lockSoon();
}

/** Time left is the server's: the same on every page, and after a reload. */
function tick() {
  const place = bar.querySelector("[data-al-clock]");
  place.hidden = !stands.ends_at;
  main.querySelector("[data-al-pen-act=stop]").hidden = !stands.ends_at;
  if (!stands.ends_at) return;
  const left = Math.ceil((Date.parse(stands.ends_at) - (Date.now() - skew)) / 1000);
  place.toggleAttribute("data-over", left <= 0);
  bar.querySelector("[data-al-turn]").textContent = stands.turn ? fill(bar.dataset.turn, { name: stands.turn.name }) : bar.dataset.all;
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  bar.querySelector("[data-al-left]").textContent = left > 0 ? clock : bar.dataset.over;
}

const sure = async () => (await choiceIn(main.querySelector("[data-al-taking]"))) === "yes";

/**
 * @param {PageElement} button
 * @param {any} message
 * @param {PageElement} [where]
 */
async function act(button, message, where = bar) {
  await busy(button, async () => {
    tell(where, "");
    try {
      if (message.act === "give") await Promise.all([...window.actionlearn.prompts.values()].map((entry) => entry.send()));
      hear(await call(`${place()}/meeting`, { body: message }));
    } catch (trouble) {
      tell(where, trouble.message);
    }
  });
}

/* ---- Those who follow ------------------------------------------------------- */

/** @param {PromptState | undefined} entry */
const unsettled = (entry) => entry && (entry.unacknowledged || ["two", "device", "waiting"].includes(entry.state));

/** Whoever follows reads, and does not type over whoever writes; what is not sent yet stays theirs to settle. */
function lock() {
  for (const section of main.querySelectorAll(".wb-body .al-prompt[data-prompt]")) {
    const entry = window.actionlearn?.prompts.get(section.dataset.prompt);
    if (entry?.composing) continue; // half a word is never cut off; it is looked at again when it is saved
    const shut = whose() === "theirs" && !unsettled(entry);
    for (const each of section.querySelectorAll(".al-field :is(textarea, input, select), [data-act]")) {
      if (each.matches(OURS)) continue;
      const property = each.matches("textarea, input:not([type=checkbox], [type=radio], [type=file])") ? "readOnly" : "disabled";
      if (shut === "alLocked" in each.dataset) continue;
      each[property] = shut;
      if (shut) each.dataset.alLocked = "";
      else delete each.dataset.alLocked;
    }
    offer(section, whose() === "theirs");
  }
}

let soon = 0;
function lockSoon() {
  cancelAnimationFrame(soon);
  soon = requestAnimationFrame(lock);
}

/**
 * A line that somebody adds while another writes: nobody is told by whom it came.
 * @param {PageElement} section
 * @param {any} wanted
 */
function offer(section, wanted) {
  const known = section.querySelector(".al-add");
  if (known) known.hidden = !wanted;
  if (known || !wanted || !GROWING.includes(section.dataset.kind)) return;
  const table = section.dataset.kind === "table";
  const box = document.createElement("details");
  box.className = "al-add fold";
  const summary = document.createElement("summary");
  const question = document.createElement("span");
  Object.assign(question, { className: "visually-hidden", textContent: `: ${section.querySelector(".al-question").innerText}` });
  summary.append(table ? bar.dataset.row : bar.dataset.add, question);
  const form = Object.assign(document.createElement("form"), { method: "post", action: bar.dataset.unsent });
  for (const control of table ? cells(section) : [document.createElement("textarea")]) form.append(labelled(control, section));
  const send = Object.assign(document.createElement("button"), { className: "button compact", textContent: bar.dataset.send });
  const alert = Object.assign(document.createElement("p"), { className: "alert-text", role: "alert", hidden: true });
  const done = Object.assign(document.createElement("p"), { className: "small", role: "status" });
  form.append(send, alert, done);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    add(form, section.dataset.prompt, table, done);
  });
  box.append(summary, form);
  section.querySelector(".al-field").after(box);
}

/** @param {PageElement} section */
function cells(section) {
  const blank = section.querySelector("template")?.content.querySelector("tr") ?? section.querySelector("tbody tr");
  return [...blank.querySelectorAll("[data-column]")].map((each) => {
    const own = each.cloneNode(true);
    Object.assign(own, { value: "", readOnly: false, disabled: false });
    delete own.dataset.alLocked;
    own.removeAttribute("id");
    own.words = each.closest("label").querySelector(".al-cell-label").firstChild.textContent;
    return own;
  });
}

/**
 * @param {any} control
 * @param {PageElement} section
 */
function labelled(control, section) {
  const label = document.createElement("label");
  if (!control.dataset.column) Object.assign(control, { rows: 2, name: "body", className: "al-input", dir: "auto" });
  const said = document.createElement("span");
  said.textContent = control.words ?? section.querySelector(".al-question").innerText;
  label.append(said, control);
  return label;
}

/**
 * @param {any} form
 * @param {string} prompt
 * @param {boolean} table
 * @param {PageElement} done
 */
async function add(form, prompt, table, done) {
  const controls = [...form.querySelectorAll("textarea, input, select")];
  const values = Object.fromEntries(controls.filter(({ value }) => value.trim()).map((each) => [each.dataset.column ?? "", cell(each)]));
  const line = table ? values : (values[""] ?? "");
  form.key ??= uuid(); // sent again after trouble, it is the same line
  await busy(form.querySelector("button"), async () => {
    tell(form, "");
    done.textContent = "";
    try {
      await call(`${place()}/lines/${prompt}`, { body: { key: form.key, line } });
      form.key = null;
      form.reset();
      done.textContent = bar.dataset.added;
    } catch (trouble) {
      if (!trouble.offline) form.key = null;
      tell(form, trouble.message);
    }
  });
}

/** @param {PageElement} control */
const cell = ({ value, dataset }) => (dataset.kind === "scale" ? Number(value) : value);

/* ---- It begins --------------------------------------------------------------- */

if (bar) {
  bar.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-al-pen-act]");
    if (!button) return;
    if ("alSure" in button.dataset && !(await sure())) return;
    act(button, { act: button.dataset.alPenAct });
  });
  const time = main.querySelector("[data-al-time]");
  time.addEventListener("submit", (event) => {
    event.preventDefault();
    const { turn, minutes } = time.elements;
    act(event.submitter ?? time, { act: "time", turn: turn.value, minutes: Number(minutes.value) }, time);
  });
  time.querySelector("[data-al-pen-act]").addEventListener("click", ({ currentTarget }) => act(currentTarget, { act: "stop" }, time));
  document.addEventListener("al:meeting", ({ detail }) => hear(detail));
  document.addEventListener("al:link", ({ detail }) => {
    link = detail.link;
    draw();
    if (link === "none") bar.querySelector("[data-al-heard]").textContent = bar.dataset.cut;
  });
  document.addEventListener("al:ready", lockSoon);
  document.addEventListener("al:saved", lockSoon);
  new MutationObserver(lockSoon).observe(main.querySelector(".wb-body"), { childList: true, subtree: true, attributeFilter: ["data-state"] });
  setInterval(() => (stands.asking?.id === me ? draw() : tick()), 500);
  if (matchMedia("(max-width: 40rem)").matches) for (const each of main.querySelectorAll(".meeting details")) each.open = false;
  hear({ meeting: stands });
}
