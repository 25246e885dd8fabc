// The site's only script: search on the home page, and buttons that copy. Pages work without it.
"use strict";

// Search, ranked as `antidotary search` ranks: words that stand in few passages weigh more, whole
// words more than parts of words; what holds all the words hides what does not. A family and its
// variants are found once, by the passage that says most. A passage is [subject, page, where,
// weight, text].
const question_words = new Set(
  "a about an and are can do does for how i in is it my of on the this to what which".split(" "));
const whole_word = 3;
const whole_text = 20;

function words_of(question) {
  const all = question.toLowerCase().split(/\s+/).map(
    (word) => word.replace(/^["'(]+/, "").replace(/[?!,;:."'()]+$/, "")).filter(Boolean).slice(0, 20);
  const kept = [...new Set(all)].filter((word) => !question_words.has(word));
  return kept.length ? kept : all;
}

function stands_alone(text, at, size) {
  const inside = (c) => c !== undefined && /[a-z0-9\u0080-\uffff]/.test(c);
  return !inside(text[at - 1]) && !inside(text[at + size]);
}

function search(index, question) {
  const words = words_of(question);
  const lower = index.lower ??= index.passages.map((passage) => passage[4].toLowerCase());
  const rarity = words.map((word) => {
    const holding = lower.filter((text) => text.includes(word)).length;
    return Math.log(1 + lower.length / (1 + holding));
  });
  const subjects = new Map();
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
      score += passage[3] * rarity[at] * (alone ? whole_word : 1);
    });
    if (!held.length) return;
    if (lower[number] === words.join(" ")) score *= whole_text;
    const subject = subjects.get(passage[0]) ?? { score: 0, held: new Set() };
    held.forEach((at) => subject.held.add(at));
    if (score > subject.score) Object.assign(subject, { score, passage });
    subjects.set(passage[0], subject);
  });
  const found = [...subjects.values()];
  const most = Math.max(0, ...found.map((subject) => subject.held.size));
  const hits = found.filter((subject) => subject.held.size === most)
    .sort((a, b) => b.score - a.score || a.passage[0] - b.passage[0]).slice(0, 20)
    .map((subject) => subject.passage);
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
  for (const [, page, place, , text] of hits) {
    const [address, name] = index.pages[page];
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = address;
    link.textContent = name;
    const head = document.createElement("p");
    const where = document.createElement("span");
    where.className = "faint";
    where.textContent = ` ${place}`;
    head.append(link, where);
    item.append(head, excerpt(text, words));
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
