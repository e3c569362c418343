// Asking before something is done.

/**
 * Show a dialog; return the value of the button that closed it, empty where it was closed otherwise.
 * @param {PageElement} dialog
 */
export function choiceIn(dialog) {
  return new Promise((answer) => {
    dialog.returnValue = "";
    dialog.addEventListener("close", () => answer(dialog.returnValue), { once: true });
    dialog.showModal();
  });
}
