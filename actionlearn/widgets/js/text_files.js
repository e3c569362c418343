// The words of a file, whatever program wrote it.

/** Encoding -> the languages whose spreadsheets write it where they do not write Unicode. */
const ENCODINGS = {
  "windows-1250": ["pl", "cs", "sk", "hu", "ro", "hr", "sl", "bs", "sq"],
  "windows-1251": ["ru", "uk", "bg", "sr", "mk", "be"],
  "windows-1253": ["el"],
  "windows-1254": ["tr", "az"],
  "windows-1255": ["he"],
  "windows-1256": ["ar", "fa", "ur"],
  "windows-1257": ["lt", "lv", "et"],
};

/**
 * UTF-16 without a mark: commas and digits are ASCII everywhere, so half of its bytes are nought, on one side.
 * @param {Uint8Array} bytes
 */
function wideEncoding(bytes) {
  const zeros = [0, 0];
  bytes.forEach((byte, at) => byte || zeros[at % 2]++);
  if (Math.max(...zeros) <= bytes.length / 8 || Math.min(...zeros) > Math.max(...zeros) / 4) return null;
  return zeros[1] > zeros[0] ? "utf-16le" : "utf-16be";
}

/**
 * What bytes that are no Unicode are taken for: Western European where that gives words, else by who reads here.
 * @param {Uint8Array} bytes
 * @param {readonly string[]} languages
 */
function guessedEncoding(bytes, languages) {
  const western = new TextDecoder("windows-1252").decode(bytes);
  const accented = /[À-ÖØ-öø-ÿ]{4}/.test(western); // whole words of them: no Latin letters
  if (!accented && !/[^\x00-\x7fÀ-ÖØ-öø-ÿŒœŠšŽžŸªº’‘“”„«»–—·€\xa0]/.test(western)) return "windows-1252"; // eslint-disable-line no-control-regex
  const own = languages.map((each) => each.split("-")[0]);
  const found = Object.entries(ENCODINGS).find(([, among]) => among.some((each) => own.includes(each)));
  return found?.[0] ?? (accented ? "windows-1251" : "windows-1250");
}

/**
 * The text of a file, and whether its encoding was guessed; null where it is no text.
 * @param {Uint8Array} bytes
 * @param {readonly string[]} [languages]
 * @returns {{ text: string, guessed: boolean } | null}
 */
export function decodeText(bytes, languages = navigator.languages ?? []) {
  const [first, second] = bytes;
  const marked = first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : null;
  const wide = marked ?? (bytes.includes(0) ? wideEncoding(bytes) : null);
  if (wide) {
    const text = new TextDecoder(wide).decode(bytes);
    return text.includes("\0") ? null : { text, guessed: false };
  }
  if (bytes.includes(0) || (first === 0x50 && second === 0x4b && bytes[2] < 0x08) || (first === 0x25 && second === 0x50)) return null;
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), guessed: false };
  } catch {
    return { text: new TextDecoder(guessedEncoding(bytes, languages)).decode(bytes), guessed: true };
  }
}
