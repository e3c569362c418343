// Days as people write them. What can be read in two ways has two readings, and nobody guesses.

import { dateFormat } from "./dates.js";

/**
 * One way to read a text: by which order, as which day (YYYY-MM-DD), and whether that is all it says.
 * @typedef {{ order: string, value: string, whole: boolean }} Reading
 */

const FIRST_YEAR = 1900; // a day outside of these years was typed too fast, or is asked about
const LAST_YEAR = 2199;
const MIDNIGHT = /^[\sT,]*(?:0?0[:.h]00(?:[:.]00(?:[.,]0+)?)?)?\s*(?:Z|[+-]00:?00)?$/i;
const TIME = /^[\sT,]+\d{1,2}[:.h]\d\d(?:[:.]\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*(?:Z|[+-]\d\d:?\d\d)?$/i;
const NUMERIC = /^(\d{1,5})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{1,5})\.?/;
const EASTERN = /^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)$/;

/** @param {number} number */
const two = (number) => String(number).padStart(2, "0");

/**
 * A day, where there is one like that.
 * @param {number} year
 * @param {number} month
 * @param {number} day
 */
function dayOf(year, month, day) {
  const date = new Date(Date.UTC(year, month - 1, day));
  const there = year >= 1000 && year <= 9999 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return there ? `${year}-${two(month)}-${two(day)}` : "";
}

/**
 * A year of two digits is of this century or of the last.
 * @param {string} digits
 */
const yearOf = (digits) => (digits.length === 2 ? Number(digits) + (Number(digits) < 70 ? 2000 : 1900) : digits.length === 4 ? Number(digits) : 0);

/**
 * The order in which a language writes a day in digits. English is written in two: whose it is, only the browser may know.
 * @param {string} locale
 */
function orderOf(locale) {
  const english = /^en\b/.test(locale) ? (navigator.languages ?? []).filter((each) => /^en\b/.test(each)) : ["-"];
  if (!english.length || english.some((each) => /^en(-(US|PH|ZA|CA))?$/i.test(each))) return "";
  const parts = dateFormat(locale, { day: "2-digit", month: "2-digit", year: "numeric" }).formatToParts(Date.UTC(2026, 9, 5));
  /** @type {Record<string, string>} */
  const letters = { day: "d", month: "m", year: "y" };
  return parts.map((/** @type {Intl.DateTimeFormatPart} */ { type }) => letters[type] ?? "").join("");
}

/**
 * All that a day in digits may be. With dots, the day stands first wherever that is a day.
 * @param {RegExpMatchArray} match
 * @returns {[string, string][]}
 */
function numericReadings([, first, sign, second, third]) {
  if (first.length === 4) return [["ymd", dayOf(yearOf(first), Number(second), Number(third))]];
  const [a, b, year] = [Number(first), Number(second), yearOf(third)];
  /** @type {[string, string][]} */
  const found = [["dmy", dayOf(year, b, a)], ["mdy", dayOf(year, a, b)]];
  const there = found.filter(([, value]) => value);
  if (!there.length && first.length === 2 && third.length <= 2) return [["ymd", dayOf(yearOf(first), b, Number(third))]];
  return there.length > 1 && (sign === "." || a === b) ? [there[0]] : there;
}

/**
 * The readings that stay once the language is known.
 * @param {Reading[]} readings
 * @param {string} locale
 */
export function daysIn(readings, locale) {
  const own = readings.length > 1 && readings.find(({ order }) => order === orderOf(locale));
  return own ? [own] : readings;
}

/* ---- Months by their names ---- */

/** @type {Map<string, Map<string, number>>} */
const namesByLanguage = new Map();

/** @param {string} text */
const foldedName = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\.$/, "");

/**
 * Names of months in a language, long and short; and of weekdays, which say nothing here (0).
 * @param {string} language
 */
function namesIn(language) {
  const known = namesByLanguage.get(language);
  if (known) return known;
  const names = new Map();
  for (const style of /** @type {const} */ (["long", "short"])) {
    for (let n = 0; n < 12; n++) {
      const date = new Date(Date.UTC(2026, n, 1));
      for (const day of /** @type {const} */ ([undefined, "numeric"])) {
        const parts = dateFormat(language, { day, month: style, timeZone: "UTC" }).formatToParts(date);
        const month = foldedName(parts.find((/** @type {Intl.DateTimeFormatPart} */ { type }) => type === "month")?.value ?? "");
        if (/^\p{L}/u.test(month)) names.set(month, n + 1);
      }
    }
    for (let n = 0; n < 7; n++) {
      const name = foldedName(dateFormat(language, { weekday: style, timeZone: "UTC" }).format(new Date(Date.UTC(2026, 5, 1 + n))));
      if (!names.has(name)) names.set(name, 0);
    }
  }
  namesByLanguage.set(language, names);
  return names;
}

