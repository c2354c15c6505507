// The frame around every page: the user menu closes by itself, and signing out.

import { call } from "./lib/api.js";
import { all } from "./lib/dom.js";
import { refused } from "./lib/toast.js";

for (const menu of all("details.menu")) {
  document.addEventListener("click", (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.removeAttribute("open");
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.hasAttribute("open")) return;
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  });
}

for (const button of all("[data-sign-out]")) {
  button.addEventListener("click", async () => {
    try {
      await call("DELETE", "/api/v1/session");
      location.assign("/sign-in");
    } catch (error) {
      refused(error);
    }
  });
}
