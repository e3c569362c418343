/** Say that the script of this page runs: what only a script can send may be sent, and the warning that stands on the page goes. */
export function declareReady() {
  document.documentElement.dataset.alStarted = "";
  for (const button of document.querySelectorAll("[data-al-scripted]")) button.disabled = false;
}
