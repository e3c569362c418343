// The live part of a workbook's page: asked for while the prompts start, and drawn when they are live. What its cells
// show decides who draws it: the kit itself, or Voilà's front-end, which then waits until the tab is idle.

import { ahead, idle } from "./ahead.js";
import { hostLightly } from "./light_host.js";
import { backOff } from "./small.js";
import { hostByVoila } from "./voila_host.js";

const main = document.querySelector("main[data-al-workbook]");
const places = [...document.querySelectorAll("[data-al-live]")];
const words = document.querySelector("[data-al-live-words]").dataset;

function promptsLive() {
  return new Promise((go) => (window.actionlearn ? go() : document.addEventListener("al:ready", go, { once: true })));
}

function say(state, text, again) {
  for (const place of places) {
    place.dataset.state = state;
    const line = place.querySelector(".al-live-state") ?? place.appendChild(document.createElement("p"));
    line.className = "al-live-state";
    if (place === places[0]) line.setAttribute("role", "status"); // said aloud once, however many parts there are
    if (line.dataset.said === text) continue; // and not again while nothing is new
    line.dataset.said = text;
    line.textContent = `${text} `;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button compact";
    button.textContent = words.again;
    button.addEventListener("click", again);
    line.append(button);
  }
}

async function fragment() {
  const response = await fetch(main.dataset.alLiveAt, {
    method: "POST",
    headers: { "X-Requested-With": "actionlearn" },
    credentials: "same-origin",
  });
  if (response.ok) return response.text();
  const said = await response.json().catch(() => null);
  const trouble = new Error([said?.error?.message, said?.error?.hint].filter(Boolean).join(" ") || words.failed);
  trouble.full = said?.error?.code === "server.kernels_full";
  trouble.final = response.status < 500;
  throw trouble;
}

const IDLE = 4408; // what the server says when it ends a kernel that nobody uses

let letGo = null; // of a part that the kit hosts
let turn = 0;
let tries = 0;
let waiting = 0;
let asleep = false; // until there is something to say
let byVoila = false;

function later(ms) {
  clearTimeout(waiting);
  waiting = setTimeout(load, ms);
}

// The connection broke: the server starts again, or the device was asleep. The picture stays; it is asked for anew.
function lost(code) {
  asleep = code === IDLE;
  if (!asleep) later(backOff(tries++));
}

// The kernel dies again and again. It is not for the page to try once more by itself.
function dead() {
  letGo();
  say("gone", words.gone, load);
}

function trouble(error) {
  const wasLive = letGo !== null;
  if (error.full) {
    say("full", words.full, load);
    // Ask again by itself, less and less often, and not in step with the others who wait.
    later(Math.min(60, 5 * 2 ** tries++) * (0.75 + Math.random() / 2) * 1000);
  } else if (wasLive && !error.final) {
    say("gone", words.gone, load);
    lost();
  } else say(wasLive ? "gone" : "failed", error.final ? error.message : words.failed, load);
}

async function load() {
  clearTimeout(waiting);
  asleep = false;
  const mine = ++turn;
  try {
    // The kernel comes while the prompts start; what runs on the page waits for them.
    const coming = fragment();
    coming.catch(() => {});
    await promptsLive();
    const html = await coming;
    if (mine === turn) await host(html);
  } catch (error) {
    if (mine === turn) trouble(error);
  }
}

async function host(html) {
  const made = document.createElement("div");
  made.hidden = true;
  made.innerHTML = html; // ours: what people typed is not in it, and scripts put in this way never run
  const part = made.querySelector("[data-al-kernel]");
  letGo?.();
  letGo = null;
  if (part) {
    const wanted = () => asleep && load();
    const alive = () => (tries = 0);
    letGo = hostLightly(part, places, { api: main.dataset.alApi, wanted, alive, lost, dead });
    return;
  }
  const told = made.querySelector("#jupyter-config-data");
  byVoila = true;
  if (!main.dataset.alAhead) ahead(told, "preload");
  await idle();
  document.body.append(made);
  const again = () => location.reload();
  hostByVoila(made, places, {
    config: JSON.parse(told.textContent),
    failed: () => say("failed", words.failed, again),
    gone: () => places[0].dataset.state === "live" && say("gone", words.gone, again),
  });
}

// A page that sleeps in the browser's cache holds no connection; and whoever has signed in again goes on.
addEventListener("pagehide", () => letGo?.());
addEventListener("pageshow", ({ persisted }) => persisted && letGo && load());
document.addEventListener("al:signedin", () => byVoila || places[0].dataset.state === "live" || load());

ahead(main, "preload");
load();
