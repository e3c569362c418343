/** A programme as a form: fields are named by the keys of programme.toml, and sent as its tables. */

import { h } from "../../../widgets/js/dom.js";
import { busy, call, day, tell } from "../shared/api.js";
import { declareReady } from "../shared/script_ready.js";

const main = document.querySelector("main");
const form = document.querySelector("[data-al-programme]");
const cohort = main.dataset.alProgrammeOf;
/** @param {string} name */
const rows = (name) => [...form.querySelectorAll(`[data-al-rows="${name}"] > [data-al-row]`)];
/** @param {PageElement} element */
const storedTable = (element) => JSON.parse(element.dataset.alKept || "{}");

/* ---- What was filled in --------------------------------------------------- */

/**
 * @param {any} table
 * @param {string} path
 * @param {string} value
 */
function put(table, path, value) {
  const keys = path.split(".");
  const last = /** @type {string} */ (keys.pop());
  for (const key of keys) table = table[key] ??= {};
  table[last] = value;
}

/** @param {PageElement} input */
function value(input) {
  const text = input.value.trim();
  if (input.dataset.alUnit) return text && `${text} ${document.getElementById(input.dataset.alUnit).value}s`;
  if (!input.dataset.alList) return text;
  return text.split(input.dataset.alList === "," ? "," : "\n").map((/** @type {string} */ each) => each.trim()).filter(Boolean);
}

/** @param {PageElement} row */
function tableOf(row) {
  const table = storedTable(row);
  for (const input of row.querySelectorAll("[data-al-field]")) put(table, input.dataset.alField, value(input));
  return table;
}

/** The tables of the programme, and the row that each of them came from. */
function tables() {
  const whole = storedTable(form);
  /** @type {any} */
  const sent = { programme: whole.programme ?? {}, was: {} };
  for (const input of form.querySelectorAll("[data-al-key]")) put(sent, input.dataset.alKey, value(input));
  /** @type {Record<string, PageElement[]>} */
  const from = { people: rows("people"), sets: rows("sets") };
  for (const [name, rowsOfPart] of Object.entries(from)) sent[name] = rowsOfPart.map(tableOf);
  for (const person of sent.people) if (person.role !== "manager") delete person.learners;
  for (const [at, row] of from.sets.entries()) {
    const was = storedTable(row).name;
    if (was && sent.sets[at].name && was !== sent.sets[at].name) sent.was[was] = sent.sets[at].name;
  }
  for (const person of sent.people) person.sets = person.sets?.map((/** @type {string} */ name) => sent.was[name] ?? name);
  // In the order they open, as the programme wants them: nobody has to sort a form.
  const books = rows("workbooks")
    .filter((row) => row.querySelector("[data-al-pick]").checked)
    .map((row) => [{ ...tableOf(row), template: row.dataset.alTemplate }, row])
    .sort(([a], [b]) => (a.opens < b.opens ? -1 : a.opens > b.opens ? 1 : 0));
  sent.workbooks = books.map(([book]) => book);
  from.workbooks = books.map(([, row]) => row);
  sent.programme.sign_off = books
    .filter(([, row]) => row.querySelector("[data-al-signoff]").checked)
    .map(([book]) => book.template);
  return { sent, from };
}

/* ---- What is folded away, in a line ----------------------------------------- */

/**
 * The fields of a fold that a name stands for, in words; "" where nothing is filled in.
 * @param {PageElement} fold
 * @param {string} name
 */
function words(fold, name) {
  const named = `[data-al-field="${name}"], [data-al-field^="${name}."], [data-al-key$=".${name}"], [data-al-${name}]`;
  return [...fold.querySelectorAll(named)].map((input) => {
    if (input.type === "checkbox") return input.checked ? input.labels[0].textContent.trim() : "";
    if (!input.value || input.closest("[hidden]")) return "";
    const unit = document.getElementById(input.dataset.alUnit)?.selectedOptions[0].text ?? "";
    if (input.type === "date") return day(input.value);
    return `${input.selectedOptions?.[0].text ?? input.value} ${unit}`.trim();
  });
}

/**
 * Say what is in a fold: each group of fields it names, those of one group together.
 * @param {PageElement} fold
 */
