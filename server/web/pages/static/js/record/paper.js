// A paper of the meeting: the button that prints it.

import { one } from "../lib/dom.js";

one("#print").addEventListener("click", () => window.print());
