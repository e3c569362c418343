// What another answer closed stays as it was: its control can be read, and no longer changed.

function follow() {
  for (const note of document.querySelectorAll(".al-locked")) {
    for (const control of note.closest(".al-prompt").querySelectorAll(".al-field .al-input")) control.readOnly = !note.hidden;
  }
}

document.addEventListener("al:turned", follow);
document.addEventListener("al:saved", () => setTimeout(follow));
