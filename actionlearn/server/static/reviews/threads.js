/** The conversations of a review: comments are held and released, answered, settled, changed and taken back. */

import { h } from "../../../widgets/js/dom.js";
import { insertText } from "../../../widgets/js/typing.js";
import { busy, call, tell } from "../shared/api.js";
import { clearDraft, draft } from "./comment_drafts.js";
import { keys, stops } from "../shared/keyboard.js";
import { pending, unquote } from "./quotes.js";
import { choiceIn } from "../shared/dialogs.js";

const main = document.querySelector("main");
const submission = main.dataset.alReview;
const news = document.querySelector("[data-al-said]");
const sure = document.querySelector("[data-al-asking-first]");

const tray = () => document.querySelector(".tray .buttons");

/** @param {ParentNode} root */
function wire(root) {
  for (const form of root.querySelectorAll(".saying")) draft(form);
}

/**
 * The part of a picture that was chosen, as a W3C selector; null where it is all of it, or none.
 * @param {PageElement} form
 */
function partOf(form) {
  const part = form.querySelector("[data-al-part-of]")?.value;
  const selector = { type: "FragmentSelector", conformsTo: "http://www.w3.org/TR/media-frags/", value: `xywh=percent:${part}` };
  return part ? { source: "picture", selector: [selector] } : null;
}

/**
 * @param {PageElement} form
 * @param {string} then
 */
async function send(form, then) {
  const area = form.querySelector("textarea");
  const body = area.value.trim();
  if (!body) return area.focus();
  tell(form, "");
  const { alReply: reply, alComment: prompt } = form.dataset;
  try {
    const comment = reply
      ? await call(`comments/${reply}/replies`, { body: { body } })
      : await call(`submissions/${submission}/comments`, { body: { prompt: prompt || null, body, target: pending.get(form)?.target ?? partOf(form) } });
    const unfound = Boolean(pending.get(form)) && !reply && !comment.target; // the words are not in what was shared any more
    if (pending.has(form)) unquote(form);
    await clearDraft(form);
    if (then === "release") await call(`comments/${comment.id}/release`, { body: {} });
    await renew(form.closest("[data-al-piece]"));
    const state = then === "release" || comment.released_at ? news.dataset.released : news.dataset.held;
    news.textContent = unfound ? `${state} ${news.dataset.unfound}` : state;
  } catch (trouble) {
    tell(form, trouble.message);
  }
  return undefined;
}

/**
 * @param {PageElement} button
 * @param {string} path
 * @param {{ body?: unknown, method?: string, all?: boolean, say?: string }} [options]
 */
async function act(button, path, { body = {}, method = "POST", all = false, say = "" } = {}) {
  const where = button.closest(".comment") ?? button.closest(".thread") ?? tray();
  await busy(button, async () => {
    try {
      await call(path, { method, body });
      await renew(button.closest("[data-al-piece]"), all);
      news.textContent = say;
    } catch (trouble) {
      tell(where, trouble.message);
    }
  });
}

/**
 * Take what changed from the server's own page: one conversation, or all of them, and the tray.
 * @param {PageElement} piece
 * @param {boolean} [all]
 */
async function renew(piece, all = false) {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok) return location.reload();
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const stop of all ? stops : [piece].filter(Boolean)) {
    const fresh = page.getElementById(stop.id)?.querySelector("[data-al-talk]");
    const old = stop.querySelector("[data-al-talk]");
    if (!fresh || !old) continue;
    old.replaceWith(fresh);
    wire(fresh);
  }
  const fresh = page.querySelector(".tray .buttons");
  if (tray() && fresh) tray().replaceWith(fresh);
  document.dispatchEvent(new CustomEvent("al:talk"));
  piece?.focus({ preventScroll: true });
  return undefined;
}

/**
 * Other words in place of one's own, as long as nobody has seen them.
 * @param {PageElement} button
 */
function change(button) {
  const comment = button.closest(".comment");
  const words = comment.querySelector(".words");
  const area = document.createElement("textarea");
  Object.assign(area, { value: words.dataset.alBody ?? words.textContent, rows: 3, maxLength: 20000, ariaLabel: button.textContent });
  const save = h("button", { type: "button", className: "button compact main" }, news.dataset.save);
  const cancel = h("button", { type: "button", className: "button compact" }, news.dataset.cancel);
  const box = document.createElement("div");
  box.className = "changing";
  box.append(area, save, cancel);
  words.replaceWith(box);
  area.focus();
  save.addEventListener("click", () => act(save, `comments/${button.dataset.alChange}`, { method: "PUT", body: { body: area.value } }));
  cancel.addEventListener("click", () => {
    box.replaceWith(words);
    button.focus();
  });
}

