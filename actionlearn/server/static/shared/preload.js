// Ask for files before anybody needs them: all at once, and after whatever the page itself asks for.

export function idle() {
  return new Promise((go) => (window.requestIdleCallback ? requestIdleCallback(go, { timeout: 3000 }) : setTimeout(go, 200)));
}

// rel: “preload” for this page, “prefetch” for one that may come.
export function ahead(element, rel) {
  if (rel === "prefetch" && navigator.connection?.saveData) return;
  for (const href of (element.dataset.alAhead ?? "").split(" ").filter(Boolean)) {
    const link = document.createElement("link");
    Object.assign(link, { rel, as: "script", href, fetchPriority: "low" });
    document.head.append(link);
  }
}
