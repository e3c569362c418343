// Voilà's front-end, for live cells that show more than text, pictures and live(…): widgets of others, formulas.
//
// It draws the cells in a shell of its own; each is then moved to its place between the prompts, which never move.

/**
 * Put each cell where its place is, once Voilà has taken the cells into its shell.
 * @param {PageElement} host
 * @param {PageElement[]} places
 */
function settle(host, places) {
  const cells = document.getElementById("rendered_cells");
  if (!cells || host.contains(cells)) return false;
  const shell = /** @type {HTMLElement} */ ([...document.body.children].find((child) => child.contains(cells)));
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
  window.addEventListener = function (/** @type {string} */ type, /** @type {any} */ listener, /** @type {any[]} */ ...more) {
    if (type !== "load" || document.readyState !== "complete") return add.call(window, type, listener, ...more);
    window.addEventListener = add;
    return setTimeout(() => listener(new Event("load")));
  };
}

/** @param {() => unknown} gone */
function watchKernel(gone) {
  const kernel = window.jupyterapp?.widgetManager?.kernel;
  if (!kernel) return setTimeout(watchKernel, 500, gone);
  kernel.statusChanged.connect((/** @type {unknown} */ _, /** @type {string} */ status) => ["dead", "restarting", "autorestarting"].includes(status) && gone());
  kernel.connectionStatusChanged.connect((/** @type {unknown} */ _, /** @type {string} */ status) => status === "disconnected" && gone());
  return undefined;
}

/**
 * Start it on a live part, which is in the document already. Called back when it does not start, and when the kernel is gone.
 * @param {PageElement} host
 * @param {PageElement[]} places
 * @param {{ config: any, failed: () => unknown, gone: () => unknown }} options
 */
export function startVoila(host, places, { config, failed, gone }) {
  document.body.dataset.baseUrl = `${config.baseUrl}voila/`;
  const observer = new MutationObserver(() => settle(host, places) && observer.disconnect());
  observer.observe(document.body, { childList: true, subtree: true });
  atOnce();
  const script = document.createElement("script");
  script.src = `${config.fullStaticUrl}/voila.js`;
  script.addEventListener("error", failed);
  document.body.append(script);
  watchKernel(gone);
}
