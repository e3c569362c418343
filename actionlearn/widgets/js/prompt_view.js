// One prompt as it stands on the page: its controls, what they say, and the line below that tells how it is saved.

import { grow, read, write } from "./controls.js";
import { h } from "./dom.js";
import { drawMisfits } from "./misfits.js";
import { drawUndo } from "./undo.js";
import { fill, same } from "./values.js";
/** @import { Registry } from "./registry.js" */
/** @import { ScriptAct } from "./undo.js" */

export class PromptView {
  /** @type {Answer} */
  #value = null;

  /**
   * @param {Registry} registry
   * @param {string} key
   * @param {PageElement} el
   * @param {WidgetModel | null} model
   */
  constructor(registry, key, el, model) {
    this.registry = registry;
    this.key = key;
    this.model = model;
    this.prompt = el.dataset.prompt ?? "";
    this.kind = el.dataset.kind ?? "";
    /** @type {Set<PageElement>} */
    this.elements = new Set();
    this.version = Number(el.dataset.version); // what the store last acknowledged
    const words = read(el, true) ?? null;
    this.offered = el.hasAttribute("data-default-from") ? words : null; // an earlier answer, not yet taken as this one
    this.value = this.offered === null ? words : null;
    this.savedAt = el.querySelector(".al-state").dataset.savedAt;
    this.state = "saved";
    this.onDevice = true;
    /** @type {"signin" | "replay" | null} */
    this.pause = null; // what it waits for before it sends anything
    /** @type {ServerError | null} */
    this.fault = null; // why the server does not take it
    /** @type {ScriptAct | null} */
    this.scriptAct = null; // what a script last did to it, while that can be taken back
    this.composing = false; // whether a word is being put together by an input method: then nothing touches the field
    /** @type {(() => unknown)[]} */
    this.afterComposing = []; // what came meanwhile
    this.touched = false; // whether it was changed on this page
    this.typing = false; // whether somebody is in the middle of writing
    this.unfit = false; // whether there are words in it that fit nowhere
  }

  /**
   * Do something to the field, once no word is being put together in it.
   * @param {() => unknown} act
   */
  whenComposed(act) {
    if (this.composing) this.afterComposing.push(act);
    else act();
  }

  /**
   * A word was put together: it is read, and what came meanwhile is done. Some browsers put it in after they say so.
   * @param {() => unknown} readAgain
   */
  endComposition(readAgain) {
    if (!this.composing) return;
    setTimeout(() => {
      if (!this.composing) return;
      this.composing = false;
      for (const el of this.elements) for (const text of el.querySelectorAll("textarea")) if (text === document.activeElement) grow(text);
      readAgain();
      for (const act of this.afterComposing.splice(0)) act();
    });
  }

  /**
   * Write an answer into the controls.
   * @param {Answer} value
   * @param {PageElement | null} [from] the element that it was read from
   */
  show(value, from = null) {
    for (const el of this.elements) if (el !== from) write(el, value);
  }

  get value() {
    return this.#value;
  }

  set value(value) {
    this.#value = value;
    this.registry.changed(this);
  }

  // Something stands in the controls that was not said yet: half a date, a word that is being composed.
  get unsaid() {
    return [...this.elements].some((el) => el.contains(document.activeElement) && !same(this.read(el), this.value));
  }

  /**
   * What an element's controls say; nothing while they only offer an earlier answer.
   * @param {PageElement} el
   */
  read(el) {
    const words = read(el);
    return this.offered !== null && same(words, this.offered) ? null : words;
  }

  // What stands in the controls is this answer from now on, and offered no longer.
  withdraw() {
    this.offered = null;
    for (const el of this.elements) {
      el.removeAttribute("data-default-from");
      const offer = el.querySelector(".al-offer");
      if (!offer) continue;
      if (offer.contains(document.activeElement)) el.querySelector(".al-field :is(input, textarea, select)").focus();
      offer.remove();
    }
  }

  focus() {
    for (const el of this.elements) if (el.contains(document.activeElement)) el.querySelector(".al-field :is(input, textarea, select)").focus();
  }

  get words() {
    const { words, transport } = this.registry;
    if (this.state === "saved") return this.savedAt ? fill(words.saved, { time: this.registry.time(this.savedAt) }) : "";
    if (this.state === "device" && this.pause) return words.signin;
    if (this.state === "device") return this.onDevice && transport.kind === "http" ? words.device : words.refused;
    if (this.state !== "waiting") return words[this.state];
    return transport.kind === "comm" ? words.waiting_kernel : this.onDevice ? words.waiting : words.waiting_page;
  }

  draw() {
    for (const el of this.elements) {
      const line = el.querySelector(".al-state");
      el.dataset.version = String(this.version);
      line.dataset.state = this.state;
      if (line.textContent !== this.words) line.textContent = this.words;
      el.querySelector(".al-fault")?.remove();
      drawMisfits(this, el);
      drawUndo(this, el);
      if (this.fault) el.querySelector(".al-foot").after(h("p", { className: "al-fault" }, `${this.fault.message} ${this.fault.hint ?? ""}`));
    }
  }
}
