// All prompts of a tab.

import { chooser } from "./audience.js";
import { attachTo } from "./attachments.js";
import { dateFormat } from "./dates.js";
import { h } from "./dom.js";
import { whenIdle } from "./timing.js";
import { NOT_YET, uuid } from "./values.js";
import { boxesOf, grow, read, renumber, restoreMisfits, write, writing } from "./controls.js";
import { clearMisfits, misfitsOnDevice, settleDay } from "./misfits.js";
import { saveAgain } from "./older_store.js";
import { PromptState } from "./prompt_state.js";
import { replay } from "./replay.js";
import { ROW_ACTS } from "./table_rows.js";
import { actByScript, stepOf, takeBack } from "./undo.js";
/** @import { PromptView } from "./prompt_view.js" */

const PAUSE = 1500; // ms of rest after which somebody is told that words do not fit
const TROUBLE = ["saved", "saving", "device", "waiting", "two"]; // from best to worst

/** @type {Intl.DateTimeFormatOptions} */
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
/** @type {Intl.DateTimeFormatOptions} */
const DAY_AND_CLOCK = { ...CLOCK, day: "numeric", month: "long" };

export class Registry {
  /**
   * @param {Transport} transport
   * @param {{ words: Words, locale: string, others?: Record<string, Answer> }} options
   */
  constructor(transport, { words, locale, others = {} }) {
    this.transport = transport;
    this.words = words;
    this.locale = locale;
    this.others = others;
    /** @type {Map<string, PromptState>} */
    this.prompts = new Map();
    this.client = uuid();
    this.seq = 0;
    /** @type {Set<(key?: string) => unknown>} */
    this.listeners = new Set();
    /** @type {Set<string>} */
    this.warnings = new Set();
    this.worst = "saved";
    this.replaying = false;
    /** @type {BroadcastChannel | null} */
    this.channel = null; // to other tabs of this browser
    this.region = h("div", { className: "al-vh" });
    this.region.role = "status"; // polite; only trouble and recovery are said here
    (document.querySelector("main") ?? document.body).append(this.region);
  }

  /**
   * Let an element's controls be the prompt's; several elements may show one prompt.
   * @param {PageElement} el
   * @param {{ key?: string, model?: WidgetModel | null }} [options]
   */
  attach(el, { key = el.dataset.prompt, model = null } = {}) {
    const known = this.prompts.get(key);
    const entry = known ?? new PromptState(this, key, el, model);
    this.prompts.set(key, entry);
    entry.elements.add(el);
    entry.model = model;
    if (known && !known.unacknowledged && Number(el.dataset.version) > known.version) {
      known.adopt(read(el, true), Number(el.dataset.version), el.querySelector(".al-state").dataset.savedAt);
    } else if (known) write(el, known.offered ?? known.value);
    this.listen(el, entry);
    if (!known) entry.unfit = restoreMisfits(el, misfitsOnDevice(entry));
    for (const text of el.querySelectorAll("textarea")) grow(text);
    if (known || entry.unfit || entry.version === 0) entry.draw();
    else whenIdle(() => entry.draw()); // it says the day already, and the hour has time
    if (!known) entry.edit(entry.read(el), { from: el }); // what was typed before this script ran
    return entry;
  }

  /**
   * @param {PageElement} el
   * @param {PromptState} entry
   */
  detach(el, entry) {
    entry.elements.delete(el);
    if (!entry.elements.size && !entry.unacknowledged) this.prompts.delete(entry.key);
  }

  /**
   * @param {PageElement} el
   * @param {PromptState} entry
   */
  listen(el, entry) {
    const field = el.querySelector(".al-field");
    /** @param {boolean} atOnce */
    const changed = (atOnce) => writing || entry.composing || entry.edit(entry.read(el), { from: el, atOnce });
    this.#listenToTyping(el, field, entry, changed);
    field.addEventListener("change", (event) => {
      settleDay(event.target);
      changed(true);
      if (entry.dirty) entry.send();
    });
    el.addEventListener("focusin", () => (entry.gone = false));
    el.addEventListener("focusout", (event) => {
      entry.typing = false;
      if (event.target.type) settleDay(event.target);
      if (entry.unfit) entry.draw();
      if (!el.contains(/** @type {Node | null} */ (event.relatedTarget))) entry.leave();
    });
    el.addEventListener("click", (event) => {
      const button = event.target.closest("[data-act]");
      if (!button || button.ariaDisabled === "true") return;
      const act = button.dataset.act;
      if (ROW_ACTS[act]) {
        const change = () => {
          ROW_ACTS[act](el, button, button.closest("tr"));
          renumber(el);
          changed(true);
        };
        if (act === "remove") actByScript(entry, act, change);
        else change();
        if (entry.unfit) entry.draw();
      } else if (act === "undo") takeBack(entry, { again: entry.scriptAct?.undone });
      else if (act === "misfits") actByScript(entry, act, () => (clearMisfits(el), changed(true)));
      else if (act === "keep") entry.keepOffered();
      else if (act === "not-yet") entry.edit(button.ariaPressed === "true" ? null : NOT_YET, { atOnce: true });
      else if (act === "clear") {
        actByScript(entry, act, () => entry.edit(null, { atOnce: true }));
        boxesOf(el)[0].focus();
      }
    });
    if (entry.kind === "file") attachTo(el, entry, this);
    const audience = el.querySelector(".al-audience");
    if (audience) chooser(this, entry, audience);
  }

