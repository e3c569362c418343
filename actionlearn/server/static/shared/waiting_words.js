// What was typed on this device and is not in the store is told on one's first page too, not only where it was typed.

import { DeviceStore } from "../../../widgets/js/device_store.js";
import { h } from "../../../widgets/js/dom.js";
import { unmark, waitingOf } from "../../../widgets/js/waiting_marks.js";

const waitingFiles = new DeviceStore("actionlearn-files", "files", "id");

/**
 * @param {PageElement} box
 * @param {string} workbook
 */
function workbookName(box, workbook) {
  const link = document.querySelector(`a[href$="workbooks/${CSS.escape(workbook)}"]`);
  const title = link?.closest("section, li")?.querySelector("h2, h3")?.textContent.trim();
  return h("a", { href: `${box.dataset.workbooks}${workbook}` }, title || box.dataset.one);
}

/**
 * @param {PageElement} box
 * @param {string} sentence
 * @param {string[]} workbooks
 */
function waitingLine(box, sentence, workbooks) {
  const names = workbooks.flatMap((each, at) => [at ? ", " : " ", workbookName(box, each)]);
  return h("p", {}, sentence, ...names);
}

/** @param {PageElement} box */
export async function tellWaiting(box) {
  const person = box.dataset.person;
  const { there, gone } = await waitingOf(person);
  const uploads = (await waitingFiles.all().catch(() => [])).filter((each) => each.person === person);
  const waiting = [...new Set([...there, ...uploads.map((each) => each.workbook)])];
  const lines = [];
  if (waiting.length) lines.push(waitingLine(box, box.dataset.waiting, waiting));
  if (gone.length) {
    const read = h("button", { type: "button", className: "button light compact" }, box.dataset.read);
    const told = h("div", {}, waitingLine(box, box.dataset.gone, gone), read);
    read.addEventListener("click", () => {
      for (const each of gone) unmark(person, each);
      told.remove();
      box.hidden = !box.childElementCount;
    });
    lines.push(told);
  }
  box.replaceChildren(...lines);
  box.hidden = !lines.length;
}
