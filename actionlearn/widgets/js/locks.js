// What another answer closed stays as it was: its control can be read, and no longer changed.

function follow() {
  for (const note of document.querySelectorAll(".al-locked")) {
    const prompt = note.closest(".al-prompt");
    if (window.actionlearn?.prompts.get(prompt.dataset.prompt)?.composing) continue; // it is saved in a moment, and followed then
    for (const control of prompt.querySelectorAll(".al-field .al-input")) control.readOnly = !note.hidden;
  }
}

document.addEventListener("al:turned", follow);
document.addEventListener("al:saved", () => setTimeout(follow));
