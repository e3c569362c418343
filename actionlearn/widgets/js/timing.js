// Waiting: for a while, for a quiet moment, longer each time.

/** @param {number} ms */
export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/**
 * Act in a quiet moment, and after so many ms at the latest.
 * @param {() => void} act
 * @param {number} [latest]
 */
export function whenIdle(act, latest = 2000) {
  if ("requestIdleCallback" in window) requestIdleCallback(act, { timeout: latest });
  else setTimeout(act, 200);
}

/**
 * How long to wait before trying again: longer each time, and never the same for all pages.
 * @param {number} tries
 */
export const backOff = (tries) => Math.min(30_000, 500 * 1.6 ** tries) * (0.5 + Math.random() / 2);
