// Makes the prompts of a page save. The page's own HTML brings them, with their words in them;
// nothing here draws a prompt anew or moves it, so the caret stays where it is.
//
// One registry per tab, window.actionlearn. In our page it saves by HTTP, and keeps each edit on
// the device until the store has acknowledged it. In stock Voilà and JupyterLab it is the module
// of a widget, and saves over that widget's comm. Which of the two is chosen once.
//
// Never says "saved" before the store has said so.

import { bootPage } from "./start_page.js";
import { followConditions } from "./conditions.js";
import "./locks.js";
import { Registry } from "./registry.js";
import { uuid } from "./values.js";
import { overComm } from "./transport.js";

let count = 0;

/**
 * Ids and names are the element's own where several stand on one page.
 * @param {PageElement} el
 */
function makeOwn(el) {
  const mark = `-${++count}-${uuid().slice(0, 4)}`;
  for (const name of ["id", "for", "name", "aria-describedby", "aria-labelledby"]) {
    for (const each of [el, ...el.querySelectorAll(`[${name}]`)]) {
      if (each.hasAttribute(name)) each.setAttribute(name, (each.getAttribute(name) ?? "").split(" ").map((id) => id + mark).join(" "));
    }
  }
}

/** @param {WidgetModel} model */
function registryOverComm(model) {
  const registry = new Registry(overComm(), { words: model.get("words"), locale: model.get("locale") });
  followConditions(registry);
  document.addEventListener("click", leadToLater);
  return registry;
}

/**
 * Ids are the elements' own here: the link from a locked answer finds the prompt of the same notebook by its name.
 * @param {any} event
 */
function leadToLater(event) {
  const link = event.target.closest?.(".al-locked a");
  const prompt = link?.getAttribute("href").match(/^#p-(.+)-c$/)?.[1];
  const book = link?.closest("[data-book]")?.dataset.book;
  const control = prompt && document.querySelector(`[data-book="${CSS.escape(book)}"][data-prompt="${prompt}"] .al-input`);
  if (!control) return;
  event.preventDefault();
  control.focus();
}

/** @param {{ model: WidgetModel, el: PageElement }} options */
function render({ model, el }) {
  window.actionlearn ??= registryOverComm(model);
  const registry = window.actionlearn;
  if (registry.transport.kind !== "comm") return undefined; // our page has the prompt already
  el.innerHTML = model.get("html");
  const section = el.querySelector(".al-prompt");
  if (!section.querySelector(".al-foot")) return undefined;
  makeOwn(section);
  for (const each of [section, ...section.querySelectorAll("[data-when]")]) each.dataset.book = model.get("workbook");
  section.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys are not for those who answer
  const entry = registry.attach(section, { key: `${model.get("workbook")}/${model.get("prompt")}`, model });
  if (model.get("version") > entry.version && !entry.unacknowledged) {
    entry.adopt(model.get("value"), model.get("version"), model.get("saved_at"));
  }
  registry.changed(); // what hangs on it may have come before it, and the other way round
  return () => registry.detach(section, entry);
}

const main = document.querySelector("main[data-al-workbook]");
if (main && !window.actionlearn) bootPage(main);

export default { render };
