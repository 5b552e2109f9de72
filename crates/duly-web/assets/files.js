// Files that are pasted into a form which takes files, or dropped anywhere on it, are put into its
// field, beside those chosen before. What is sent is sent by the form itself.

const WORDS = "A picture can also be pasted here, or dropped anywhere on the form.";

export function takeFiles(part) {
  for (const field of part.querySelectorAll('input[type="file"][multiple]')) {
    const form = field.form;
    const hint = document.getElementById(field.getAttribute("aria-describedby"));
    if (hint) hint.textContent += ` ${WORDS}`;
    form.addEventListener("paste", (event) => {
      if (add(field, event.clipboardData?.files)) event.preventDefault();
    });
    form.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    });
    form.addEventListener("drop", (event) => {
      if (add(field, event.dataTransfer?.files)) event.preventDefault();
    });
  }
}

function add(field, files) {
  if (!files || files.length === 0) return false;
  const all = new DataTransfer();
  for (const file of [...field.files, ...files]) all.items.add(file);
  field.files = all.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
