/** What is pasted or dropped in a field: a table becomes rows of a table, everything else is text where the caret is. */

import { h } from "../../../widgets/js/dom.js";
import { newRow, renumber, rowsOf } from "../../../widgets/js/controls.js";
import { dayReadings, daysIn, isUsualYear } from "../../../widgets/js/days.js";
import { LINE, isDate, putExtra, putValue, putWords } from "../../../widgets/js/misfits.js";
import { numberReadings, numbersIn } from "../../../widgets/js/numbers.js";
import { decodeText } from "../../../widgets/js/text_files.js";
import { insertText } from "../../../widgets/js/typing.js";
import { actByScript, takeBack } from "../../../widgets/js/undo.js";
import { fill } from "../../../widgets/js/values.js";
import { rowsOfFile, rowsOfHtml, rowsOfTabs } from "./sheets.js";
/** @import { Reading } from "../../../widgets/js/days.js" */
/** @import { Rows } from "./sheets.js" */

const registry = window.actionlearn;
const LARGEST = 1_000_000; // bytes
const MOST = 500; // rows a table may have

/** @param {PageElement} tr */
const controlsIn = (tr) => [...tr.querySelectorAll("[data-column]")];

/* ---- One cell ---- */

/**
 * @param {PageElement} control
 * @param {string} text
 */
function choose(control, text) {
  // As the template has them: a browser's translation leaves that alone.
  const template = control.closest(".al-prompt").querySelector("template")?.content;
  const own = template?.querySelector(`[data-column="${CSS.escape(control.dataset.column)}"]`) ?? control;
  /** @param {string} words */
  const folded = (words) => words.trim().toLocaleLowerCase();
  const option = [...own.options].find((each) => each.value && [each.value, each.textContent].map(folded).includes(folded(text)));
  if (option) putValue(control, option.value);
  else putWords(control, text);
}

/**
 * @param {PageElement} control
 * @param {string} text
 */
const type = (control, text) => putWords(control, text);

/**
 * @param {PageElement} control
 * @param {string} text
 * @param {Reading[]} readings
 */
function read(control, text, readings) {
  const [reading] = readings;
  const sure = readings.length === 1 && reading.whole && (!isDate(control) || isUsualYear(reading.value));
  if (sure) putValue(control, reading.value);
  else putWords(control, text);
}

/**
 * Kind of column -> how a pasted text is put into its control.
 * @type {Record<string, (control: PageElement, text: string, readings: Reading[]) => void>}
 */
const PASTE = {
  "short-text": type,
  "long-text": type,
  choice: choose,
  scale: choose,
  number: read,
  date: read,
};

/**
 * How a text can be read in a column of days or numbers; null in any other.
 * @param {PageElement | undefined} control
 * @param {string} text
 */
function readingsIn(control, text) {
  if (!control) return null;
  if (isDate(control)) return dayReadings(text, registry.locale);
  return control.dataset.decimal ? numberReadings(text) : null;
}

/**
 * The readings of each text of a column: what one of them makes sure is so in all.
 * @param {PageElement} control
 * @param {string[]} texts
 * @returns {Reading[][]}
 */
function readingsOfColumn(control, texts) {
  const all = texts.map((text) => readingsIn(control, text) ?? []);
  const sure = new Set(all.filter((each) => each.length === 1 && ["dmy", "mdy", ".", ","].includes(each[0].order)).map(([each]) => each.order));
  const [order] = sure.size === 1 ? sure : [];
  return all.map((readings) => {
    const known = readings.length > 1 && order && readings.find((each) => each.order === order);
    if (known) return [known];
    return isDate(control) ? daysIn(readings, registry.locale) : numbersIn(readings, control.dataset.decimal);
  });
}

/* ---- Heads ---- */

/** @param {string} text */
const foldedHead = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").replace(/[\s:*]+/g, " ").trim().toLowerCase();

/**
 * What the columns of a table are called.
 * @param {PageElement} prompt
 * @param {PageElement[]} controls
 */
function namesOf(prompt, controls) {
  const template = prompt.querySelector("template").content;
  return controls.map((control) => {
    const own = template.querySelector(`[data-column="${CSS.escape(control.dataset.column)}"]`);
    const label = own?.closest("td").querySelector(".al-cell-label").textContent ?? "";
    return [control.dataset.column, label].map(foldedHead).filter(Boolean);
  });
}

/**
 * Where the columns of a sheet belong, where its first row says so by their names; null where it does not.
 * @param {PageElement} prompt
 * @param {string[]} head
 * @param {PageElement[]} controls
 */
function placesByName(prompt, head, controls) {
  const names = namesOf(prompt, controls);
  const places = head.map((cell) => (cell ? names.findIndex((each) => each.includes(foldedHead(cell))) : -1));
  const found = places.filter((place) => place >= 0);
  const enough = found.length * 2 >= head.filter(Boolean).length && new Set(found).size === found.length;
  return found.length && enough ? places : null;
}

