// The page follows what the sandbox holds, while somebody looks at it.
"use strict";

const EVERY = 2000;
let shown = document.querySelector("main").innerHTML;

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch("/", { credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const news = page.querySelector("main").innerHTML;
  if (news === shown) return;
  shown = news;
  const opened = [...document.querySelectorAll("details[open]")].map((details) => details.id);
  document.querySelector("main").innerHTML = news;
  for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
}

setInterval(() => refresh().catch(() => {}), EVERY);
