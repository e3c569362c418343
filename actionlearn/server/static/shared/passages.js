// Finding words in a text by their letters: white space is one thing in a notebook and another on a page.

/** @param {string} text */
export const lettersOf = (text) => text.replace(/\s+/gu, "");

/**
 * Where words begin among the letters of a text: the first, or after so many others of the same; -1 where they are not in it.
 * @param {string} letters
 * @param {string} words
 * @param {number} nth
 */
export function startOf(letters, words, nth) {
  let start = letters.indexOf(words);
  for (let count = 0; count < nth && start >= 0; count += 1) start = letters.indexOf(words, start + 1);
  return start;
}
