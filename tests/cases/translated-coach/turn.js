// What a browser's translation does to a page: each text is replaced by another, in two <font>. Here every text is turned round.
() => {
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) texts.push(walk.currentNode);
  for (const text of texts) {
    if (!text.data.trim() || text.parentElement.closest("textarea, script, style, [translate=no]")) continue;
    const [outer, inner] = [document.createElement("font"), document.createElement("font")];
    inner.textContent = [...text.data].reverse().join("");
    outer.append(inner);
    text.replaceWith(outer);
  }
  document.documentElement.className += " translated-ltr";
}
