/** The rows of a table that somebody copied or saved: of HTML, or of text with a sign between its cells. The one reader of such. */

/**
 * Rows of cells as they were copied; or nothing, where it is a text.
 * @typedef {string[][] | null} Rows
 */

const MOST_CELLS = 100_000;
const WIDEST = 500; // cells that one merged cell may stand for
const OWN_LINE = "address, article, blockquote, dd, div, dl, dt, figure, h1, h2, h3, h4, h5, h6, hr, li, ol, p, pre, section, ul";
const SILENT = "head, style, script, template, title, noscript, colgroup";

/* ---- HTML ---- */

/**
 * The words of a cell, with the line ends that are seen in it.
 * @param {Node} node
 * @returns {string}
 */
function wordsOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return (node.nodeValue ?? "").replace(/[ \t\r\n\f]+/g, " ");
  if (!(node instanceof Element || node.nodeType === Node.ELEMENT_NODE)) return "";
  const element = /** @type {Element} */ (node);
  if (element.matches(SILENT)) return "";
  if (element.localName === "br") return "\n";
  if (element.localName === "img") return element.getAttribute("alt") ?? "";
  if (element.localName === "input") return element.getAttribute("value") ?? "";
  const words = [...element.childNodes].map(wordsOf).join("");
  return element.matches(OWN_LINE) ? `\n${words}\n` : words;
}

/** @param {Element} cell */
const cellWords = (cell) =>
  [...cell.childNodes].map(wordsOf).join("").split("\n").map((line) => line.replace(/^[ ]+|[ ]+$/g, "")).join("\n").replace(/\n{3,}/g, "\n\n").trim();

/**
 * The rows of one table; a merged cell stands where it begins.
 * @param {any} table
 * @throws {RangeError} it is far larger than a table here can be
 */
function rowsOfTable(table) {
  /** @type {string[][]} */
  const rows = [...table.rows].map(() => []);
  let cells = 0;
  [...table.rows].forEach((tr, at) => {
    let column = 0;
    for (const cell of tr.cells) {
      while (rows[at][column] !== undefined) column++;
      const wide = Math.min(cell.colSpan || 1, WIDEST);
      const high = Math.min(cell.rowSpan || 1, rows.length - at, WIDEST);
      for (let down = 0; down < high; down++) {
        for (let along = 0; along < wide; along++) rows[at + down][column + along] = down || along ? "" : cellWords(cell);
      }
      if ((cells += wide * high) > MOST_CELLS) throw new RangeError("more cells than a table can have");
      column += wide;
    }
  });
  return rows.map((row) => Array.from(row, (cell) => cell ?? ""));
}

/**
 * The rows of HTML that is a table and nothing else; a letter that is laid out in one is a text.
 * @param {string} html
 * @returns {Rows}
 */
export function rowsOfHtml(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  const tables = [...body.querySelectorAll("table")];
  if (!tables.length || tables.some((table) => table.querySelector("table"))) return null;
  const rows = tables.flatMap(rowsOfTable);
  for (const each of body.querySelectorAll(`${SILENT}, tr`)) each.remove();
  return (body.textContent ?? "").trim() ? null : tidy(rows);
}

/* ---- Text ---- */

/**
 * Cells with a sign between them, as RFC 4180 has it: in quotes, a cell may hold the sign, line ends, and quotes twice.
 * A quote that nobody closes, or that something follows, is a letter like any other.
 * @param {string} text
 * @param {string} sign
 */
