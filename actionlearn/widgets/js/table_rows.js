// What the buttons of a table do.

import { newRow, rowsOf } from "./controls.js";

const firstCell = (tr) => tr?.querySelector("[data-column]");

export const ROW_ACTS = {
  add(el) {
    const row = newRow(el);
    el.querySelector("tbody").append(row);
    firstCell(row).focus();
  },
  up(el, button, tr) {
    tr.previousElementSibling?.before(tr);
    button.focus();
  },
  down(el, button, tr) {
    tr.nextElementSibling?.after(tr);
    button.focus();
  },
  remove(el, button, tr) {
    const rows = rowsOf(el);
    el.removed = { tr, at: rows.indexOf(tr) };
    if (rows.length === 1) tr.after(newRow(el));
    const next = tr.nextElementSibling ?? tr.previousElementSibling;
    tr.remove();
    el.querySelector("[data-act=undo]").hidden = false;
    next.querySelector("[data-act=remove]").focus();
  },
  undo(el, button) {
    const { tr, at } = el.removed;
    const before = rowsOf(el)[at];
    before ? before.before(tr) : el.querySelector("tbody").append(tr);
    button.hidden = true;
    firstCell(tr).focus();
  },
};
