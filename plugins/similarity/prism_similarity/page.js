
"use strict";
const sections = [...document.querySelectorAll("section")];
const choices = [...document.querySelectorAll("header button[data-view]")];
let view = 0;
let region = -1;

function show(number) {
  if (!sections.length) return;
  view = (number + sections.length) % sections.length;
  region = -1;
  sections.forEach((section, index) => { section.hidden = index !== view; });
  choices.forEach((choice, index) => { choice.setAttribute("aria-pressed", String(index === view)); });
  document.documentElement.style.setProperty("--top", document.querySelector("header").offsetHeight + "px");
  go(0);
}

function go(number) {
  const section = sections[view];
  const links = [...section.querySelectorAll("[data-go]")];
  if (!links.length) return;
  region = (number + links.length) % links.length;
  links.forEach((link, index) => { link.setAttribute("aria-pressed", String(index === region)); });
  links[region].scrollIntoView({ block: "nearest", inline: "nearest" });
  for (const row of section.querySelectorAll("tr.now")) row.classList.remove("now");
  for (const side of section.querySelectorAll(".side")) {
    const rows = [...side.querySelectorAll(`tr[data-region="${region}"]`)];
    rows.forEach((row) => row.classList.add("now"));
    if (rows.length) side.scrollTop += rows[0].getBoundingClientRect().top - side.getBoundingClientRect().top - 60;
  }
}

choices.forEach((choice, index) => choice.addEventListener("click", () => show(index)));
for (const section of sections) {
  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-go]");
    const row = event.target.closest("tr[data-region]");
    if (link) go(Number(link.dataset.go));
    else if (row) go(Number(row.dataset.region));
  });
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const act = {
    n: () => go(region + 1), j: () => go(region + 1), p: () => go(region - 1), k: () => go(region - 1),
    "]": () => show(view + 1), "[": () => show(view - 1),
  }[event.key];
  if (act) { act(); event.preventDefault(); }
});
show(0);