/**
 * Whether a first row that names no column may be the heads all the same: no cell of it can be read, all below it can.
 * "only": it stands over days and numbers alone, so that no words of it are for a column.
 * @param {string[][]} rows
 * @param {PageElement[]} controls
 */
function unnamedHeads([first, ...rest], controls) {
  const strict = first.map((cell, at) => (cell && readingsIn(controls[at], cell) ? at : -1)).filter((at) => at >= 0);
  /** @param {string} text @param {number} at */
  const legible = (text, at) => (readingsIn(controls[at], text) ?? []).length > 0;
  const below = rest.flatMap((row) => strict.map((at) => [row[at], at])).filter(([text]) => text);
  if (!strict.length || !below.length || strict.some((at) => legible(first[at], at))) return "none";
  if (!below.every(([text, at]) => legible(/** @type {string} */ (text), /** @type {number} */ (at)))) return "none";
  return first.every((cell, at) => !cell || strict.includes(at)) ? "only" : "maybe";
}

/* ---- Rows ---- */

/** @param {PageElement} tr */
const isBlank = (tr) => !tr.dataset.extra && controlsIn(tr).every((control) => !control.value.trim() && !control.validity?.badInput);

/**
 * Put rows into a table from a cell on: into rows that are blank, and new ones. Nothing that is filled is written over.
 * @param {PageElement} prompt
 * @param {string[][]} rows
 * @param {PageElement | null} from
 * @param {{ heads?: boolean, guessed?: boolean }} [options] whether the first row is the heads, where somebody has said so
 */
function put(prompt, rows, from, { heads, guessed = false } = {}) {
  const entry = /** @type {import("../../../widgets/js/prompt_state.js").PromptState} */ (registry.prompts.get(prompt.dataset.prompt));
  const first = /** @type {PageElement} */ (from?.closest("tr") ?? rowsOf(prompt).at(-1));
  const controls = controlsIn(first);
  const column = Math.max(from ? controls.indexOf(from) : 0, 0);
  const named = rows.length > 1 && heads === undefined ? placesByName(prompt, rows[0], controls) : null;
  const unnamed = named || rows.length < 2 ? "none" : unnamedHeads(rows, controls.slice(column));
  const without = heads ?? (named !== null || unnamed === "only");
  const places = named ?? rows[0].map((_, at) => (column + at < controls.length ? column + at : -1));
  const body = without ? rows.slice(1) : rows;
  if (rowsOf(prompt).filter((tr) => !isBlank(tr)).length + body.length > MOST) return tellOf(prompt, fill(registry.words.too_many_rows, { number: body.length, most: MOST }));
  actByScript(entry, "paste", () => {
    fillRows(prompt, first, body, places, named ? rows[0] : []);
    entry.typing = false;
    entry.edit(entry.read(prompt), { from: prompt, atOnce: true });
    entry.unfit = true;
    entry.draw();
  });
  const sentence = body.length === 1 ? registry.words.pasted_one : fill(registry.words.pasted, { number: body.length });
  const question = heads === undefined && unnamed !== "none" ? { words: rows[0].filter(Boolean).join(" · "), without } : null;
  tellOf(prompt, guessed ? `${sentence} ${registry.words.guessed_letters}` : sentence, question, () => {
    if (takeBack(entry)) put(prompt, rows, from?.isConnected ? from : null, { heads: !without, guessed });
  });
  return undefined;
}

/**
 * @param {PageElement} prompt
 * @param {PageElement} first
 * @param {string[][]} body
 * @param {number[]} places of each cell, the column it belongs to; -1 where there is none
 * @param {string[]} heads
 */
function fillRows(prompt, first, body, places, heads) {
  const kinds = controlsIn(first);
  const readings = places.map((place, at) => (kinds[place] ? readingsOfColumn(kinds[place], body.map((row) => row[at])) : []));
  /** @type {PageElement | null} */
  let blank = isBlank(first) ? first : null;
  let last = first;
  body.forEach((row, number) => {
    const tr = blank ?? newRow(prompt);
    if (!blank) last.after(tr);
    const controls = controlsIn(tr);
    const extra = [];
    for (const [at, text] of row.entries()) {
      const control = controls[places[at]];
      if (control && text) (PASTE[control.dataset.kind] ?? type)(control, text, readings[at][number]);
      else if (text) extra.push(heads[at] ? `${heads[at]}: ${text}` : text);
    }
    if (extra.length) putExtra(tr, extra.join(" · "));
    last = tr;
    const next = /** @type {PageElement | null} */ (tr.nextElementSibling);
    blank = next && isBlank(next) ? next : null;
  });
  renumber(prompt);
}

/**
 * Say below a table what was done, and ask whether its first line was one of heads.
 * @param {PageElement} prompt
 * @param {string} sentence
 * @param {{ words: string, without: boolean } | null} [question]
 * @param {() => void} [turn]
 */
