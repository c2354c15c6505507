// Calls to the server's API: JSON in, JSON out, and every refusal a `Refusal`.

import { t } from "./i18n.js";

/** The server, or the network, said no. Decide by `code`; show `message`. */
export class Refusal extends Error {
  /**
   * @param {number} status the HTTP status; 0 when no answer came
   * @param {string} code stable, for programs
   * @param {string} title for people, in their language
   * @param {{field: string, message: string}[]} [errors] one per bad field
   * @param {number} [retryAfter] seconds
   */
  constructor(status, code, title, errors = [], retryAfter = 0) {
    super(title);
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.retryAfter = retryAfter;
  }
}

/**
 * @typedef {object} Options
 * @property {unknown} [body] sent as JSON
 * @property {Blob} [file] sent as it is, instead of a body
 * @property {string} [ifMatch] the ETag the change is based on
 * @property {string} [token] a bearer token; without it the session cookie speaks
 * @property {AbortSignal} [signal]
 */

/**
 * @template [T=any]
 * @typedef {object} Answer
 * @property {T} data the JSON body; null without one
 * @property {string} etag
 * @property {string} location
 */

/**
 * Call the API.
 * @template [T=any]
 * @param {string} method
 * @param {string} path such as "/api/v1/briefings"
 * @param {Options} [options]
 * @returns {Promise<Answer<T>>}
 * @throws {Refusal}
 */
export async function call(method, path, { body, file, ifMatch, token, signal } = {}) {
  const headers = new Headers({ Accept: "application/json, application/problem+json" });
  headers.set("Accept-Language", document.documentElement.lang);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (ifMatch) headers.set("If-Match", ifMatch);
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const response = await send(path, {
    method,
    headers,
    body: body === undefined ? file : JSON.stringify(body),
    signal,
    credentials: token ? "omit" : "same-origin",
    cache: "no-store",
  });
  if (!response.ok) throw await refusalOf(response);
  return {
    data: response.status === 204 ? null : await response.json(),
    etag: response.headers.get("ETag") || "",
    location: response.headers.get("Location") || "",
  };
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @returns {Promise<Response>}
 * @throws {Refusal} where no answer comes
 */
export async function send(path, init) {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Refusal(0, "network", t("The server cannot be reached. Check the connection and try again."));
  }
}

/**
 * Read a problem document (RFC 9457); anything else becomes a refusal that says the status.
 * @param {Response} response
 * @returns {Promise<Refusal>}
 */
export async function refusalOf(response) {
  const retryAfter = Number(response.headers.get("Retry-After")) || 0;
  try {
    const problem = await response.json();
    return new Refusal(response.status, problem.code, problem.title, problem.errors, retryAfter);
  } catch {
    const title = t("The server answered with error {status}.", { status: response.status });
    return new Refusal(response.status, "unknown", title, [], retryAfter);
  }
}
