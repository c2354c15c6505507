// The list of files on their way: each with its progress, a way to give it up, and why it was refused.

import { Refusal } from "./api.js";
import { announce, h } from "./dom.js";
import { number } from "./format.js";
import { t } from "./i18n.js";
import { upload } from "./upload.js";

const MEGABYTE = 1_000_000;

export class Arrivals {
  /**
   * @param {HTMLElement} list
   * @param {number} largest bytes a file may have
   * @param {string} [token]
   */
  constructor(list, largest, token = "") {
    this.list = list;
    this.largest = largest;
    this.token = token;
  }

  /** Whether anything is on its way. */
  get busy() {
    return this.list.querySelector("progress") !== null;
  }

  /**
   * Send a file; whatever goes wrong is said in its row, which stays until it is closed.
   *
   * @param {File} file
   * @param {string} path
   * @returns {Promise<any>} the answer; null when it was refused or given up
   */
  async send(file, path) {
    const life = new AbortController();
    const bar = h("progress", { max: 1, value: 0, "aria-label": file.name });
    const end = h("button", { class: "button button--small", type: "button", onclick: () => life.abort() }, t("Give up"));
    const row = h("li", { class: "arrival" }, h("span", { class: "arrival__name" }, h("bdi", {}, file.name)), bar, end);
    this.list.append(row);
    try {
      this.#check(file);
      const answer = await upload(path, file, {
        token: this.token,
        signal: life.signal,
        progress: (share) => (bar.value = share),
      });
      row.remove();
      announce(t("{name} has arrived.", { name: file.name }));
      return answer;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(row, file, error);
      return null;
    }
  }

  /** @param {File} file */
  #check(file) {
    if (file.size > this.largest) {
      const most = number(this.largest / MEGABYTE);
      throw new Refusal(413, "file_too_large", t("This file is larger than {most} MB; send a smaller one.", { most }));
    }
  }

  /**
   * @param {HTMLElement} row
   * @param {File} file
   * @param {Refusal} refusal
   */
  #refuse(row, file, refusal) {
    if (refusal.code === "given_up") return row.remove();
    row.dataset.state = "refused";
    const said = h("p", { class: "arrival__said", role: "alert" }, h("bdi", {}, file.name), `: ${refusal.message}`);
    const close = h("button", { class: "button button--small", type: "button", onclick: () => row.remove() }, t("Close"));
    row.replaceChildren(said, close);
  }
}

/**
 * Take files that are dropped on an element, or chosen by its file field.
 *
 * @param {HTMLElement} drop
 * @param {HTMLInputElement} input
 * @param {(files: File[]) => void} take
 */
export function takeFiles(drop, input, take) {
  input.addEventListener("change", () => {
    take([...(input.files ?? [])]);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"])
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("drop--over");
    });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("drop--over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });
}
