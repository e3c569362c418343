// What a workbook's page does besides saving and sharing: live parts, answers to comments, preview.
//
// A live part is loaded when the prompts are live and the tab is idle. Voilà's front-end draws it in
// a shell of its own; each cell is then moved to its place between the prompts, which never move.

import { ahead, idle } from "./ahead.js";
import { busy, call, made, tell } from "./api.js";

const main = document.querySelector("main[data-al-workbook]");
const places = [...document.querySelectorAll("[data-al-live]")];

// ---------------------------------------------------------------- live parts

const words = document.querySelector("[data-al-live-words]")?.dataset;

function promptsLive() {
  return new Promise((go) => (window.actionlearn ? go() : document.addEventListener("al:ready", go, { once: true })));
}

function say(place, state, text, again) {
  place.dataset.state = state;
  const line = place.querySelector(".al-live-state") ?? place.appendChild(document.createElement("p"));
  line.className = "al-live-state";
  if (place === places[0]) line.setAttribute("role", "status"); // said aloud once, however many parts there are
  if (line.dataset.said === text) return; // and not again while nothing is new
  line.dataset.said = text;
  line.textContent = `${text} `;
  if (!again) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button compact";
  button.textContent = words.again;
  button.addEventListener("click", again);
  line.append(button);
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
  throw trouble;
}

// All places are taken: ask again by itself, less and less often, and not in step with the others who wait.
let asked = 0;
let waiting = 0;
function later() {
  const seconds = Math.min(60, 5 * 2 ** asked++) * (0.75 + Math.random() / 2);
  waiting = setTimeout(loadLive, seconds * 1000);
}

// Put each cell where its place is, once Voilà has taken the cells into its shell.
function settle(host) {
  const cells = document.getElementById("rendered_cells");
  if (!cells || host.contains(cells)) return false;
  const shell = [...document.body.children].find((child) => child.contains(cells));
  for (const place of places) {
    const cell = cells.querySelector(`[data-al-cell="${CSS.escape(place.dataset.alLive)}"]`);
    if (cell) place.replaceChildren(cell);
    place.dataset.state = "live";
  }
  shell.removeAttribute("id"); // Voilà calls it “main”, and that is the page's own
  shell.dataset.alShell = "";
  host.remove();
  return true;
}

// Voilà's front-end starts at the window's load event, and that is over: let it start all the same.
function atOnce() {
  const add = window.addEventListener;
  window.addEventListener = function (type, listener, ...more) {
    if (type !== "load" || document.readyState !== "complete") return add.call(window, type, listener, ...more);
    window.addEventListener = add;
    return setTimeout(() => listener(new Event("load")));
  };
}

function watchKernel() {
  const kernel = window.jupyterapp?.widgetManager?.kernel;
  if (!kernel) return setTimeout(watchKernel, 500);
  const gone = () => {
    for (const place of places) if (place.dataset.state === "live") say(place, "gone", words.gone, () => location.reload());
  };
  kernel.statusChanged.connect((_, status) => ["dead", "restarting", "autorestarting"].includes(status) && gone());
  kernel.connectionStatusChanged.connect((_, status) => status === "disconnected" && gone());
  return undefined;
}

async function loadLive() {
  clearTimeout(waiting);
  // The kernel and the files come while the prompts start; what runs on the page waits for them.
  const coming = fragment();
  coming.catch(() => {});
  await promptsLive();
  await idle();
  let html;
  try {
    html = await coming;
  } catch (error) {
    const text = error instanceof TypeError ? words.failed : error.full ? words.full : error.message;
    for (const place of places) say(place, error.full ? "full" : "failed", text, loadLive);
    if (error.full) later();
    return;
  }
  const host = document.createElement("div");
  host.hidden = true;
  host.innerHTML = html; // ours: what people typed is JSON in it, and scripts put in this way never run
  document.body.append(host);
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  document.body.dataset.baseUrl = `${config.baseUrl}voila/`;
  const observer = new MutationObserver(() => settle(host) && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  atOnce();
  const script = document.createElement("script");
  script.src = `${config.fullStaticUrl}/voila.js`;
  script.addEventListener("error", () => places.forEach((place) => say(place, "failed", words.failed, () => location.reload())));
  document.body.append(script);
  watchKernel();
}

if (places.length) {
  ahead(main, "preload");
  loadLive();
}

// ---------------------------------------------------------------- comments

main.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-al-reply]");
  if (!form) return;
  event.preventDefault();
  const text = form.elements.body;
  busy(form.querySelector("button"), async () => {
    tell(form, "");
    try {
      await call(`comments/${form.dataset.alReply}/replies`, { body: { body: text.value } });
      const said = document.createElement("article");
      said.className = "comment reply";
      said.append(made("p", text.value, { class: "said" }));
      form.closest("details").before(said);
      text.value = "";
      form.closest("details").open = false;
    } catch (trouble) {
      tell(form, trouble.message);
    }
  });
});

// A comment counts as read once its words have been on the screen.
const unread = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    unread.unobserve(target);
    call(`comments/${target.dataset.alComment}/seen`).catch(() => unread.observe(target));
  }
}, { threshold: 0.6 });
function watchComments() {
  for (const comment of document.querySelectorAll("[data-al-comment]")) unread.observe(comment);
}
watchComments();
document.addEventListener("al:comments", watchComments);

// ---------------------------------------------------------------- preview

if (main.dataset.alPreview) {
  setInterval(async () => {
    try {
      const { stamp } = await call("preview", { method: "GET" });
      if (stamp !== main.dataset.alPreview) location.reload();
    } catch {
      // the author stopped it, or it starts again
    }
  }, 1000);
}
