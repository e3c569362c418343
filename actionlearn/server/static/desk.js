/** The coach's desk and a review: by keyboard, comments held and released. Learners answer here too. */

import { busy, call, tell } from "./api.js";

const main = document.querySelector("main");
const submission = main.dataset.alReview;
const stops = [...document.querySelectorAll("[data-al-piece], [data-al-row]")];

/* ---- By keyboard ------------------------------------------------------ */

const KEYS = "actionlearn-keys";
const toggle = document.querySelector("[data-al-keys]");
if (toggle) {
  toggle.checked = localStorage.getItem(KEYS) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(KEYS, toggle.checked ? "on" : "off"));
}

function here() {
  const at = stops.findIndex((stop) => stop.contains(document.activeElement));
  return at >= 0 ? at : stops.findIndex((stop) => stop.classList.contains("at"));
}

function goTo(index) {
  const stop = stops[Math.max(0, Math.min(stops.length - 1, index))];
  if (!stop) return;
  for (const each of stops) each.classList.toggle("at", each === stop);
  (stop.querySelector("h3 a") ?? stop).focus({ preventScroll: true });
  stop.scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  const writing = event.target.closest?.("textarea, input, select");
  if (writing && event.key === "Escape") {
    writing.closest("[data-al-piece]")?.focus();
    return;
  }
  if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const then = event.shiftKey ? "release" : "hold";
    writing.form?.requestSubmit(writing.form.querySelector(`[value="${then}"]`) ?? undefined);
    return;
  }
  if (writing || event.ctrlKey || event.metaKey || event.altKey || (toggle && !toggle.checked)) return;
  const keys = {
    j: () => goTo(here() + 1),
    k: () => goTo(here() - 1),
    c: () => stops[Math.max(0, here())]?.querySelector("textarea")?.focus(),
    J: () => document.querySelector('[data-al-key="J"]')?.click(),
    K: () => document.querySelector('[data-al-key="K"]')?.click(),
  };
  if (!Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

/* ---- What is being written stays, reload or not -------------------------- */

const keep = (area) => `actionlearn-comment-${submission}-${area.id}`;

function wire(root) {
  for (const form of root.querySelectorAll(".saying")) {
    const area = form.querySelector("textarea");
    area.value = sessionStorage.getItem(keep(area)) ?? area.value;
    form.classList.toggle("full", area.value !== "");
    area.addEventListener("input", () => {
      sessionStorage.setItem(keep(area), area.value);
      form.classList.toggle("full", area.value !== "");
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = event.submitter ?? form.querySelector("button");
      busy(button, () => send(form, area, button.value));
    });
  }
  for (const button of root.querySelectorAll("[data-al-release]")) {
    button.addEventListener("click", () => act(button, `comments/${button.dataset.alRelease}/release`));
  }
  root.querySelector("[data-al-release-all]")?.addEventListener("click", (event) =>
    act(event.currentTarget, `submissions/${submission}/release`),
  );
  for (const button of root.querySelectorAll("[data-al-signoff]")) {
    button.addEventListener("click", () =>
      act(button, `submissions/${submission}/signoff`, { verdict: button.dataset.alSignoff }),
    );
  }
}

async function send(form, area, then) {
  const body = area.value.trim();
  if (!body) {
    area.focus();
    return;
  }
  tell(form, "");
  try {
    const said = form.dataset.alReply
      ? await call(`comments/${form.dataset.alReply}/replies`, { body: { body } })
      : await call(`submissions/${submission}/comments`, { body: { prompt: form.dataset.alComment || null, body } });
    sessionStorage.removeItem(keep(area));
    area.value = "";
    if (then === "release") await call(`comments/${said.id}/release`, { body: {} });
    await renew(form.closest("[data-al-piece]"));
  } catch (trouble) {
    tell(form, trouble.message);
  }
}

async function act(button, path, body = {}) {
  const where = button.closest(".tray") ?? button.closest(".comment");
  await busy(button, async () => {
    try {
      await call(path, { body });
      const piece = button.closest("[data-al-piece]");
      await renew(piece, button.hasAttribute("data-al-release-all"));
    } catch (trouble) {
      tell(where, trouble.message);
    }
  });
}

/** Take what changed from the server's own page: one conversation, or all of them, and the tray. */
async function renew(piece, all = false) {
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok) {
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const changed = all ? stops : [piece].filter(Boolean);
  for (const stop of changed) {
    const fresh = page.getElementById(stop.id)?.querySelector(".talk");
    if (!fresh) continue;
    stop.querySelector(".talk").replaceWith(fresh);
    wire(fresh);
  }
  const tray = document.querySelector(".tray .buttons");
  const fresh = page.querySelector(".tray .buttons");
  if (tray && fresh) {
    tray.replaceWith(fresh);
    wire(fresh);
  }
  piece?.focus({ preventScroll: true });
}

/* ---- What is new: answers the server knows of, and reviews not yet opened on this device ------- */

const READ = "actionlearn-read";
const opened = new Set(JSON.parse(localStorage.getItem(READ) ?? "[]"));

if (submission) {
  wire(document);
  opened.add(submission);
  localStorage.setItem(READ, JSON.stringify([...opened].slice(-2000)));
  for (const remark of document.querySelectorAll("[data-al-unseen]")) {
    call(`comments/${remark.dataset.alUnseen}/seen`, { body: {} }).catch(() => {});
  }
}
for (const row of document.querySelectorAll("[data-al-fresh]")) {
  if (!opened.has(row.dataset.alRow)) row.querySelector("[data-al-new]").hidden = false;
}
