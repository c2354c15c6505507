// A file on its way to the server, with how much of it has left: `fetch` cannot tell that.

import { Refusal, refusalOf } from "./api.js";
import { t } from "./i18n.js";

/**
 * Send a file as it is.
 *
 * @param {string} path
 * @param {File} file
 * @param {object} options
 * @param {string} [options.token] a bearer token; without it the session cookie speaks
 * @param {(share: number) => void} options.progress how much has left, 0..1
 * @param {AbortSignal} options.signal gives it up
 * @returns {Promise<any>} the JSON body of the answer
 * @throws {Refusal}
 */
export function upload(path, file, { token = "", progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Accept", "application/json, application/problem+json");
    request.setRequestHeader("Accept-Language", document.documentElement.lang);
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress(total ? loaded / total : 1));
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText));
      else refusalOf(answerOf(request)).then(reject);
    });
    request.addEventListener("error", () => reject(unreachable()));
    request.addEventListener("abort", () => reject(new Refusal(0, "given_up", t("Given up."))));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

/** @param {XMLHttpRequest} request @returns {Response} the same as `fetch` gives it */
function answerOf(request) {
  const headers = new Headers();
  const retry = request.getResponseHeader("Retry-After");
  if (retry) headers.set("Retry-After", retry);
  return new Response(request.responseText, { status: request.status, headers });
}

/** A server that refuses early may close the line while the file is still leaving. */
function unreachable() {
  return new Refusal(0, "network", t("The file did not arrive. Check the connection, then send it again."));
}
