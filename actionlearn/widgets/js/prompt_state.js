// One prompt of the tab: what of its answer is on the way to the store, and what to do where that is not taken.

import { drawTwo } from "./conflict.js";
import { showButtons } from "./controls.js";
import { edits, keyOf } from "./device_store.js";
import { remember } from "./older_store.js";
import { noteWaiting, takeOff } from "./waiting_marks.js";
import { mergeRows, together } from "./merge.js";
import { PromptView } from "./prompt_view.js";
import { backOff, wait } from "./timing.js";
import { actByScript } from "./undo.js";
import { bytes, same } from "./values.js";
/** @import { Registry } from "./registry.js" */

const DEBOUNCE = 300; // ms of rest after which a text is sent
const LONGEST = 3000; // ms after which it is sent though the typing goes on
const REST = 60_000; // ms of rest after which a revision is cut
const KEEPALIVE = 60_000; // bytes a closing tab may still send; the device keeps what is longer

export class PromptState extends PromptView {
  /**
   * @param {Registry} registry
   * @param {string} key
   * @param {PageElement} el
   * @param {WidgetModel | null} model
   */
  constructor(registry, key, el, model) {
    super(registry, key, el, model);
    this.acked = this.value; // what the store has
    /** @type {Map<number, Answer>} */
    this.past = new Map([[this.version, this.acked]]); // what it had, by version: the first, and the last ones
    /** @type {SaveMessage | null} */
    this.sent = null; // the message that waits for its reply
    this.dirty = false; // whether there is an edit newer than that
    /** @type {StoredAnswer | null} */
    this.conflict = null; // the head, while a person has to choose
    /** @type {{ mine: Answer, theirs: Answer, at: string } | null} */
    this.both = null; // {mine, theirs} while a person makes one of two
    /** @type {StoredAnswer | null} */
    this.newer = null; // what another page saved, until it can be taken in
    /** @type {{ keys: EditKey[], value: Answer } | null} */
    this.leftover = null; // {keys, value} of former visits' edits that this entry took over
    this.tries = 0;
    this.busy = false; // whether a message is on its way
    this.gone = false; // whether the focus has left it
    this.uncut = false; // whether there is an edit that no revision has
    /** @type {number | null} */
    this.since = null; // when the first edit was made that is not sent
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined; // until it is sent
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined; // until it is sent again
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.rest = undefined; // until a revision is cut
    /** @type {Promise<unknown>} */
    this.stored = Promise.resolve(); // on the device
    /** @type {Promise<unknown>} */
    this.cutting = Promise.resolve();
  }

  get unacknowledged() {
    return Boolean(this.sent || this.dirty || this.fault);
  }

  // The earlier answer is this one too.
  keepOffered() {
    const value = this.offered;
    this.withdraw();
    this.edit(value, { atOnce: true });
  }

