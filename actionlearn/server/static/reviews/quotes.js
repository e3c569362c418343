/** Words of an answer to comment on: selected by mouse or touch (the annotation library), or picked in a dialog. */

import { keys, stops, here } from "../shared/keyboard.js";
import { lettersOf, startOf } from "../shared/passages.js";

const CONTEXT = 48;
const sheet = document.querySelector(".sheet");
const bar = document.querySelector("[data-al-passage-bar]");
const picking = document.querySelector("[data-al-picking]");
const marks = new Map(); // id of a thread -> the range of its words
export const pending = new Map(); // form -> {target, words}

/* ---- A text without its white space, and where each of its letters is ---------------- */

/** @param {PageElement} element */
function letters(element) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const list = [];
  for (let node = /** @type {Text | null} */ (walker.nextNode()); node; node = /** @type {Text | null} */ (walker.nextNode())) {
    if (node.parentElement?.closest(".not-annotatable")) continue;
    for (let at = 0; at < node.data.length; at += 1) if (node.data[at].trim()) list.push({ node, at, letter: node.data[at] });
  }
  return list;
}

/**
 * The range of some words in an element: the first, or after so many others of the same.
 * @param {PageElement} element
 * @param {string} words
 * @param {number} [nth]
 */
export function rangeOf(element, words, nth = 0) {
  const all = letters(element);
  const text = all.map(({ letter }) => letter).join("");
  const wanted = lettersOf(words);
  const start = startOf(text, wanted, nth);
  if (!wanted || start < 0) return null;
  const range = document.createRange();
  const last = all[start + wanted.length - 1];
  range.setStart(all[start].node, all[start].at);
  range.setEnd(last.node, last.at + 1);
  return range;
}

/* ---- What is quoted already is marked ------------------------------------------------- */

/**
 * What stood earlier, above a question, is another answer: it has its own place.
 * @param {string} css
 */
const own = (css) => `${css}:not(.al-recaps *)`;
/** @type {Record<string, string>} */
const sources = { answer: own(".al-answer"), question: own(".al-question"), view: "[data-al-text]" };

/** A frame around each part of a picture that something was said about. */
function frameParts() {
  for (const old of sheet.querySelectorAll(".part-mark")) old.remove();
  for (const thread of sheet.querySelectorAll("[data-al-part]")) {
    const picture = thread.closest("[data-al-piece]")?.querySelector("[data-al-text] img");
    if (!picture) continue;
    let around = /** @type {HTMLElement} */ (picture.parentElement);
    if (!around.classList.contains("pictured")) {
      around = Object.assign(document.createElement("span"), { className: "pictured" });
      picture.replaceWith(around);
      around.append(picture);
    }
    const mark = Object.assign(document.createElement("span"), { className: "part-mark" });
    const [left, top, width, height] = thread.dataset.alPart.split(",").map((/** @type {string} */ each) => `${each}%`);
    Object.assign(mark.style, { left, top, width, height });
    around.append(mark);
  }
}

function markAll() {
  marks.clear();
  frameParts();
  for (const thread of sheet.querySelectorAll("[data-al-words]")) {
    const text = thread.closest("[data-al-piece]")?.querySelector("[data-al-text]");
    const place = text?.querySelector(sources[thread.dataset.alSource]) ?? text;
    const range = place && rangeOf(place, thread.dataset.alWords, Number(thread.dataset.alNth));
    if (range) marks.set(thread.dataset.alThread, range);
  }
  if (window.Highlight) CSS.highlights.set("al-quoted", new Highlight(...marks.values()));
}

/** From the mark to what was said about it. */
sheet?.addEventListener("click", (event) => {
  if (!getSelection()?.isCollapsed) return;
  for (const [id, range] of marks) {
    const inside = [...range.getClientRects()].some(
      ({ left, right, top, bottom }) => event.clientX >= left && event.clientX <= right && event.clientY >= top && event.clientY <= bottom,
    );
    if (inside) document.getElementById(`c-${id}`)?.scrollIntoView({ block: "nearest" });
  }
});

/* ---- New words ------------------------------------------------------------------------- */

/**
 * @param {PageElement} element
 * @param {Range} range
 */
function selectors(element, range) {
  const whole = letters(element);
  const text = element.textContent;
  const before = document.createRange();
  before.setStart(element, 0);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  const exact = range.toString();
  const selector = [
    { type: "TextQuoteSelector", exact, prefix: text.slice(Math.max(0, start - CONTEXT), start), suffix: text.slice(start + exact.length, start + exact.length + CONTEXT) },
    { type: "TextPositionSelector", start, end: start + exact.length },
  ];
  return whole.length && exact.trim() ? selector : null;
}

