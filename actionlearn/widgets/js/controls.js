// Reading an answer from the controls of a prompt, and writing it into them.

import { drawFiles, readFiles } from "./attachments.js";
import { fitOf, hasMisfits, isDate, noteValue, putMisfits, putValue, valueBefore } from "./misfits.js";
import { NOT_YET, isEmpty, same, uuid } from "./values.js";
/** @import { Misfits } from "./misfits.js" */

/** @param {PageElement} el */
export const rowsOf = (el) => [...el.querySelectorAll("tbody > tr")];
/** @param {PageElement} el */
export const boxesOf = (el) => [...el.querySelectorAll(".al-field input")];
/** @param {PageElement} el */
export const notYetOf = (el) => el.querySelector("[data-act=not-yet]");

/**
 * @param {PageElement} control
 * @param {boolean} [initial]
 */
function readControl(control, initial) {
  if (control.validity?.badInput) return undefined; // half a date is not an answer, and not nothing either
  if (initial) return valueBefore(control);
  const { value, why } = fitOf(control);
  if (why) return valueBefore(control); // words that do not fit here are no other answer
  noteValue(control, value);
  return value;
}

/**
 * @param {PageElement} box
 * @param {boolean} [initial]
 */
const checked = (box, initial) => (initial ? box.defaultChecked : box.checked);

/**
 * @param {PageElement} el
 * @param {boolean} [initial]
 */
const readText = (el, initial) => readControl(el.querySelector(".al-field .al-input"), initial);

/**
 * Kind of prompt -> how its controls are read.
 * @type {Record<string, (el: PageElement, initial?: boolean) => Answer>}
 */
const READ = {
  "short-text": readText,
  "long-text": readText,
  number: readText,
  date: readText,
  /** @param {PageElement} el */
  file: (el) => readFiles(el),
  /**
   * @param {PageElement} el
   * @param {boolean} [initial]
   */
  choice: (el, initial) => boxesOf(el).find((box) => checked(box, initial))?.value,
  /**
   * @param {PageElement} el
   * @param {boolean} [initial]
   */
  choices: (el, initial) => boxesOf(el).filter((box) => checked(box, initial)).map((box) => box.value),
  /**
   * @param {PageElement} el
   * @param {boolean} [initial]
   */
  scale: (el, initial) => {
    const value = READ.choice(el, initial);
    return value === undefined ? null : Number(value);
  },
  /**
   * @param {PageElement} el
   * @param {boolean} [initial]
   */
  table: (el, initial) =>
    rowsOf(el)
      .map((tr) => {
        /** @type {Record<string, Answer>} */
        const cells = {};
        for (const control of tr.querySelectorAll("[data-column]")) {
          const value = readControl(control, initial);
          if (!isEmpty(value)) cells[control.dataset.column] = control.dataset.kind === "scale" ? Number(value) : value;
        }
        return { row: (tr.dataset.row ||= uuid()), cells };
      })
      .filter((row) => Object.keys(row.cells).length),
};

/**
 * What a prompt's controls say; undefined where that cannot be told just now.
 * @param {PageElement} el
 * @param {boolean} [initial]
 */
export function read(el, initial = false) {
  const readKind = READ[el.dataset.kind];
  if (readKind === readText && el.querySelector(".al-field .al-input").validity.badInput) return undefined;
  const value = readKind(el, initial);
  if (!isEmpty(value)) return value;
  return notYetOf(el)?.ariaPressed === "true" ? NOT_YET : null;
}

/**
 * @param {PageElement} control
 * @param {Answer} value
 */
function writeControl(control, value) {
  const text = value == null ? "" : String(value);
  if (fitOf(control).why) return noteValue(control, text); // what is not saved is never written over
  const was = control.value;
  const written = control.dataset.decimal ? text.replace(".", control.dataset.decimal) : text;
  if (was === written || (text && fitOf(control).value === text && !isDate(control))) return noteValue(control, text);
  const { selectionStart: start, selectionEnd: end, selectionDirection: direction, scrollTop } = control;
  const caret = control === document.activeElement && start !== null && control.tagName !== "SELECT" && start !== undefined;
  putValue(control, text);
  if (caret) {
    const moved = follows(was, written);
    control.setSelectionRange(moved(start), moved(end), direction);
    control.scrollTop = scrollTop;
  }
  return grow(control);
}

/**
 * Where a place in a text is once other words stand there: before a change it stays, after it it moves along.
 * @param {string} was
 * @param {string} text
 */
function follows(was, text) {
  const most = Math.min(was.length, text.length);
  let head = 0;
  while (head < most && was[head] === text[head]) head++;
  let tail = 0;
  while (tail < most - head && was.at(-1 - tail) === text.at(-1 - tail)) tail++;
  return (/** @type {number} */ at) => (at <= head ? at : at >= was.length - tail ? at + text.length - was.length : Math.min(at, text.length - tail));
}

/**
 * @param {PageElement} el
 * @param {Answer} value
 */
const writeText = (el, value) => writeControl(el.querySelector(".al-field .al-input"), value);

/**
 * Kind of prompt -> how an answer is written into its controls.
 * @type {Record<string, (el: PageElement, value: Answer) => void>}
 */
