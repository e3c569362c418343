// Words in a control that cannot be its answer: they stay where they are, are named, and are the only ones not saved.

import { dayInWords, dayReadings, daysIn, isUsualYear } from "./days.js";
import { h } from "./dom.js";
import { numberReadings, numbersIn } from "./numbers.js";
import { fill } from "./values.js";
/** @import { Reading } from "./days.js" */
/** @import { PromptView } from "./prompt_view.js" */

/**
 * What a control holds: a value; or words that are none, why, and how they might be read.
 * @typedef {{ value: string, why: string, readings: Reading[] }} Fit
 */

/**
 * Words that fit nowhere, by row and column; of the column "" are those that have none. A prompt without rows is row "".
 * @typedef {Record<string, Record<string, string>>} Misfits
 */

export const LINE = 500; // characters of one line
const SHOWN = 12; // lines that name words one by one

const language = () => window.actionlearn?.locale ?? "en";

/** @param {string} text */
export const oneLine = (text) => text.replace(/\s*\n\s*/g, " ");

/** @param {PageElement} control */
export const isDate = (control) => control.type === "date" || "day" in control.dataset;

/** @type {WeakMap<PageElement, string>} */
const lastValues = new WeakMap(); // of a control that was read or written: what stays its value while misfits are in it

/**
 * What the store has of a control, as far as this page knows.
 * @param {PageElement} control
 */
export function valueBefore(control) {
  const last = lastValues.get(control);
  if (last !== undefined) return last;
  if (control.tagName === "SELECT") return [...control.options].find((option) => option.defaultSelected)?.value ?? "";
  const { decimal } = control.dataset;
  return decimal ? control.defaultValue.replace(decimal, ".") : control.defaultValue;
}

/**
 * @param {PageElement} control
 * @param {string} value
 */
export const noteValue = (control, value) => void lastValues.set(control, value);

/**
 * @param {string} value
 * @returns {Fit}
 */
const fits = (value) => ({ value, why: "", readings: [] });

/**
 * One reading is a value, unless it leaves something out; two are a question.
 * @param {Reading[]} readings
 * @param {string} none
 * @returns {Fit}
 */
function fitOfReadings(readings, none) {
  const [first] = readings;
  if (!first) return { value: "", why: none, readings };
  if (readings.length > 1) return { value: "", why: "two", readings };
  return first.whole ? fits(first.value) : { value: "", why: "time", readings };
}

/**
 * @param {PageElement} control
 * @returns {Fit}
 */
function fitOfDay(control) {
  const words = control.value.trim();
  if (!words) return fits("");
  const fit = control.type === "date" ? fits(words) : fitOfReadings(daysIn(dayReadings(words, language()), language()), "date");
  if (fit.why || isUsualYear(fit.value) || fit.value === valueBefore(control)) return fit;
  return { value: "", why: "year", readings: [{ order: "year", value: fit.value, whole: true }] };
}

/**
 * @param {PageElement} control
 * @returns {Fit}
 */
function fitOfNumber(control) {
  const { decimal, column } = control.dataset;
  const words = control.value.trim();
  const before = valueBefore(control);
  if (!words || words === before.replace(".", decimal)) return fits(words && before);
  const fit = fitOfReadings(numbersIn(numberReadings(words), decimal), "number");
  return fit.why === "number" && !column ? fits(words) : fit; // a question of its own says itself why it is not taken
}

/**
 * What a control holds.
 * @param {PageElement} control
 * @returns {Fit}
 */
export function fitOf(control) {
  if (isDate(control)) return fitOfDay(control);
  if (control.dataset.decimal) return fitOfNumber(control);
  if (control.tagName === "SELECT") return control.selectedOptions[0] && "misfit" in control.selectedOptions[0].dataset ? { value: "", why: "choice", readings: [] } : fits(control.value);
  if (!("line" in control.dataset)) return fits(control.value);
  const line = oneLine(control.value);
  return control.dataset.column && [...line].length > LINE ? { value: "", why: "long", readings: [] } : fits(line);
}

/**
 * Put a value into a control, in the place of whatever words are in it.
 * @param {PageElement} control
 * @param {string} value
 */
export function putValue(control, value) {
  noteValue(control, value);
  if ("day" in control.dataset) {
    control.type = "date";
    delete control.dataset.day;
  }
  const text = control.dataset.decimal ? value.replace(".", control.dataset.decimal) : value;
  if (control.value !== text) control.value = text;
  for (const option of control.tagName === "SELECT" ? [...control.options] : []) if ("misfit" in option.dataset) option.remove();
}

/**
 * Put words into a control that may not be its value: a day becomes a line, a choice gets one more.
 * @param {PageElement} control
 * @param {string} words
 */
