// All letters of a briefing: fetched as they are written, counted meanwhile, and saved as one file.

import { Refusal, send, refusalOf } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

const ENTRY = [0x50, 0x4b, 0x03, 0x04]; // how each file in a ZIP begins (APPNOTE.TXT, section 4.3.7)

/**
 * @param {string} path
 * @param {(count: number) => void} told how many letters have begun to arrive
 * @throws {Refusal}
 */
export async function saveLetters(path, told) {
  const response = await send(path, { credentials: "same-origin" });
  if (!response.ok) throw await refusalOf(response);
  const [, name = "giaoban.zip"] = /filename="(.+)"/.exec(response.headers.get("Content-Disposition") ?? "") ?? [];
  const parts = await arrived(response, told);
  const address = URL.createObjectURL(new Blob(parts, { type: "application/zip" })); // kept: some browsers fetch it later
  h("a", { href: address, download: name }).click();
}

/**
 * @param {Response} response
 * @param {(count: number) => void} told
 * @returns {Promise<Uint8Array<ArrayBuffer>[]>}
 */
async function arrived(response, told) {
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body).getReader();
  const parts = [];
  let [count, matched] = [0, 0];
  try {
    for (let { done, value } = await reader.read(); !done && value; { done, value } = await reader.read()) {
      parts.push(value);
      for (const byte of value) {
        matched = byte === ENTRY[matched] ? matched + 1 : Number(byte === ENTRY[0]);
        if (matched < ENTRY.length) continue;
        [count, matched] = [count + 1, 0];
        told(count);
      }
    }
  } catch {
    throw new Refusal(0, "network", t("The server cannot be reached. Check the connection and try again."));
  }
  return parts;
}