function sum(fold) {
  /** @type {string[]} */
  const groups = fold.dataset.alFold.split(" ").map((/** @type {string} */ group) => {
    const parts = group.split(/[+–]/).flatMap((/** @type {string} */ name) => words(fold, name)).filter(Boolean);
    return [...new Set(parts)].join(group.includes("–") ? " – " : " ");
  });
  const spans = groups.filter(Boolean).map((text) => h("span", {}, text));
  const parts = spans.flatMap((each) => [" · ", each]).slice(1);
  fold.querySelector("[data-al-told]").replaceChildren(...(spans.length ? parts : [form.dataset.alEmpty]));
}

function sumAll() {
  for (const fold of form.querySelectorAll("[data-al-fold]")) sum(fold);
}

form.addEventListener("input", (event) => {
  const fold = event.target.closest("[data-al-fold]");
  if (fold) sum(fold);
});

/* ---- What is wrong with it ------------------------------------------------ */

const wrong = form.querySelector("[data-al-wrong]");

/**
 * @param {string} path
 * @param {Record<string, PageElement[]>} from
 */
function field(path, from) {
  const [part, at, ...rest] = path.split(".");
  if (part === "programme") return form.querySelector(`[data-al-key="${path}"]`) ?? form.querySelector(`[data-al-key^="${path}."]`);
  const row = from[part]?.[Number(at)];
  return row?.querySelector(`[data-al-field="${rest.join(".")}"]`) ?? row?.querySelector("input") ?? null;
}

/**
 * Go to a field, wherever it is folded away.
 * @param {PageElement} input
 */
function reach(input) {
  input.closest("details")?.setAttribute("open", "");
  input.focus();
}

/**
 * @param {PageElement} input
 * @param {string | undefined} ids
 */
function describe(input, ids) {
  if (ids) input.setAttribute("aria-describedby", ids);
  else input.removeAttribute("aria-describedby");
}

/**
 * List what is wrong, each with its way to the field; a single fault takes one there at once.
 * @param {NonNullable<ServerError["faults"]>} faults
 * @param {Record<string, PageElement[]>} from
 */
function complain(faults, from) {
  for (const each of form.querySelectorAll("[aria-invalid]")) {
    each.removeAttribute("aria-invalid");
    describe(each, each.dataset.alHelp);
  }
  for (const each of form.querySelectorAll("[data-al-fault]")) each.remove();
  /** @type {PageElement[]} */
  const fields = [];
  const items = faults.map((fault, number) => {
    const item = document.createElement("li");
    const input = fault.field ? field(fault.field, from) : null;
    const sentence = [fault.message, fault.hint].filter(Boolean).join(" ");
    if (input) {
      fields.push(input);
      input.setAttribute("aria-invalid", "true");
      input.dataset.alHelp ??= input.getAttribute("aria-describedby") ?? "";
      describe(input, `fault-${number} ${input.dataset.alHelp}`.trim());
      input.closest("details")?.setAttribute("open", "");
      input.after(h("p", { className: "alert-text", id: `fault-${number}`, "data-al-fault": "" }, sentence));
      const way = h("a", { href: `#${input.id}` }, sentence);
      way.addEventListener("click", (event) => {
        event.preventDefault();
        reach(input);
      });
      item.append(way);
    } else {
      item.append(sentence);
    }
    return item;
  });
  wrong.querySelector("[data-al-list]").replaceChildren(...items);
  wrong.hidden = !faults.length;
  if (faults.length === 1 && fields.length) reach(fields[0]);
  else if (faults.length) wrong.focus();
}

/**
 * @param {object} body
 * @param {Record<string, PageElement[]>} from
 * @param {PageElement} where
 */
async function send(body, from, where) {
  tell(where, "");
  const about = cohort ? { since: main.dataset.alSince } : { from: main.dataset.alFrom };
  try {
    const [method, path] = cohort ? ["PUT", `cohorts/${encodeURIComponent(cohort)}/programme`] : ["POST", "programmes"];
    const reply = await call(path, { method, body: { ...body, ...about } });
    complain(reply.faults, from);
    if (!reply.faults.length) location.assign(reply.url);
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
  const toml = file.querySelector("input").files?.[0];
  if (toml) busy(file.querySelector("button"), async () => send({ toml: await toml.text() }, {}, file));
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
    sumAll();
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
  sum(event.target.closest("[data-al-fold]"));
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
  sumAll();
});
for (const pick of form.querySelectorAll("[data-al-pick]")) {
  pick.addEventListener("change", () => {
    const fold = pick.closest("[data-al-row]").querySelector("[data-al-fold]");
    const opens = fold.querySelector('[data-al-field="opens"]');
    if (pick.checked && !opens.value) opens.value = start.value;
    fold.open = pick.checked;
    sum(fold);
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

sumAll();

declareReady();
