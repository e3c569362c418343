// What a checker of types cannot read in the scripts: what they share with pages, with one another and with the server.
// A page and its script are made for each other: what a script looks for is there, or it asks first whether it is.

/** An answer, as the API sends and takes it: a text, a number, choices, rows of a table, files, “not yet”, or nothing. */
type Answer = any;

/** Words of the reader's language, by name. */
type Words = Record<string, string>;

/** An answer as the store has it. */
interface StoredAnswer {
  value: Answer;
  version: number;
  saved_at: string;
  /** Whether somebody wrote it just now, and nothing was erased: what it took the place of may come back. */
  written?: boolean;
}

/** A call of the API: how it is sent, and what with. */
interface ApiMessage {
  method?: string;
  body?: unknown;
  type?: string;
  keepalive?: boolean;
}

/** An edit on its way to the store: which it is of which page, what it follows, and what is said. */
interface SaveMessage {
  client: string;
  seq: number;
  base: number;
  value: Answer;
}

/** What came back: an HTTP status, 0 where nothing did. */
interface Reply {
  status: number;
  body?: any;
}

/** By what an edit is found on the device: person, workbook, page, prompt. */
type EditKey = string[];

/** An edit on the device. */
interface EditRecord {
  person: string;
  workbook: string;
  client: string;
  prompt: string;
  seq: number;
  base: number;
  sent: SaveMessage | null;
  next: { value: Answer } | null;
  at: number;
}

/** A way to save. */
interface Transport {
  kind: "http" | "comm";
  person?: string;
  workbook?: string;
  /** How far this device's clock is ahead of the server's, in ms. */
  skew?: number;
  save(prompt: import("../../actionlearn/widgets/js/prompt_state.js").PromptState, message: SaveMessage, keepalive?: boolean): Promise<Reply>;
  cut(prompt: import("../../actionlearn/widgets/js/prompt_state.js").PromptState, cause: string): Promise<unknown>;
}

/** Over HTTP, which can do more than a widget's comm. */
interface HttpTransport extends Transport {
  kind: "http";
  person: string;
  workbook: string;
  skew: number;
  audience(prompt: import("../../actionlearn/widgets/js/prompt_state.js").PromptState, audience: string[]): Promise<Reply>;
  answers(): Promise<Reply>;
}

/** Why the server refuses something. */
interface ServerError {
  code?: string;
  message: string;
  hint?: string;
  faults?: { message: string; hint?: string; field?: string; line?: number; column?: string }[];
}

/** What a widget's front end gives its script: the shared state of the two halves. */
interface WidgetModel {
  get(name: string): any;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(message: unknown): void;
  on(event: string, act: (message?: any) => void): void;
  off(event: string, act: (message?: any) => void): void;
}

interface Window {
  /** The prompts of this tab; nothing before they are started, and on pages that have none. */
  actionlearn: import("../../actionlearn/widgets/js/registry.js").Registry;
  /** static/vendor/recogito.js */
  RecogitoJS: any;
  /** Voilà's front-end. */
  jupyterapp: any;
}

interface DocumentEventMap {
  "al:comments": CustomEvent;
  "al:elsewhere": CustomEvent<{ prompt: string }>;
  "al:link": CustomEvent<{ link: string }>;
  "al:meeting": CustomEvent;
  "al:ready": CustomEvent;
  "al:renew-comments": CustomEvent;
  "al:reveal": CustomEvent<HTMLElement>;
  "al:saved": CustomEvent<{ prompt: string; value: Answer; version: number; saved_at: string }>;
  "al:shared": CustomEvent;
  "al:signedin": CustomEvent;
  "al:signin": CustomEvent<{ code: string; message: string }>;
  "al:talk": CustomEvent;
  "al:turned": CustomEvent;
}

interface ParentNode {
  querySelector(selectors: "main" | "template"): PageElement;
  querySelector<K extends keyof HTMLElementTagNameMap>(selectors: K): HTMLElementTagNameMap[K];
  querySelector(selectors: string): PageElement;
  querySelectorAll<K extends keyof HTMLElementTagNameMap>(selectors: K): NodeListOf<HTMLElementTagNameMap[K]>;
  querySelectorAll(selectors: string): NodeListOf<PageElement>;
}

interface Element {
  closest<K extends keyof HTMLElementTagNameMap>(selector: K): HTMLElementTagNameMap[K];
  closest(selectors: string): PageElement;
}

interface Document {
  getElementById(id: string): PageElement;
}

/** What an event came from and was heard by: what kind of element that is, the page says. */
type PageEvent<E> = E & { target: any; currentTarget: any };

interface Element {
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: PageEvent<HTMLElementEventMap[K]>) => unknown, options?: boolean | AddEventListenerOptions): void;
}

interface HTMLElement {
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: PageEvent<HTMLElementEventMap[K]>) => unknown, options?: boolean | AddEventListenerOptions): void;
}

interface HTMLFormElement {
  addEventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (event: PageEvent<HTMLElementEventMap[K]>) => unknown, options?: boolean | AddEventListenerOptions): void;
}

interface Document {
  addEventListener<K extends keyof DocumentEventMap>(type: K, listener: (event: PageEvent<DocumentEventMap[K]>) => unknown, options?: boolean | AddEventListenerOptions): void;
}

interface Document {
  readonly activeElement: any;
}

interface Navigator {
  connection?: { saveData: boolean };
}

/** What a selector finds: what kind of element that is, the page says; so these may be there. */
interface PageElement extends HTMLElement {
  dataset: { [name: string]: any };
  cells?: any;
  checked?: any;
  close?: any;
  colSpan?: any;
  content?: any;
  defaultChecked?: any;
  defaultSelected?: any;
  defaultValue?: any;
  disabled?: any;
  elements?: any;
  files?: any;
  form?: any;
  htmlFor?: any;
  labels?: any;
  max?: any;
  maxLength?: any;
  name?: any;
  open?: any;
  options?: any;
  readOnly?: any;
  requestSubmit?: any;
  reset?: any;
  returnValue?: any;
  rows?: any;
  rowSpan?: any;
  select?: any;
  selected?: any;
  selectedOptions?: any;
  selectionDirection?: any;
  selectionEnd?: any;
  selectionStart?: any;
  setRangeText?: any;
  setSelectionRange?: any;
  showModal?: any;
  src?: any;
  text?: any;
  type?: any;
  validity?: any;
  value?: any;
}

/** A file or a link of an answer. */
interface AttachedFile {
  name: string;
  file?: string;
  link?: string;
  size?: number;
  type?: string;
}

/** The list of an answer's files draws each row once; where the files are, its prompt knows. */
interface PageElement {
  drawn?: boolean;
  filesAt?: string;
  picked?: any;
  asked?: number;
  key?: string | null;
  words?: string | null;
}

/** A file that the server does not have yet. */
interface Upload {
  id: string;
  person: string;
  workbook: string;
  prompt: string;
  name: string;
  file: File;
}

/** A version of an answer. */
interface Revision {
  number: number;
  when: string;
  cause: string;
  value: Answer;
  text: string;
  changes: [string, string][];
}

/** What a client of a kernel calls back. */
interface KernelCalls {
  opened(): void;
  lost(code?: number, opened?: boolean): void;
  unanswered(): void;
  dead(): void;
  wanted(): void;
  heard(): void;
}
