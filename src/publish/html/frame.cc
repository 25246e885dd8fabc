// Frame: what stands around every page.
#include <fmt/core.h>

#include "core/text.h"
#include "entries/ratings.h"
#include "publish/html/assets.h"
#include "publish/html/leaf.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

struct Door {
  std::string_view address;
  std::string_view name;
};
constexpr Door doors[] = {{"a-z.html", "A to Z"},
                          {"years.html", "By year"},
                          {"transmission.html", "By transmission"},
                          {"bulletins/index.html", "Bulletins"},
                          {"checks/index.html", "Prevention"},
                          {"glossary/index.html", "Glossary"},
                          {"vendors/index.html", "Names"}};

std::string header(const Place& place, std::string_view path) {
  std::string out = "<header class=\"top\">\n";
  out += "<p class=\"brand\">" +
         place.link("index.html", "<span class=\"mark\" aria-hidden=\"true\"></span>Antidotary") +
         "</p>\n";
  if (place.alone()) return out + "</header>\n";
  out += "<nav aria-label=\"Site\"><ul>";
  for (const Door& door : doors) {
    const bool here = door.address == path;
    out += fmt::format("<li><a href=\"{}{}\"{}>{}</a></li>", place.root(), door.address,
                       here ? " aria-current=\"page\"" : "", door.name);
  }
  out += "</ul></nav>\n";
  if (path != "index.html") {
    out += fmt::format(
        "<form class=\"find\" action=\"{}index.html\" method=\"get\" role=\"search\">"
        "<label class=\"unseen\" for=\"q\">Search the encyclopedia</label>"
        "<input id=\"q\" name=\"q\" type=\"search\" placeholder=\"videodrv.exe\">"
        "<button type=\"submit\">Search</button></form>\n",
        place.root());
  }
  return out + "</header>\n";
}

// "mimail.json" of "win32/mimail.html".
std::string json_name(std::string_view path) {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  return html_text(name.substr(0, name.size() - 4)) + "json";
}

std::string footer(const Place& place, const Leaf& leaf, std::string_view path) {
  std::string out =
      "<footer class=\"foot\">\n<p>An antidotary was a book that set each poison "
      "beside its remedy. Every fact here names its public source; the same facts "
      "drive detection, removal and prevention.</p>\n";
  out += fmt::format(
      "<p>Encyclopedia <code>{}</code>. This page asks no network for anything.{}</p>\n",
      html_text(place.encyclopedia().digest().substr(0, 12)),
      leaf.json.empty() || place.alone()
          ? ""
          : fmt::format(" For programs: <a href=\"{}\">the same as JSON</a>.", json_name(path)));
  return out + "</footer>\n";
}

// What a page may load, whatever an entry says: nothing by itself, else the site's own files; from
// a disk these have no origin that 'self' could mean, only a scheme.
std::string content_policy(bool alone, bool styled_within) {
  return fmt::format(
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src {}; {}base-uri 'none'; form-action {}\">\n",
      styled_within ? "'unsafe-inline'" : "'self' file:",
      alone ? "" : "script-src 'self' file:; img-src 'self' file:; ",
      alone ? "'none'" : "'self' file:");
}

}  // namespace

std::string framed(const Leaf& leaf, const Place& place, std::string_view path) {
  const std::string title =
      leaf.title == "Antidotary" ? leaf.title : html_text(leaf.title) + " - Antidotary";
  std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  out += "<title>" + title + "</title>\n";
  out += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
  out += "<meta name=\"color-scheme\" content=\"light dark\">\n";
  out += "<meta name=\"description\" content=\"" + html_text(leaf.description) + "\">\n";
  const bool styled_within = place.alone() || path == "404.html";
  out += content_policy(place.alone(), styled_within);
  if (styled_within) {
    out += "<style>\n" + std::string(site_style()) + "</style>\n";
  } else {
    out += fmt::format("<link rel=\"stylesheet\" href=\"{}style.css\">\n", place.root());
    out += fmt::format("<link rel=\"icon\" href=\"{}icon.svg\" type=\"image/svg+xml\">\n",
                       place.root());
    out += fmt::format("<script src=\"{}site.js\" defer></script>\n", place.root());
    if (!leaf.json.empty()) {
      out +=
          "<link rel=\"alternate\" type=\"application/json\" href=\"" + json_name(path) + "\">\n";
    }
  }
  out += "</head>\n<body>\n<a class=\"skip\" href=\"#content\">To the content</a>\n";
  out += header(place, path);
  out += "<main id=\"content\" tabindex=\"-1\">\n" + leaf.body + "</main>\n";
  return out + footer(place, leaf, path) + "</body>\n</html>\n";
}

std::string heading(std::string_view id, std::string_view text) {
  return fmt::format("<h2 id=\"{}\">{}</h2>\n", id, html_text(text));
}

std::string row(std::string_view label, std::string_view html) {
  if (html.empty()) return "";
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", html_text(label), html);
}

std::string threat_badge(const entries::Entry& entry) {
  const auto rating = entries::rate(entry.ratings);
  const auto word = enum_names(rating.threat)[static_cast<std::size_t>(rating.threat)];
  return fmt::format("<span class=\"threat {}\">{}</span>", word, label_of(word));
}

std::string date_text(const entries::Dated& dated) {
  return dated.date.empty() ? "unknown" : html_text(dated.date);
}

std::string entry_item(const Place& place, const entries::Entry& entry) {
  return fmt::format("<li><p class=\"name\">{} {}</p><p>{}</p></li>\n",
                     place.link(address_of(entry), html_text(entry.title)), threat_badge(entry),
                     html_text(entry.summary));
}

std::string class_text(const Place& place, const std::string& name) {
  std::string out;
  for (const std::string_view part : split(name, '/')) {
    const entries::Term* term = place.encyclopedia().find_term(part);
    const std::string word = html_text(label_of(part));
    if (!out.empty()) out += " &rsaquo; ";
    out += term == nullptr ? word : place.link(address_of(*term), word);
  }
  return out;
}

}  // namespace antidotary::publish