export function putWords(control, words) {
  noteValue(control, valueBefore(control));
  if (control.type === "date") {
    control.type = "text";
    control.dataset.day = "";
  }
  if (control.tagName === "SELECT") {
    const option = h("option", { value: words, "data-misfit": "", translate: false }, words);
    control.append(option);
    option.selected = true;
  } else control.value = words;
}

/**
 * Words that were put right are a value again.
 * @param {PageElement} control
 */
export function settleDay(control) {
  if (!("day" in control.dataset)) return;
  const { value, why } = fitOf(control);
  if (!why) putValue(control, value);
}

/* ---- All of an answer ---- */

/** @param {PageElement} el */
export const controlsOf = (el) => [...el.querySelectorAll(el.dataset.kind === "table" ? "tbody > tr [data-column]" : ".al-field .al-input")];

/** @param {PageElement} control */
const rowAround = (control) => control.closest("tr[data-row]");

/**
 * The words of an answer that fit nowhere.
 * @param {PageElement} el
 * @returns {Misfits}
 */
export function misfitsOf(el) {
  /** @type {Misfits} */
  const found = {};
  if (!["table", "date", "number"].includes(el.dataset.kind)) return found;
  for (const control of controlsOf(el)) {
    if (!control.validity?.badInput && fitOf(control).why) (found[rowAround(control)?.dataset.row ?? ""] ??= {})[control.dataset.column ?? "value"] = control.value;
  }
  for (const tr of el.querySelectorAll("tbody > tr[data-extra]")) (found[tr.dataset.row] ??= {})[""] = tr.dataset.extra;
  return found;
}

/**
 * Put words back that fit nowhere, where their row is; return those whose row is not there.
 * @param {PageElement} el
 * @param {Misfits} misfits
 */
export function putMisfits(el, misfits) {
  /** @type {Misfits} */
  const left = {};
  for (const [row, cells] of Object.entries(misfits)) {
    const place = row ? el.querySelector(`tr[data-row="${CSS.escape(row)}"]`) : el.querySelector(".al-field");
    if (!place) left[row] = cells;
    for (const [column, words] of place ? Object.entries(cells) : []) {
      const control = row ? place.querySelector(`[data-column="${CSS.escape(column)}"]`) : place.querySelector(".al-input");
      if (control) putWords(control, words);
      else putExtra(place, words);
    }
  }
  return left;
}

/**
 * Take back what fits nowhere: each control says again what was saved.
 * @param {PageElement} el
 */
export function clearMisfits(el) {
  for (const control of controlsOf(el)) if (fitOf(control).why) putValue(control, valueBefore(control));
  for (const tr of el.querySelectorAll("tbody > tr[data-extra]")) putExtra(tr, "");
}

/**
 * Words of a row that have no column stand below it.
 * @param {PageElement} tr
 * @param {string} words
 */
export function putExtra(tr, words) {
  tr.querySelector(".al-extra")?.remove();
  if (!words) return void delete tr.dataset.extra;
  tr.dataset.extra = words;
  return [...tr.querySelectorAll("[data-column]")].at(-1)?.closest("td").append(h("p", { className: "al-extra", translate: false }, words));
}

/** @param {PageElement} tr */
export const hasMisfits = (tr) => Boolean(tr.dataset.extra) || [...tr.querySelectorAll("[data-column]")].some((control) => fitOf(control).why);

/* ---- On this device ---- */

/** @param {PromptView} entry */
const keyOnDevice = ({ registry: { transport }, prompt }) => `actionlearn-misfits ${transport.person} ${transport.workbook} ${prompt}`;

/**
 * Keep on this device what is not saved.
 * @param {PromptView} entry
 * @param {Misfits} misfits
 */
function keepMisfits(entry, misfits) {
  if (entry.registry.transport.kind !== "http") return;
  try {
    if (Object.keys(misfits).length) localStorage.setItem(keyOnDevice(entry), JSON.stringify(misfits));
    else localStorage.removeItem(keyOnDevice(entry));
  } catch {
    entry.registry.warn();
  }
}

/**
 * What a former visit left.
 * @param {PromptView} entry
 * @returns {Misfits}
 */
export function misfitsOnDevice(entry) {
  if (entry.registry.transport.kind !== "http") return {};
  try {
    return JSON.parse(localStorage.getItem(keyOnDevice(entry)) ?? "{}");
  } catch {
    return {};
  }
}

/* ---- What the page says about them ---- */

/**
 * Where a control is, in words: nothing where its question stands above it.
 * @param {PageElement} control
 * @param {Words} words
 */