const BETWEEN = new Set(["de", "del", "do", "da", "of", "the", "den", "der", "le", "el", "dia", "st", "nd", "rd", "th", "er", "a", "o", "º", "ª", "г", "р", "r"]);

/**
 * A day whose month is a name: one number is the day, one with four digits the year, and nothing else is in it.
 * @param {string} text
 * @param {string} locale
 */
function namedDay(text, locale) {
  const parts = foldedName(text).match(/\d+|\p{L}+|[^\s\d\p{L},./-]+/gu) ?? [];
  if (parts.length > 8) return "";
  for (const language of new Set([locale, "en", "pt", "es", "fr", "de", "it", "nl"])) {
    const names = namesIn(language);
    const numbers = parts.filter((each) => /^\d+$/.test(each));
    const words = parts.filter((each) => !/^\d+$/.test(each) && !BETWEEN.has(each) && names.get(each) !== 0);
    if (words.length !== 1 || !names.get(words[0]) || numbers.length !== 2) continue;
    const [year, day] = numbers[0].length === 4 ? numbers : [numbers[1], numbers[0]];
    if (year.length === 4 && day.length <= 2) return dayOf(Number(year), /** @type {number} */ (names.get(words[0])), Number(day));
  }
  return "";
}

/* ---- Weeks and months stand for their first day ---- */

/** @param {string} text */
function firstDay(text) {
  const week = text.match(/^(\d{4})-?W(\d{1,2})$/i);
  if (week && Number(week[2]) >= 1 && Number(week[2]) <= 53) {
    const fourth = new Date(Date.UTC(Number(week[1]), 0, 4)); // always in the first week
    fourth.setUTCDate(4 - ((fourth.getUTCDay() + 6) % 7) + 7 * (Number(week[2]) - 1));
    return fourth.toISOString().slice(0, 10);
  }
  const month = text.match(/^(\d{4})-(\d\d)$/);
  return month ? dayOf(Number(month[1]), Number(month[2]), 1) : "";
}

/**
 * How a text can be read as a day: not at all, in one way, or in two.
 * @param {string} text
 * @param {string} locale
 * @returns {Reading[]}
 */
export function dayReadings(text, locale) {
  const words = text.trim().replace(/[\u200e\u200f\u061c]/g, "");
  const first = firstDay(words);
  if (first) return [{ order: "first", value: first, whole: true }];
  const compact = words.match(COMPACT);
  const eastern = words.match(EASTERN);
  const numeric = words.match(NUMERIC);
  /** @type {[string, string][]} */
  let found;
  let rest = "";
  if (compact) found = [["ymd", dayOf(Number(compact[1]), Number(compact[2]), Number(compact[3]))]];
  else if (eastern ?? numeric) {
    const match = /** @type {RegExpMatchArray} */ (eastern ?? numeric);
    rest = words.slice(match[0].length);
    if (!MIDNIGHT.test(rest) && !TIME.test(rest)) return [];
    found = eastern ? [["ymd", dayOf(Number(eastern[1]), Number(eastern[2]), Number(eastern[3]))]] : numericReadings(match);
  } else found = [["named", namedDay(words, locale)]];
  return found.filter(([, value]) => value).map(([order, value]) => ({ order, value, whole: MIDNIGHT.test(rest) }));
}

/**
 * Whether a day is of a year that somebody may mean.
 * @param {string} day
 */
export function isUsualYear(day) {
  const year = Number(day.split("-")[0]);
  return year >= FIRST_YEAR && year <= LAST_YEAR;
}

/**
 * A day in words, its year whatever it is.
 * @param {string} day
 * @param {string} locale
 */
export function dayInWords(day, locale) {
  const [year, month, date] = day.split("-").map(Number);
  const at = new Date(Date.UTC(2000, month - 1, date));
  at.setUTCFullYear(year);
  return dateFormat(locale, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(at);
}
