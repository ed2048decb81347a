// The SQL editor of Datasette's pages; without script it is a plain text field.
const editor = document.querySelector("textarea#sql-editor");
const shown = document.querySelector("pre#sql-query");
const button = document.querySelector("button#sql-format");

function edit(field) {
  const mirror = CodeMirror.fromTextArea(field, {
    lineNumbers: true,
    mode: "text/x-sql",
    lineWrapping: true,
    // Tab leaves the editor, or the keyboard would be trapped in it.
    extraKeys: { "Shift-Enter": () => field.form.submit(), Tab: false, "Shift-Tab": false },
  });
  const label = document.querySelector("label[for=sql-editor]");
  mirror.getInputField().setAttribute("aria-label", label ? label.textContent : "SQL");
  button?.addEventListener("click", () => mirror.setValue(sqlFormatter.format(mirror.getValue())));
  return true;
}

function format(pre) {
  const formatted = sqlFormatter.format(pre.textContent);
  button?.addEventListener("click", () => { pre.textContent = formatted; });
  return formatted !== pre.textContent;
}

if (button) button.hidden = !(editor ? edit(editor) : shown && format(shown));
