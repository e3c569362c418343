/** Rows from a sheet: pasted into a table, or dropped on it as a file. They are read here, and saved like any others. */

const registry = window.actionlearn;
const LARGEST = 200_000; // bytes
const MOST = 500; // rows a table may have

/**
 * Cells of text as sheets copy and save it.
 * @param {string} text
 */
function cellsOf(text) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\r|\n/).filter((line) => line.trim());
  const sign = ["\t", ";", ","].find((each) => lines[0]?.includes(each)) ?? "\t";
  /** @param {string} line */
  const part = (line) => [...line.matchAll(new RegExp(`(?:^|${sign})(?:"((?:[^"]|"")*)"|([^${sign}]*))`, "g"))].map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain).trim());
  return lines.map(part);
}

/**
 * The first day of a day, a week or a month, as a control for dates takes it; empty for anything else.
 * @param {string} text
 */
function dayOf(text) {
  const day = text.match(/^(\d{4}-\d\d-\d\d)(?:$|[T ])/);
  if (day) return day[1];
  const week = text.match(/^(\d{4})-?W(\d{1,2})$/i);
  if (week) {
    const fourth = new Date(Date.UTC(Number(week[1]), 0, 4)); // always in the first week
    fourth.setUTCDate(4 - ((fourth.getUTCDay() + 6) % 7) + 7 * (Number(week[2]) - 1));
    return fourth.toISOString().slice(0, 10);
  }
  const month = text.match(/^(\d{4})-(\d\d)$/);
  return month ? `${month[1]}-${month[2]}-01` : "";
}

/**
 * @param {PageElement} control
 * @param {string} text
 */
function choose(control, text) {
  const option = [...control.options].find((each) => [each.value, each.textContent.trim()].includes(text));
  if (option) control.value = option.value;
}

/**
 * @param {PageElement} control
 * @param {string} text
 */
const type = (control, text) => void (control.value = text);

/**
 * Kind of column -> how a pasted text is put into its control.
 * @type {Record<string, (control: PageElement, text: string) => void>}
 */
const PASTE = {
  "short-text": type,
  "long-text": type,
  choice: choose,
  scale: choose,
  number: (control, text) => type(control, control.dataset.decimal ? text.replace(/[.,]/, control.dataset.decimal) : text.replace(",", ".")),
  date: (control, text) => type(control, dayOf(text)),
};

/**
 * Whether a row is the heads of a sheet: none of it fits a column of dates or numbers.
 * @param {string[]} row
 * @param {PageElement[]} controls
 */
function isHead(row, controls) {
  /**
   * @param {PageElement} control
   * @param {string} text
   */
  const fits = (control, text) => (control?.dataset.kind === "date" ? dayOf(text) : control?.dataset.kind === "number" && /\d/.test(text));
  const strict = controls.some((control) => ["date", "number"].includes(control.dataset.kind));
  return strict && !row.some((text, place) => fits(controls[place], text));
}

/**
 * Put rows into a table, from the row and the column of a control on.
 * @param {PageElement} prompt
 * @param {string[][]} rows
 * @param {PageElement | null} from
 */
function put(prompt, rows, from) {
  const body = prompt.querySelector("tbody");
  /** @param {PageElement} tr */
  const controls = (tr) => [...tr.querySelectorAll("[data-column]")];
  const first = from?.closest("tr") ?? body.rows[0];
  const column = Math.max(controls(first).indexOf(/** @type {PageElement} */ (from)), 0);
  const bodyRows = isHead(rows[0], controls(first).slice(column)) ? rows.slice(1) : rows;
  let place = [...body.rows].indexOf(first);
  let number = 0;
  for (const row of bodyRows.slice(0, MOST - place)) {
    if (place >= body.rows.length) prompt.querySelector("[data-act=add]").click();
    const own = controls(body.rows[place++]).slice(column);
    row.forEach((text, each) => own[each] && (PASTE[own[each].dataset.kind] ?? type)(own[each], text));
    number++;
  }
  first.querySelector("[data-column]").dispatchEvent(new Event("input", { bubbles: true }));
  registry.say(registry.words.pasted.replace("{number}", String(number)));
}

/** @param {any} target */
function tableOf(target) {
  return target.closest?.(".al-prompt[data-kind=table]:has(.al-foot)");
}

document.addEventListener("paste", (event) => {
  const control = event.target.closest?.("[data-column]");
  const prompt = control && tableOf(control);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!prompt || !/[\t\n]/.test(text.trim())) return; // one cell is pasted as ever
  event.preventDefault();
  put(prompt, cellsOf(text), control);
});

document.addEventListener("dragover", (event) => {
  if (tableOf(event.target) && event.dataTransfer?.types.includes("Files")) event.preventDefault();
});

document.addEventListener("drop", async (event) => {
  const prompt = tableOf(event.target);
  const file = event.dataTransfer?.files[0];
  if (!prompt || !file) return;
  event.preventDefault();
  if (file.size > LARGEST) return registry.say(registry.words.too_large);
  const text = await file.text();
  if (text.startsWith("PK") || text.includes("\0") || !text.trim()) return registry.say(registry.words.no_text);
  return put(prompt, cellsOf(text), event.target.closest("[data-column]"));
});
