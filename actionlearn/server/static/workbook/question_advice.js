/** A word on how one asks, under the questions for a set. Off until switched on, and kept on this device alone. */

import { call } from "../shared/api.js";

const KEY = "actionlearn-asking";
const main = document.querySelector("main[data-al-workbook]");
const places = [...document.querySelectorAll("[data-al-asking]")];

let on = false;
try {
  on = localStorage.getItem(KEY) === "on";
} catch {
  // a browser that keeps nothing: it is off, and can be switched on for this page
}

/** @param {any} place */
const promptOf = (place) => place.closest("[data-prompt]").dataset.prompt;

/** @param {any} place */
async function look(place) {
  const line = place.querySelector(".al-remark");
  const number = (place.asked = (place.asked ?? 0) + 1);
  let remark = "";
  if (on) {
    const advice = await call(`workbooks/${main.dataset.alWorkbook}/asking/${promptOf(place)}`, { method: "GET" }).catch(() => null);
    remark = advice?.remark ?? "";
  }
  // Typing goes on: only the answer to what was asked last is shown, and only where it says something else.
  if (number === place.asked && line.textContent !== remark) line.textContent = remark;
}

function draw() {
  for (const place of places) {
    place.hidden = false;
    place.querySelector("button").setAttribute("aria-pressed", String(on));
    look(place);
  }
}

for (const place of places) {
  place.querySelector("button").addEventListener("click", () => {
    on = !on;
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // for this page, then
    }
    draw();
  });
}
document.addEventListener("al:saved", ({ detail }) => {
  for (const place of places) if (on && promptOf(place) === detail.prompt) look(place);
});
if (places.length) draw();
