// Draws what a live cell's function returned. In our page the answers come from the tab's
// registry, and the kernel is told of each that was saved; elsewhere the kernel knows them.

import { moveOverComm, renewed } from "./board_moves.js";
import { decodeText } from "./text_files.js";

/**
 * @param {PageElement} box
 * @param {any} picture
 */
function draw(box, picture) {
  /**
   * @param {string} type
   * @param {string} text
   */
  const data = (type, text) => `data:${type};base64,${text}`;
  if (picture.html !== undefined) {
    renewed(box, () => (box.innerHTML = picture.html)); // cleaned in the kernel
  } else if (picture.svg !== undefined || picture.png !== undefined) {
    const image = document.createElement("img");
    image.alt = picture.alt ?? "";
    image.src = picture.svg !== undefined ? data("image/svg+xml", picture.svg) : data("image/png", picture.png);
    box.replaceChildren(image);
  } else {
    const words = document.createElement("pre");
    words.textContent = picture.text ?? "";
    box.replaceChildren(words);
  }
}

const texts = new Map(); // a file never changes: it is known by its hash

/**
 * A table or text that is attached to an answer comes with its text, so that a live cell can read it.
 * @param {Record<string, Answer>} answers
 * @param {string} workbook
 */
async function withTexts(answers, workbook) {
  const base = document.querySelector("[data-al-api]")?.dataset.alApi.replace(/api\/$/, "") ?? "/";
  /** @param {any} entry */
  const read = async (entry) => {
    if (!entry?.file || !["text/csv", "text/plain"].includes(entry.type) || entry.size > 1024 * 1024) return entry;
    if (!texts.has(entry.file)) {
      const reply = await fetch(`${base}workbooks/${workbook}/files/${entry.file}`, { credentials: "same-origin" }).catch(() => null);
      if (!reply?.ok) return entry;
      texts.set(entry.file, decodeText(new Uint8Array(await reply.arrayBuffer()))?.text);
    }
    return { ...entry, text: texts.get(entry.file) };
  };
  /** @param {[string, Answer]} answer */
  const each = async ([name, value]) => [name, Array.isArray(value) ? await Promise.all(value.map(read)) : value];
  return Object.fromEntries(await Promise.all(Object.entries(answers).map(each)));
}

/**
 * @param {WidgetModel} model
 * @param {() => void} expect
 */
function connect(model, expect) {
  const registry = window.actionlearn;
  if (registry?.transport.kind !== "http") return () => {};
  let newest = 0;
  return registry.subscribe(model.get("of"), async (answers) => {
    const number = ++newest;
    const read = await withTexts(answers, registry.transport.workbook ?? "");
    if (number !== newest) return; // a later answer was quicker
    model.set("answers", read);
    model.save_changes();
    expect();
  });
}

const PATIENCE = 30_000; // by then the server has ended what no signal stops

/** @param {{ model: WidgetModel, el: PageElement }} options */
export function renderLive({ model, el }) {
  const box = document.createElement("div");
  box.className = "al-live";
  box.setAttribute("role", "group");
  if (model.get("title")) box.setAttribute("aria-label", model.get("title"));
  box.addEventListener("click", moveOverComm);
  el.append(box);
  const redraw = () => draw(box, model.get("shown"));
  model.on("change:shown", redraw);
  redraw();
  // A call that nothing came of, not even a complaint: say so, and be silent as soon as something comes.
  let waiting = 0;
  const stopWaiting = () => clearTimeout(waiting);
  const expect = () => {
    stopWaiting();
    waiting = setTimeout(() => draw(box, { text: model.get("late") }), PATIENCE);
  };
  const onAnswer = () => (stopWaiting(), redraw());
  model.on("change:drawn", onAnswer);
  let stop = () => {};
  const start = () => (stop = connect(model, expect));
  if (window.actionlearn) start();
  else document.addEventListener("al:ready", start, { once: true });
  return () => {
    stop();
    stopWaiting();
    model.off("change:shown", redraw);
    model.off("change:drawn", onAnswer);
  };
}

export default { render: renderLive };
