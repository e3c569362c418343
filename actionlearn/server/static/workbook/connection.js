// How a page hears of others: over a websocket, and where none can be had, by asking every few seconds. Which of the two it is,
// or that nobody can be reached, is told by the event al:link.

import { backOff } from "../../../widgets/js/timing.js";
import { call } from "../shared/api.js";

const workbookPage = document.querySelector("main[data-al-workbook]");
const LET_GO = 4429; // another page of this person is told instead, until this one is looked at

const SPREAD_MS = 500; // ms over which pages go on saving that were all cut off at once
const SILENT_MS = 5000; // ms after which a connection that has said nothing counts as none
const ASKING_MS = workbookPage.querySelector("[data-al-meeting]") ? 2500 : 10_000; // ms between two questions
const CUT_MS = 4000; // the same, while the server cannot be reached

/** @type {WebSocket | null} */
let pushSocket = null;
let pushHeard = false; // whether it has said something
let pushTries = 0;
/** @type {"" | "live" | "asking" | "none"} */
let pushLink = "";
/** @type {(message: any) => void} */
let pushListener = () => {};
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pushTimer;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pushDoubt;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let pushQuestion;

/** @param {typeof pushLink} now */
function tellLink(now) {
  if (now === pushLink) return;
  if (pushLink === "none") window.actionlearn.resume({ within: SPREAD_MS });
  pushLink = now;
  document.dispatchEvent(new CustomEvent("al:link", { detail: { link: pushLink } }));
}

export function connectPush() {
  clearTimeout(pushTimer);
  if (pushSocket) return;
  pushHeard = false;
  const at = new URL(`${workbookPage.dataset.alApi}workbooks/${workbookPage.dataset.alWorkbook}/push`, location.href);
  at.protocol = at.protocol.replace("http", "ws");
  at.searchParams.set("client", window.actionlearn.client);
  let opened;
  try {
    opened = pushSocket = new WebSocket(at);
  } catch {
    return askStanding(); // a browser, or a setting of it, that has none
  }
  const again = pushTries > 0;
  clearTimeout(pushDoubt);
  pushDoubt = setTimeout(() => opened === pushSocket && !pushHeard && askStanding(), SILENT_MS);
  opened.addEventListener("open", () => again && window.actionlearn.resume({ within: SPREAD_MS }));
  opened.addEventListener("message", ({ data }) => {
    if (opened !== pushSocket) return;
    pushHeard = true;
    pushTries = 0;
    clearTimeout(pushQuestion);
    tellLink("live");
    pushListener(JSON.parse(data));
  });
  opened.addEventListener("close", ({ code }) => {
    if (opened !== pushSocket) return;
    pushSocket = null;
    if (code === LET_GO) return;
    pushTimer = setTimeout(connectPush, backOff(pushTries++)); // more each time, and never all pages at once
    askStanding();
  });
  return undefined;
}

async function askStanding() {
  clearTimeout(pushQuestion);
  if (document.hidden || (pushSocket && pushHeard)) return;
  const at = `workbooks/${workbookPage.dataset.alWorkbook}/standing?client=${window.actionlearn.client}`;
  let reached = true;
  try {
    const message = await call(at, { method: "GET" });
    if (pushSocket && pushHeard) return;
    const back = pushLink === "none";
    tellLink("asking");
    pushListener(message);
    if (back) connectPush();
  } catch (trouble) {
    reached = trouble.status > 0 && trouble.status < 500; // what is refused is said by saving
    if (!reached) tellLink("none");
  }
  clearTimeout(pushQuestion);
  pushQuestion = setTimeout(askStanding, (reached ? ASKING_MS : CUT_MS) * (0.75 + Math.random() / 2));
}

function leavePush() {
  const old = pushSocket;
  pushSocket = null;
  clearTimeout(pushTimer);
  clearTimeout(pushDoubt);
  clearTimeout(pushQuestion);
  old?.close();
}

/**
 * Tell what is heard, from now on.
 * @param {(message: any) => void} hear
 */
export function listenToPush(hear) {
  pushListener = hear;
  // A page that sleeps in the browser's cache may hold no connection.
  addEventListener("pagehide", leavePush);
  addEventListener("pageshow", ({ persisted }) => persisted && connectPush());
  addEventListener("online", () => setTimeout(connectPush, Math.random() * SPREAD_MS));
  addEventListener("offline", () => tellLink("none"));
  addEventListener("focus", connectPush);
  document.addEventListener("al:signedin", connectPush);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    connectPush();
    if (pushLink === "asking" || pushLink === "none") askStanding();
  });
}
