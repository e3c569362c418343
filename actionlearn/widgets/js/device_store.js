// What the store has not acknowledged, kept on the device.

/** A store of records in this browser, in a database of its own that is opened when it is first needed. */
export class DeviceStore {
  /** @type {Promise<IDBDatabase> | null} */
  #opened = null;

  /**
   * @param {string} database
   * @param {string} name
   * @param {string | string[]} keyPath
   */
  constructor(database, name, keyPath) {
    this.database = database;
    this.name = name;
    this.keyPath = keyPath;
  }

  open() {
    this.#opened ??= new Promise((done, fail) => {
      const request = indexedDB.open(this.database, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(this.name, { keyPath: this.keyPath });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    return this.#opened;
  }

  /**
   * @param {IDBTransactionMode} mode
   * @param {(records: IDBObjectStore) => IDBRequest} what
   */
  async act(mode, what) {
    const transaction = (await this.open()).transaction(this.name, mode);
    const request = what(transaction.objectStore(this.name));
    transaction.commit?.(); // by itself it would wait for this page, which may close with the next key
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  }

  /** @param {object} record */
  put(record) {
    return this.act("readwrite", (records) => records.put(record));
  }

  /** @param {IDBValidKey} key */
  remove(key) {
    return this.act("readwrite", (records) => records.delete(key));
  }

  /**
   * All records, or those whose key begins so.
   * @param {string[]} [start]
   * @returns {Promise<any[]>}
   */
  all(start) {
    const range = start && IDBKeyRange.bound(start, [...start, []]);
    return this.act("readonly", (records) => records.getAll(range));
  }
}

export const edits = new DeviceStore("actionlearn", "edits", ["person", "workbook", "client", "prompt"]);

/**
 * By what an edit is found.
 * @param {{ person: string, workbook: string, client: string, prompt: string }} edit
 * @returns {EditKey}
 */
export const keyOf = ({ person, workbook, client, prompt }) => [person, workbook, client, prompt];