/** @param {Range} range */
function placeOf(range) {
  /** @param {Node} node */
  const inside = (node) => /** @type {HTMLElement} */ (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
  const text = inside(range.commonAncestorContainer)?.closest("[data-al-text]");
  if (!text || inside(range.commonAncestorContainer).closest(".not-annotatable, .al-recaps")) return null;
  if (text.dataset.alSource === "view") return { kind: "view", element: text, text };
  for (const [kind, css] of Object.entries(sources)) {
    const element = inside(range.commonAncestorContainer).closest(css);
    if (element && text.contains(element)) return { kind, element, text };
  }
  return null;
}

/**
 * Quote a range in the form of its piece; tell whether that could be done.
 * @param {Range} range
 */
export function quoteRange(range) {
  const there = range && placeOf(range);
  const form = there?.text.closest("[data-al-piece]").querySelector("form[data-al-comment]");
  const selector = there && form && selectors(there.element, range);
  if (!there || !selector) return null;
  for (const other of [...pending.keys()]) unquote(other);
  pending.set(form, { target: { source: there.kind, selector }, words: range.toString() });
  const line = form.querySelector("[data-al-quoted]");
  line.querySelector("q").textContent = range.toString();
  line.hidden = false;
  form.classList.add("full");
  if (window.Highlight) CSS.highlights.set("al-pending", new Highlight(range.cloneRange()));
  return form;
}

/** @param {PageElement} form */
export function unquote(form) {
  pending.delete(form);
  const line = form.querySelector("[data-al-quoted]");
  if (line) line.hidden = true;
  form.classList.toggle("full", Boolean(form.querySelector("textarea").value));
  CSS.highlights?.delete("al-pending");
  if (bar) bar.hidden = true;
}

/** @param {PageElement} form */
function sayAbout(form) {
  bar.hidden = true;
  form.querySelector("textarea").focus();
  form.scrollIntoView({ block: "nearest" });
}

/** The library tells a finished selection of mouse, touch or keys from one that goes on. */
function watch() {
  if (!window.RecogitoJS || !sheet || !bar) return;
  const annotator = window.RecogitoJS.createTextAnnotator(sheet, { renderer: "SPANS", userSelectAction: "NONE" });
  annotator.on("createAnnotation", (/** @type {any} */ annotation) => {
    const range = annotation.target.selector[0]?.range?.cloneRange();
    queueMicrotask(() => annotator.removeAnnotation(annotation.id));
    const form = range && quoteRange(range);
    if (!form) return;
    bar.hidden = false;
    bar.querySelector("button").onclick = () => sayAbout(form);
  });
}

/* ---- Without a mouse ---------------------------------------------------------------------- */

/** @param {PageElement} form */
function pick(form) {
  const piece = form.closest("[data-al-piece]");
  const answer = piece.querySelector(`[data-al-text]:not([data-al-source]) ${sources.answer}`) ?? piece.querySelector("[data-al-text]");
  const text = picking.querySelector("textarea");
  text.value = answer.innerText.trim();
  /**
   * @param {string} words
   * @param {Answer} [before]
   */
  const choose = (words, before = "") => {
    const nth = lettersOf(before).split(lettersOf(words)).length - 1;
    picking.close();
    const range = rangeOf(answer, words, nth);
    const formOfQuote = range && quoteRange(range);
    if (formOfQuote) sayAbout(formOfQuote);
  };
  const list = picking.querySelector("[data-al-sentences]");
  const parts = [...new Intl.Segmenter(document.documentElement.lang, { granularity: "sentence" }).segment(text.value)];
  list.replaceChildren(
    ...parts.filter(({ segment }) => segment.trim()).slice(0, 60).map(({ segment, index }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "button light", textContent: segment.trim() });
      button.addEventListener("click", () => choose(segment.trim(), text.value.slice(0, index)));
      item.append(button);
      return item;
    }),
  );
  picking.querySelector("[data-al-pick-selected]").onclick = () => {
    const { selectionStart: start, selectionEnd: end } = text;
    if (end > start) choose(text.value.slice(start, end), text.value.slice(0, start));
    else text.focus();
  };
  picking.querySelector("[data-al-close]").onclick = () => picking.close();
  picking.showModal();
}

document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-al-pick], [data-al-unquote]")?.closest("form");
  if (!form) return;
  if (event.target.closest("[data-al-pick]")) pick(form);
  else unquote(form);
});
keys.q = () => {
  const form = stops[Math.max(0, here())]?.querySelector("form[data-al-comment]");
  if (form?.querySelector("[data-al-pick]")) pick(form);
};
keys.c = () => {
  const form = [...pending.keys()][0];
  if (form && !bar.hidden) sayAbout(form);
  else stops[Math.max(0, here())]?.querySelector("form[data-al-comment] textarea, .al-field textarea, textarea")?.focus();
};

if (sheet) {
  markAll();
  document.addEventListener("al:talk", markAll);
  if (window.RecogitoJS) watch();
  else addEventListener("load", watch);
}