export function cellsOfText(text, sign) {
  const quoted = new RegExp(`"([^"]*(?:""[^"]*)*)"[ ]*(?=${sign === "|" ? "\\|" : sign}|\\r|\\n|$)`, "y");
  const plain = new RegExp(`[^${sign}\\r\\n]*`, "y");
  /** @type {string[][]} */
  const rows = [[]];
  let at = 0;
  for (;;) {
    quoted.lastIndex = plain.lastIndex = at;
    const inQuotes = text[at] === '"' ? quoted.exec(text) : null;
    const found = /** @type {RegExpExecArray} */ (inQuotes ?? plain.exec(text));
    rows.at(-1)?.push((inQuotes ? inQuotes[1].replaceAll('""', '"').replace(/\r\n?/g, "\n") : found[0]).trim());
    at += found[0].length;
    if (at >= text.length) return rows;
    if (text[at] === sign) at += 1;
    else {
      at += text.startsWith("\r\n", at) ? 2 : 1;
      if (at >= text.length) return rows;
      rows.push([]);
    }
  }
}

/**
 * Rows without those that are blank, and without blank cells that all of them end with.
 * @param {string[][]} rows
 */
function tidy(rows) {
  const full = rows.filter((row) => row.some((cell) => cell.trim()));
  const width = Math.max(0, ...full.map((row) => row.findLastIndex((cell) => cell.trim()) + 1));
  return full.length ? full.map((row) => Array.from({ length: width }, (_, at) => row[at] ?? "")) : null;
}

/**
 * The rows of a text with tabs between its cells; a text in which only some lines have one is none.
 * @param {string} text
 * @returns {Rows}
 */
export function rowsOfTabs(text) {
  if (!text.includes("\t")) return null;
  const rows = cellsOfText(text, "\t");
  const full = rows.filter((row) => row.some(Boolean));
  const wide = full.filter((row) => row.length > 1).length;
  return wide * 2 > full.length || (wide === full.length && wide > 0) ? tidy(rows) : null;
}

/**
 * The rows of a file: of the sign that cuts its lines alike, and is no mere punctuation. A text that nothing cuts is none, unless it is called a sheet.
 * @param {string} text
 * @param {boolean} sheet
 * @returns {Rows}
 */
export function rowsOfFile(text, sheet) {
  const plain = text.replace(/^\uFEFF/, "");
  const named = plain.match(/^"?sep=([;,\t|])"?\r?\n/i);
  if (named) return tidy(cellsOfText(plain.slice(named[0].length), named[1]));
  let best = { share: 0, rows: /** @type {string[][]} */ ([]) };
  for (const sign of ["\t", ";", ",", "|"]) {
    if (!plain.includes(sign) || (!sheet && isPunctuation(plain, sign))) continue;
    const rows = cellsOfText(plain, sign).filter((row) => row.some(Boolean));
    const widths = rows.map((row) => row.length);
    const usual = Math.max(...new Set(widths), 1) > 1 ? mostOften(widths.filter((width) => width > 1)) : 1;
    // A quote that stands alone in a cell was cut by the wrong sign.
    const torn = rows.flat().filter((cell) => (cell.match(/"/g) ?? []).length % 2).length;
    const share = usual > 1 ? widths.filter((width) => width === usual).length / widths.length - torn / widths.length : 0;
    if (share > best.share) best = { share, rows };
  }
  if (best.share >= (sheet ? 0.3 : 0.9)) return tidy(best.rows);
  return sheet ? tidy(cellsOfText(plain, "\t")) : null;
}

/**
 * Whether a sign stands in a text as in sentences, with a blank or a line's end behind it, rather than between cells.
 * @param {string} text
 * @param {string} sign
 */
const isPunctuation = (text, sign) => (sign === "," || sign === ";") && (text.split(`${sign} `).length - 1) * 2 + (text.match(new RegExp(`${sign}[ ]*(\\r|\\n|$)`, "g")) ?? []).length * 2 >= text.split(sign).length - 1;

/** @param {number[]} numbers */
function mostOften(numbers) {
  const counts = new Map();
  for (const each of numbers) counts.set(each, (counts.get(each) ?? 0) + 1);
  return numbers.reduce((a, b) => (counts.get(b) > counts.get(a) ? b : a), numbers[0] ?? 1);
}
