// Values of answers, as they are compared and told apart; and the few things done with any text.

export const NOT_YET = { not_yet: true };

/** @param {string} kind */
export const isText = (kind) => kind === "long-text" || kind === "short-text";

/** @param {Answer} value */
export function isEmpty(value) {
  if (typeof value === "string") return !value.trim();
  return value == null || (Array.isArray(value) && !value.length);
}

/**
 * @param {string} _
 * @param {unknown} x
 */
const sorted = (_, x) => (x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x);

/**
 * Whether two answers are the same, in whatever order their fields stand.
 * @param {Answer} a
 * @param {Answer} b
 */
export const same = (a, b) => JSON.stringify(isEmpty(a) ? null : a, sorted) === JSON.stringify(isEmpty(b) ? null : b, sorted);

/**
 * How many bytes a text is.
 * @param {string} text
 */
export const bytes = (text) => new Blob([text]).size;

/**
 * Put values into the places of a sentence that have their names.
 * @param {string} words
 * @param {Record<string, unknown>} values
 */
export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

export function uuid() {
  // crypto.randomUUID is missing where a laptop serves its room over plain HTTP.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
