// The preview of a template: the page is loaded anew when its author has changed something.

import { call } from "../shared/api.js";

const main = document.querySelector("main[data-al-workbook]");

if (main.dataset.alPreview) {
  setInterval(async () => {
    try {
      const { stamp } = await call("preview", { method: "GET" });
      if (stamp !== main.dataset.alPreview) location.reload();
    } catch {
      // the author stopped it, or it starts again
    }
  }, 1000);
}
