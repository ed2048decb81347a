// Draws every <div class="plot" data-spec="URL"> of a page: a Vega-Lite specification, drawn by the
// library that this server serves. What the div holds before (a figure, a text) stays as it is where
// that fails, or without script.
//
// The library runs under a policy without eval and inline style: expressions are interpreted, and
// its style sheets are ours (review.css). Colours are CSS variables, so a chart follows the scheme.

const LIBRARY = new URL("vega.js", import.meta.url).href;
const ERRORS = 1; // a series without a value in the window is no news for the console
const FRAME = 52; // the axis and a little room, in pixels: what a chart is wider than its drawing

let loading;

function library() {
  loading ??= import(LIBRARY).then(() => window.vegaEmbed);
  return loading;
}

function theme() {
  const style = getComputedStyle(document.body);
  const text = { labelColor: "var(--quiet)", titleColor: "var(--quiet)", labelFontSize: 12 };
  const range = Array.from({ length: 8 }, (_, place) => `var(--s${place + 1})`);
  return {
    background: "transparent",
    // Text is measured on a canvas, which knows no CSS variable.
    font: style.fontFamily,
    view: { stroke: null },
    axis: { ...text, domain: false, gridColor: "var(--rule)", tickColor: "var(--rule)" },
    legend: text,
    title: { color: "var(--ink)" },
    style: { "guide-label": { fill: "var(--quiet)" }, "guide-title": { fill: "var(--quiet)" } },
    range: { category: range },
  };
}

function sized(spec, width) {
  if (Array.isArray(spec.vconcat)) {
    return { ...spec, vconcat: spec.vconcat.map((part) => sized(part, width)) };
  }
  return spec.width === "container" ? { ...spec, width: Math.max(width - FRAME, 120) } : spec;
}

function fail(element, error) {
  const told = element.querySelector(":scope > .plot-failed") ?? document.createElement("p");
  told.className = "plot-failed";
  told.textContent = `The interactive chart could not be drawn (${error.message}).`;
  element.append(told);
}

class Plot {
  constructor(element, spec) {
    this.element = element;
    this.spec = spec;
    this.drawn = document.createElement("div");
    this.drawn.className = "drawn";
    this.width = 0;
  }

  // Draws the specification as it is now, in the width that there is now.
  async draw() {
    const embed = await library();
    this.width = this.element.clientWidth;
    const made = await embed(this.drawn, sized(this.spec, this.width), {
      mode: "vega-lite", renderer: "svg", ast: true, actions: false, config: theme(),
      defaultStyle: false, tooltip: { disableDefaultStyle: true, theme: "custom" },
      logLevel: ERRORS,
    });
    this.result?.finalize();
    this.result = made;
    this.view = made.view;
    for (const child of [...this.element.children]) {
      if (child !== this.drawn) child.hidden = true;
    }
    this.element.append(this.drawn);
    this.describe();
    this.element.dispatchEvent(new CustomEvent("plotted", { bubbles: true, detail: this }));
  }

  // One image with the description of its specification: its figures stand in a table beside it,
  // and hundreds of marks without names help nobody who does not see them.
  describe() {
    const svg = this.drawn.querySelector("svg");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", this.spec.description ?? "chart");
    for (const child of svg.children) child.setAttribute("aria-hidden", "true");
    for (const name of ["role", "aria-roledescription", "aria-label"]) {
      this.drawn.removeAttribute(name);
    }
  }

  // Takes the chart back, with the tooltip that it may have left open outside of the element.
  end() {
    clearTimeout(this.waiting);
    this.watching?.disconnect();
    this.result?.finalize();
    document.getElementById("vg-tooltip-element")?.classList.remove("visible");
  }

  follow() {
    this.watching = new ResizeObserver(() => {
      if (!this.element.isConnected || Math.abs(this.element.clientWidth - this.width) < 4) return;
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.draw(), 120);
    });
    this.watching.observe(this.element);
  }
}

// Draws a specification into an element, which tells of every drawing by the event "plotted".
export async function plot(element, spec) {
  const made = new Plot(element, spec);
  try {
    await made.draw();
  } catch (error) {
    fail(element, error);
    return null;
  }
  made.follow();
  return made;
}

export async function plotAll(root = document) {
  await Promise.all([...root.querySelectorAll(".plot[data-spec]")].map(async (element) => {
    try {
      const answer = await fetch(element.dataset.spec);
      if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
      await plot(element, await answer.json());
    } catch (error) {
      fail(element, error);
    }
  }));
}

plotAll();
