// The kit's own host of live cells, for pages that show text, pictures and live(…) and nothing else.
//
// Each live(…) gets a model of the shape that anywidget gives it elsewhere. What passes between it and the kernel is
// Jupyter's protocol for widgets, as far as live(…) needs it: we say an update, and hear updates.

import { renderLive } from "./live.js";
import { uuid } from "./small.js";

const session = uuid();

class Model {
  constructor(id, state, say) {
    Object.assign(this, { id, state, say });
    this.listeners = new Map();
    this.mine = new Set(); // names of what this page has said
    this.due = false;
    this.waits = ""; // for the kernel to have finished this message
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    this.state[name] = value;
    this.mine.add(name);
  }

  on(event, act) {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(act));
  }

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

  // All that is heard is news, the same picture too: it answers what was said.
  hear(state) {
    Object.assign(this.state, state);
    for (const name of Object.keys(state)) for (const act of this.listeners.get(`change:${name}`) ?? []) act();
  }
}

function listen(address, models, { alive, lost, dead }) {
  const socket = new WebSocket(address);
  const all = [...models.values()];
  socket.addEventListener("open", () => all.forEach((model) => model.connected()));
  socket.addEventListener("close", ({ code }) => lost(code));
  socket.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return; // live(…) says nothing in bytes
    const { header, parent_header: parent, content } = JSON.parse(data);
    alive();
    // What other pages said is echoed, too; we hear of answers from the store.
    if (header.msg_type === "comm_msg" && content.data.method === "update") models.get(content.comm_id)?.hear(content.data.state);
    if (header.msg_type !== "status") return;
    if (content.execution_state === "dead") dead();
    if (content.execution_state === "idle") for (const model of all) model.finished(parent.msg_id);
  });
  return socket;
}

function message(type, content) {
  const header = { msg_id: uuid(), msg_type: type, session, username: "", version: "5.3" };
  return { header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] };
}

const drawnAgain = (el) => new Promise((go) => new MutationObserver(go).observe(el, { childList: true, subtree: true }));

// Put a live part into its places, and connect it. A picture that was made without the answers which the page has
// is not shown: until the kernel has said its own, what stood in the place before stays. Returns how to let go.
export function hostLightly(part, places, { api, wanted, alive, lost, dead }) {
  const models = new Map();
  const ends = [];
  let socket = null;
  const say = (comm_id, data) => {
    if (socket?.readyState !== WebSocket.OPEN) {
      wanted();
      return "";
    }
    const said = message("comm_msg", { comm_id, data });
    socket.send(JSON.stringify(said));
    return said.header.msg_id;
  };
  const draw = (el) => {
    const { alModel: id, alState: state } = el.dataset;
    const model = models.get(id) ?? new Model(id, JSON.parse(state), say);
    delete el.dataset.alState;
    models.set(id, model);
    ends.push(renderLive({ model, el }));
    const answers = window.actionlearn.values();
    return model.get("of").some((name) => answers[name] != null) && drawnAgain(el);
  };
  for (const place of places) {
    const cell = part.querySelector(`[data-al-cell="${CSS.escape(place.dataset.alLive)}"]`);
    const put = () => {
      place.replaceChildren(cell);
      place.dataset.state = "live";
    };
    const coming = [...cell.querySelectorAll("[data-al-model]")].map(draw).filter(Boolean);
    if (coming.length) Promise.all(coming).then(put);
    else put();
  }
  if (models.size) {
    const at = new URL(`${api}kernels/${part.dataset.alKernel}/channels?session_id=${session}`, location.href);
    at.protocol = at.protocol.replace("http", "ws");
    socket = listen(at, models, { alive, lost: (code) => socket && lost(code), dead });
  }
  return () => {
    const old = socket;
    socket = null;
    old?.close();
    for (const end of ends) end();
  };
}
