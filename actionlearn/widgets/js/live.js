// Draws what a live cell's function returned. In our page the answers come from the tab's
// registry, and the kernel is told of each that was saved; elsewhere the kernel knows them.

function draw(box, shown) {
  const data = (type, text) => `data:${type};base64,${text}`;
  if (shown.html !== undefined) {
    box.innerHTML = shown.html; // cleaned in the kernel
  } else if (shown.svg !== undefined || shown.png !== undefined) {
    const image = document.createElement("img");
    image.alt = shown.alt ?? "";
    image.src = shown.svg !== undefined ? data("image/svg+xml", shown.svg) : data("image/png", shown.png);
    box.replaceChildren(image);
  } else {
    const words = document.createElement("pre");
    words.textContent = shown.text ?? "";
    box.replaceChildren(words);
  }
}

function connect(model) {
  const registry = window.actionlearn;
  if (registry?.transport.kind !== "http") return () => {};
  return registry.subscribe(model.get("of"), (answers) => {
    model.set("answers", answers);
    model.save_changes();
  });
}

function render({ model, el }) {
  const box = document.createElement("div");
  box.className = "al-live";
  box.setAttribute("role", "group");
  if (model.get("title")) box.setAttribute("aria-label", model.get("title"));
  el.append(box);
  const redraw = () => draw(box, model.get("shown"));
  model.on("change:shown", redraw);
  redraw();
  let stop = () => {};
  const start = () => (stop = connect(model));
  if (window.actionlearn) start();
  else document.addEventListener("al:ready", start, { once: true });
  return () => {
    stop();
    model.off("change:shown", redraw);
  };
}

export default { render };
