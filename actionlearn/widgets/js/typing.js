// Words put in by a script as if somebody had typed them: the browser's own undo knows of them.

/**
 * Put a text in the place of what is selected, or of a part.
 * @param {PageElement} control
 * @param {string} text
 * @param {[number, number]} [part]
 */
export function insertText(control, text, part) {
  control.focus();
  if (part) control.setSelectionRange(...part);
  if (document.activeElement === control && document.execCommand("insertText", false, text)) return;
  control.setRangeText(text, control.selectionStart, control.selectionEnd, "end");
  control.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: text }));
}
