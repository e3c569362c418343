/**
 * On a phone, one question a screen: with what stands before it, Back and Next, and a list of all.
 *
 * Nothing is moved or drawn anew. Each part is marked as on or off, and the style sheet hides what is
 * off where the screen is narrow: a wide one, paper, and a page without this script show everything.
 */

import { fill, isEmpty } from "../../../widgets/js/values.js";

const main = document.querySelector("main[data-al-workbook]");
const body = main.querySelector(".wb-body");
const bar = document.querySelector("[data-al-steps]");
const list = bar.querySelector("dialog");
const words = bar.dataset;
const narrow = matchMedia("(max-width: 40rem)");

/** @type {{ prompt: PageElement, parts: PageElement[] }[]} */
let steps = [];
let at = 0;

/**
 * The parts in their order; what wraps several questions is looked into.
 * @param {PageElement} box
 * @returns {PageElement[]}
 */
function partsOf(box) {
  return /** @type {PageElement[]} */ ([...box.children]).flatMap((each) => {
    if (each.hidden) return [];
    return !each.matches(".al-prompt") && each.querySelector(".al-prompt") ? partsOf(each) : [each];
  });
}

/** What stands before a question belongs to it; what stands after the last, to the last. */
function arrange() {
  const here = steps[at]?.prompt;
  steps = [];
  /** @type {PageElement[]} */
  let parts = [];
  for (const part of partsOf(body)) {
    // A folded question is not asked of everybody: it is no step of its own.
    if (part.querySelector(":scope > .al-fold") && steps.length) {
      steps.at(-1)?.parts.push(...parts, part);
      parts = [];
      continue;
    }
    parts.push(part);
    if (!part.matches(".al-prompt")) continue;
    steps.push({ prompt: part, parts });
    parts = [];
  }
  steps.at(-1)?.parts.push(...parts);
  const again = steps.findIndex(({ prompt }) => prompt === here);
  draw(again < 0 ? Math.max(0, Math.min(at, steps.length - 1)) : again);
}

/** @param {number} number */
function draw(number) {
  at = number;
  steps.forEach(({ parts }, n) => parts.forEach((part) => part.classList.toggle("wb-off", n !== at)));
  const last = at >= steps.length - 1;
  for (const each of main.querySelectorAll(".wb-head, :scope > .al-comments")) each.classList.toggle("wb-off", at > 0);
  main.querySelector(".wb-foot").classList.toggle("wb-off", !last);
  bar.hidden = steps.length < 2;
  bar.querySelector("[data-al-back]").disabled = at === 0;
  bar.querySelector("[data-al-next]").disabled = last;
  bar.querySelector("[data-al-where]").textContent = fill(words.where, { number: at + 1, total: steps.length });
}

/**
 * Turn to a question; whoever reads with their ears hears what stands first on it.
 * @param {number} number
 */
function turn(number) {
  draw(number);
  const { prompt, parts } = steps[at];
  history.replaceState(history.state, "", `#${prompt.id}`);
  scrollTo(0, main.offsetTop);
  parts[0].tabIndex = -1;
  parts[0].focus({ preventScroll: true });
}

/**
 * Open the step that something stands on.
 * @param {PageElement} element
 */
function reveal(element) {
  const number = steps.findIndex(({ parts }) => parts.some((part) => part.contains(element)));
  if (number >= 0) draw(number);
  const fold = element.closest(".al-prompt")?.querySelector(":scope > .al-fold");
  if (fold) fold.open = true;
  return number >= 0;
}

function follow() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && reveal(target) && narrow.matches) target.scrollIntoView();
}

/* ---- The list -------------------------------------------------------------- */

/** @param {PageElement} prompt */
function state(prompt) {
  const line = prompt.querySelector(".al-state");
  if (line && ["two", "device", "waiting"].includes(line.dataset.state)) return line.textContent;
  return isEmpty(window.actionlearn.now(prompt.dataset.prompt)) ? "" : words.answered;
}

function open() {
  const rows = steps.map(({ prompt }, number) => {
    const button = document.createElement("button");
    const question = document.createElement("span");
    const status = document.createElement("small");
    question.textContent = prompt.querySelector(".al-question").innerText;
    status.textContent = state(prompt);
    Object.assign(button, { type: "button" }).append(question, status);
    if (number === at) button.setAttribute("aria-current", "step");
    button.addEventListener("click", () => {
      list.close();
      turn(number);
    });
    const row = document.createElement("li");
    row.append(button);
    return row;
  });
  list.querySelector("ol").replaceChildren(...rows);
  list.showModal();
  list.querySelector("[aria-current]")?.focus();
}

bar.querySelector("[data-al-back]").addEventListener("click", () => turn(at - 1));
bar.querySelector("[data-al-next]").addEventListener("click", () => turn(at + 1));
bar.querySelector("[data-al-where]").addEventListener("click", open);
list.querySelector("[data-al-close]").addEventListener("click", () => list.close());
document.addEventListener("al:turned", arrange);
document.addEventListener("al:reveal", ({ detail }) => reveal(detail));
addEventListener("hashchange", follow);
document.addEventListener("click", ({ target }) => target.closest('a[href^="#"]') && setTimeout(follow));

arrange();
follow();
