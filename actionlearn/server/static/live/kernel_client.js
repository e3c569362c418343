// The kit's own host of live cells, for pages that show text, pictures and live(…) and nothing else.
//
// Each live(…) gets a model of the shape that anywidget gives it elsewhere. What passes between it and the kernel is
// Jupyter's protocol for widgets, as far as live(…) needs it: we say an update, and hear updates.

import { renderLive } from "../../../widgets/js/live.js";
import { uuid } from "../../../widgets/js/values.js";

const session = uuid();
const OPENING = 8000; // ms after which a connection that does not open counts as refused

class Model {
  /**
   * @param {string} id
   * @param {any} state
   * @param {(id: string, data: object) => string} say
   */
  constructor(id, state, say) {
    this.id = id;
    this.state = state;
    this.say = say;
    /** @type {Map<string, Set<() => void>>} */
    this.listeners = new Map();
    /** @type {Set<string>} */
    this.mine = new Set(); // names of what this page has said
    this.due = false;
    this.waits = ""; // for the kernel to have finished this message
  }

  /** @param {string} name */
  get(name) {
    return this.state[name];
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  set(name, value) {
    this.state[name] = value;
    this.mine.add(name);
  }

  /**
   * @param {any} event
   * @param {() => void} act
   */
  on(event, act) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(act));
  }

  /**
   * @param {any} event
   * @param {() => void} act
   */
  off(event, act) {
    this.listeners.get(event)?.delete(act);
  }

  save_changes() {
    this.due = true;
    this.send();
  }

  // One at a time: a kernel that is slow is told the newest, not all that was in between.
  send() {
    if (!this.due || this.waits) return;
    const state = Object.fromEntries([...this.mine].map((name) => [name, this.state[name]]));
    this.waits = this.say(this.id, { method: "update", state, buffer_paths: [] });
    this.due = !this.waits;
  }

  /** @param {string} message */
  finished(message) {
    if (message !== this.waits) return;
    this.waits = "";
    this.send();
  }

  // Another connection: nobody may have heard what was said last.
  connected() {
    this.waits = "";
    this.due ||= this.mine.size > 0;
    this.send();
  }

  /**
   * All that is heard is news, the same picture too: it answers what was said.
   * @param {any} state
   */
  hear(state) {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) for (const act of this.listeners.get(`change:${name}`) ?? []) act();
  }
}

/** @param {PageElement} el */
const drawnAgain = (el) => new Promise((go) => new MutationObserver(go).observe(el, { childList: true, subtree: true }));

// Connects to a part's kernel when it is made; draws when it is told to. Calls back: opened; lost, with the code by which the
// connection was closed, and whether it ever opened; dead, where the kernel is not started again; wanted, where there is something to say and nobody
// to hear it; heard, at each message.
export class KernelClient {
  /**
   * @param {PageElement} part
   * @param {string} kernels
   * @param {KernelCalls} calls
   */
  constructor(part, kernels, calls) {
    this.part = part;
    this.calls = calls;
    /** @type {Map<string, Model>} */
    this.models = new Map();
    /** @type {(() => void)[]} */
    this.ends = [];
    /** @type {WebSocket | null} */
    this.socket = null;
    this.ended = false;
    this.asking = false; // no connection opens: each thing that is said is sent by itself
    this.kernels = kernels;
    if (!part.querySelector("[data-al-model]")) return;
    const address = new URL(`${kernels}${part.dataset.alKernel}/channels?session_id=${session}`, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    this.opened = false;
    try {
      this.socket = new WebSocket(address);
    } catch {
      setTimeout(() => calls.lost(0, false)); // a browser, or a setting of it, that has none
      return;
    }
    setTimeout(() => this.opened || this.socket?.close(), OPENING);
    this.socket.addEventListener("open", () => {
      this.opened = true;
      calls.opened();
      this.models.forEach((model) => model.connected());
    });
    this.socket.addEventListener("close", ({ code }) => this.ended || calls.lost(code, this.opened));
    this.socket.addEventListener("message", ({ data }) => this.hear(data));
  }

  /** @param {any} data */
  hear(data) {
    if (this.ended || typeof data !== "string") return; // live(…) says nothing in bytes
    const { header, parent_header: parent, content } = JSON.parse(data);
    this.calls.heard();
    // What other pages said is echoed, too; we hear of answers from the store.
    if (header.msg_type === "comm_msg" && content.data.method === "update") this.models.get(content.comm_id)?.hear(content.data.state);
    if (header.msg_type !== "status") return;
    if (content.execution_state === "dead") this.calls.dead();
    if (content.execution_state === "idle") this.models.forEach((model) => model.finished(parent.msg_id));
  }

  /**
   * Say something to a model's other half. Returns the message's id; nothing where nobody hears it.
   * @param {string} comm_id
   * @param {any} data
   */
  say(comm_id, data) {
    if (!this.asking && (!this.socket || this.socket.readyState !== this.socket.OPEN)) {
      this.calls.wanted();
      return "";
    }
    const header = { msg_id: uuid(), msg_type: "comm_msg", session, username: "", version: "5.3" };
    const content = { comm_id, data };
    const message = JSON.stringify({ header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] });
    if (this.asking) this.exchange(message, header.msg_id);
    else this.socket?.send(message);
    return header.msg_id;
  }

  // Go on without a connection.
  ask() {
    this.asking = true;
    this.models.forEach((model) => model.connected());
  }

  /**
   * @param {string} message
   * @param {string} id
   */
  async exchange(message, id) {
    try {
      const headers = { "X-Requested-With": "actionlearn", "Content-Type": "application/json" };
      const reply = await fetch(`${this.kernels}${this.part.dataset.alKernel}/exchange`, { method: "POST", headers, body: message, credentials: "same-origin" });
      if (!reply.ok) throw new Error(reply.statusText);
      const { messages } = await reply.json();
      for (const each of messages) this.hear(each);
      this.models.forEach((model) => model.finished(id));
    } catch {
      if (!this.ended) this.calls.unanswered();
    }
  }

  /**
   * Put the cells into their places. A picture that was made without the answers which the page has is not shown:
   * what stood in the place before stays until the kernel has said its own.
   * @param {PageElement[]} places
   */
  draw(places) {
    for (const place of places) {
      const cell = this.part.querySelector(`[data-al-cell="${CSS.escape(place.dataset.alLive)}"]`);
      const put = () => {
        const line = this.asking && place.querySelector(":scope > .al-live-state"); // how it is drawn stays said
        place.replaceChildren(cell, ...(line ? [line] : []));
        place.dataset.state = "live";
      };
      const coming = [...cell.querySelectorAll("[data-al-model]")].filter((el) => this.drawModel(el)).map(drawnAgain);
      if (coming.length) Promise.all(coming).then(put);
      else put();
    }
  }

  /**
   * Returns whether the page has answers for it, so that it will be drawn again.
   * @param {PageElement} el
   */
  drawModel(el) {
    const { alModel: id, alState: state } = el.dataset;
    const model = this.models.get(id) ?? new Model(id, JSON.parse(state), (...said) => this.say(...said));
    delete el.dataset.alState;
    this.models.set(id, model);
    this.ends.push(renderLive({ model, el }));
    const answers = window.actionlearn.values();
    return model.get("of").some((/** @type {string} */ name) => answers[name] != null);
  }

  // Let go.
  end() {
    const socket = this.socket;
    this.socket = null;
    this.ended = true;
    socket?.close();
    for (const end of this.ends) end();
  }
}
