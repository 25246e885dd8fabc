// The site's only script: search on the home page, and buttons that copy. Pages work without it.
"use strict";

// Search, ranked as `antidotary search` ranks: words that stand in few passages weigh more, whole
// words more than parts of words; a page that holds all the words hides those that do not.
const question_words = new Set(
  "a about an and are can do does for how i in is it my of on the this to what which".split(" "));
const whole_word = 3;

function words_of(question) {
  const all = question.toLowerCase().split(/\s+/).map(
    (word) => word.replace(/^["'(]+/, "").replace(/[?!,;:."'()]+$/, "")).filter(Boolean).slice(0, 20);
  const kept = [...new Set(all)].filter((word) => !question_words.has(word));
  return kept.length ? kept : all;
}

function stands_alone(text, at, size) {
  const inside = (c) => c !== undefined && /[\p{L}\p{N}_]/u.test(c);
  return !inside(text[at - 1]) && !inside(text[at + size]);
}

function search(index, question) {
  const words = words_of(question);
  const lower = index.lower ??= index.passages.map((passage) => passage[3].toLowerCase());
  const rarity = words.map((word) => {
    const holding = lower.filter((text) => text.includes(word)).length;
    return Math.log(1 + lower.length / (1 + holding));
  });
  const pages = new Map();
  index.passages.forEach((passage, number) => {
    let score = 0;
    const held = [];
    words.forEach((word, at) => {
      const text = lower[number];
      let found = text.indexOf(word);
      if (found < 0) return;
      held.push(at);
      let alone = false;
      for (; found >= 0 && !alone; found = text.indexOf(word, found + 1)) {
        alone = stands_alone(text, found, word.length);
      }
      score += passage[2] * rarity[at] * (alone ? whole_word : 1);
    });
    if (!held.length) return;
    const page = pages.get(passage[0]) ?? { score: 0, held: new Set() };
    held.forEach((at) => page.held.add(at));
    if (score > page.score) Object.assign(page, { score, passage });
    pages.set(passage[0], page);
  });
  const most = Math.max(0, ...[...pages.values()].map((page) => page.held.size));
  const hits = [...pages.entries()].filter(([, page]) => page.held.size === most)
    .sort((a, b) => b[1].score - a[1].score || a[0] - b[0]).slice(0, 20);
  return { words, hits };
}

// The text around the first word, the words marked; made of nodes, never of markup.
function excerpt(text, words) {
  const lower = text.toLowerCase();
  const first = Math.min(...words.map((word) => lower.indexOf(word)).filter((at) => at >= 0));
  const begin = text.length > 200 && first > 60 ? first - 60 : 0;
  const shown = text.slice(begin, begin + 200);
  const line = document.createElement("p");
  if (begin > 0) line.append("... ");
  let rest = shown;
  while (rest) {
    const places = words.map((word) => [rest.toLowerCase().indexOf(word), word.length])
      .filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0]);
    if (!places.length) break;
    const [at, size] = places[0];
    const mark = document.createElement("mark");
    mark.textContent = rest.slice(at, at + size);
    line.append(rest.slice(0, at), mark);
    rest = rest.slice(at + size);
  }
  line.append(rest);
  if (begin + 200 < text.length) line.append(" ...");
  return line;
}

function show(index, question) {
  const found = document.getElementById("found");
  found.hidden = false;
  const { words, hits } = search(index, question);
  const title = document.createElement("h2");
  title.textContent = hits.length ? `${hits.length} found` : `Nothing speaks of "${words.join(" ")}"`;
  const list = document.createElement("ol");
  for (const [number, page] of hits) {
    const [address, name] = index.pages[number];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = name;
    const head = document.createElement("p");
    const where = document.createElement("span");
    where.className = "faint";
    where.textContent = ` ${page.passage[1]}`;
    head.append(link, where);
    item.append(head, excerpt(page.passage[3], words));
    list.append(item);
  }
  found.replaceChildren(title, list);
}

// The index is loaded when somebody first asks; a script, so that it works from a disk as well.
let loading = null;
function index() {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "search-index.js";
    script.onload = () => resolve(window.antidotary_index);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

const form = document.querySelector("form.search");
if (form) {
  const input = form.elements.q;
  const ask = async () => {
    const question = input.value.trim();
    if (question) show(await index(), question);
    else document.getElementById("found").hidden = true;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.replaceState(null, "", `?q=${encodeURIComponent(input.value)}`);
    ask();
  });
  let wait = 0;
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(ask, 120); });
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) { input.value = asked; ask(); }
}

if (navigator.clipboard) {
  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${code.textContent}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    code.after(button);
  }
}
