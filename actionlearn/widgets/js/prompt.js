// Makes the prompts of a page save. The page's own HTML brings them, with their words in them;
// nothing here draws a prompt anew or moves it, so the caret stays where it is.
//
// One registry per tab, window.actionlearn. In our page it saves by HTTP, and keeps each edit on
// the device until the store has acknowledged it. In stock Voilà and JupyterLab it is the module
// of a widget, and saves over that widget's comm. Which of the two is chosen once.
//
// Never says "saved" before the store has said so.

import { bootPage } from "./boot.js";
import { Registry } from "./registry.js";
import { uuid } from "./small.js";
import { overComm } from "./transport.js";

let shown = 0;

// Ids and names are the element's own where several stand on one page.
function makeOwn(el) {
  const mark = `-${++shown}-${uuid().slice(0, 4)}`;
  for (const name of ["id", "for", "name", "aria-describedby", "aria-labelledby"]) {
    for (const each of [el, ...el.querySelectorAll(`[${name}]`)]) {
      if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).split(" ").map((id) => id + mark).join(" "));
    }
  }
}

function render({ model, el }) {
  window.actionlearn ??= new Registry(overComm(), { words: model.get("words"), locale: model.get("locale") });
  const registry = window.actionlearn;
  if (registry.transport.kind !== "comm") return undefined; // our page has the prompt already
  el.innerHTML = model.get("html");
  const section = el.querySelector(".al-prompt");
  if (!section.querySelector(".al-foot")) return undefined;
  makeOwn(section);
  section.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys are not for those who answer
  const entry = registry.attach(section, { key: `${model.get("workbook")}/${model.get("prompt")}`, model });
  if (model.get("version") > entry.version && !entry.unacknowledged) {
    entry.adopt(model.get("value"), model.get("version"), model.get("saved_at"));
  }
  return () => registry.detach(section, entry);
}

const main = document.querySelector("main[data-al-workbook]");
if (main && !window.actionlearn) bootPage(main);

export default { render };
