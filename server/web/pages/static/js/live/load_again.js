// Loads the page anew when one of its modules could not be loaded: a browser drops what is under way when its network
// changes, and asks for no module twice. Not a module itself, so that it is there before any of them.

{
  /** Seconds between two looks whether the server can be reached again; the longest when it often could not. */
  const FIRST = 1;
  const LONGEST = 15;

  /**
   * @param {string} source address of what is missing
   * @param {number} seconds
   */
  const lookAgain = async (source, seconds) => {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const answer = await fetch(source, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) location.reload();
    else void lookAgain(source, Math.min(2 * seconds, LONGEST));
  };

  addEventListener(
    "error",
    ({ target }) => {
      if (target instanceof HTMLScriptElement && target.type === "module") void lookAgain(target.src, FIRST);
    },
    { capture: true },
  );
}
