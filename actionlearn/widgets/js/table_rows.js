// What the buttons of a table do.

import { newRow, rowsOf } from "./controls.js";

/** @param {PageElement} tr */
const firstCell = (tr) => tr?.querySelector("[data-column]");

/** @type {Record<string, (el: PageElement, button: PageElement, tr: PageElement) => void>} */
export const ROW_ACTS = {
  /** @param {any} el */
  add(el) {
    const row = newRow(el);
    el.querySelector("tbody").append(row);
    firstCell(row).focus();
  },
  /**
   * @param {any} el
   * @param {PageElement} button
   * @param {PageElement} tr
   */
  up(el, button, tr) {
    tr.previousElementSibling?.before(tr);
    button.focus();
  },
  /**
   * @param {any} el
   * @param {PageElement} button
   * @param {PageElement} tr
   */
  down(el, button, tr) {
    tr.nextElementSibling?.after(tr);
    button.focus();
  },
  /**
   * @param {any} el
   * @param {PageElement} button
   * @param {PageElement} tr
   */
  remove(el, button, tr) {
    const rows = rowsOf(el);
    if (rows.length === 1) tr.after(newRow(el));
    const next = tr.nextElementSibling ?? tr.previousElementSibling;
    tr.remove();
    /** @type {Element} */ (next).querySelector("[data-act=remove]").focus();
  },
};
