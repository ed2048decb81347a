// Single keys for the queue: an answer each, and what stands at links and buttons. They can be
// turned off (WCAG 2.1.4) and never act while a person types or a control has the key's meaning.

const form = document.querySelector("form[data-coding]");
const bar = document.querySelector("[data-keys]");
const help = document.querySelector("[data-help]");
const KEPT = "bubblefear.queue.keys";

const stored = () => {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null; // storage may be forbidden: the keys then work until the page is left
  }
};

const store = (value) => {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // As above: nothing else depends on it.
  }
};

const show = (on) => {
  for (const key of document.querySelectorAll("main kbd[aria-hidden]")) key.hidden = !on;
};

const answer = (key) => {
  const radio = form?.querySelector(`input[data-key="${CSS.escape(key)}"]`);
  if (!radio) return false;
  radio.checked = true;
  radio.focus({ preventScroll: true });
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
};

const deed = (key) => {
  if (key === "e") {
    form?.elements.note.focus();
    return Boolean(form);
  }
  const control = document.querySelector(`[data-deed="${CSS.escape(key)}"]`);
  control?.click();
  return Boolean(control);
};

const typing = (target) =>
  target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");

const native = (event) =>
  event.key === "Enter" && event.target.closest("a, button, summary, select, textarea");

const pressed = (event, on) => {
  if (event.key === "Escape" && event.target.matches("textarea")) {
    event.target.blur();
    return;
  }
  if (!on || help?.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) {
    return;
  }
  if (typing(event.target) || native(event)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (answer(key) || deed(key)) event.preventDefault();
};

if (form && bar) {
  const box = bar.querySelector("input");
  box.checked = stored() !== "off";
  bar.hidden = false;
  show(box.checked);
  box.addEventListener("change", () => {
    store(box.checked ? "on" : "off");
    show(box.checked);
  });
  bar.querySelector("[data-deed]").addEventListener("click", () => help.showModal());
  help.querySelector("[data-close]").addEventListener("click", () => help.close());
  help.addEventListener("keydown", (event) => {
    if (event.key === "?") {
      event.preventDefault();
      help.close();
    }
  });
  document.addEventListener("keydown", (event) => pressed(event, box.checked));
}
