// The sign-in form: asks the API for a session and goes on to where the reader wanted to be.

import { call, Refusal } from "./lib/api.js";
import { one } from "./lib/dom.js";
import { t } from "./lib/i18n.js";

const form = /** @type {HTMLFormElement} */ (one("#sign-in"));
const name = /** @type {HTMLInputElement} */ (one("#name"));
const password = /** @type {HTMLInputElement} */ (one("#password"));
const button = one("button[type=submit]", form);

one("#reveal").addEventListener("change", (event) => {
  password.type = /** @type {HTMLInputElement} */ (event.target).checked ? "text" : "password";
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const empty = [name, password].find((field) => !field.value.trim());
  if (empty) {
    complain(t("Type your name and your password."), empty);
    return;
  }
  button.setAttribute("aria-busy", "true");
  try {
    await call("POST", "/api/v1/session", { body: { name: name.value.trim(), password: password.value } });
    location.assign(form.dataset.next || "/");
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    complain(error.message, password);
    password.select();
  } finally {
    button.removeAttribute("aria-busy");
  }
});

/**
 * @param {string} text
 * @param {HTMLInputElement} field where to continue
 */
function complain(text, field) {
  const problem = one("#problem");
  one(".banner__text", problem).textContent = text;
  problem.hidden = false;
  for (const input of [name, password]) input.toggleAttribute("aria-invalid", false);
  field.setAttribute("aria-invalid", "true");
  field.focus();
}
