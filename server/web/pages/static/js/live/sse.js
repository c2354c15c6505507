// A parser of `text/event-stream`, fed piece by piece (WHATWG HTML, section 9.2.6).

/**
 * @typedef {object} Message
 * @property {string} event
 * @property {string} data
 * @property {string} id the last id seen on the stream, "" before the first
 */

/**
 * Return a function that takes text as it arrives, cut anywhere, and calls `deliver` for each whole message.
 *
 * @param {(message: Message) => void} deliver
 * @returns {(chunk: string) => void}
 */
export function createParser(deliver) {
  let rest = "";
  let event = "";
  let id = "";
  /** @type {string[]} */
  let data = [];

  function dispatch() {
    if (data.length > 0) deliver({ event: event || "message", data: data.join("\n"), id });
    event = "";
    data = [];
  }

  /** @param {string} line */
  function take(line) {
    if (line === "") return dispatch();
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data.push(value);
    else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }

  return (chunk) => {
    rest += chunk;
    // A lone "\r" at the end may be the first half of "\r\n": keep it until more arrives.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + held;
    lines.forEach(take);
  };
}