function whereIs(control, words) {
  const tr = rowAround(control);
  if (!tr) return "";
  const row = String([.../** @type {any} */ (tr.parentElement).children].indexOf(tr) + 1);
  return `${fill(words.misfit_where, { row, column: control.closest("td")?.querySelector(".al-cell-label")?.textContent?.trim() || control.dataset.column })}: `;
}

/**
 * Name the words that fit nowhere, below the answer, and ask where they can be read.
 * @param {PromptView} entry
 * @param {PageElement} el
 */
export function drawMisfits(entry, el) {
  const misfits = misfitsOf(el);
  const box = el.querySelector(".al-misfits");
  const none = !Object.keys(misfits).length;
  if (none && !box && !entry.unfit) return undefined;
  entry.unfit = !none;
  keepMisfits(entry, misfits);
  if (entry.typing) return undefined; // whoever writes is not interrupted
  const sign = JSON.stringify([misfits, [...el.querySelectorAll("tbody > tr")].map((tr) => tr.dataset.row)]);
  for (const control of controlsOf(el)) {
    const odd = !none && !control.validity?.badInput && Boolean(fitOf(control).why);
    if (odd !== (control.getAttribute("aria-invalid") === "true")) odd ? control.setAttribute("aria-invalid", "true") : control.removeAttribute("aria-invalid");
  }
  if (none) return box?.remove();
  if (box?.dataset.sign === sign) return undefined;
  const fresh = h("div", { className: "al-misfits", role: "group", "data-sign": sign, "aria-label": entry.registry.words.misfit_kept }, ...linesOf(entry, el));
  if (box) box.replaceWith(fresh);
  else el.querySelector(".al-foot").after(fresh);
  return undefined;
}

/**
 * @param {PromptView} entry
 * @param {PageElement} el
 */
function linesOf(entry, el) {
  const { words, locale } = entry.registry;
  const odd = controlsOf(el).map((control) => ({ control, fit: fitOf(control) })).filter(({ control, fit }) => !control.validity?.badInput && fit.why);
  /** @type {Map<string, { control: PageElement, fit: Fit }[]>} */
  const questions = new Map();
  /** @type {string[]} */
  const sentences = [];
  for (const each of odd) {
    const { control, fit } = each;
    const sentence = () => whereIs(control, words) + fill(words[`misfit_${fit.why}`], { words: control.value, year: Number(control.value.split("-")[0]) });
    if (!fit.readings.length) sentences.push(sentence());
    else {
      const key = fit.why === "year" ? sentence() : `${fit.why} ${control.dataset.column}`;
      questions.set(key, [...(questions.get(key) ?? []), each]);
    }
  }
  for (const tr of el.querySelectorAll("tbody > tr[data-extra]")) {
    sentences.push(fill(words.misfit_extra, { row: [.../** @type {any} */ (tr.parentElement).children].indexOf(tr) + 1, words: tr.dataset.extra }));
  }
  const asked = [...questions.values()].map((group) => questionLine(entry, el, group, locale));
  const shown = sentences.slice(0, SHOWN).map((each) => h("p", { translate: false }, each));
  const more = sentences.length > SHOWN ? [h("p", {}, fill(words.misfit_more, { number: sentences.length - SHOWN }))] : [];
  const away = h("button", { type: "button", className: "al-quiet", "data-act": "misfits" }, words.misfit_away);
  return [...asked, ...shown, ...more, h("p", {}, words.misfit_kept, " ", away)];
}

/**
 * One question for all the cells of a column that can be read in the same two ways.
 * @param {PromptView} entry
 * @param {PageElement} el
 * @param {{ control: PageElement, fit: Fit }[]} group
 * @param {string} locale
 */
function questionLine(entry, el, group, locale) {
  const { words } = entry.registry;
  const [{ control, fit }] = group;
  const sentence = fill(words[`misfit_${fit.why}`], { words: control.value, year: Number(control.value.split("-")[0]) });
  const rest = group.length > 1 ? ` ${fill(words.misfit_same, { number: group.length - 1 })}` : "";
  const buttons = fit.readings.map(({ order, value }) => {
    const label = isDate(control) ? dayInWords(value, locale) : new Intl.NumberFormat(locale, { maximumFractionDigits: 20 }).format(/** @type {any} */ (value));
    const choose = () => {
      for (const each of group) {
        const reading = each.fit.readings.find((one) => one.order === order);
        if (reading) putValue(each.control, reading.value);
      }
      control.dispatchEvent(new Event("input", { bubbles: true }));
      control.dispatchEvent(new Event("change", { bubbles: true }));
      entry.typing = false;
      entry.draw();
      control.focus();
    };
    return h("button", { type: "button", className: "al-button", translate: false, onclick: choose }, label);
  });
  return h("p", {}, whereIs(control, words) + sentence + rest, " ", ...buttons);
}
