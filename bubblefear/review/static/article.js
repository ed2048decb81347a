// What a sentence's figures are and what was matched in it, shown beside it.
//
// By mouse: over the sentence. By keyboard: its number takes the focus. By touch: a tap on it.
// Escape, a click elsewhere or another sentence closes it. Without this file the number's title
// and label say the same, and its link leads to the table.

const DELAY = 120;
const tip = document.createElement("div");
tip.className = "tip";
tip.id = "sentence-tip";
tip.setAttribute("role", "tooltip");
tip.hidden = true;
document.body.append(tip);
document.documentElement.classList.add("scripted");

let shown = null;
let waiting = 0;

for (const mark of document.querySelectorAll(".mark")) {
  mark.removeAttribute("title");
  if (document.querySelector(mark.dataset.row)) mark.hash = mark.dataset.row;
}

function lines(sentence, under) {
  const said = sentence.querySelector(".mark").getAttribute("aria-label").split("; ");
  const piece = under?.closest("[data-tip]");
  return piece ? [`${piece.dataset.tip} (${piece.textContent})`, ...said] : said;
}

function show(sentence, under) {
  clearTimeout(waiting);
  tip.replaceChildren(...lines(sentence, under).map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  }));
  tip.hidden = false;
  shown = sentence;
  const box = under.getClientRects()[0] ?? sentence.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const left = Math.max(8, Math.min(box.left, wide - tip.offsetWidth - 8));
  const above = box.top - tip.offsetHeight - 6;
  const top = above > 0 ? above : box.bottom + 6;
  tip.style.left = `${left + window.scrollX}px`;
  tip.style.top = `${top + window.scrollY}px`;
}

function hide() {
  clearTimeout(waiting);
  tip.hidden = true;
  shown = null;
}

// The pointer may go onto the tip, to read or to copy it.
function hideSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(hide, DELAY);
}

const sentenceOf = (node) => node.closest?.(".prose .sentence");

document.addEventListener("pointerover", (event) => {
  if (event.pointerType === "touch") return;
  const sentence = sentenceOf(event.target);
  if (sentence) show(sentence, event.target);
  else if (tip.contains(event.target)) clearTimeout(waiting);
  else if (shown && !shown.contains(document.activeElement)) hideSoon();
});

document.addEventListener("focusin", (event) => {
  const sentence = sentenceOf(event.target);
  if (sentence) show(sentence, event.target);
  else hide();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.(".mark")) {
    openTable(event.target.closest(".mark"));
    return;
  }
  const sentence = sentenceOf(event.target);
  if (sentence) show(sentence, event.target);
  else if (!tip.contains(event.target)) hide();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") hide();
});

// A row inside a closed table cannot be scrolled to.
function openTable(mark) {
  hide();
  const row = document.querySelector(mark.hash);
  const details = row?.closest("details");
  if (details) details.open = true;
}
