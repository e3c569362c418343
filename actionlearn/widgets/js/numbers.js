// Numbers as people write them: the mark of the fraction and the sign between thousands are the language's, or the column's.

/** @import { Reading } from "./days.js" */

const DIGITS = 30; // the store takes so many before and after the mark

/**
 * The number that a text is when its fraction begins with a mark; empty where it is none.
 * @param {string} body
 * @param {string} mark
 */
function numberWith(body, mark) {
  const between = mark === "." ? "," : "\\.";
  const point = mark === "." ? "\\." : ",";
  const shape = new RegExp(`^(?:(?:\\d{1,${DIGITS}}|[1-9]\\d{0,2}(?:${between}\\d{3}){1,9})(?:${point}\\d{0,${DIGITS}})?|${point}\\d{1,${DIGITS}})$`);
  if (!shape.test(body)) return "";
  return body.replaceAll(mark === "." ? "," : ".", "").replace(mark, ".").replace(/\.$/, "").replace(/^\./, "0.");
}

/**
 * How a text can be read as a number, by the mark of its fraction: not at all, in one way, or in two.
 * @param {string} text
 * @returns {Reading[]}
 */
export function numberReadings(text) {
  const plain = text.trim().replace(/^[−–‒]/, "-").replace(/[\u200e\u200f]/g, "");
  const [, sign, rest] = /** @type {RegExpMatchArray} */ (plain.match(/^([+-]?)\s*([^]*)$/));
  const body = /^\d{1,3}(?:[\s'’]\d{3})+(?:[.,]\d*)?$/.test(rest) ? rest.replace(/[\s'’]/g, "") : rest;
  const signed = sign === "-" ? "-" : "";
  const spaced = body !== rest; // then a mark in it is that of the fraction
  const found = [".", ","]
    .filter((mark) => !spaced || body.includes(mark) || !/[.,]/.test(body))
    .map((mark) => ({ order: mark, value: numberWith(body, mark), whole: true }))
    .filter(({ value }) => value)
    .map((each) => ({ ...each, value: signed + each.value }));
  return found.length === 2 && found[0].value === found[1].value ? [{ ...found[0], order: "" }] : found;
}

/**
 * The readings that stay once the language is known: its own thousands are its own; three digits after its mark may be another's.
 * @param {Reading[]} readings
 * @param {string} mark
 */
export function numbersIn(readings, mark) {
  const own = readings.find(({ order }) => order === mark);
  return readings.length === 2 && own && !own.value.includes(".") ? [own] : readings;
}
