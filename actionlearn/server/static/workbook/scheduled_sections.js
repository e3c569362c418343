// Parts of a page that wait for their day open by themselves as it begins, data-opens-in milliseconds from now.

const HOUR = 3_600_000; // a timer stands still while a machine sleeps, and cannot be set for a month

// Counted from here: what day this device believes it is does not matter.
let hiddenParts = [...document.querySelectorAll("[data-opens-in]")].map((part) => ({
  part,
  at: Date.now() + Number(part.dataset.opensIn),
}));
let timer = 0;

function open() {
  const due = hiddenParts.filter(({ at }) => at <= Date.now());
  for (const { part } of due) {
    part.previousElementSibling?.remove(); // the line that said when
    part.hidden = false;
  }
  hiddenParts = hiddenParts.filter((each) => !due.includes(each));
  if (due.length) document.dispatchEvent(new CustomEvent("al:turned"));
  clearTimeout(timer);
  if (hiddenParts.length) timer = setTimeout(open, Math.min(HOUR, ...hiddenParts.map(({ at }) => at - Date.now())));
}

document.addEventListener("visibilitychange", () => document.hidden || open());
open();
