"use strict";
// Filters and keys. Without it the page shows everything.
const form = document.querySelector("form.filter");
const projects = [...document.querySelectorAll("details.project")];
const shownCount = document.querySelector("#shown");

function chosen(name) {
  return new Set([...form.elements].filter((each) => each.name === name && each.checked).map((each) => each.value));
}

function filter() {
  const words = form.elements.search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const verdicts = chosen("verdict");
  const takesAll = form.elements.verdict === undefined;
  const severities = chosen("severity");
  let shown = 0;
  for (const project of projects) {
    const text = project.dataset.text;
    const isWanted = takesAll || verdicts.has(project.dataset.verdict);
    project.hidden = !(isWanted && words.every((word) => text.includes(word)));
    shown += project.hidden ? 0 : 1;
  }
  for (const note of document.querySelectorAll("tr.note")) note.hidden = !severities.has(note.dataset.severity);
  shownCount.textContent = `${shown} of ${projects.length} shown`;
}

function step(by) {
  const notes = [...document.querySelectorAll("details.project:not([hidden]) tr.note:not([hidden])")];
  if (!notes.length) return;
  const at = notes.indexOf(document.activeElement.closest("tr.note"));
  const next = notes[at < 0 ? (by > 0 ? 0 : notes.length - 1) : (at + by + notes.length) % notes.length];
  next.closest("details.project").open = true;
  next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "center" });
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => {
  if (event.target.matches("input") && event.key !== "Escape") return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") form.elements.search.focus();
  else if (event.key === "Escape") document.activeElement.blur();
  else if (event.key === "n") step(1);
  else if (event.key === "p") step(-1);
  else return;
  event.preventDefault();
});
addEventListener("beforeprint", () => projects.forEach((project) => { project.open = true; }));
filter();
