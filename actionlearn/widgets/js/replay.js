// Edits that former visits left on this device: sent under their own client and seq.

import { device, keyOf } from "./device_store.js";
import { wait } from "./timing.js";

export async function replay(registry) {
  if (registry.replaying || registry.transport.kind !== "http") return;
  registry.replaying = true;
  let again = false;
  try {
    const all = await device.all(registry.transport.person, registry.transport.workbook);
    const taken = new Set([...registry.prompts.values()].flatMap((entry) => entry.left?.keys ?? []).map(String));
    let records = all.filter((record) => record.client !== registry.client && registry.prompts.has(record.prompt) && !taken.has(String(keyOf(record))));
    if (!records.length) return;
    for (const record of records) registry.prompts.get(record.prompt).held ??= "replay";
    const alive = await othersOpen(registry);
    records = records.filter((record) => !alive.has(record.client)).sort((a, b) => a.at - b.at);
    for (const record of records) again = !(await replayOne(registry, record, registry.prompts.get(record.prompt))) || again;
  } catch {
    registry.warn();
  } finally {
    registry.replaying = false;
    for (const entry of registry.prompts.values()) {
      if (entry.held === "replay" && !again) entry.held = null;
      if (!entry.held && !entry.retry) entry.send();
    }
    if (again) setTimeout(() => replay(registry), 3000 + Math.random() * 3000);
  }
}

// Send what a former visit left, under its own client and seq. False: try again later.
async function replayOne(registry, record, entry) {
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
    reply = await registry.transport.save(entry, sent).catch(() => ({ status: 0 }));
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
async function othersOpen(registry) {
  const found = new Set();
  const hear = ({ data }) => data.alive && found.add(data.alive);
  registry.channel.addEventListener("message", hear);
  registry.channel.postMessage({ ask: true });
  await wait(200);
  registry.channel.removeEventListener("message", hear);
  return found;
}
