// Two versions of an answer: put together, or marked where they differ.

import { h } from "./dom.js";
import { NOT_YET, isEmpty, same, uuid } from "./values.js";

/**
 * Rows that were changed in one place only are put together; null where one row was changed in both.
 * @param {Answer} base
 * @param {any} mine
 * @param {any} theirs
 */
export function mergeRows(base, mine, theirs) {
  const [b, m, t] = [base, mine, theirs].map((rows) => new Map((Array.isArray(rows) ? rows : []).map((row) => [row.row, row.cells])));
  const order = [...new Set([...t.keys(), ...m.keys()])];
  const merged = [];
  for (const row of order) {
    const [was, my, their] = [b.get(row), m.get(row), t.get(row)];
    const cells = same(my, was) ? their : same(their, was) || same(my, their) ? my : null;
    if (cells === null) return null;
    if (cells) merged.push({ row, cells });
  }
  return merged;
}

/**
 * A text with the words marked that another does not have.
 * @param {string} text
 * @param {string} other
 */
export function marked(text, other) {
  const [words, others] = [text, other].map((each) => each.match(/\S+\s*|\s+/g) ?? []);
  const most = Math.min(words.length, others.length);
  let head = 0;
  while (head < most && words[head] === others[head]) head++;
  let tail = 0;
  while (tail < most - head && words.at(-1 - tail) === others.at(-1 - tail)) tail++;
  const [mine, theirs] = [words, others].map((each) => each.slice(head, each.length - tail));
  const shared = mine.length * theirs.length > 1_000_000 ? [] : inBoth(mine, theirs);
  /** @type {(string | HTMLElement)[]} */
  const parts = [words.slice(0, head).join("")];
  for (let i = 0; i < mine.length; i++) {
    const last = parts.at(-1);
    if (shared[i]) parts.push(mine[i]);
    else if (last instanceof HTMLElement) last.append(mine[i]);
    else parts.push(h("mark", {}, mine[i]));
  }
  return [...parts, words.slice(words.length - tail).join("")];
}

/**
 * Which words of one list are in the longest list of words that both have in this order.
 * @param {string[]} mine
 * @param {string[]} theirs
 */
function inBoth(mine, theirs) {
  const longest = Array.from({ length: mine.length + 1 }, () => new Uint16Array(theirs.length + 1));
  for (let i = mine.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      longest[i][j] = mine[i] === theirs[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  /** @type {boolean[]} */
  const found = [];
  for (let i = 0, j = 0; i < mine.length && j < theirs.length; ) {
    if (mine[i] === theirs[j]) [found[i++], j] = [true, j + 1];
    else if (longest[i + 1][j] >= longest[i][j + 1]) i++;
    else j++;
  }
  return found;
}

/** @param {string} between */
const joined = (between) => (/** @type {string} */ mine, /** @type {string} */ theirs) => (mine.includes(theirs) ? mine : [mine, theirs].join(between));
/** @param {any} mine */
const ownAlone = (mine) => mine;

/**
 * Kind of prompt -> both answers in one.
 * @type {Record<string, (mine: any, theirs: any) => any>}
 */
const TOGETHER = {
  "short-text": joined(" "),
  "long-text": joined("\n\n"),
  choice: ownAlone,
  choices: ownAlone,
  scale: ownAlone,
  number: ownAlone,
  date: ownAlone,
  file: (mine, theirs) => [...theirs, ...mine], // the same file twice is there once
  table: (mine, theirs) => {
    const own = new Map(mine.map((/** @type {any} */ row) => [row.row, row]));
    const more = theirs.filter((/** @type {any} */ row) => !same(own.get(row.row), row));
    return [...mine, ...more.map((/** @type {any} */ row) => (own.has(row.row) ? { ...row, row: uuid() } : row))];
  },
};

/**
 * Both answers in one, for a person to edit.
 * @param {string} kind
 * @param {any} mine
 * @param {any} theirs
 */
export function together(kind, mine, theirs) {
  if (isEmpty(theirs) || same(theirs, NOT_YET)) return mine;
  if (isEmpty(mine) || same(mine, NOT_YET)) return theirs;
  return TOGETHER[kind](mine, theirs);
}
