// Two ways to save: to our server over HTTP, or over the comm of a widget.

const TIMEOUT = 20_000; // ms to wait for a reply
const WRONG = 600_000; // ms that a device's clock may be off before the page says so

/** Ends a request that takes too long, in browsers that have no AbortSignal.timeout as well. */
function limited() {
  if (AbortSignal.timeout) return AbortSignal.timeout(TIMEOUT);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), TIMEOUT);
  return controller.signal;
}

/** @param {{ api: string, workbook: string, person: string, place?: string }} page */
export function overHttp({ api, workbook, person, place = "workbooks" }) {
  const headers = { "Content-Type": "application/json", "X-Requested-With": "actionlearn" };
  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [message]
   * @param {boolean} [keepalive]
   */
  async function call(method, path, message, keepalive = false) {
    const body = message === undefined ? undefined : JSON.stringify(message);
    const signal = keepalive ? undefined : limited();
    const reply = await fetch(`${api}${place}/${workbook}/${path}`, { method, headers, body, keepalive, signal, credentials: "same-origin" });
    http.skew = Date.now() - (Date.parse(reply.headers.get("Date") ?? "") || Date.now());
    if (Math.abs(http.skew) > WRONG) window.actionlearn?.warn("clock");
    return { status: reply.status, body: reply.status === 204 ? null : await reply.json() };
  }
  /** @type {HttpTransport} */
  const http = {
    kind: "http",
    skew: 0, // how far this device's clock is ahead of the server's, in ms
    person,
    workbook,
    save: (entry, message, keepalive) => call("PUT", `answers/${entry.prompt}`, { person, ...message }, keepalive),
    cut: (entry, cause) => call("POST", `revisions/${entry.prompt}`, { cause }, true),
    audience: (entry, audience) => call("PUT", `audience/${entry.prompt}`, { audience }),
    answers: () => call("GET", "answers"),
  };
  return http;
}

/** @returns {Transport} */
export function overComm() {
  return {
    kind: "comm",
    save({ model }, message) {
      return new Promise((done, fail) => {
        /** @param {any} reply */
        const hear = (reply) => reply.client === message.client && reply.seq === message.seq && end(done, reply);
        const timer = setTimeout(() => end(fail, new Error("no reply")), TIMEOUT);
        /**
         * @param {(what: any) => void} how
         * @param {unknown} what
         */
        const end = (how, what) => {
          clearTimeout(timer);
          model?.off("msg:custom", hear);
          how(what);
        };
        model?.on("msg:custom", hear);
        model?.send({ type: "save", ...message });
      });
    },
    async cut({ model }, cause) {
      model?.send({ type: "revision", cause });
    },
  };
}
