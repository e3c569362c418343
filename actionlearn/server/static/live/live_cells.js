// The live part of a workbook's page: asked for before the prompts start, and drawn when they are live. What its cells show
// decides who draws it: the kit itself, or Voilà's front-end, which then waits until the tab is idle.

import { idle, preload } from "../shared/preload.js";
import { KernelClient } from "./kernel_client.js";
import { backOff } from "../../../widgets/js/timing.js";
import { startVoila } from "./voila_frontend.js";

const script = document.querySelector("script[data-al-live-at]");
const AGAIN = 120_000; // ms after which a connection is tried again where none opened
const IDLE = 4408; // what the server says when it ends a kernel that nobody uses

const places = [...document.querySelectorAll("[data-al-live]")];
const words = document.querySelector("[data-al-live-words]").dataset;
/** @type {KernelClient | null} */
let host = null; // where the kit draws by itself
let byVoila = false;
let turn = 0;
let tries = 0;
let waiting = 0;
let asleep = false; // until there is something to say
let refused = 0; // how often in a row the connection did not open

function promptsLive() {
  return new Promise((go) => (window.actionlearn ? go(undefined) : document.addEventListener("al:ready", go, { once: true })));
}

async function fragment() {
  const headers = { "X-Requested-With": "actionlearn" };
  const response = await fetch(script.dataset.alLiveAt, { method: "POST", headers, credentials: "same-origin" });
  if (response.ok) return response.text();
  const { error } = await response.json().catch(() => ({}));
  /** @type {Error & { full?: boolean, final?: boolean }} */
  const trouble = new Error([error?.message, error?.hint].filter(Boolean).join(" "));
  trouble.full = error?.code === "server.kernels_full";
  trouble.final = response.status < 500;
  throw trouble;
}

async function load() {
  clearTimeout(waiting);
  asleep = false;
  const mine = ++turn;
  try {
    const html = await fragment();
    if (mine === turn) await show(html);
  } catch (error) {
    if (mine === turn) trouble(error);
  }
}

/** @param {string} html */
async function show(html) {
  const container = document.createElement("div");
  container.hidden = true;
  container.innerHTML = html; // ours: what people typed is not in it, and scripts put in this way never run
  const part = container.querySelector("[data-al-kernel]");
  host?.end();
  if (!part && !container.querySelector("#jupyter-config-data")) throw new Error(""); // a page of a proxy is none of ours
  const opened = () => (refused = 0);
  host = part && new KernelClient(part, script.dataset.alKernels, { opened, lost, unanswered, dead, wanted, heard: () => (tries = 0) });
  await promptsLive();
  if (part) return host.draw(places);
  byVoila = true;
  const settings = container.querySelector("#jupyter-config-data");
  if (!script.dataset.alAhead) preload(settings, "preload");
  await idle();
  document.body.append(container);
  const again = () => location.reload();
  return startVoila(container, places, {
    config: JSON.parse(settings.textContent),
    failed: () => say("failed", words.failed, again),
    gone: () => places[0].dataset.state === "live" && say("gone", words.gone, again),
  });
}

/** @param {number} ms */
function later(ms) {
  clearTimeout(waiting);
  waiting = setTimeout(load, ms);
}

/**
 * The connection broke: the server starts again, or the device was asleep. The picture stays; it is asked for anew. One that
 * does not even open will not for a while: what is shown may be old, and that is said.
 * @param {number} [code]
 * @param {boolean} [opened]
 */
function lost(code, opened = true) {
  asleep = code === IDLE;
  if (!opened) refused += 1;
  if (refused > 1) {
    // The network lets none through: go on by asking, and look again now and then.
    later(AGAIN);
    promptsLive().then(() => {
      host?.ask();
      say("asking", words.asking, load);
    });
  } else if (!asleep) later(backOff(tries++));
}

// Nor can it be asked: what is shown may be old.
function unanswered() {
  say("cut", words.cut, load);
  later(backOff(4 + tries++));
}

function wanted() {
  if (asleep) load();
}

// The kernel dies again and again. It is not for the page to try once more by itself.
function dead() {
  host?.end();
  say("gone", words.gone, load);
}

/** @param {any} error */
function trouble(error) {
  if (error.full) {
    say("full", words.full, load);
    // Ask again by itself, less and less often, and not in step with the others who wait.
    later(Math.min(60, 5 * 2 ** tries++) * (0.75 + Math.random() / 2) * 1000);
    return;
  }
  const [state, text] = host ? ["gone", words.gone] : ["failed", words.failed];
  say(state, (error.final && error.message) || text, load);
  if (host && !error.final) lost();
}

/**
 * @param {string} state
 * @param {string} text
 * @param {() => unknown} again
 */
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

// A page that sleeps in the browser's cache holds no connection; and whoever has signed in again goes on.
addEventListener("pagehide", () => host?.end());
addEventListener("pageshow", ({ persisted }) => persisted && host && load());
document.addEventListener("al:signedin", () => byVoila || places[0].dataset.state === "live" || load());

preload(script, "preload");
load();
