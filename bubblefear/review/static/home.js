// The history on the home page: its links and form change the section in place, the window dragged
// over the chart goes into the address, and a click on a day opens it.

import { plotAll } from "./charts.js";

const SETTLED = 350; // ms without a change of the window before the table follows
const DAY = 86_400_000;

const section = () => document.getElementById("history");
const iso = (instant) => new Date(instant).toISOString().slice(0, 10);

let plotted;
let settling;

async function fetched(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// Puts the section of another address in place of this one; the whole page where that fails.
async function show(url, focus) {
  let page;
  try {
    page = await fetched(url);
  } catch {
    location.assign(url);
    return;
  }
  const next = page.getElementById("history");
  if (!next) {
    location.assign(url);
    return;
  }
  const opened = section().querySelector("details")?.open;
  plotted?.end();
  section().replaceWith(document.adoptNode(next));
  if (opened) section().querySelector("details").open = true;
  if (focus) section().querySelector(focus)?.focus({ preventScroll: true });
  await plotAll(section());
}

// Only the table, the links and the days of the form: the chart stays as it was dragged.
async function follow(url) {
  const next = (await fetched(url)).getElementById("history");
  const table = section().querySelector("#sessions");
  const opened = table.querySelector("details")?.open;
  table.replaceWith(document.adoptNode(next.querySelector("#sessions")));
  if (opened) section().querySelector("#sessions details").open = true;
  for (const label of ["View", "Figure", "Span"]) {
    const own = section().querySelector(`nav[aria-label="${label}"]`);
    own?.replaceWith(document.adoptNode(next.querySelector(`nav[aria-label="${label}"]`)));
  }
  for (const name of ["since", "until"]) {
    section().querySelector(`input[name="${name}"]`).value =
      next.querySelector(`input[name="${name}"]`).value;
  }
}

function address(since, until) {
  const url = new URL(location.href);
  for (const name of ["view", "mean"]) {
    url.searchParams.set(name, section().querySelector(`input[name="${name}"]`).value);
  }
  url.searchParams.set("since", since);
  url.searchParams.set("until", until);
  url.hash = "";
  return url;
}

function moved(window_) {
  clearTimeout(settling);
  settling = setTimeout(() => {
    const ends = window_?.date ?? everything();
    const url = address(iso(ends[0]), iso(ends[1]));
    overview().value = { x: [+ends[0], +ends[1]] };
    history.replaceState(null, "", url);
    follow(url).catch(() => {});
  }, SETTLED);
}

const overview = () => plotted.spec.vconcat[1].params[0];

function everything() {
  const form = section().querySelector("form.span");
  return [form.since.min, form.since.max].map((day) => Date.parse(day));
}

function readout(day) {
  const line = section().querySelector(".readout");
  line.hidden = false;
  line.replaceChildren();
  if (!day) return;
  const link = document.createElement("a");
  link.href = section().querySelector(".plot").dataset.day + day;
  link.textContent = `Open ${day}`;
  line.append(link);
}

function listen({ detail }) {
  if (!section()?.contains(detail.element)) return;
  plotted = detail;
  let pointed = null;
  let dragged = false;
  const { view } = detail;
  view.addSignalListener("window", (_, value) => moved(value));
  view.addSignalListener("day", (_, value) => {
    const instant = value?.date?.[0];
    pointed = instant === undefined ? pointed : iso(+instant);
    if (instant !== undefined) readout(pointed);
  });
  view.addSignalListener("zoom", (_, value) => {
    dragged = Boolean(value?.date && Math.abs(value.date[1] - value.date[0]) >= DAY);
    if (dragged) detail.zoomed = value.date.map(Number);
  });
  detail.drawn.onpointerup = () => {
    if (!detail.zoomed) return;
    const [since, until] = detail.zoomed.map(iso);
    detail.zoomed = null;
    const url = address(since, until);
    history.pushState(null, "", url);
    show(url);
  };
  detail.drawn.onpointerdown = () => { detail.zoomed = null; dragged = false; };
  // A finger has no pointer to hover with: its first touch shows the day, the link opens it.
  view.addEventListener("click", (event, item) => {
    if (dragged || event.pointerType === "touch" || !pointed) return;
    if (event.offsetY > plotted.spec.vconcat[0].height + 10) return;
    location.assign(section().querySelector(".plot").dataset.day + pointed);
  });
  readout(null); // its line is there from now on, so that nothing jumps under the pointer
  for (const hint of section().querySelectorAll(".hint")) hint.hidden = false;
}

document.addEventListener("plotted", listen);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("#history a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const url = new URL(link.href);
  url.hash = "";
  history.pushState(null, "", url);
  show(url, `a[data-part="${link.dataset.part}"][aria-current]`);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("#history form[data-swap]");
  if (!form) return;
  event.preventDefault();
  const url = new URL(form.action);
  url.hash = "";
  url.search = new URLSearchParams(new FormData(form));
  history.pushState(null, "", url);
  show(url, "form.span button");
});
addEventListener("popstate", () => {
  if (section()) show(location.href);
});
