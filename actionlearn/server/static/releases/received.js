/** What was released to somebody, as it is now: what is withdrawn goes from an open page, too. */

import { declareReady } from "../shared/script_ready.js";
const EVERY = 15_000;
const place = document.querySelector("[data-al-fresh]");

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) {
      // No longer for this person: nothing of it stays in sight.
      place.replaceChildren();
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-al-fresh]");
    if (!fresh) place.replaceChildren();
    else if (fresh.innerHTML !== place.innerHTML) place.replaceChildren(...fresh.childNodes);
  } catch {
    // No network: it is tried again.
  }
}

setInterval(refresh, EVERY);
document.addEventListener("visibilitychange", refresh);
addEventListener("focus", refresh);
addEventListener("pageshow", (event) => event.persisted && refresh());

declareReady();