/** @type {Record<string, (button: PageElement) => unknown>} */
const acts = {
  /** @param {PageElement} button */
  alRelease: (button) => act(button, `comments/${button.dataset.alRelease}/release`, { say: news.dataset.released }),
  /** @param {PageElement} button */
  alReleaseAll: (button) => act(button, `submissions/${submission}/release`, { all: true, say: news.dataset.released }),
  /** @param {PageElement} button */
  alSignoff: (button) => act(button, `submissions/${submission}/signoff`, { body: { verdict: button.dataset.alSignoff } }),
  /** @param {PageElement} button */
  alResolve: (button) => act(button, `comments/${button.dataset.alResolve}/resolve`, { body: { resolved: button.ariaPressed !== "true" } }),
  alChange: change,
  /** @param {PageElement} button */
  async alDelete(button) {
    if ((await choiceIn(sure)) === "yes") await act(button, `comments/${button.dataset.alDelete}`, { method: "DELETE", body: undefined, say: news.dataset.gone });
    else button.focus();
  },
  /** @param {PageElement} button */
  async alKeep(button) {
    const form = button.closest("form");
    await busy(button, async () => {
      try {
        await call("questions", { body: { body: form.querySelector("textarea").value } });
        news.textContent = news.dataset.kept;
        bankLoad = null;
      } catch (trouble) {
        tell(form, trouble.message);
      }
    });
  },
};

main.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  const name = button && Object.keys(acts).find((each) => each in button.dataset);
  if (name) acts[name](button);
});
main.addEventListener("submit", (event) => {
  const form = event.target.closest(".saying");
  if (!form) return;
  event.preventDefault();
  const button = event.submitter ?? form.querySelector('button[name="then"]');
  busy(button, () => send(form, button.value));
});
main.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(".saying");
  if (event.key === "Escape" && event.target.closest("textarea, input")) event.target.closest("[data-al-piece]")?.focus();
  if (!form || event.isComposing || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const then = event.shiftKey ? "release" : "hold";
  form.requestSubmit(form.querySelector(`[value="${then}"]`) ?? form.querySelector('[name="then"]'));
});
keys.R = () => document.querySelector("[data-al-release-all]")?.click();

/* ---- The bank of questions: a few letters, and it is there --------------------------------- */

/** @type {Promise<void | null> | null} */
let bankLoad = null;

async function fill() {
  const list = document.getElementById("bank");
  const { questions } = await call("questions", { method: "GET" });
  list.replaceChildren(...questions.map((/** @type {{ body: string }} */ { body }) => Object.assign(document.createElement("option"), { value: body })));
}

main.addEventListener("focusin", (event) => {
  if (event.target.closest("[data-al-bank]")) bankLoad ??= fill().catch(() => (bankLoad = null));
});
/** @param {string} text */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const bank = () => [...document.getElementById("bank").options].map(({ value }) => value);

/**
 * @param {PageElement} field
 * @param {string} question
 */
function put(field, question) {
  const area = field.closest("form").querySelector("textarea");
  field.value = "";
  const end = area.value.length;
  insertText(area, area.value.trim() ? `\n\n${question}` : question, [area.value.trimEnd().length, end]);
}

main.addEventListener("input", (event) => {
  const field = event.target.closest("[data-al-bank]");
  if (field && !event.isComposing && bank().includes(field.value)) put(field, field.value);
});
/** Enter takes the first question with these letters; it never sends what stands above. */
main.addEventListener("keydown", async (event) => {
  const field = event.target.closest?.("[data-al-bank]");
  if (!field || event.key !== "Enter" || event.ctrlKey || event.metaKey || event.isComposing) return;
  event.preventDefault();
  await bankLoad;
  const parts = folded(field.value).split(/\s+/u).filter(Boolean);
  const question = parts.length && bank().find((question) => parts.every((part) => folded(question).includes(part)));
  if (question) put(field, question);
  else if (parts.length) news.textContent = news.dataset.none;
});

wire(document);
