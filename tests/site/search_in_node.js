// The site's own search, run without a browser: usage: node search_in_node.js SITE, questions as a
// JSON array on standard input, the addresses found for each as JSON on standard output.
"use strict";
const fs = require("fs");
const vm = require("vm");

const site = process.argv[2];
const page = { querySelector: () => null, querySelectorAll: () => [], getElementById: () => null };
const context = vm.createContext({ window: {}, document: page, navigator: {}, location: {} });
for (const file of ["search-index.js", "site.js"]) {
  vm.runInContext(fs.readFileSync(`${site}/${file}`, "utf8"), context, { filename: file });
}
const questions = JSON.parse(fs.readFileSync(0, "utf8"));
context.questions = questions;
const found = vm.runInContext(
  "questions.map((one) => search(window.antidotary_index, one).hits.map(([, page]) => " +
  "window.antidotary_index.pages[page][0]))", context);
process.stdout.write(JSON.stringify(found));
