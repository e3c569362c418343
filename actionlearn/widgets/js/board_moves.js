// The cards of a board move by their buttons: each names a prompt and a value. And what is drawn anew keeps its place.

/**
 * Return an answer once a button was pressed: its value, or that of one cell of a row; once more takes it back.
 * @param {HTMLElement} button
 * @param {Answer} before
 */
export function pressed({ ariaPressed, dataset: { alValue: value, alRow: row, alColumn: column } }, before) {
  const next = ariaPressed === "true" ? null : value;
  if (!row) return next;
  return /** @type {any[]} */ (before ?? []).map((each) => (each.row === row ? { ...each, cells: { ...each.cells, [String(column)]: next } } : each));
}

/** @param {HTMLElement} button */
const nameOf = ({ dataset }) => JSON.stringify([dataset.alSet, dataset.alValue, dataset.alPlace, dataset.alRow]);

/**
 * Put something new into a box. What had the focus, and what was folded open, stays so.
 * @param {PageElement} box
 * @param {() => void} put
 */
export function renewed(box, put) {
  const focused = box.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  const open = [...box.querySelectorAll("details")].map((each) => each.open);
  put();
  [...box.querySelectorAll("details")].forEach((each, place) => (each.open = open[place] ?? each.open));
  if (focused) [...box.querySelectorAll("[data-al-set]")].find((each) => nameOf(each) === focused)?.focus();
}

/**
 * Beyond our page: the prompt that a button names is asked by a widget of the same notebook, and saves it.
 * @param {{ target: any }} event
 */
export function moveOverComm({ target }) {
  const button = target.closest("button[data-al-set]");
  const registry = window.actionlearn;
  if (!button || registry?.transport.kind !== "comm") return;
  const entry = registry.prompts.get(`${button.dataset.alPlace}/${button.dataset.alSet}`);
  entry?.edit(pressed(button, entry.value), { atOnce: true });
}
