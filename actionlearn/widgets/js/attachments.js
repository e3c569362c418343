// Files and links attached to an answer. A file is sent at once, and kept on this device until the server has it;
// only then is it part of the answer, which is saved as any other. Never says that a file is saved before that.

import { DeviceStore } from "./device_store.js";
import { h } from "./dom.js";
import { fill, uuid } from "./values.js";
/** @import { PromptState } from "./prompt_state.js" */
/** @import { Registry } from "./registry.js" */

/** @param {PageElement} el */
const listOf = (el) => el.querySelector(".al-files");
/** @param {AttachedFile} entry */
const keyOfEntry = (entry) => entry.file ?? entry.link;
/** @param {number} n */
const size = (n) => (n < 1024 * 1024 ? `${Math.max(1, Math.round(n / 1024))} KB` : `${(n / 1024 / 1024).toFixed(1)} MB`);

/** @param {PageElement} el */
export function readFiles(el) {
  const entries = [...listOf(el).querySelectorAll("[data-entry]")].map((row) => JSON.parse(row.dataset.entry));
  return [...new Map(entries.map((entry) => [keyOfEntry(entry), entry])).values()];
}

/**
 * Draw what is attached; what is on its way stays where it is.
 * @param {PageElement} el
 * @param {AttachedFile[]} entries
 */
export function drawFiles(el, entries) {
  const list = listOf(el);
  const rowsByKey = new Map([...list.querySelectorAll("[data-entry]")].map((row) => [keyOfEntry(JSON.parse(row.dataset.entry)), row]));
  const rows = entries.map((entry) => {
    const row = rowsByKey.get(keyOfEntry(entry));
    return row?.drawn ? row : rowOf(el, entry);
  });
  for (const row of rowsByKey.values()) if (!rows.includes(row)) row.remove();
  list.prepend(...rows);
}

/**
 * @param {PageElement} el
 * @param {AttachedFile} entry
 */
function rowOf(el, entry) {
  const list = listOf(el);
  /** @type {PageElement} */
  const row = h("li");
  row.dataset.entry = JSON.stringify(entry);
  row.drawn = true;
  const name = entry.file ? `${entry.name} (${size(entry.size ?? 0)})` : entry.name || entry.link;
  const href = entry.link ?? (el.filesAt && `${el.filesAt}${entry.file}`);
  const body = h("div", {}, href ? h("a", { href, rel: "noopener noreferrer nofollow", target: entry.link ? "_blank" : "" }, name) : name);
  if (href && entry.type?.startsWith("image/")) body.append(h("img", { src: href, alt: entry.name, loading: "lazy" }));
  const button = h("button", { type: "button", className: "al-quiet", onclick: () => removeRow(el, row, entry) }, list.dataset.remove);
  button.append(h("span", { className: "al-vh" }, ` ${entry.name || entry.link}`));
  row.append(body, button);
  return row;
}

/**
 * @param {PageElement} el
 * @param {PageElement} row
 * @param {AttachedFile} entry
 */
function removeRow(el, row, entry) {
  row.remove();
  changed(el);
  tellFiles(el, fill(listOf(el).dataset.gone, { name: entry.name || entry.link }));
  el.querySelector(".al-attach :is(input, button):not([hidden])").focus();
}

/**
 * @param {PageElement} el
 * @param {string} words
 */
const tellFiles = (el, words) => (el.querySelector(".al-attach-said").textContent = words);
/** @param {PageElement} el */
const changed = (el) => listOf(el).dispatchEvent(new Event("change", { bubbles: true }));

// ---- on this device, until the server has it

const uploads = new DeviceStore("actionlearn-files", "files", "id");

// ---- sending

/**
 * Let a prompt take files and links. Files only in our page: elsewhere there is no server to send them to.
 * @param {PageElement} el
 * @param {PromptState} entry
 * @param {Registry} registry
 */
export function attachTo(el, entry, registry) {
  const { kind, workbook = "", person = "" } = registry.transport;
  const link = el.querySelector(".al-link input");
  el.querySelector("[data-attach=link]").addEventListener("click", () => addLink(el, link));
  link.addEventListener("keydown", (event) => event.key === "Enter" && (event.preventDefault(), addLink(el, link)));
  const api = document.querySelector("[data-al-api]")?.dataset.alApi;
  if (kind !== "http" || !api) return drawFiles(el, readFiles(el));
  el.filesAt = `${api.replace(/api\/$/, "")}workbooks/${workbook}/files/`;
  drawFiles(el, readFiles(el));
  const pick = el.querySelector("input[type=file]");
  /** @type {HTMLElement} */ (pick.parentElement).hidden = false;
  const place = { el, url: `${api}workbooks/${workbook}/files/${entry.prompt}` };
  const megabytes = Number(document.querySelector("[data-al-file-mb]")?.dataset.alFileMb) || 10;
  /** @param {Iterable<File>} files */
  const take = (files) => {
    for (const file of files) {
      // The server would hang up on it in the middle.
      if (file.size > megabytes * 1024 * 1024) tellFiles(el, fill(listOf(el).dataset.large, { name: file.name, megabytes }));
      else begin(place, { id: uuid(), person, workbook, prompt: entry.prompt, name: file.name, file });
    }
  };
  pick.addEventListener("change", (event) => {
    event.stopPropagation();
    take(pick.files);
    pick.value = "";
  });
  pick.addEventListener("input", (event) => event.stopPropagation());
  el.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
  el.addEventListener("drop", (event) => {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });
  uploads.all().then(
    (records) => records.filter((each) => each.person === person && each.workbook === workbook && each.prompt === entry.prompt).forEach((each) => begin(place, each, true)),
    () => {},
  );
  return undefined;
}

