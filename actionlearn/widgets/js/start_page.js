// Our page: its prompts are made live, and nothing is lost when it is hidden, closed or cut off.

import { followConditions } from "./conditions.js";
import { edits } from "./device_store.js";
import { replay } from "./replay.js";
import { Registry } from "./registry.js";
import { overHttp } from "./transport.js";
import { mark, missed } from "./waiting_marks.js";

/**
 * To other tabs of this browser; null where a browser has no such thing, and each tab then looks after itself.
 * @param {Registry} registry
 */
function channelOf(registry) {
  try {
    const channel = new BroadcastChannel("actionlearn");
    channel.addEventListener("message", ({ data }) => data.ask && channel.postMessage({ alive: registry.client }));
    return channel;
  } catch {
    return null;
  }
}

/** @param {PageElement} main */
export function bootPage(main) {
  const { alApi: api, alWorkbook: workbook, alPerson: person, alWords, alLocale: locale, alValues, alPlace: place } = main.dataset;
  const registry = new Registry(overHttp({ api, workbook, person, place }), { words: JSON.parse(alWords), locale, others: JSON.parse(alValues ?? "{}") });
  window.actionlearn = registry;
  registry.channel = channelOf(registry);
  edits.open().catch(() => registry.warn());
  for (const el of main.querySelectorAll(".al-prompt[data-prompt]")) if (el.querySelector(".al-foot")) registry.attach(el);
  followConditions(registry);
  document.documentElement.dataset.alStarted = ""; // from here on the page saves, and says how
  missed(person, workbook).then((gone) => gone && registry.warn("removed"));
  replay(registry);

  const flush = () => {
    for (const entry of registry.prompts.values()) {
      if (entry.unacknowledged && entry.onDevice) mark(person, workbook);
      entry.send({ keepalive: true });
    }
  };
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      return flush();
    }
    registry.resume();
    if (Date.now() - hiddenAt > 1000) registry.refresh();
  });
  addEventListener("pagehide", flush);
  addEventListener("pageshow", (event) => event.persisted && registry.refresh());
  addEventListener("online", () => registry.resume({ within: 500 }));
  addEventListener("focus", () => [...registry.prompts.values()].some((entry) => entry.retry) && registry.resume());
  document.addEventListener("al:signedin", () => registry.resume());
  addEventListener("beforeunload", (event) => {
    if ([...registry.prompts.values()].some((entry) => entry.unacknowledged && !entry.onDevice)) event.preventDefault();
  });
  document.dispatchEvent(new CustomEvent("al:ready"));
}