const WRITE = {
  "short-text": writeText,
  "long-text": writeText,
  number: writeText,
  date: writeText,
  /**
   * @param {PageElement} el
   * @param {Answer} value
   */
  file: (el, value) => drawFiles(el, value ?? []),
  /**
   * @param {PageElement} el
   * @param {Answer} value
   */
  choice: (el, value) => boxesOf(el).forEach((box) => (box.checked = box.value === String(value))),
  /**
   * @param {PageElement} el
   * @param {Answer} value
   */
  choices: (el, value) => boxesOf(el).forEach((box) => (box.checked = (value ?? []).includes(box.value))),
  /**
   * @param {PageElement} el
   * @param {Answer} value
   */
  scale: (el, value) => WRITE.choice(el, value),
  /**
   * @param {PageElement} el
   * @param {Answer} value
   */
  table: (el, value) => {
    const old = new Map(rowsOf(el).map((tr) => [(tr.dataset.row ||= uuid()), tr]));
    const rows = value?.length ? [...value] : [];
    const here = [...old.values()].find((tr) => tr.contains(document.activeElement))?.dataset.row;
    if (here ? !rows.some((row) => row.row === here) : !rows.length) rows.push({ row: here ?? uuid(), cells: {} });
    // Words that no store has yet keep their row.
    for (const [id, tr] of old) if (id !== here && !rows.some((row) => row.row === id) && hasMisfits(tr)) rows.push({ row: id, cells: {} });
    const body = el.querySelector("tbody");
    const order = rows.map((row) => old.get(row.row) ?? newRow(el, row.row));
    for (const tr of rowsOf(el)) if (!order.includes(tr)) tr.remove(); // first, so that the row one is in need not move
    order.forEach((tr, i) => body.children[i] !== tr && body.insertBefore(tr, body.children[i] ?? null));
    rows.forEach((row, i) => {
      for (const control of order[i].querySelectorAll("[data-column]")) writeControl(control, row.cells[control.dataset.column]);
    });
    renumber(el);
  },
};

export let writing = false; // a row that is moved loses focus, and its "change" would be read half-way

/**
 * @param {PageElement} el
 * @param {Answer} value
 */
export function write(el, value) {
  const content = same(value, NOT_YET) ? null : value;
  writing = true;
  WRITE[el.dataset.kind](el, content);
  writing = false;
  showButtons(el, value);
}

/**
 * "Not yet" is offered while nothing is said, "Clear" once something is.
 * @param {PageElement} el
 * @param {Answer} value
 */
export function showButtons(el, value) {
  const button = notYetOf(el);
  const notYet = same(value, NOT_YET);
  button.ariaPressed = String(notYet);
  button.hidden = !notYet && !isEmpty(value);
  const clear = el.querySelector("[data-act=clear]");
  if (clear) clear.hidden = isEmpty(value) || notYet;
}

/**
 * Browsers without `field-sizing: content` need help to let a text grow.
 * @param {PageElement} control
 */
export function grow(control) {
  if (control.tagName !== "TEXTAREA" || CSS.supports("field-sizing", "content")) return;
  control.style.height = "auto";
  control.style.height = `${control.scrollHeight + 2}px`;
}

/**
 * An answer in words, to be compared with another.
 * @param {PageElement} el
 * @param {Answer} value
 * @param {Words} words
 */
export function inWords(el, value, words) {
  if (same(value, NOT_YET)) return notYetOf(el).textContent;
  if (isEmpty(value)) return words.nothing;
  const labels = new Map(boxesOf(el).map((box) => [box.value, box.parentElement?.innerText.trim()]));
  /**
   * Only a file or link is an object; a text has a `link` of its own, a method of all strings.
   * @param {any} each
   */
  const label = (each) => (typeof each === "object" ? each.name || each.link : (labels.get(String(each)) ?? each));
  if (el.dataset.kind !== "table") return [value].flat().map(label).join(", ");
  const options = [...(el.querySelector("template")?.content.querySelectorAll("option") ?? [])];
  for (const option of options) labels.set(option.value, option.textContent);
  return value.map((/** @type {any} */ row) => Object.values(row.cells).map((cell) => labels.get(String(cell)) ?? cell).join(" · ")).join("\n");
}

/**
 * @param {PageElement} el
 * @param {string} [id]
 */
export function newRow(el, id = uuid()) {
  const row = el.querySelector("template").content.firstElementChild.cloneNode(true);
  row.dataset.row = id;
  return row;
}

/** @param {PageElement} el */
export function renumber(el) {
  const rows = rowsOf(el);
  rows.forEach((tr, i) => {
    for (const place of tr.querySelectorAll("[data-n]")) place.textContent = String(i + 1);
    tr.querySelector("[data-act=up]").ariaDisabled = String(i === 0);
    tr.querySelector("[data-act=down]").ariaDisabled = String(i === rows.length - 1);
  });
}

/**
 * Put words back that fit nowhere, in rows of their own where no row of the answer is theirs; tell whether there are any.
 * @param {PageElement} el
 * @param {Misfits} misfits
 */
export function restoreMisfits(el, misfits) {
  const left = putMisfits(el, misfits);
  const rows = el.dataset.kind === "table" ? Object.keys(left) : [];
  for (const row of rows) el.querySelector("tbody").append(newRow(el, row));
  putMisfits(el, left);
  if (rows.length) renumber(el);
  return Object.keys(misfits).length > 0;
}