/**
 * @param {PageElement} el
 * @param {PageElement} input
 */
function addLink(el, input) {
  const text = input.value.trim();
  if (!/^https?:\/\/[^\s"'<>\\^`{|}]+$/i.test(text)) {
    tellFiles(el, listOf(el).dataset.nolink);
    return input.focus();
  }
  drawFiles(el, [...readFiles(el).filter((entry) => entry.link !== text), { link: text }]);
  changed(el);
  tellFiles(el, fill(listOf(el).dataset.done, { name: text }));
  input.value = "";
  return input.focus();
}

/**
 * @param {{ el: any, url: string }} place
 * @param {Upload} record
 * @param {any} [onDevice]
 */
async function begin(place, record, onDevice = false) {
  const words = listOf(place.el).dataset;
  const bar = h("progress", { max: 1, value: 0, ariaLabel: record.name });
  const state = h("span", { className: "al-wait" }, words.sending);
  const again = h("button", { type: "button", className: "al-quiet", hidden: true }, words.again);
  const remove = h("button", { type: "button", className: "al-quiet" }, words.remove, h("span", { className: "al-vh" }, ` ${record.name}`));
  const row = h("li", {}, h("span", {}, `${record.name} (${size(record.file.size)})`), bar, again, remove, state);
  /** @type {any} */
  const sending = { ...place, record, row, bar, state, again, onDevice };
  listOf(place.el).append(row);
  /** @param {any} event */
  const guard = (event) => sending.onDevice || event.preventDefault();
  addEventListener("beforeunload", guard);
  sending.end = () => {
    removeEventListener("beforeunload", guard);
    removeEventListener("online", sending.retry);
    uploads.remove(record.id).catch(() => {});
    row.remove();
  };
  sending.retry = () => again.hidden || send(sending);
  addEventListener("online", sending.retry);
  again.addEventListener("click", sending.retry);
  remove.addEventListener("click", () => (sending.request?.abort(), sending.end(), place.el.querySelector("input[type=file]").focus()));
  if (!onDevice) sending.onDevice = await uploads.put(record).then(() => true, () => false);
  send(sending);
}

/** @param {any} sending */
function send(sending) {
  const { record, url, bar, state, again, el } = sending;
  const words = listOf(el).dataset;
  const request = (sending.request = new XMLHttpRequest()); // fetch does not tell how far it is
  request.open("PUT", `${url}?name=${encodeURIComponent(record.name)}`);
  request.setRequestHeader("X-Requested-With", "actionlearn");
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.upload.onprogress = (event) => event.lengthComputable && (bar.value = event.loaded / event.total);
  /** @param {string} words */
  const wait = (words) => {
    again.hidden = false;
    bar.value = 0;
    state.textContent = words;
  };
  request.onerror = () => wait(sending.onDevice ? words.waiting : words.lost);
  request.onload = () => {
    /** @type {any} */
    let reply = {};
    try {
      reply = JSON.parse(request.responseText);
    } catch {
      // a proxy's page
    }
    if (request.status === 201) return arrived(sending, reply);
    if (request.status === 401) document.dispatchEvent(new CustomEvent("al:signin", { detail: reply.error ?? {} }));
    if (!reply.error || request.status === 401 || request.status >= 500) return wait(`${reply.error?.message ?? ""} ${sending.onDevice ? words.waiting : words.lost}`);
    // Refused for what it is: it will not be taken tomorrow either.
    sending.end();
    return tellFiles(el, `${record.name}: ${reply.error.message} ${reply.error.hint ?? ""}`);
  };
  again.hidden = true;
  state.textContent = words.sending;
  request.send(record.file);
}

/**
 * @param {any} sending
 * @param {AttachedFile} entry
 */
function arrived(sending, entry) {
  const { el } = sending;
  sending.end();
  drawFiles(el, [...readFiles(el).filter((each) => each.file !== entry.file), entry]);
  changed(el);
  tellFiles(el, fill(listOf(el).dataset.done, { name: entry.name }));
}
