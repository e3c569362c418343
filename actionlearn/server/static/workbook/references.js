// Which parts of a page show answers that were changed.

/**
 * What was saved in another workbook is known by the prompt alone: "*.need".
 * @param {PageElement} part
 * @param {Set<string>} changed
 */
export const showsAny = (part, changed) =>
  part.dataset.of.split(" ").some((/** @type {string} */ reference) => changed.has(reference) || changed.has(reference.replace(/^[^.]+\./, "*.")));
