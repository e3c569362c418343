// Small things that the other modules of a prompt are made with.

export const NOT_YET = { not_yet: true };

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));
export const bytes = (text) => new Blob([text]).size;
export const isText = (kind) => kind === "long-text" || kind === "short-text";

export function uuid() {
  // crypto.randomUUID is missing where a laptop serves its room over plain HTTP.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export function isEmpty(value) {
  if (typeof value === "string") return !value.trim();
  return value == null || (Array.isArray(value) && !value.length);
}

const sorted = (_, x) => (x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x);
export const same = (a, b) => JSON.stringify(isEmpty(a) ? null : a, sorted) === JSON.stringify(isEmpty(b) ? null : b, sorted);

export function h(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function whenIdle(act) {
  if (window.requestIdleCallback) requestIdleCallback(act, { timeout: 2000 });
  else setTimeout(act, 200);
}

// How long to wait before trying again: longer each time, and never the same for all pages.
export const backOff = (tries) => Math.min(30_000, 500 * 1.6 ** tries) * (0.5 + Math.random() / 2);
