// Replies that were kept aside: taken off the list when somebody has dealt with them.

import { call } from "../lib/api.js";
import { all } from "../lib/dom.js";
import { refused } from "../lib/toast.js";

for (const reply of all("[data-reply]")) {
  reply.querySelector("[data-settle]")?.addEventListener("click", async () => {
    try {
      await call("POST", `/api/v1/replies/${reply.dataset.reply}/settle`);
      location.reload();
    } catch (error) {
      refused(error);
    }
  });
}
