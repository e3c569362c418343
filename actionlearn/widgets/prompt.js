// Makes the prompts of a page save. The page's own HTML brings them, with their words in them;
// nothing here draws a prompt anew or moves it, so the caret stays where it is.
//
// One registry per tab, window.actionlearn. In our page it saves by HTTP, and keeps each edit on
// the device until the store has acknowledged it. In stock Voilà and JupyterLab it is the module
// of a widget, and saves over that widget's comm. Which of the two is chosen once.
//
// Never says "saved" before the store has said so.

const DEBOUNCE = 300; // ms of rest after which a text is sent
const LONGEST = 3000; // ms after which it is sent though the typing goes on
const REST = 60_000; // ms of rest after which a revision is cut
const TIMEOUT = 20_000; // ms to wait for a reply
const WRONG = 600_000; // ms that a device's clock may be off before the page says so
const KEEPALIVE = 60_000; // bytes a closing tab may still send; the device keeps what is longer
const NOT_YET = { not_yet: true };
const TROUBLE = ["saved", "saving", "device", "waiting", "two"]; // from best to worst

// ---------------------------------------------------------------- small things

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const bytes = (text) => new Blob([text]).size;
const isText = (kind) => kind === "long-text" || kind === "short-text";

function uuid() {
  // crypto.randomUUID is missing where a laptop serves its room over plain HTTP.
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("").replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function isEmpty(value) {
  if (typeof value === "string") return !value.trim();
  return value == null || (Array.isArray(value) && !value.length);
}

const sorted = (_, x) => (x && typeof x === "object" && !Array.isArray(x) ? Object.fromEntries(Object.entries(x).sort()) : x);
const same = (a, b) => JSON.stringify(isEmpty(a) ? null : a, sorted) === JSON.stringify(isEmpty(b) ? null : b, sorted);

function h(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// ---------------------------------------------------------------- reading and writing controls

const rowsOf = (el) => [...el.querySelectorAll("tbody > tr")];
const boxesOf = (el) => [...el.querySelectorAll(".al-field input")];
const notYetOf = (el) => el.querySelector("[data-act=not-yet]");

function readControl(control, initial) {
  if (control.validity?.badInput) return undefined; // half a date is not an answer, and not nothing either
  if (!initial) return control.value;
  if (control.tagName !== "SELECT") return control.defaultValue;
  return [...control.options].find((option) => option.defaultSelected)?.value ?? "";
}

const checked = (box, initial) => (initial ? box.defaultChecked : box.checked);

const READ = {
  choice: (el, initial) => boxesOf(el).find((box) => checked(box, initial))?.value,
  choices: (el, initial) => boxesOf(el).filter((box) => checked(box, initial)).map((box) => box.value),
  scale: (el, initial) => {
    const value = READ.choice(el, initial);
    return value === undefined ? null : Number(value);
  },
  table: (el, initial) =>
    rowsOf(el)
      .map((tr) => {
        const cells = {};
        for (const control of tr.querySelectorAll("[data-column]")) {
          const value = readControl(control, initial);
          if (!isEmpty(value)) cells[control.dataset.column] = control.dataset.kind === "scale" ? Number(value) : value;
        }
        return { row: (tr.dataset.row ||= uuid()), cells };
      })
      .filter((row) => Object.keys(row.cells).length),
};

// What a prompt's controls say; undefined where that cannot be told just now.
function read(el, initial = false) {
  const kind = READ[el.dataset.kind];
  const control = el.querySelector(".al-field .al-input");
  if (!kind && control.validity.badInput) return undefined;
  const value = kind ? kind(el, initial) : readControl(control, initial);
  if (!isEmpty(value)) return value;
  return notYetOf(el)?.ariaPressed === "true" ? NOT_YET : null;
}

function writeControl(control, value) {
  let text = value == null ? "" : String(value);
  if (control.dataset.decimal) text = text.replace(".", control.dataset.decimal);
  const was = control.value;
  if (was === text) return;
  const { selectionStart: start, selectionEnd: end, selectionDirection: direction, scrollTop } = control;
  const caret = control === document.activeElement && start !== null && control.tagName !== "SELECT" && start !== undefined;
  control.value = text;
  if (caret) {
    const moved = follows(was, text);
    control.setSelectionRange(moved(start), moved(end), direction);
    control.scrollTop = scrollTop;
  }
  grow(control);
}

// Where a place in a text is once other words stand there: before a change it stays, after it it moves along.
function follows(was, text) {
  const most = Math.min(was.length, text.length);
  let head = 0;
  while (head < most && was[head] === text[head]) head++;
  let tail = 0;
  while (tail < most - head && was.at(-1 - tail) === text.at(-1 - tail)) tail++;
  return (at) => (at <= head ? at : at >= was.length - tail ? at + text.length - was.length : Math.min(at, text.length - tail));
}

const WRITE = {
  choice: (el, value) => boxesOf(el).forEach((box) => (box.checked = box.value === String(value))),
  choices: (el, value) => boxesOf(el).forEach((box) => (box.checked = (value ?? []).includes(box.value))),
  scale: (el, value) => WRITE.choice(el, value),
  table: (el, value) => {
    const old = new Map(rowsOf(el).map((tr) => [(tr.dataset.row ||= uuid()), tr]));
    const rows = value?.length ? [...value] : [];
    const here = [...old.values()].find((tr) => tr.contains(document.activeElement))?.dataset.row;
    if (here ? !rows.some((row) => row.row === here) : !rows.length) rows.push({ row: here ?? uuid(), cells: {} });
    const body = el.querySelector("tbody");
    const wanted = rows.map((row) => old.get(row.row) ?? newRow(el, row.row));
    for (const tr of rowsOf(el)) if (!wanted.includes(tr)) tr.remove(); // first, so that the row one is in need not move
    wanted.forEach((tr, i) => body.children[i] !== tr && body.insertBefore(tr, body.children[i] ?? null));
    rows.forEach((row, i) => {
      for (const control of wanted[i].querySelectorAll("[data-column]")) writeControl(control, row.cells[control.dataset.column]);
    });
    renumber(el);
  },
};

let writing = false; // a row that is moved loses focus, and its "change" would be read half-way

function write(el, value) {
  const content = same(value, NOT_YET) ? null : value;
  writing = true;
  if (WRITE[el.dataset.kind]) WRITE[el.dataset.kind](el, content);
  else writeControl(el.querySelector(".al-field .al-input"), content);
  writing = false;
  showButtons(el, value);
}

// "Not yet" is offered while nothing is said, "Clear" once something is.
function showButtons(el, value) {
  const button = notYetOf(el);
  const notYet = same(value, NOT_YET);
  button.ariaPressed = String(notYet);
  button.hidden = !notYet && !isEmpty(value);
  const clear = el.querySelector("[data-act=clear]");
  if (clear) clear.hidden = isEmpty(value) || notYet;
}

// Browsers without `field-sizing: content` need help to let a text grow.
function grow(control) {
  if (control.tagName !== "TEXTAREA" || CSS.supports("field-sizing", "content")) return;
  control.style.height = "auto";
  control.style.height = `${control.scrollHeight + 2}px`;
}

// An answer in words, to be compared with another.
function inWords(el, value, words) {
  if (same(value, NOT_YET)) return notYetOf(el).textContent;
  if (isEmpty(value)) return words.nothing;
  const labels = new Map(boxesOf(el).map((box) => [box.value, box.parentElement.innerText.trim()]));
  if (el.dataset.kind !== "table") return [value].flat().map((each) => labels.get(String(each)) ?? each).join(", ");
  const options = [...(el.querySelector("template")?.content.querySelectorAll("option") ?? [])];
  for (const option of options) labels.set(option.value, option.textContent);
  return value.map((row) => Object.values(row.cells).map((cell) => labels.get(String(cell)) ?? cell).join(" · ")).join("\n");
}

// ---------------------------------------------------------------- rows of a table

function newRow(el, id = uuid()) {
  const row = el.querySelector("template").content.firstElementChild.cloneNode(true);
  row.dataset.row = id;
  return row;
}

function renumber(el) {
  const rows = rowsOf(el);
  rows.forEach((tr, i) => {
    for (const place of tr.querySelectorAll("[data-n]")) place.textContent = i + 1;
    tr.querySelector("[data-act=up]").ariaDisabled = String(i === 0);
    tr.querySelector("[data-act=down]").ariaDisabled = String(i === rows.length - 1);
  });
}

const firstCell = (tr) => tr?.querySelector("[data-column]");

const ROW_ACTS = {
  add(el) {
    const row = newRow(el);
    el.querySelector("tbody").append(row);
    firstCell(row).focus();
  },
  up(el, button, tr) {
    tr.previousElementSibling?.before(tr);
    button.focus();
  },
  down(el, button, tr) {
    tr.nextElementSibling?.after(tr);
    button.focus();
  },
  remove(el, button, tr) {
    const rows = rowsOf(el);
    el.removed = { tr, at: rows.indexOf(tr) };
    if (rows.length === 1) tr.after(newRow(el));
    const next = tr.nextElementSibling ?? tr.previousElementSibling;
    tr.remove();
    el.querySelector("[data-act=undo]").hidden = false;
    next.querySelector("[data-act=remove]").focus();
  },
  undo(el, button) {
    const { tr, at } = el.removed;
    const before = rowsOf(el)[at];
    before ? before.before(tr) : el.querySelector("tbody").append(tr);
    button.hidden = true;
    firstCell(tr).focus();
  },
};

// Rows that were changed in one place only are put together; null where one row was changed in both.
function mergeRows(base, mine, theirs) {
  const [b, m, t] = [base, mine, theirs].map((rows) => new Map((Array.isArray(rows) ? rows : []).map((row) => [row.row, row.cells])));
  const order = [...new Set([...t.keys(), ...m.keys()])];
  const merged = [];
  for (const row of order) {
    const [was, my, their] = [b.get(row), m.get(row), t.get(row)];
    const cells = same(my, was) ? their : same(their, was) || same(my, their) ? my : null;
    if (cells === null) return null;
    if (cells) merged.push({ row, cells });
  }
  return merged;
}

// ---------------------------------------------------------------- the device

const device = {
  opened: null,
  open() {
    this.opened ??= new Promise((done, fail) => {
      const request = indexedDB.open("actionlearn", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("edits", { keyPath: ["person", "workbook", "client", "prompt"] });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    return this.opened;
  },
  async act(mode, what) {
    const transaction = (await this.open()).transaction("edits", mode);
    const request = what(transaction.objectStore("edits"));
    transaction.commit?.(); // by itself it would wait for this page, which may close with the next key
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  },
  put: (record) => device.act("readwrite", (edits) => edits.put(record)),
  remove: (key) => device.act("readwrite", (edits) => edits.delete(key)),
  all: (person, workbook) => device.act("readonly", (edits) => edits.getAll(IDBKeyRange.bound([person, workbook], [person, workbook, []]))),
};

// ---------------------------------------------------------------- two ways to save

function overHttp({ api, workbook, person }) {
  const headers = { "Content-Type": "application/json", "X-Requested-With": "actionlearn" };
  async function call(method, path, message, keepalive = false) {
    const body = message && JSON.stringify(message);
    const signal = keepalive ? undefined : AbortSignal.timeout(TIMEOUT);
    const reply = await fetch(`${api}workbooks/${workbook}/${path}`, { method, headers, body, keepalive, signal, credentials: "same-origin" });
    http.skew = Date.now() - (Date.parse(reply.headers.get("Date")) || Date.now());
    if (Math.abs(http.skew) > WRONG) window.actionlearn?.warn("clock");
    return { status: reply.status, body: reply.status === 204 ? null : await reply.json() };
  }
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

function overComm() {
  return {
    kind: "comm",
    save({ model }, message) {
      return new Promise((done, fail) => {
        const hear = (reply) => reply.client === message.client && reply.seq === message.seq && end(done, reply);
        const timer = setTimeout(() => end(fail, new Error("no reply")), TIMEOUT);
        const end = (how, what) => {
          clearTimeout(timer);
          model.off("msg:custom", hear);
          how(what);
        };
        model.on("msg:custom", hear);
        model.send({ type: "save", ...message });
      });
    },
    async cut({ model }, cause) {
      model.send({ type: "revision", cause });
    },
  };
}

// ---------------------------------------------------------------- one prompt

class Entry {
  constructor(registry, key, el, model) {
    Object.assign(this, { registry, key, model, prompt: el.dataset.prompt, kind: el.dataset.kind });
    this.elements = new Set();
    this.version = Number(el.dataset.version); // what the store last acknowledged
    this.value = this.acked = read(el, true) ?? null;
    this.savedAt = el.querySelector(".al-state").dataset.savedAt;
    this.sent = null; // the message that waits for its reply
    this.dirty = false; // whether there is an edit newer than that
    this.two = null; // the head, while a person has to choose
    this.both = null; // {mine, theirs} while a person makes one of two
    this.ahead = null; // what another page saved, until it can be taken in
    this.fault = null; // why the server does not take it
    this.left = null; // {keys, value} of former visits' edits that this entry took over
    this.tries = 0;
    this.onDevice = true;
    this.state = "saved";
  }

  get unacknowledged() {
    return Boolean(this.sent || this.dirty || this.fault);
  }

  // Something stands in the controls that was not said yet: half a date, a word that is being composed.
  get unsaid() {
    return [...this.elements].some((el) => el.contains(document.activeElement) && !same(read(el), this.value));
  }

  // The person changed the answer.
  edit(value, { from = null, atOnce = false } = {}) {
    if (value === undefined || same(value, this.value)) return;
    this.value = value;
    this.since ??= Date.now();
    this.dirty = true;
    this.fault = null;
    for (const el of this.elements) el === from ? showButtons(el, value) : write(el, value);
    this.keep();
    clearTimeout(this.rest);
    if (this.two) return this.draw();
    this.become(this.state === "waiting" ? "waiting" : "saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), atOnce || Date.now() - this.since > LONGEST ? 0 : DEBOUNCE);
  }

  // Put on the device what the store has not acknowledged, or take it off.
  keep() {
    const { transport, client, seq } = this.registry;
    if (transport.kind !== "http" || (this.two && this.left && same(this.value, this.left.value))) return;
    const key = { person: transport.person, workbook: transport.workbook, client, prompt: this.prompt };
    const next = this.dirty || this.fault ? { value: this.value } : null;
    const act =
      this.sent || next
        ? device.put({ ...key, seq, base: this.version, sent: this.sent, next, at: Date.now() })
        : device.remove(Object.values(key));
    this.stored = act.then(
      () => (this.onDevice = true),
      () => {
        this.onDevice = !this.unacknowledged;
        this.registry.warn();
      },
    );
  }

  async send({ keepalive = false } = {}) {
    clearTimeout(this.timer);
    this.timer = null;
    const { transport } = this.registry;
    if (this.busy && this.dirty && keepalive) this.part();
    if (this.busy || this.two || this.held || this.retry || !(this.sent || this.dirty)) return;
    if (!this.sent) {
      this.sent = { client: this.registry.client, seq: ++this.registry.seq, base: this.version, value: this.value };
      this.dirty = false;
      this.since = null;
      this.keep();
    }
    this.busy = true;
    let reply;
    try {
      if (!keepalive) await Promise.race([this.stored, wait(1000)]);
      reply = await transport.save(this, this.sent, keepalive && bytes(JSON.stringify(this.sent)) < KEEPALIVE);
    } catch {
      reply = { status: 0 };
    }
    this.busy = false;
    this.hear(reply);
  }

  // The page may go before the reply to an earlier edit comes: let this one follow it, and hear no reply.
  part() {
    const { transport, client } = this.registry;
    const message = { client, seq: ++this.registry.seq, base: this.version, value: this.value };
    this.keep();
    if (bytes(JSON.stringify(message)) < KEEPALIVE) transport.save(this, message, true).catch(() => {});
  }

  hear({ status, body }) {
    if (status === 200 && Number.isInteger(body?.version)) this.acknowledged(body);
    else if (status === 409 && body?.head) this.behind(body.head);
    else if (status === 401) this.signIn(body?.error);
    else if (status >= 400 && status < 500 && status !== 429 && body?.error) this.refused(body.error);
    else this.later();
  }

  // Another page saved this answer. What is being written here is never overwritten: its save will not
  // follow the head, and then the person chooses.
  heard(head) {
    if (this.two && head.version > this.two.version) {
      this.two = head;
      this.draw();
    } else if (head.version > (this.ahead ?? this).version) this.ahead = head;
    this.follow();
  }

  follow() {
    const head = this.ahead;
    if (!head || this.unacknowledged || this.two || this.held || this.unsaid) return;
    this.ahead = null;
    if (head.version <= this.version) return;
    const here = [...this.elements].some((el) => el.contains(document.activeElement)) && !same(head.value, this.value);
    this.adopt(head.value, head.version, head.saved_at);
    if (here) this.registry.say(this.registry.words.elsewhere);
  }

  acknowledged({ version, saved_at }) {
    const { value } = this.sent;
    Object.assign(this, { sent: null, version, acked: value, savedAt: saved_at, tries: 0, uncut: true });
    this.forget();
    this.keep();
    this.registry.tell(this, value);
    if (this.dirty) {
      if (this.state !== "saving") this.become("saving");
      if (!this.timer || document.hidden) this.send({ keepalive: document.hidden });
      return;
    }
    this.become("saved");
    if (this.gone) this.cut("blur");
    else this.rest = setTimeout(() => this.cut("rest"), REST);
    this.follow();
  }

  // Wait, not for ever, until the store has what stands here. False: it has not.
  async settled(patience = 8000) {
    const until = Date.now() + patience;
    this.send();
    while (this.unacknowledged && !this.two && !this.fault && Date.now() < until) await wait(50);
    return !this.unacknowledged && !this.two;
  }

  // Wait until what stands here is among the versions, as far as the network lets it.
  async versioned() {
    const done = await this.settled(3000);
    if (done) this.cut("blur");
    await this.cutting;
    return done;
  }

  // Bring a former version back: saved as any edit is, with what stood here kept among the versions.
  async restore(value) {
    if (!(await this.versioned())) return false;
    this.edit(value, { atOnce: true });
    if (!(await this.settled())) return false;
    this.uncut = false;
    await this.registry.transport.cut(this, "restore");
    return true;
  }

  // A save that does not follow the head: put together what did not collide, else ask.
  behind(head, { merge = true } = {}) {
    const merged = merge && this.kind === "table" && mergeRows(this.acked, this.value, head.value);
    if (same(head.value, this.value)) return this.adopt(head.value, head.version, head.saved_at);
    if (merged) {
      Object.assign(this, { version: head.version, acked: head.value, value: merged, sent: null, dirty: true });
      for (const el of this.elements) write(el, merged);
      this.keep();
      return this.send();
    }
    this.dirty = !this.sent || !same(this.sent.value, this.value);
    this.two = this.ahead?.version > head.version ? this.ahead : head;
    this.both = this.ahead = null;
    this.keep();
    this.become("two");
  }

  // The person chose between two versions.
  choose(which) {
    const head = this.two;
    this.two = null;
    this.focus();
    if (which === "theirs") return this.adopt(head.value, head.version, head.saved_at);
    Object.assign(this, { version: head.version, acked: head.value, sent: null, dirty: true });
    if (which === "both") {
      this.both = { mine: this.value, theirs: head.value, at: head.saved_at };
      this.value = together(this.kind, this.value, head.value);
      for (const el of this.elements) write(el, this.value);
    }
    this.keep();
    this.become("saving");
    this.send();
  }

  // What the store has is what is shown.
  adopt(value, version, savedAt) {
    Object.assign(this, { value, acked: value, version, savedAt, sent: null, dirty: false, fault: null, two: null });
    for (const el of this.elements) write(el, value);
    this.forget();
    this.keep();
    this.registry.tell(this, value);
    this.become("saved");
  }

  // Show words a former visit left on this device.
  takeOver(value, key) {
    const mine = this.dirty && !same(this.value, value) ? together(this.kind, this.value, value) : value;
    this.left = { keys: [...(this.left?.keys ?? []), key], value: mine };
    this.value = mine;
    for (const el of this.elements) write(el, mine);
  }

  forget() {
    for (const key of this.left?.keys ?? []) device.remove(key).catch(() => {});
    this.left = null;
  }

  signIn(error) {
    this.held = "signin";
    this.become("device");
    this.registry.signIn(error);
  }

  refused(error) {
    if (error.code === "answers.future_base") return this.registry.refind(this);
    this.sent = null;
    if (error.code === "answers.reused_seq") {
      this.dirty = true;
      return this.send();
    }
    if (this.dirty) return this.send(); // a newer edit may do better
    this.fault = error;
    this.keep();
    this.become("device");
  }

  // Back off, more each time, and never all pages at once.
  later() {
    const most = Math.min(30_000, 500 * 2 ** this.tries++);
    this.become("waiting");
    this.retry = setTimeout(() => this.resume(), most * (0.5 + Math.random() / 2));
  }

  resume({ afresh = false } = {}) {
    clearTimeout(this.retry);
    this.retry = null;
    if (afresh) this.tries = 0;
    if (this.held === "signin") this.held = null;
    return this.send();
  }

  cut(cause) {
    this.gone = false;
    clearTimeout(this.rest);
    if (!this.uncut) return;
    this.uncut = false;
    this.cutting = this.registry.transport.cut(this, cause).catch(() => (this.uncut = true));
  }

  // Focus left the prompt.
  leave() {
    this.gone = true;
    if (this.unacknowledged) this.send();
    else this.cut("blur");
    this.follow();
  }

  focus() {
    for (const el of this.elements) if (el.contains(document.activeElement)) el.querySelector(".al-field :is(input, textarea, select)").focus();
  }

  become(state) {
    this.state = state;
    this.draw();
    this.registry.report();
  }

  get words() {
    const { words, transport } = this.registry;
    if (this.state === "saved") return this.savedAt ? fill(words.saved, { time: this.registry.time(this.savedAt) }) : "";
    if (this.state === "device" && this.held) return words.signin;
    if (this.state === "device") return this.onDevice && transport.kind === "http" ? words.device : words.refused;
    if (this.state !== "waiting") return words[this.state];
    return transport.kind === "comm" ? words.waiting_kernel : this.onDevice ? words.waiting : words.waiting_page;
  }

  draw() {
    for (const el of this.elements) {
      const line = el.querySelector(".al-state");
      el.dataset.version = this.version;
      line.dataset.state = this.state;
      if (line.textContent !== this.words) line.textContent = this.words;
      el.querySelector(".al-fault")?.remove();
      if (this.fault) el.querySelector(".al-foot").after(h("p", { className: "al-fault" }, `${this.fault.message} ${this.fault.hint ?? ""}`));
      this.drawTwo(el);
    }
  }

  // Two versions side by side, to choose from; or, while they are made one by hand, to look at.
  drawTwo(el) {
    const { words } = this.registry;
    const sides = this.two ? { mine: this.value, theirs: this.two.value } : this.both;
    let box = el.querySelector(".al-two");
    if (box && (!sides || box.classList.contains("al-both") === Boolean(this.two))) box = box.remove();
    if (!sides) return;
    if (!box) {
      box = this.boxOfTwo();
      el.querySelector(".al-foot").after(box);
    }
    const [mine, theirs] = [inWords(el, sides.mine, words), inWords(el, sides.theirs, words)];
    box.querySelector(".al-mine").replaceChildren(...marked(mine, theirs));
    box.querySelector(".al-theirs").replaceChildren(...marked(theirs, mine));
  }

  boxOfTwo() {
    const { words } = this.registry;
    const button = (name, act) => h("button", { type: "button", className: "al-button", onclick: act }, words[name]);
    const at = this.two?.saved_at ?? this.both?.at;
    const time = at && this.registry.time(at);
    const where = { mine: words.mine_where, theirs: time ? fill(words.theirs_where, { time }) : "" };
    const side = (name) =>
      h(
        "div",
        {},
        h("p", { className: "al-two-name" }, words[name], h("span", {}, where[name] && ` · ${where[name]}`)),
        h("div", { className: `al-two-words al-${name}` }),
      );
    const buttons = this.two
      ? [button("keep_mine", () => this.choose("mine")), button("take_theirs", () => this.choose("theirs"))]
      : [button("done", () => this.merged())];
    if (this.two && (isText(this.kind) || this.kind === "table")) buttons.push(button("edit_both", () => this.choose("both")));
    const said = h("p", {}, this.two ? words.two_said : words.both_said);
    const sides = h("div", { className: "al-two-sides" }, side("mine"), side("theirs"));
    const box = h("div", { className: this.two ? "al-two" : "al-two al-both" }, said, sides, h("div", { className: "al-row" }, ...buttons));
    for (const each of sides.querySelectorAll(".al-two-words")) each.tabIndex = 0; // long ones scroll, by keys too
    box.role = "group";
    box.ariaLabel = words.two;
    return box;
  }

  // Two versions were made one by hand.
  merged() {
    this.focus();
    this.both = null;
    this.draw();
  }
}

// A text with the words marked that another does not have.
function marked(text, other) {
  const [words, others] = [text, other].map((each) => each.match(/\S+\s*|\s+/g) ?? []);
  const most = Math.min(words.length, others.length);
  let head = 0;
  while (head < most && words[head] === others[head]) head++;
  let tail = 0;
  while (tail < most - head && words.at(-1 - tail) === others.at(-1 - tail)) tail++;
  const [mine, theirs] = [words, others].map((each) => each.slice(head, each.length - tail));
  const kept = mine.length * theirs.length > 1_000_000 ? [] : inBoth(mine, theirs);
  const parts = [words.slice(0, head).join("")];
  for (let i = 0; i < mine.length; i++) {
    if (kept[i]) parts.push(mine[i]);
    else if (parts.at(-1).tagName === "MARK") parts.at(-1).append(mine[i]);
    else parts.push(h("mark", {}, mine[i]));
  }
  return [...parts, words.slice(words.length - tail).join("")];
}

// Which words of one list are in the longest list of words that both have in this order.
function inBoth(mine, theirs) {
  const longest = Array.from({ length: mine.length + 1 }, () => new Uint16Array(theirs.length + 1));
  for (let i = mine.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      longest[i][j] = mine[i] === theirs[j] ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const kept = [];
  for (let i = 0, j = 0; i < mine.length && j < theirs.length; ) {
    if (mine[i] === theirs[j]) [kept[i++], j] = [true, j + 1];
    else if (longest[i + 1][j] >= longest[i][j + 1]) i++;
    else j++;
  }
  return kept;
}

// Both answers in one, for a person to edit.
function together(kind, mine, theirs) {
  if (isEmpty(theirs) || same(theirs, NOT_YET)) return mine;
  if (isEmpty(mine) || same(mine, NOT_YET)) return theirs;
  if (isText(kind)) return mine.includes(theirs) ? mine : [mine, theirs].join(kind === "long-text" ? "\n\n" : " ");
  if (kind !== "table") return mine;
  const held = new Map(mine.map((row) => [row.row, row]));
  const more = theirs.filter((row) => !same(held.get(row.row), row));
  return [...mine, ...more.map((row) => (held.has(row.row) ? { ...row, row: uuid() } : row))];
}

// ---------------------------------------------------------------- one registry per tab

class Registry {
  constructor(transport, { words, locale, others = {} }) {
    Object.assign(this, { transport, words, locale, others });
    this.prompts = new Map();
    this.client = uuid();
    this.seq = 0;
    this.listeners = new Set();
    this.warnings = new Set();
    this.worst = "saved";
    this.region = h("div", { className: "al-vh" });
    this.region.role = "status"; // polite; only trouble and recovery are said here
    (document.querySelector("main") ?? document.body).append(this.region);
  }

  // Let an element's controls be the prompt's; several elements may show one prompt.
  attach(el, { key = el.dataset.prompt, model = null } = {}) {
    const known = this.prompts.get(key);
    const entry = known ?? new Entry(this, key, el, model);
    this.prompts.set(key, entry);
    entry.elements.add(el);
    entry.model = model;
    if (known && !known.unacknowledged && Number(el.dataset.version) > known.version) {
      known.adopt(read(el, true), Number(el.dataset.version), el.querySelector(".al-state").dataset.savedAt);
    } else if (known) write(el, known.value);
    this.listen(el, entry);
    for (const text of el.querySelectorAll("textarea")) grow(text);
    entry.draw();
    if (!known) entry.edit(read(el), { from: el }); // what was typed before this script ran
    return entry;
  }

  detach(el, entry) {
    entry.elements.delete(el);
    if (!entry.elements.size && !entry.unacknowledged) this.prompts.delete(entry.key);
  }

  listen(el, entry) {
    const field = el.querySelector(".al-field");
    const changed = (atOnce) => writing || entry.edit(read(el), { from: el, atOnce });
    field.addEventListener("input", (event) => {
      grow(event.target);
      changed(false);
    });
    field.addEventListener("change", () => {
      changed(true);
      if (entry.dirty) entry.send();
    });
    el.addEventListener("focusin", () => (entry.gone = false));
    el.addEventListener("focusout", (event) => {
      if (!el.contains(event.relatedTarget)) entry.leave();
    });
    el.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (!button || button.ariaDisabled === "true") return;
      const act = button.dataset.act;
      if (ROW_ACTS[act]) {
        ROW_ACTS[act](el, button, button.closest("tr"));
        renumber(el);
        changed(true);
      } else if (act === "not-yet") entry.edit(button.ariaPressed === "true" ? null : NOT_YET, { atOnce: true });
      else if (act === "clear") {
        entry.edit(null, { atOnce: true });
        boxesOf(el)[0].focus();
      }
    });
    const audience = el.querySelector(".al-audience");
    audience?.addEventListener("change", (event) => this.changeAudience(entry, audience, event.target));
  }

  async changeAudience(entry, details, box) {
    const chosen = () => [...details.querySelectorAll("input:checked")];
    let reply = {};
    try {
      reply = await this.transport.audience(entry, chosen().map((each) => each.value));
    } catch {
      // said below
    }
    if (reply.status === 401) this.signIn(reply.body?.error);
    if (reply.status !== 200) {
      box.checked = !box.checked;
      this.say(this.words.not_saved_audience);
    }
    const readers = chosen().map((each) => each.dataset.says).join(", ");
    details.querySelector("[data-readers]").textContent = fill(this.words.read_by, { readers });
  }

  // The answers as the store has them: {reference: value}.
  values() {
    return { ...this.others, ...Object.fromEntries([...this.prompts].map(([key, entry]) => [key, entry.acked])) };
  }

  // Call back now, and whenever one of these answers was saved. Returns how to stop.
  subscribe(ids, callback) {
    const pick = () => Object.fromEntries(ids.map((id) => [id, this.values()[id] ?? null]));
    const listener = (key) => (key === undefined || ids.includes(key)) && callback(pick());
    this.listeners.add(listener);
    listener();
    return () => this.listeners.delete(listener);
  }

  tell(entry, value) {
    for (const listener of this.listeners) listener(entry.key);
    const detail = { prompt: entry.prompt, value, version: entry.version, saved_at: entry.savedAt };
    document.dispatchEvent(new CustomEvent("al:saved", { detail }));
  }

  time(at) {
    const moment = new Date(at);
    const today = moment.toDateString() === new Date(Date.now() - (this.transport.skew ?? 0)).toDateString();
    const style = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    // Bare "en" is American to a browser; the pages write the day first.
    const language = this.locale === "en" ? "en-GB" : this.locale;
    return new Intl.DateTimeFormat(language, today ? style : { ...style, day: "numeric", month: "long" }).format(moment);
  }

  // The worst state of all prompts is the page's; trouble and recovery are said aloud.
  report() {
    const entries = [...this.prompts.values()];
    const worst = entries.reduce((a, b) => (TROUBLE.indexOf(b.state) > TROUBLE.indexOf(a.state) ? b : a), entries[0]);
    const latest = entries.reduce((a, b) => ((b.savedAt ?? "") > (a.savedAt ?? "") ? b : a), entries[0]);
    const text = worst.state === "saved" ? latest.words : worst.words;
    const said = [text, ...[...this.warnings].map((name) => this.words[name])].filter(Boolean).join(" ");
    for (const place of document.querySelectorAll("[data-al-status]")) {
      place.dataset.state = worst.state;
      (place.querySelector("[data-al-status-text]") ?? place).textContent = said;
    }
    const trouble = (state) => TROUBLE.indexOf(state) > 1;
    if (worst.state === "saving" || worst.state === this.worst) return;
    if (trouble(worst.state)) this.say(worst.state === "two" ? this.words.two_said : worst.words);
    else if (trouble(this.worst)) this.say(this.words.again);
    this.worst = worst.state;
  }

  say(text) {
    this.region.textContent = text;
  }

  // What this device cannot do: keep words (private browsing, no room left), or tell the time. Each is said once.
  warn(name = "no_device") {
    if (this.warnings.has(name)) return;
    this.warnings.add(name);
    this.say(this.words[name]);
    if (this.prompts.size) this.report();
  }

  // The session ended, or is somebody else's: the page asks for it in place, and nothing typed is gone.
  signIn({ code = "server.sign_in", message = "" } = {}) {
    document.dispatchEvent(new CustomEvent("al:signin", { detail: { code, message } }));
  }

  resume() {
    this.replay();
    for (const entry of this.prompts.values()) entry.resume({ afresh: true });
  }

  // Take in what other pages saved, where nothing is being written here.
  async refresh() {
    const { status, body } = await this.transport.answers().catch(() => ({}));
    if (status !== 200) return;
    for (const [id, { value, version, saved_at }] of Object.entries(body.answers ?? {})) {
      this.prompts.get(id)?.heard({ value, version, saved_at });
    }
  }

  // The store has fewer versions than this page knows: it was restored from a backup.
  async refind(entry) {
    const { status, body } = await this.transport.answers().catch(() => ({}));
    if (status !== 200) return entry.later();
    const head = body.answers[entry.prompt] ?? { version: 0, value: null };
    entry.version = head.version;
    entry.sent = null;
    entry.dirty = true;
    return head.version ? entry.behind(head, { merge: false }) : entry.send();
  }

  // ---- edits that former visits left on this device

  async replay() {
    if (this.replaying || this.transport.kind !== "http") return;
    this.replaying = true;
    let again = false;
    try {
      const all = await device.all(this.transport.person, this.transport.workbook);
      const taken = new Set([...this.prompts.values()].flatMap((entry) => entry.left?.keys ?? []).map(String));
      let records = all.filter((record) => record.client !== this.client && this.prompts.has(record.prompt) && !taken.has(String(keyOf(record))));
      if (!records.length) return;
      for (const record of records) this.prompts.get(record.prompt).held ??= "replay";
      const alive = await this.alive();
      records = records.filter((record) => !alive.has(record.client)).sort((a, b) => a.at - b.at);
      for (const record of records) again = !(await this.replayOne(record, this.prompts.get(record.prompt))) || again;
    } catch {
      this.warn();
    } finally {
      this.replaying = false;
      for (const entry of this.prompts.values()) {
        if (entry.held === "replay" && !again) entry.held = null;
        if (!entry.held && !entry.retry) entry.send();
      }
      if (again) setTimeout(() => this.replay(), 3000 + Math.random() * 3000);
    }
  }

  // Send what a former visit left, under its own client and seq. False: try again later.
  async replayOne(record, entry) {
    const key = keyOf(record);
    let { sent, next, seq, base } = record;
    let reply = null;
    const mine = (next ?? sent).value;
    while (sent || next) {
      if (!sent) {
        sent = { client: record.client, seq: ++seq, base, value: next.value };
        next = null;
        await device.put({ ...record, seq, sent, next });
      }
      reply = await this.transport.save(entry, sent).catch(() => ({ status: 0 }));
      if (reply.status !== 200 || !reply.body?.version) break;
      base = reply.body.version;
      sent = null;
    }
    const { status, body } = reply;
    if (status === 200 && body?.version) {
      await device.remove(key);
      const head = { value: mine, version: body.version, saved_at: body.saved_at };
      if (head.version <= entry.version) {
        if (!entry.unacknowledged && !entry.two) entry.become("saved"); // the page came with these words in it
        return true;
      }
      if (entry.dirty) entry.behind(head, { merge: false });
      else entry.adopt(head.value, head.version, head.saved_at);
      return true;
    }
    if (status === 401) {
      if (entry.held === "replay") entry.held = null;
      entry.signIn(body?.error);
      return true;
    }
    if (status === 409 && body?.head) {
      entry.takeOver(mine, key);
      entry.behind(body.head, { merge: false });
      return true;
    }
    if (status >= 400 && status < 500 && status !== 429 && body?.error) {
      entry.takeOver(mine, key);
      Object.assign(entry, { dirty: true, version: base });
      if (!["answers.reused_seq", "answers.future_base"].includes(body.error.code)) entry.dirty = false;
      if (!entry.dirty) entry.fault = body.error;
      entry.keep();
      entry.become(entry.fault ? "device" : "saving");
      return true;
    }
    entry.become("waiting");
    return false;
  }

  // Other tabs of this browser that are still open look after their own edits.
  async alive() {
    const found = new Set();
    const hear = ({ data }) => data.alive && found.add(data.alive);
    this.channel.addEventListener("message", hear);
    this.channel.postMessage({ ask: true });
    await wait(200);
    this.channel.removeEventListener("message", hear);
    return found;
  }
}

const keyOf = ({ person, workbook, client, prompt }) => [person, workbook, client, prompt];

// ---------------------------------------------------------------- our page

function bootPage(main) {
  const { alApi: api, alWorkbook: workbook, alPerson: person, alWords, alLocale: locale, alValues } = main.dataset;
  const registry = new Registry(overHttp({ api, workbook, person }), { words: JSON.parse(alWords), locale, others: JSON.parse(alValues ?? "{}") });
  window.actionlearn = registry;
  registry.channel = new BroadcastChannel("actionlearn");
  registry.channel.addEventListener("message", ({ data }) => data.ask && registry.channel.postMessage({ alive: registry.client }));
  device.open().catch(() => registry.warn());
  for (const el of main.querySelectorAll(".al-prompt[data-prompt]:has(.al-foot)")) registry.attach(el);
  registry.replay();

  const flush = () => {
    for (const entry of registry.prompts.values()) entry.send({ keepalive: true });
  };
  let hiddenAt = 0;
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) {
      hiddenAt = Date.now();
      return flush();
    }
    registry.resume();
    if (Date.now() - hiddenAt > 1000) registry.refresh();
  });
  addEventListener("pagehide", flush);
  addEventListener("pageshow", (event) => event.persisted && registry.refresh());
  addEventListener("online", () => registry.resume());
  document.addEventListener("al:signedin", () => registry.resume());
  addEventListener("beforeunload", (event) => {
    if ([...registry.prompts.values()].some((entry) => entry.unacknowledged && !entry.onDevice)) event.preventDefault();
  });
  document.dispatchEvent(new CustomEvent("al:ready"));
}

// ---------------------------------------------------------------- stock Voilà and JupyterLab

let shown = 0;

// Ids and names are the element's own where several stand on one page.
function makeOwn(el) {
  const mark = `-${++shown}-${uuid().slice(0, 4)}`;
  for (const name of ["id", "for", "name", "aria-describedby", "aria-labelledby"]) {
    for (const each of [el, ...el.querySelectorAll(`[${name}]`)]) {
      if (each.hasAttribute(name)) each.setAttribute(name, each.getAttribute(name).split(" ").map((id) => id + mark).join(" "));
    }
  }
}

function render({ model, el }) {
  window.actionlearn ??= new Registry(overComm(), { words: model.get("words"), locale: model.get("locale") });
  const registry = window.actionlearn;
  if (registry.transport.kind !== "comm") return undefined; // our page has the prompt already
  el.innerHTML = model.get("html");
  const section = el.querySelector(".al-prompt");
  if (!section.querySelector(".al-foot")) return undefined;
  makeOwn(section);
  section.dataset.lmSuppressShortcuts = "true"; // JupyterLab's keys are not for those who answer
  const entry = registry.attach(section, { key: `${model.get("workbook")}/${model.get("prompt")}`, model });
  if (model.get("version") > entry.version && !entry.unacknowledged) {
    entry.adopt(model.get("value"), model.get("version"), model.get("saved_at"));
  }
  return () => registry.detach(section, entry);
}

const main = document.querySelector("main[data-al-workbook]");
if (main && !window.actionlearn) bootPage(main);

export default { render };
