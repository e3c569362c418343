// Moments and days in the reader's language.

const formats = new Map(); // making one takes longer than making twenty prompts live

/**
 * A format of dates. Bare "en" is American to a browser; the pages write the day first.
 * @param {string} locale
 * @param {Intl.DateTimeFormatOptions} options
 */
export function dateFormat(locale, options) {
  const language = locale === "en" ? "en-GB" : locale;
  const key = JSON.stringify([language, options]);
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, options);
  formats.set(key, format);
  return format;
}
