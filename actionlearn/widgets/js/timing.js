// Waiting: for a while, for a quiet moment, longer each time.

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export function whenIdle(act) {
  if (window.requestIdleCallback) requestIdleCallback(act, { timeout: 2000 });
  else setTimeout(act, 200);
}

// How long to wait before trying again: longer each time, and never the same for all pages.
export const backOff = (tries) => Math.min(30_000, 500 * 1.6 ** tries) * (0.5 + Math.random() / 2);
