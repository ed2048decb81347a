// The form of a review: fills in what follows from an answer and says at once what contradicts
// what. The rules come from the server, which holds every review against them again.

const chosen = (form) => {
  const values = {};
  for (const radio of form.querySelectorAll("fieldset.answers input:checked")) {
    values[radio.name] = radio.value;
  }
  return values;
};

const fits = (when, values) =>
  Object.entries(when).every(([name, some]) => some.includes(values[name] ?? ""));

// Proposals are marked, so that they give way to the next answer and a person's choice does not.
const propose = (form, defaults, changed) => {
  for (const radio of form.querySelectorAll("input[data-proposed]")) {
    if (radio.name !== changed) radio.checked = false;
    delete radio.dataset.proposed;
  }
  for (const { when, then } of defaults) {
    const values = chosen(form);
    if (!fits(when, values)) continue;
    for (const [name, value] of Object.entries(then)) {
      if (values[name]) continue;
      const radio = form.querySelector(`input[name="${name}"][value="${value}"]`);
      radio.checked = true;
      radio.dataset.proposed = "";
    }
  }
};

// Answers that came with the page, after an undo say, give way like proposals where they are what
// would be proposed: with another grade a "none" that only followed from grade 0 would be wrong.
const markFollowing = (form, defaults) => {
  const values = chosen(form);
  for (const { when, then } of defaults) {
    if (!fits(when, values)) continue;
    for (const [name, value] of Object.entries(then)) {
      const radio = form.querySelector(`input[name="${name}"][value="${value}"]:checked`);
      if (radio) radio.dataset.proposed = "";
    }
  }
};

const missing = (form) =>
  [...form.querySelectorAll("fieldset[data-needed]")]
    .filter((field) => !field.querySelector(":checked"))
    .map((field) => `Choose a ${field.dataset.field}.`);

const clashes = (form, rules) => {
  const values = chosen(form);
  const said = rules.filter((rule) => fits(rule.when, values)).map((rule) => rule.says);
  return [...new Set(said)];
};

const tell = (form, said) => {
  const list = form.querySelector("[data-clashes]");
  list.replaceChildren(
    ...said.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  list.hidden = said.length === 0;
};

for (const form of document.querySelectorAll("form[data-coding]")) {
  const { rules, defaults } = JSON.parse(form.dataset.coding);
  markFollowing(form, defaults);
  form.addEventListener("change", (event) => {
    if (!event.target.matches("fieldset.answers input")) return;
    propose(form, defaults, event.target.name);
    tell(form, clashes(form, rules));
  });
  form.addEventListener("submit", (event) => {
    const said = [...missing(form), ...clashes(form, rules)];
    if (said.length) {
      event.preventDefault();
      tell(form, said);
      return;
    }
    // A second press while the page is on its way would say the same again.
    for (const button of form.querySelectorAll("button:not([type])")) button.disabled = true;
  });
}

// Coming back through the browser's history, a page is as it was left.
window.addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form[data-coding] button:not([type])")) {
    button.disabled = false;
  }
});
