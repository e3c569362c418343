/** One way to talk to the kit's API, for all pages. */

import { dateFormat } from "../../../widgets/js/dates.js";

const base = document.querySelector("[data-al-api]")?.dataset.alApi ?? "/api/";

/** What the server refused, or what the network did, as a sentence to show. */
export class Trouble extends Error {
  /**
   * @param {number} status
   * @param {ServerError} error
   */
  constructor(status, error) {
    super([error.message, error.hint].filter(Boolean).join(" "));
    this.status = status;
    this.faults = error.faults ?? [];
    this.offline = status === 0;
  }
}

const outOfReach = () => document.querySelector("[data-offline]")?.dataset.offline ?? "";

/**
 * Call the API; return what it says as JSON, as a Blob where it is a file, or null.
 * @param {string} path
 * @param {ApiMessage} [message]
 * @returns {Promise<any>}
 */
export async function call(path, { method = "POST", body, type, keepalive = false } = {}) {
  /** @type {Record<string, string>} */
  const headers = { "X-Requested-With": "actionlearn" };
  let sent = /** @type {BodyInit | undefined} */ (body);
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = type ?? "application/json";
    if (!type) sent = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(base + path, { method, headers, body: sent, keepalive, credentials: "same-origin" });
  } catch {
    throw new Trouble(0, { message: outOfReach() });
  }
  const kind = response.headers.get("Content-Type") ?? "";
  const answer = kind.includes("json") ? await response.json().catch(() => null) : null;
  // The page of a proxy (a sign-in to the network, an error of its own) is no answer of ours, whatever its status says.
  if (kind.includes("html") || (kind.includes("json") && answer === null)) throw new Trouble(0, { message: outOfReach() });
  if (!response.ok) throw new Trouble(response.status, answer?.error ?? { message: response.statusText });
  return answer ?? (response.status === 204 ? null : response.blob());
}

/**
 * Show a sentence in the nearest place for it below `where`; an empty one takes it away.
 * @param {PageElement} where
 * @param {string} sentence
 */
export function tell(where, sentence) {
  const place = where.querySelector('[role="alert"]');
  if (!place) return;
  place.textContent = sentence;
  place.hidden = !sentence;
}

/**
 * Keep a button from being pressed twice while something runs.
 * @template T
 * @param {PageElement} button
 * @param {() => Promise<T>} act
 */
export async function busy(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return undefined;
  button.setAttribute("aria-disabled", "true");
  try {
    return await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/**
 * An instant, as the reader's language says it.
 * @param {string} instant
 */
export function when(instant) {
  return dated(instant, { dateStyle: "long", timeStyle: "short" });
}

/**
 * A day without its year, as the reader's language says it.
 * @param {string} date
 */
export const day = (date) => dated(date, { day: "numeric", month: "short", timeZone: "UTC" });

/**
 * @param {string} instant
 * @param {Intl.DateTimeFormatOptions} options
 */
const dated = (instant, options) => dateFormat(document.documentElement.lang, options).format(new Date(instant));
