/** Words of an answer to comment on: selected by mouse or touch (the annotation library), or picked in a dialog. */

import { keys, stops, here } from "../shared/keyboard.js";
import { lettersOf, startOf } from "../shared/passages.js";

const CONTEXT = 48;
const sheet = document.querySelector(".sheet");
const bar = document.querySelector("[data-al-passage-bar]");
const picking = document.querySelector("[data-al-picking]");
const marks = new Map(); // id of a thread -> the range of its words
export const pending = new Map(); // form -> {target, about, range}
/** @type {PageElement | null} */
let newest = null; // the form that was quoted in last

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

/**
 * Where a range is among the letters of an element.
 * @param {PageElement} element
 * @param {Range} range
 */
function lettersIn(element, range) {
  const inside = letters(element).map(({ node, at }) => range.comparePoint(node, at) === 0 && range.comparePoint(node, at + 1) === 0);
  return { from: inside.indexOf(true), count: inside.filter(Boolean).length };
}

/**
 * The range of so many letters of an element.
 * @param {PageElement} element
 * @param {number} from
 * @param {number} count
 */
function rangeAt(element, from, count) {
  const all = letters(element);
  if (from < 0 || count < 1 || from + count > all.length) return null;
  const range = document.createRange();
  const last = all[from + count - 1];
  range.setStart(all[from].node, all[from].at);
  range.setEnd(last.node, last.at + 1);
  return range;
}

/* ---- The words as they came: a browser's translation puts others in their place --------- */

/** @type {Map<PageElement, PageElement>} */
const originals = new Map(); // a text -> a copy of it that nobody translates
for (const text of sheet?.querySelectorAll("[data-al-text]") ?? []) originals.set(text, /** @type {PageElement} */ (text.cloneNode(true)));

/**
 * The element as it came.
 * @param {PageElement} text
 * @param {PageElement} element
 * @param {string} kind
 */
function originalOf(text, element, kind) {
  const copy = /** @type {PageElement} */ (originals.get(text));
  if (element === text) return copy;
  const at = [...text.querySelectorAll(sources[kind])].indexOf(element);
  return copy.querySelectorAll(sources[kind])[at] ?? copy;
}

const PARTS = "p, li, td, th, dd, dt, h1, h2, h3, h4, h5, h6, blockquote, figcaption, pre, div";

/**
 * The parts of a text that a translation leaves where they are.
 * @param {PageElement} element
 */
function partsOfText(element) {
  const parts = [...element.querySelectorAll(PARTS)].filter((each) => !each.querySelector(PARTS) && !each.closest(".not-annotatable"));
  return parts.length ? parts : [element];
}

/**
 * Which words of a part are in a range.
 * @param {PageElement} part
 * @param {Range} range
 */
function overlap(part, range) {
  const both = document.createRange();
  both.selectNodeContents(part);
  if (!range.intersectsNode(part)) return "";
  if (range.compareBoundaryPoints(Range.START_TO_START, both) > 0) both.setStart(range.startContainer, range.startOffset);
  if (range.compareBoundaryPoints(Range.END_TO_END, both) < 0) both.setEnd(range.endContainer, range.endOffset);
  return both.toString().trim();
}

/**
 * A range of one copy of a text in the other: letter for letter, or, where one is translated, all parts that it touches.
 * @param {PageElement} element
 * @param {Range} range
 * @param {PageElement} other
 */