  /**
   * The person changed the answer.
   * @param {Answer} value
   * @param {{ from?: PageElement | null, atOnce?: boolean }} [options]
   */
  edit(value, { from = null, atOnce = false } = {}) {
    if (value === undefined || same(value, this.value)) return;
    if (this.offered !== null) this.withdraw();
    this.value = value;
    this.touched = true;
    this.since ??= Date.now();
    this.dirty = true;
    this.fault = null;
    this.show(value, from);
    if (from) showButtons(from, value);
    this.keep();
    clearTimeout(this.rest);
    if (this.conflict) return this.draw();
    this.become(this.state === "waiting" ? "waiting" : "saving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), atOnce || Date.now() - this.since > LONGEST ? 0 : DEBOUNCE);
  }

  // Put on the device what the store has not acknowledged, or take it off.
  keep() {
    const { transport, client, seq } = this.registry;
    if (transport.kind !== "http" || (this.conflict && this.leftover && same(this.value, this.leftover.value))) return;
    const { person = "", workbook = "" } = transport;
    const key = { person, workbook, client, prompt: this.prompt };
    const next = this.dirty || this.fault ? { value: this.value } : null;
    const record = { ...key, seq, base: this.version, sent: this.sent, next, at: Date.now() };
    const act = this.sent || next ? edits.put(record) : takeOff(keyOf(key));
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
    this.timer = undefined;
    const { transport } = this.registry;
    if (this.busy && this.dirty && keepalive) this.part();
    if (this.busy || this.conflict || this.pause || this.retry || !(this.sent || this.dirty)) return;
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

  /** @param {Reply} reply */
  hear({ status, body }) {
    if (status === 200 && Number.isInteger(body?.version)) this.acknowledged(body);
    else if (status === 409 && body?.head) this.whenComposed(() => this.behind(body.head));
    else if (status === 401) this.signIn(body?.error);
    else if (status >= 400 && status < 500 && status !== 429 && body?.error) this.refused(body.error);
    else this.later();
  }

  /**
   * Another page saved this answer. What is being written here is never overwritten: its save will not
   * follow the head, and then the person chooses.
   * @param {StoredAnswer} head
   */
  heard(head) {
    if (this.conflict && head.version > this.conflict.version) {
      this.conflict = head;
      this.draw();
    } else if (head.version > (this.newer ?? this).version) this.newer = head;
    this.follow();
  }

  follow() {
    const head = this.newer;
    if (!head || this.unacknowledged || this.conflict || this.pause || this.composing || this.unsaid) return;
    this.newer = null;
    if (head.version <= this.version) return;
    const here = [...this.elements].some((el) => el.contains(document.activeElement)) && !same(head.value, this.value);
    const adopt = () => this.adopt(head.value, head.version, head.saved_at);
    if (!head.written) this.scriptAct = null; // it may be that words were erased: no button brings them back
    if ((here || this.touched) && head.written) actByScript(this, "follow", adopt);
    else adopt();
    if (here) this.registry.say(this.registry.words.elsewhere);
  }

  /** @param {{ version: number, saved_at: string }} head */
  acknowledged({ version, saved_at }) {
    const { value } = /** @type {SaveMessage} */ (this.sent);
    Object.assign(this, { sent: null, version, acked: value, savedAt: saved_at, tries: 0, uncut: true });
    this.forget();
    this.keep();
    remember(this);
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

  /**
   * A save that does not follow the head: put together what did not collide, else ask.
   * @param {StoredAnswer} head
   * @param {{ merge?: boolean }} [options]
   */
  behind(head, { merge = true } = {}) {
    const merged = merge && this.kind === "table" && mergeRows(this.acked, this.value, head.value);
    if (same(head.value, this.value)) return this.adopt(head.value, head.version, head.saved_at);
    if (merged) {
      actByScript(this, "follow", () => {
        Object.assign(this, { version: head.version, acked: head.value, value: merged, sent: null, dirty: true });
        this.show(merged);
      });
      this.keep();
      return this.send();
    }
    this.dirty = !this.sent || !same(this.sent.value, this.value);
    this.conflict = this.newer && this.newer.version > head.version ? this.newer : head;
    this.both = this.newer = null;
    this.keep();
    this.become("two");
  }

  /**
   * The person chose between two versions.
   * @param {string} which
   */
  choose(which) {
    const head = /** @type {StoredAnswer} */ (this.conflict);
    this.conflict = null;
    this.focus();
    if (which === "theirs") return actByScript(this, "theirs", () => this.adopt(head.value, head.version, head.saved_at));
    Object.assign(this, { version: head.version, acked: head.value, sent: null, dirty: true });
    if (which === "both") {
      this.both = { mine: this.value, theirs: head.value, at: head.saved_at };
      actByScript(this, "both", () => {
        this.value = together(this.kind, this.value, head.value);
        this.show(this.value);
      });
    }
    this.keep();
    this.become("saving");
    this.send();
  }

  /**
   * What the store has is what is shown.
   * @param {Answer} value
   * @param {number} version
   * @param {string} savedAt
   */
  adopt(value, version, savedAt) {
    if (this.offered !== null) this.withdraw();
    Object.assign(this, { value, acked: value, version, savedAt, sent: null, dirty: false, fault: null, conflict: null });
    this.show(value);
    this.forget();
    this.keep();
    remember(this);
    this.registry.tell(this, value);
    this.become("saved");
  }

  /**
   * Show words a former visit left on this device.
   * @param {Answer} value
   * @param {EditKey} key
   */
  takeOver(value, key) {
    if (this.offered !== null) this.withdraw();
    const mine = this.dirty && !same(this.value, value) ? together(this.kind, this.value, value) : value;
    this.leftover = { keys: [...(this.leftover?.keys ?? []), key], value: mine };
    this.value = mine;
    this.show(mine);
  }

  forget() {
    for (const key of this.leftover?.keys ?? []) takeOff(key).catch(() => {});
    this.leftover = null;
  }

  /** @param {ServerError} error */
  signIn(error) {
    this.pause = "signin";
    this.become("device");
    this.registry.signIn(error);
  }

  /** @param {ServerError} error */
  refused(error) {
    if (error.code === "answers.future_base") return this.registry.refind(this);
    this.sent = null;
    if (error.code === "answers.reused_seq") this.dirty = true;
    if (this.dirty) return this.send(); // a newer edit may do better
    this.fault = error;
    this.keep();
    this.become("device");
  }

  later() {
    this.become("waiting");
    this.retry = setTimeout(() => this.resume(), backOff(this.tries++));
  }

  resume({ afresh = false } = {}) {
    clearTimeout(this.retry);
    this.retry = undefined;
    if (afresh) this.tries = 0;
    if (this.pause === "signin") this.pause = null;
    return this.send();
  }

  /** @param {string} cause */
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

  /** @param {string} state */
  become(state) {
    this.state = state;
    if (["waiting", "device", "two"].includes(state)) noteWaiting(this);
    this.draw();
    this.registry.report();
  }

  draw() {
    super.draw();
    for (const el of this.elements) drawTwo(this, el);
  }

  // Two versions were made one by hand.
  merged() {
    this.focus();
    this.both = null;
    this.draw();
  }
}
