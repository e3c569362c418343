// Parts of a page that wait for their day open by themselves as it begins, data-opens-in milliseconds from now.

const HOUR = 3_600_000; // a timer stands still while a machine sleeps, and cannot be set for a month

// Counted from here: what day this device believes it is does not matter.
let waits = [...document.querySelectorAll("[data-opens-in]")].map((part) => ({
  part,
  at: Date.now() + Number(part.dataset.opensIn),
}));
let timer = 0;

function open() {
  const come = waits.filter(({ at }) => at <= Date.now());
  for (const { part } of come) {
    part.previousElementSibling.remove(); // the line that said when
    part.hidden = false;
  }
  waits = waits.filter((each) => !come.includes(each));
  if (come.length) document.dispatchEvent(new CustomEvent("al:turned"));
  clearTimeout(timer);
  if (waits.length) timer = setTimeout(open, Math.min(HOUR, ...waits.map(({ at }) => at - Date.now())));
}

document.addEventListener("visibilitychange", () => document.hidden || open());
open();