function rangeInCopy(element, range, other) {
  if (element.textContent === other.textContent) {
    const { from, count } = lettersIn(element, range);
    return rangeAt(other, from, count);
  }
  const [here, there] = [partsOfText(element), partsOfText(other)];
  const touched = here.map((part, at) => (overlap(part, range) ? at : -1)).filter((at) => at >= 0);
  if (here.length !== there.length || !touched.length) return null;
  const whole = document.createRange();
  whole.setStart(there[touched[0]], 0);
  whole.setEnd(there[touched[touched.length - 1]], there[touched[touched.length - 1]].childNodes.length);
  return whole;
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
    const original = place && originalOf(text, place, thread.dataset.alSource);
    const found = original && rangeOf(original, thread.dataset.alWords, Number(thread.dataset.alNth));
    const range = found && rangeInCopy(original, found, place);
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
 * Letters of a text in short, to be known again: no words.
 * @param {Range} range
 */
function checkOf(range) {
  let sum = 2166136261;
  for (const letter of lettersOf(range.toString())) sum = Math.imul(sum ^ /** @type {number} */ (letter.codePointAt(0)), 16777619);
  return (sum >>> 0).toString(36);
}

/**
 * Quote a range in the form of its piece; tell whether that could be done.
 * @param {Range} range
 */
export function quoteRange(range) {
  const there = range && placeOf(range);
  const original = there && originalOf(there.text, there.element, there.kind);
  const form = there?.text.closest("[data-al-piece]").querySelector("form[data-al-comment]");
  const words = original && rangeInCopy(there.element, range, original);
  return there && form && words ? quoteOriginal(form, there, original, words) : null;
}

/**
 * Quote words as they came.
 * @param {PageElement} form
 * @param {{ kind: string, element: PageElement }} place
 * @param {PageElement} original
 * @param {Range} words
 */
function quoteOriginal(form, { kind, element }, original, words) {
  const selector = selectors(original, words);
  if (!selector) return null;
  for (const other of [...pending.keys()]) if (other !== form && !other.querySelector("textarea").value.trim()) unquote(other);
  const { from, count } = lettersIn(original, words);
  newest = form;
  pending.set(form, { target: { source: kind, selector }, about: `${kind} ${from} ${count} ${checkOf(words)}`, range: rangeInCopy(original, words, element) });
  const line = form.querySelector("[data-al-quoted]");
  line.querySelector("q").textContent = words.toString();
  line.querySelector("[data-al-translated]").hidden = element.textContent === original.textContent;
  line.hidden = false;
  form.classList.add("full");
  markPending();
  form.dispatchEvent(new Event("al:quote"));
  return form;
}

/**
 * Quote again what a draft was about; nothing where other words stand there now.
 * @param {PageElement} form
 * @param {string} about
 */
export function quoteAgain(form, about) {
  const [kind, from, count, check] = about.split(" ");
  const text = form.closest("[data-al-piece]").querySelector("[data-al-text]");
  const element = kind === "view" ? text : text?.querySelector(sources[kind] ?? "none");
  if (!element) return;
  const original = originalOf(text, element, kind);
  const words = rangeAt(original, Number(from), Number(count));
  if (words && checkOf(words) === check) quoteOriginal(form, { kind, element }, original, words);
}

function markPending() {
  const ranges = [...pending.values()].map(({ range }) => range).filter(Boolean);
  if (window.Highlight) CSS.highlights.set("al-pending", new Highlight(...ranges));
}

/** @param {PageElement} form */
export function unquote(form) {
  pending.delete(form);
  const line = form.querySelector("[data-al-quoted]");
  if (line) line.hidden = true;
  form.classList.toggle("full", Boolean(form.querySelector("textarea").value));
  markPending();
  if (bar) bar.hidden = true;
  form.dispatchEvent(new Event("al:quote"));
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
  const kind = answer.matches(sources.answer) ? "answer" : "view";
  const textOfPiece = answer.closest("[data-al-text]");
  const original = originalOf(textOfPiece, answer, kind);
  const translated = answer.textContent !== original.textContent;
  text.value = translated ? partsOfText(original).map((part) => part.textContent?.trim()).join("\n") : answer.innerText.trim();
  /**
   * @param {string} words
   * @param {Answer} [before]
   */
  const choose = (words, before = "") => {
    const nth = lettersOf(before).split(lettersOf(words)).length - 1;
    picking.close();
    const range = rangeOf(original, words, nth);
    if (range && quoteOriginal(form, { kind, element: answer }, original, range)) sayAbout(form);
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
  const form = newest && pending.has(newest) ? newest : null;
  if (form && !bar.hidden) sayAbout(form);
  else stops[Math.max(0, here())]?.querySelector("form[data-al-comment] textarea, .al-field textarea, textarea")?.focus();
};

if (sheet) {
  markAll();
  document.addEventListener("al:talk", markAll);
  // A translation is told by a class of the page.
  new MutationObserver(markAll).observe(document.documentElement, { attributeFilter: ["class", "lang"] });
  if (window.RecogitoJS) watch();
  else addEventListener("load", watch);
}
