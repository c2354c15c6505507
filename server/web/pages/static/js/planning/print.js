// The button that prints the page.

import { one } from "../lib/dom.js";

one("[data-print]").addEventListener("click", () => window.print());
