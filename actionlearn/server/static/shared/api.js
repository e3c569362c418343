/** One way to talk to the kit's API, for all pages. */

const base = document.querySelector("[data-al-api]")?.dataset.alApi ?? "/api/";

/** What the server refused, or what the network did, as a sentence to show. */
export class Trouble extends Error {
  constructor(status, error) {
    super([error.message, error.hint].filter(Boolean).join(" "));
    this.status = status;
    this.faults = error.faults ?? [];
    this.offline = status === 0;
  }
}

/** Call the API; return what it says as JSON, as a Blob where it is a file, or null. */
export async function call(path, { method = "POST", body, type, keepalive = false } = {}) {
  const headers = { "X-Requested-With": "actionlearn" };
  let sent = body;
  if (body !== undefined && !(body instanceof FormData)) {
    headers["Content-Type"] = type ?? "application/json";
    if (!type) sent = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(base + path, { method, headers, body: sent, keepalive, credentials: "same-origin" });
  } catch {
    throw new Trouble(0, { message: document.querySelector("[data-offline]")?.dataset.offline ?? "" });
  }
  const kind = response.headers.get("Content-Type") ?? "";
  const said = kind.includes("json") ? await response.json() : null;
  if (!response.ok) throw new Trouble(response.status, said?.error ?? { message: response.statusText });
  return said ?? (response.status === 204 ? null : response.blob());
}

/** Show a sentence in the nearest place for it below `where`; an empty one takes it away. */
export function tell(where, sentence) {
  const place = where.querySelector('[role="alert"]');
  if (!place) return;
  place.textContent = sentence;
  place.hidden = !sentence;
}

/** Keep a button from being pressed twice while something runs. */
export async function busy(button, act) {
  if (button.getAttribute("aria-disabled") === "true") return undefined;
  button.setAttribute("aria-disabled", "true");
  try {
    return await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** An instant, as the reader's language says it. */
export function when(instant) {
  return dated(instant, { dateStyle: "long", timeStyle: "short" });
}

/** A day without its year, as the reader's language says it. */
export const day = (date) => dated(date, { day: "numeric", month: "short", timeZone: "UTC" });

function dated(instant, format) {
  // Bare "en" is American to a browser; the pages write the day first.
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  return new Intl.DateTimeFormat(language, format).format(new Date(instant));
}

/** An element with text in it. */
export function made(name, text, attributes = {}) {
  const element = document.createElement(name);
  element.textContent = text;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
