// Edits that former visits left on this device: sent under their own client and seq.

import { edits, keyOf } from "./device_store.js";
import { wait } from "./timing.js";
import { takeOff } from "./waiting_marks.js";
/** @import { PromptState } from "./prompt_state.js" */
/** @import { Registry } from "./registry.js" */

/** @param {Registry} registry */
export async function replay(registry) {
  if (registry.replaying || registry.transport.kind !== "http") return;
  registry.replaying = true;
  let again = false;
  try {
    const { person = "", workbook = "" } = registry.transport;
    /** @type {EditRecord[]} */
    const all = await edits.all([person, workbook]);
    const keys = new Set([...registry.prompts.values()].flatMap((entry) => entry.leftover?.keys ?? []).map(String));
    let records = all.filter((record) => record.client !== registry.client && registry.prompts.has(record.prompt) && !keys.has(String(keyOf(record))));
    if (!records.length) return;
    const promptOf = (/** @type {EditRecord} */ record) => /** @type {PromptState} */ (registry.prompts.get(record.prompt));
    for (const record of records) promptOf(record).pause ??= "replay";
    const open = await othersOpen(registry);
    records = records.filter((record) => !open.has(record.client)).sort((a, b) => a.at - b.at);
    for (const record of records) again = !(await replayOne(registry, record, promptOf(record))) || again;
  } catch {
    registry.warn();
  } finally {
    registry.replaying = false;
    for (const entry of registry.prompts.values()) {
      if (entry.pause === "replay" && !again) entry.pause = null;
      if (!entry.pause && !entry.retry) entry.send();
    }
    if (again) setTimeout(() => replay(registry), 3000 + Math.random() * 3000);
  }
}

/**
 * Send what a former visit left, under its own client and seq. False: try again later.
 * @param {Registry} registry
 * @param {EditRecord} record
 * @param {PromptState} entry
 */
async function replayOne(registry, record, entry) {
  await new Promise((go) => entry.whenComposed(() => go(undefined)));
  const key = keyOf(record);
  let { sent, next, seq, base } = record;
  /** @type {Reply} */
  let reply = { status: 0 };
  const mine = (next ?? sent)?.value;
  while (sent || next) {
    if (!sent) {
      sent = { client: record.client, seq: ++seq, base, value: next?.value };
      next = null;
      await edits.put({ ...record, seq, sent, next });
    }
    reply = await registry.transport.save(entry, sent).catch(() => /** @type {Reply} */ ({ status: 0 }));
    if (reply.status !== 200 || !reply.body?.version) break;
    base = reply.body.version;
    sent = null;
  }
  await new Promise((go) => entry.whenComposed(() => go(undefined)));
  const { status, body } = reply;
  if (status === 200 && body?.version) {
    await takeOff(key);
    const head = { value: mine, version: body.version, saved_at: body.saved_at };
    if (head.version <= entry.version) {
      if (!entry.unacknowledged && !entry.conflict) entry.become("saved"); // the page came with these words in it
      return true;
    }
    if (entry.dirty) entry.behind(head, { merge: false });
    else entry.adopt(head.value, head.version, head.saved_at);
    return true;
  }
  if (status === 401) {
    if (entry.pause === "replay") entry.pause = null;
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

/**
 * Other tabs of this browser that are still open look after their own edits.
 * @param {Registry} registry
 */
async function othersOpen(registry) {
  const clients = new Set();
  /** @param {{ data: any }} options */
  const hear = ({ data }) => data.alive && clients.add(data.alive);
  registry.channel?.addEventListener("message", hear);
  registry.channel?.postMessage({ ask: true });
  await wait(200);
  registry.channel?.removeEventListener("message", hear);
  return clients;
}
