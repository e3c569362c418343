/** Picking sentences to release, and taking back what is out. */

import { busy, call, tell } from "../shared/api.js";
import { fill } from "../../../widgets/js/values.js";
import { declareReady } from "../shared/script_ready.js";

const main = document.querySelector("main");
const form = document.querySelector("[data-al-picking]");

/**
 * How many characters there are up to a place: the server counts characters, a browser halves of some.
 * @param {string} text
 * @param {number} at
 */
const characters = (text, at) => [...text.slice(0, at)].length;

/**
 * The sentences of a text, each with where it begins: lines are ends, too.
 * @param {string} text
 * @param {string | undefined} language
 */
function sentences(text, language) {
  const list = [];
  for (const { segment, index } of new Intl.Segmenter(language, { granularity: "sentence" }).segment(text)) {
    let at = index;
    for (const line of segment.split(/(?<=\n)/u)) {
      const words = line.trim();
      if (words) list.push({ words, begins: at + line.indexOf(words) });
      at += line.length;
    }
  }
  return list;
}

/** @param {PageElement} place */
function cut(place) {
  const text = place.textContent ?? "";
  const { prompt, path } = place.dataset;
  const pieces = [];
  let last = 0;
  for (const { words, begins } of sentences(text, place.lang || undefined)) {
    /** @type {PageElement} */
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "sentence", textContent: words });
    button.setAttribute("aria-pressed", "false");
    button.picked = { prompt, path, words, begins: characters(text, begins), ends: characters(text, begins + words.length) };
    pieces.push(text.slice(last, begins), button);
    last = begins + words.length;
  }
  place.replaceChildren(...pieces, text.slice(last));
}

const picks = () => [...form.querySelectorAll('.sentence[aria-pressed="true"]')].map((button) => button.picked);

function count() {
  const line = form.querySelector("[data-al-count]");
  const number = picks().length;
  const { none, one, many } = line.dataset;
  line.textContent = number === 0 ? none : number === 1 ? one : fill(many, { count: number });
}

/** Read the page anew, and say there what has changed. */
function again() {
  sessionStorage.setItem("al-releases", "out");
  location.reload();
}

if (sessionStorage.getItem("al-releases")) {
  sessionStorage.removeItem("al-releases");
  document.getElementById("out").focus();
}

if (form) {
  for (const place of form.querySelectorAll("[data-al-text]")) cut(place);
  form.addEventListener("click", (event) => {
    const button = event.target.closest(".sentence");
    if (!button) return;
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    count();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const readers = [...form.querySelectorAll("[name=reader]:checked")].map((box) => box.value);
    const words = picks();
    const alert = form.querySelector('[role="alert"]');
    if (!words.length) return tell(form, form.querySelector("[data-al-count]").dataset.none);
    if (!readers.length) return tell(form, alert.dataset.nobody);
    busy(form.querySelector(".main"), async () => {
      try {
        await call(`workbooks/${main.dataset.alBook}/releases`, { body: { readers, words } });
        again();
      } catch (trouble) {
        tell(form, trouble.message);
      }
    });
  });
}

main.addEventListener("click", (event) => {
  const button = event.target.closest("[data-al-withdraw]");
  if (!button) return;
  busy(button, async () => {
    try {
      await call(`releases/${button.dataset.alWithdraw}`, { method: "DELETE" });
      again();
    } catch (trouble) {
      tell(button.closest("li"), trouble.message);
    }
  });
});

declareReady();
