/** A programme as a form: fields are named by the keys of programme.toml, and sent as its tables. */

import { busy, call, made, tell } from "./api.js";

const main = document.querySelector("main");
const form = document.querySelector("[data-al-programme]");
const cohort = main.dataset.alProgrammeOf;
const rows = (name) => [...form.querySelectorAll(`[data-al-rows="${name}"] > [data-al-row]`)];
const kept = (element) => JSON.parse(element.dataset.alKept || "{}");

/* ---- What was filled in --------------------------------------------------- */

function put(table, path, value) {
  const keys = path.split(".");
  const last = keys.pop();
  for (const key of keys) table = table[key] ??= {};
  table[last] = value;
}

function value(input) {
  const text = input.value.trim();
  if (!input.dataset.alList) return text;
  return text.split(input.dataset.alList === "," ? "," : "\n").map((each) => each.trim()).filter(Boolean);
}

function filled(row) {
  const table = kept(row);
  for (const input of row.querySelectorAll("[data-al-field]")) put(table, input.dataset.alField, value(input));
  return table;
}

/** The tables of the programme, and the row that each of them came from. */
function tables() {
  const whole = kept(form);
  const sent = { programme: whole.programme ?? {}, was: {} };
  for (const input of form.querySelectorAll("[data-al-key]")) put(sent, input.dataset.alKey, value(input));
  const from = { people: rows("people"), sets: rows("sets") };
  for (const [name, found] of Object.entries(from)) sent[name] = found.map(filled);
  for (const person of sent.people) if (person.role !== "manager") delete person.learners;
  for (const [at, row] of from.sets.entries()) {
    const was = kept(row).name;
    if (was && sent.sets[at].name && was !== sent.sets[at].name) sent.was[was] = sent.sets[at].name;
  }
  for (const person of sent.people) person.sets = person.sets?.map((name) => sent.was[name] ?? name);
  // In the order they open, as the programme wants them: nobody has to sort a form.
  const books = rows("workbooks")
    .filter((row) => row.querySelector("[data-al-pick]").checked)
    .map((row) => [{ ...filled(row), template: row.dataset.alTemplate }, row])
    .sort(([a], [b]) => (a.opens < b.opens ? -1 : a.opens > b.opens ? 1 : 0));
  sent.workbooks = books.map(([book]) => book);
  from.workbooks = books.map(([, row]) => row);
  sent.programme.sign_off = books
    .filter(([, row]) => row.querySelector("[data-al-signoff]").checked)
    .map(([book]) => book.template);
  return { sent, from };
}

/* ---- What is wrong with it ------------------------------------------------ */

const wrong = form.querySelector("[data-al-wrong]");

function field(path, from) {
  const [part, at, ...rest] = path.split(".");
  if (part === "programme") return form.querySelector(`[data-al-key="${path}"]`) ?? form.querySelector(`[data-al-key^="${path}."]`);
  const row = from[part]?.[Number(at)];
  return row?.querySelector(`[data-al-field="${rest.join(".")}"]`) ?? row?.querySelector("input") ?? null;
}

function complain(faults, from) {
  for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  const items = faults.map((fault) => {
    const item = document.createElement("li");
    const input = fault.field ? field(fault.field, from) : null;
    const said = [fault.message, fault.hint].filter(Boolean).join(" ");
    if (input) {
      input.setAttribute("aria-invalid", "true");
      input.closest("details")?.setAttribute("open", "");
      item.append(made("a", said, { href: `#${input.id}` }));
    } else {
      item.append(said);
    }
    return item;
  });
  wrong.querySelector("[data-al-list]").replaceChildren(...items);
  wrong.hidden = !faults.length;
  if (faults.length) wrong.focus();
}

async function send(body, from, where) {
  tell(where, "");
  const about = cohort ? { since: main.dataset.alSince } : { from: main.dataset.alFrom };
  try {
    const [method, path] = cohort ? ["PUT", `cohorts/${encodeURIComponent(cohort)}/programme`] : ["POST", "programmes"];
    const said = await call(path, { method, body: { ...body, ...about } });
    complain(said.faults, from);
    if (!said.faults.length) location.assign(said.url);
  } catch (trouble) {
    tell(where, trouble.message);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { sent, from } = tables();
  busy(form.querySelector("button.main"), () => send(sent, from, form));
});

const file = document.querySelector("[data-al-file]");
file.addEventListener("submit", (event) => {
  event.preventDefault();
  const chosen = file.querySelector("input").files[0];
  if (chosen) busy(file.querySelector("button"), async () => send({ toml: await chosen.text() }, {}, file));
});

/* ---- Rows, roles, dates ----------------------------------------------------- */

let fresh = 0;
form.addEventListener("click", (event) => {
  const { alAdd } = event.target.closest("[data-al-add]")?.dataset ?? {};
  if (alAdd) {
    const row = form.querySelector(`[data-al-new="${alAdd}"]`).content.firstElementChild.cloneNode(true);
    fresh += 1;
    for (const each of row.querySelectorAll("[id]")) each.id += `-${fresh}`;
    for (const each of row.querySelectorAll("[for]")) each.htmlFor += `-${fresh}`;
    form.querySelector(`[data-al-rows="${alAdd}"]`).append(row);
    row.querySelector("input").focus();
  }
  const drop = event.target.closest("[data-al-drop]");
  if (drop) {
    const list = drop.closest("[data-al-rows]");
    drop.closest("[data-al-row]").remove();
    form.querySelector(`[data-al-add="${list.dataset.alRows}"]`).focus();
  }
});

form.addEventListener("change", (event) => {
  if (event.target.dataset.alField !== "role") return;
  event.target.closest("[data-al-row]").querySelector("[data-al-managed]").hidden = event.target.value !== "manager";
});

const DAY = 86_400_000;
const start = form.querySelector("[data-al-start]");
let began = start.value;
start.addEventListener("change", () => {
  if (began && start.value) {
    const by = Date.parse(start.value) - Date.parse(began);
    for (const input of form.querySelectorAll('[data-al-rows="workbooks"] input[type="date"]')) {
      if (input.value) input.value = new Date(Date.parse(input.value) + Math.round(by / DAY) * DAY).toISOString().slice(0, 10);
    }
  }
  began = start.value || began;
});
for (const pick of form.querySelectorAll("[data-al-pick]")) {
  pick.addEventListener("change", () => {
    const opens = pick.closest("[data-al-row]").querySelector('[data-al-field="opens"]');
    if (pick.checked && !opens.value) opens.value = start.value;
  });
}

/* ---- A new one ---------------------------------------------------------------- */

const zone = form.querySelector('[data-al-key="programme.time_zone"]');
if (!zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";
const id = form.querySelector('[data-al-key="programme.id"]');
const name = form.querySelector('[data-al-key="programme.name"]');
let own = Boolean(id?.value);
id?.addEventListener("input", () => (own = Boolean(id.value)));
name.addEventListener("input", () => {
  if (!id || own) return;
  const plain = name.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  id.value = plain.replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
});
