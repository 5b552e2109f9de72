// Checks a process file while it is being written. Without this file the page works the same, by
// its buttons.
export function checkWhileTyping(part) {
  const form = part.querySelector("#editor");
  if (!form) return;
  const text = form.elements.namedItem("text");
  const revision = form.elements.namedItem("revision");
  // Long enough that a word can be finished, short enough to be seen as an answer.
  const PAUSE_MS = 500;
  let waiting = 0;
  let busy = false;
  let again = false;

  const check = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const sent = text.value;
    try {
      const answer = await fetch(form.action + "/check", {
        method: "POST",
        body: new URLSearchParams({ text: sent, revision: revision.value }),
      });
      if (answer.ok) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const found = page.getElementById("found");
        revision.value = found.dataset.revision;
        form.action = "/drafts/" + encodeURIComponent(found.dataset.draft);
        document.getElementById("found").replaceWith(found);
      }
    } catch {
      // The server is away; the button says so when it is pressed, and the text stays here.
    }
    busy = false;
    if (again) {
      again = false;
      check();
    }
  };

  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, PAUSE_MS);
  });
}