function tellOf(prompt, sentence, question = null, turn) {
  prompt.querySelector(".al-pasted")?.remove();
  const { words } = registry;
  const asked = question ? fill(question.without ? words.heads_left : words.heads_put, { words: question.words }) : "";
  registry.say([sentence, asked].filter(Boolean).join(" "));
  const box = h("p", { className: "al-pasted" }, sentence);
  if (question) {
    const act = () => (box.remove(), turn?.());
    box.append(" ", h("span", { translate: false }, asked), " ", h("button", { type: "button", className: "al-button", onclick: act }, question.without ? words.heads_are_row : words.heads_leave));
  }
  prompt.querySelector(".al-foot").before(box);
}

/* ---- Pasting ---- */

/**
 * The field of an answer that something goes into, where it can be written in.
 * @param {any} target
 * @returns {PageElement | null}
 */
function fieldOf(target) {
  const control = target.closest?.(".al-field :is(textarea, input, select)");
  const prompt = control?.closest(".al-prompt");
  return prompt?.querySelector(".al-foot") && !control.readOnly && !control.disabled ? control : null;
}

/** @param {PageElement | null} element */
const tableOf = (element) => {
  const prompt = element?.closest('.al-prompt[data-kind="table"]');
  return prompt?.querySelector(".al-foot") && !prompt.querySelector("[data-al-locked]") ? prompt : null;
};

/**
 * Rows of what is on the clipboard or dragged: its HTML first, then its tabs.
 * @param {DataTransfer} data
 * @returns {Rows}
 */
function rowsIn(data) {
  const html = data.getData("text/html");
  return html.trim() ? rowsOfHtml(html) : rowsOfTabs(data.getData("text/plain"));
}

/**
 * Put a text where the caret is, all of it; tell whether the browser would not have done the same.
 * @param {PageElement} control
 * @param {string} text
 * @param {boolean} plain whether it is the very text of the clipboard
 */
function putText(control, text, plain) {
  if (control.tagName === "SELECT" || isDate(control)) {
    const entry = registry.prompts.get(control.closest(".al-prompt").dataset.prompt);
    const readings = isDate(control) ? readingsOfColumn(control, [text])[0] : [];
    if (entry) {
      actByScript(entry, "paste", () => {
        if (isDate(control)) read(control, text.trim(), readings);
        else choose(control, text.trim());
        entry.typing = false;
        control.dispatchEvent(new Event("change", { bubbles: true }));
        entry.unfit = true;
        entry.draw();
      });
    }
    return true;
  }
  // A browser cuts what is longer than a line may be, and says nothing.
  const room = "line" in control.dataset && control.value.length + text.length > LINE;
  if (room) control.removeAttribute("maxlength");
  if (!plain) insertText(control, text);
  return !plain;
}

/**
 * Put what came into a field; tell whether that was done, so that the browser does nothing more.
 * @param {PageElement} control
 * @param {DataTransfer} data
 */
function take(control, data) {
  const prompt = tableOf(control);
  const text = data.getData("text/plain");
  try {
    const rows = rowsIn(data);
    const single = rows?.length === 1 && rows[0].length === 1;
    if (rows && prompt && !single) return put(prompt, rows, control), true;
    const words = rows && single ? rows[0][0] : text;
    return Boolean(words) && putText(control, words, words === text);
  } catch (trouble) {
    if (!(trouble instanceof RangeError)) throw trouble;
    tellOf(control.closest(".al-prompt"), registry.words.too_large);
    return true;
  }
}

document.addEventListener("paste", (event) => {
  const control = fieldOf(event.target);
  if (control && event.clipboardData && take(control, event.clipboardData)) event.preventDefault();
});

/* ---- Dropping ---- */

/** @param {any} target */
const placeOf = (target) => fieldOf(target) ?? tableOf(target)?.querySelector("tbody > tr:last-child [data-column]") ?? null;

/**
 * Put a file where it was dropped.
 * @param {PageElement} control
 * @param {File} file
 */
async function takeFile(control, file) {
  const place = /** @type {PageElement} */ (control.closest(".al-prompt"));
  if (file.size > LARGEST) return tellOf(place, registry.words.too_large);
  const found = decodeText(new Uint8Array(await file.arrayBuffer()), [registry.locale, ...(navigator.languages ?? [])]);
  if (!found?.text.trim()) return tellOf(place, registry.words.no_text);
  const prompt = tableOf(control);
  const rows = prompt && rowsOfFile(found.text, /\.(csv|tsv|tab)$/i.test(file.name));
  if (prompt && rows) return put(prompt, rows, control, { guessed: found.guessed });
  return void putText(control, found.text.replace(/^\uFEFF/, "").trim(), false);
}

document.addEventListener("dragover", (event) => {
  // A file that is dropped beside a place for it would take the page away.
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  if (event.defaultPrevented || !event.dataTransfer) return;
  const control = placeOf(event.target);
  const [file] = event.dataTransfer.files;
  if (file) {
    event.preventDefault();
    if (control) takeFile(control, file);
  } else if (control && tableOf(control) && rowsIn(event.dataTransfer) && take(control, event.dataTransfer)) event.preventDefault();
});
