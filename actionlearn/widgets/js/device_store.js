// What the store has not acknowledged, kept on the device.

export const device = {
  opened: null,
  open() {
    this.opened ??= new Promise((done, fail) => {
      const request = indexedDB.open("actionlearn", 1);
      request.onupgradeneeded = () => request.result.createObjectStore("edits", { keyPath: ["person", "workbook", "client", "prompt"] });
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    return this.opened;
  },
  async act(mode, what) {
    const transaction = (await this.open()).transaction("edits", mode);
    const request = what(transaction.objectStore("edits"));
    transaction.commit?.(); // by itself it would wait for this page, which may close with the next key
    return new Promise((done, fail) => {
      transaction.oncomplete = () => done(request.result);
      transaction.onerror = transaction.onabort = () => fail(transaction.error);
    });
  },
  put: (record) => device.act("readwrite", (edits) => edits.put(record)),
  remove: (key) => device.act("readwrite", (edits) => edits.delete(key)),
  all: (person, workbook) => device.act("readonly", (edits) => edits.getAll(IDBKeyRange.bound([person, workbook], [person, workbook, []]))),
};

export const keyOf = ({ person, workbook, client, prompt }) => [person, workbook, client, prompt];