  /**
   * What is typed is read, but for half a word of an input method; and one step back is one of ours where a script acted last.
   * @param {PageElement} el
   * @param {PageElement} field
   * @param {PromptState} entry
   * @param {(atOnce: boolean) => unknown} changed
   */
  #listenToTyping(el, field, entry, changed) {
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let rest;
    field.addEventListener("compositionstart", () => (entry.composing = true));
    field.addEventListener("compositionend", () => entry.endComposition(() => changed(false)));
    field.addEventListener("focusout", () => entry.endComposition(() => changed(false)));
    field.addEventListener("input", (event) => {
      if (entry.composing) return;
      grow(event.target);
      entry.typing = true;
      changed(false);
      clearTimeout(rest);
      rest = setTimeout(() => {
        entry.typing = false;
        entry.draw();
      }, PAUSE);
    });
    field.addEventListener("keydown", (event) => {
      const line = event.key === "Enter" && !event.isComposing && "line" in event.target.dataset;
      if (line) event.preventDefault(); // it grows with its words, and is one line all the same
    });
    el.addEventListener("keydown", (event) => {
      const step = event.target.closest(".al-field, .al-foot, .al-misfits") && !event.target.readOnly && stepOf(event);
      if (step && takeBack(entry, { again: step === "forth" })) event.preventDefault();
    });
  }

  /**
   * What an answer says now, saved or not; undefined where this page does not know it.
   * @param {string} key
   */
  now(key) {
    const entry = this.prompts.get(key);
    return entry ? entry.value : this.others[key];
  }

  /**
   * Called with a prompt whose answer is another, or with none where all are; our page hangs more on it.
   * @param {PromptView} [_prompt]
   */
  changed(_prompt) {}

  // The answers as the store has them: {reference: value}.
  values() {
    return { ...this.others, ...Object.fromEntries([...this.prompts].map(([key, entry]) => [key, entry.acked])) };
  }

  /**
   * Call back now, and whenever one of these answers was saved. Returns how to stop.
   * @param {string[]} ids
   * @param {(answers: Record<string, Answer>) => unknown} callback
   */
  subscribe(ids, callback) {
    /**
     */
    const pick = () => Object.fromEntries(ids.map((id) => [id, this.values()[id] ?? null]));
    const listener = (/** @type {string | undefined} */ key = undefined) => (key === undefined || ids.includes(key)) && callback(pick());
    this.listeners.add(listener);
    listener();
    return () => this.listeners.delete(listener);
  }

  /**
   * @param {PromptState} entry
   * @param {Answer} value
   */
  tell(entry, value) {
    for (const listener of this.listeners) listener(entry.key);
    const detail = { prompt: entry.prompt, value, version: entry.version, saved_at: entry.savedAt };
    document.dispatchEvent(new CustomEvent("al:saved", { detail }));
  }

  /** @param {string} at */
  time(at) {
    const moment = new Date(at);
    const today = moment.toDateString() === new Date(Date.now() - (this.transport.skew ?? 0)).toDateString();
    return dateFormat(this.locale, today ? CLOCK : DAY_AND_CLOCK).format(moment);
  }

  // The worst state of all prompts is the page's; trouble and recovery are said aloud.
  report() {
    const entries = [...this.prompts.values()];
    const worst = entries.reduce((a, b) => (TROUBLE.indexOf(b.state) > TROUBLE.indexOf(a.state) ? b : a), entries[0]);
    const latest = entries.reduce((a, b) => ((b.savedAt ?? "") > (a.savedAt ?? "") ? b : a), entries[0]);
    const text = worst.state === "saved" ? latest.words : worst.words;
    const sentence = [text, ...[...this.warnings].map((name) => this.words[name])].filter(Boolean).join(" ");
    for (const place of document.querySelectorAll("[data-al-status]")) {
      place.dataset.state = worst.state;
      (place.querySelector("[data-al-status-text]") ?? place).textContent = sentence;
    }
    /** @param {string} state */
    const trouble = (state) => TROUBLE.indexOf(state) > 1;
    if (worst.state === "saving" || worst.state === this.worst) return;
    if (trouble(worst.state)) this.say(worst.state === "two" ? this.words.two_said : worst.words);
    else if (trouble(this.worst)) this.say(this.words.again);
    this.worst = worst.state;
  }

  /** @param {string} text */
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

  // The server can be reached again, it seems: go on saving, within so many ms.
  resume({ within = 0 } = {}) {
    setTimeout(() => {
      replay(this);
      for (const entry of this.prompts.values()) entry.resume({ afresh: true });
    }, Math.random() * within);
  }

  /** @returns {Promise<Reply>} */
  async #answers() {
    const transport = /** @type {HttpTransport} */ (this.transport);
    return transport.answers().catch(() => ({ status: 0 }));
  }

  // Take in what other pages saved, where nothing is being written here. Returns whether the store has said how it is.
  async refresh() {
    const acknowledged = new Map([...this.prompts].map(([id, { version }]) => [id, version])); // what it had before it is asked
    const { status, body } = await this.#answers();
    if (status !== 200 || !body?.answers) return false;
    for (const [id, { value, version, saved_at }] of Object.entries(body.answers)) {
      const entry = this.prompts.get(id);
      const older = version < (acknowledged.get(id) ?? 0) && entry && version < entry.version;
      if (older && !entry.unacknowledged && !entry.conflict) saveAgain(entry, { value, version, saved_at });
      else entry?.heard({ value, version, saved_at });
    }
    return true;
  }

  /**
   * The store has fewer versions than this page knows: it was restored from a backup.
   * @param {PromptState} entry
   */
  async refind(entry) {
    const { status, body } = await this.#answers();
    if (status !== 200 || !body?.answers) return entry.later();
    return saveAgain(entry, body.answers[entry.prompt] ?? { version: 0, value: null, saved_at: "" });
  }
}
