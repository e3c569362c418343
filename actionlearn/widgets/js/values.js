// Values of answers, as they are compared and told apart; and the few things done with any text.

export const NOT_YET = { not_yet: true };

export const isText = (kind) => kind === "long-text" || kind === "short-text";

export function isEmpty(value) {
  if (typeof value === "string") return !value.trim();
  return value == null || (Array.isArray(value) && !value.length);
}

const sorted = (_, x) => (x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x);
export const same = (a, b) => JSON.stringify(isEmpty(a) ? null : a, sorted) === JSON.stringify(isEmpty(b) ? null : b, sorted);

export const bytes = (text) => new Blob([text]).size;

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function uuid() {
  // crypto.randomUUID is missing where a laptop serves its room over plain HTTP.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
