// ListLeaves: home and the ways in: letters, years, ways of travel, bulletins, terms, vendors.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "core/text.h"
#include "entries/kinds/registry.h"
#include "publish/html/leaf.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

using entries::Entry;

std::string head(std::string_view title, std::string_view summary) {
  return fmt::format(
      "<header class=\"masthead\">\n<h1>{}</h1>\n<p class=\"summary\">{}</p>\n"
      "</header>\n",
      html_text(title), html_text(summary));
}

std::string family_of(const Entry& entry) { return entry.title.substr(entry.title.rfind('/') + 1); }

std::vector<const Entry*> by_family(const entries::Encyclopedia& encyclopedia) {
  std::vector<const Entry*> out;
  for (const Entry& entry : encyclopedia.entries()) out.push_back(&entry);
  std::stable_sort(out.begin(), out.end(), [](const Entry* a, const Entry* b) {
    return fold_case(family_of(*a)) < fold_case(family_of(*b));
  });
  return out;
}

// The home page's example: a change that a person can follow, of a family that is tested.
std::string example(const Place& place) {
  const Entry* entry = place.encyclopedia().find("win32/mimail");
  if (entry == nullptr || entry->variants.empty()) return "";
  const entries::Variant& variant = entry->variants.front();
  for (const auto& change : variant.changes) {
    if (change->kind() != "registry") continue;
    const Kind* kind = find_kind(change->kind());
    std::string rows;
    for (const auto& [label, text] : kind->render(*change)) {
      if (label != "Type") rows += row(label, "<code>" + html_path_text(text) + "</code>");
    }
    return "<div class=\"spread sample\">\n<div class=\"poison\">\n<p "
           "class=\"side\">Poison</p>\n<h2>" +
           place.link(address_of(*entry, variant), html_text(variant.title)) +
           " starts with Windows</h2>\n<dl class=\"change\">" + rows +
           "</dl>\n</div>\n<div class=\"remedy\">\n<p class=\"side\">Remedy</p>\n<h2>What undoes it"
           "</h2>\n<p>" +
           html_path_text(by_hand_in_turn(*change)) +
           "</p>\n<p class=\"command\"><code data-copy>antidotary clean DISK</code></p>\n"
           "<p class=\"faint\">One statement, five uses: this page, detection, removal, "
           "prevention, "
           "and the proof in the tests that each of them works.</p>\n</div>\n</div>\n";
  }
  return "";
}

std::string door(const Place& place, std::string_view address, std::string_view name,
                 std::string_view says) {
  return "<li>" + place.link(address, html_text(name)) + "<span>" + html_text(says) +
         "</span></li>\n";
}

std::string terms_list(const Place& place) {
  std::string out = "<dl class=\"facts\">\n";
  for (const auto& term : place.encyclopedia().terms()) {
    out += "<div><dt>" + place.link(address_of(term), html_text(term.title)) + "</dt><dd>" +
           html_text(term.definition) + "</dd></div>\n";
  }
  return out + "</dl>\n";
}

}  // namespace

Leaf home_leaf(const Place& place) {
  const auto& all = place.encyclopedia();
  std::size_t variants = 0;
  for (const Entry& entry : all.entries()) variants += entry.variants.size();
  std::string body =
      "<header class=\"masthead home\">\n<h1>Each poison beside its remedy</h1>\n"
      "<p class=\"summary\">An encyclopedia of malicious software that says what a threat changes "
      "on a computer, what undoes it, and who says so.</p>\n"
      "<form class=\"search\" role=\"search\" action=\"index.html\" method=\"get\">\n"
      "<label for=\"q\">A name, a file, a registry value, a subject line, a domain</label>\n"
      "<div><input id=\"q\" name=\"q\" type=\"search\" autocomplete=\"off\" placeholder=\"what is "
      "videodrv.exe?\"><button type=\"submit\">Search</button></div>\n</form>\n"
      "<noscript><p>Search needs JavaScript. Without it: the lists below, or <code>antidotary "
      "search</code>.</p></noscript>\n</header>\n"
      "<section id=\"found\" aria-live=\"polite\" aria-label=\"Search results\" "
      "hidden></section>\n";
  body += example(place);
  body += "<h2 id=\"ways\">Ways in</h2>\n<ul class=\"doors\">\n";
  body += door(place, "a-z.html", "A to Z",
               fmt::format("{} families, {} variants", all.entries().size(), variants));
  body += door(place, "years.html", "By year", "a time line");
  body += door(place, "transmission.html", "By transmission", "mail, network, shares, files");
  body += door(place, "bulletins/index.html", "By bulletin",
               fmt::format("{} bulletins and what they stop", all.bulletins().size()));
  body += door(place, "checks/index.html", "Prevention",
               fmt::format("{} checks of a computer", all.checks().size()));
  body +=
      door(place, "glossary/index.html", "Glossary", fmt::format("{} words", all.terms().size()));
  body += door(place, "vendors/index.html", "Names",
               fmt::format("labels of {} vendors", vendors_of(all).size()));
  body += door(place, "weaknesses/index.html", "Weaknesses",
               fmt::format("{} by CVE number", all.weaknesses().size()));
  body += "</ul>\n<h2 id=\"families\">Families</h2>\n<ul class=\"families\">\n";
  for (const Entry* entry : by_family(all)) {
    body += "<li>" + place.link(address_of(*entry), html_text(family_of(*entry))) + "</li>\n";
  }
  return {"Antidotary",
          "An encyclopedia of malicious software: what each threat changes, and what undoes it.",
          body + "</ul>\n", ""};
}

Leaf letters_leaf(const Place& place) {
  std::map<std::string, std::string> letters;
  for (const Entry* entry : by_family(place.encyclopedia())) {
    const std::string family = family_of(*entry);
    const std::string letter = bulletin_name(family.substr(0, 1));
    letters[html_text(letter)] += entry_item(place, *entry);
  }
  std::string body = head("A to Z", "Every family of this encyclopedia, by its name.");
  body += "<nav class=\"contents\" aria-label=\"Letters\"><ol class=\"bare\">";
  for (const auto& [letter, items] : letters) {
    body += fmt::format("<li><a href=\"#{}\">{}</a></li>", slug(letter), letter);
  }
  body += "</ol></nav>\n";
  for (const auto& [letter, items] : letters) {
    body += fmt::format(
        "<section class=\"letter\"><h2 id=\"{}\">{}</h2>\n<ul class=\"entries\">\n{}"
        "</ul></section>\n",
        slug(letter), letter, items);
  }
  return {"A to Z", "Every family of this encyclopedia, by its name.", std::move(body), ""};
}

Leaf years_leaf(const Place& place) {
  std::map<std::string, std::vector<const Entry*>> years;
  for (const Entry& entry : place.encyclopedia().entries()) {
    years[entry.discovered.date.empty() ? "Unknown" : entry.discovered.date.substr(0, 4)].push_back(
        &entry);
  }
  const std::string summary = "Families by the day on which sources say they were discovered.";
  std::string body =
      head("By year", summary) + "<figure class=\"timeline\">" + time_line(place) + "</figure>\n";
  for (auto& [year, list] : years) {
    std::stable_sort(list.begin(), list.end(), [](const Entry* a, const Entry* b) {
      return a->discovered.date < b->discovered.date;
    });
    body +=
        fmt::format("<section class=\"letter\"><h2 id=\"y{}\">{}</h2>\n<ul class=\"entries\">\n",
                    slug(year), html_text(year));
    for (const Entry* entry : list) body += entry_item(place, *entry);
    body += "</ul></section>\n";
  }
  return {"By year", summary, std::move(body), ""};
}

Leaf transmission_leaf(const Place& place) {
  std::map<std::string, std::string> methods;
  for (const Entry& entry : place.encyclopedia().entries()) {
    for (const auto& way : entry.transmissions) {
      methods[way.method] += fmt::format("<li><b>{}</b>: {}</li>\n",
                                         place.link(address_of(entry), html_text(entry.title)),
                                         place.prose(way.description));
    }
  }
  const std::string summary = "How each family travels from one computer to the next.";
  std::string body = head("By transmission", summary) +
                     "<nav class=\"contents\" aria-label=\"Ways\"><ol class=\"bare\">";
  for (const auto& [method, items] : methods) {
    body += fmt::format("<li><a href=\"#{}\">{}</a></li>", slug(method), html_text(method));
  }
  body += "</ol></nav>\n";
  for (const auto& [method, items] : methods) {
    body += heading(slug(method), method) + "<ul class=\"plain\">\n" + items + "</ul>\n";
  }
  return {"By transmission", summary, std::move(body), ""};
}

Leaf bulletins_leaf(const Place& place) {
  const std::string summary =
      "Security bulletins that close the holes these threats came through, with the threats.";
  std::string body = head("Bulletins", summary);
  body +=
      "<table><thead><tr><th scope=\"col\">Bulletin</th><th scope=\"col\">Title</th><th "
      "scope=\"col\">Replaced by</th><th scope=\"col\">Threats</th></tr></thead><tbody>\n";
  for (const auto& bulletin : place.encyclopedia().bulletins()) {
    std::string later;
    for (const auto& id : bulletin.superseded_by) {
      later += (later.empty() ? "" : ", ") + place.bulletin(id);
    }
    std::string threats;
    for (const Entry& entry : place.encyclopedia().entries()) {
      if (!concerns(bulletin, entry)) continue;
      threats += (threats.empty() ? "" : ", ") +
                 place.link(address_of(entry), html_text(family_of(entry)));
    }
    const auto cell = [](std::string_view label, const std::string& html) {
      return fmt::format("<td data-label=\"{}\"{}>{}</td>", label,
                         html.empty() ? " class=\"none\"" : "", html);
    };
    body += "<tr><th scope=\"row\" data-label=\"Bulletin\">" + place.bulletin(bulletin.id) +
            "</th>" +
            cell("Title", html_text(bulletin.title) + " <span class=\"faint\">" +
                              html_text(bulletin.date) + "</span>") +
            cell("Replaced by", later) + cell("Threats", threats) + "</tr>\n";
  }
  return {"Bulletins", summary, body + "</tbody></table>\n", ""};
}

Leaf weaknesses_leaf(const Place& place) {
  const std::string summary = "Weaknesses by their CVE numbers, with the bulletins that mend them.";
  std::string body = head("Weaknesses", summary) + "<dl class=\"facts\">\n";
  for (const std::string& cve : place.encyclopedia().weaknesses()) {
    std::string bulletins;
    for (const auto& bulletin : place.encyclopedia().bulletins()) {
      const bool names =
          std::find(bulletin.cves.begin(), bulletin.cves.end(), cve) != bulletin.cves.end();
      if (!names) continue;
      bulletins += (bulletins.empty() ? "" : "; ") + place.bulletin(bulletin.id) + " " +
                   html_text(bulletin.title);
    }
    body += "<div><dt>" + place.link(weakness_address(cve), html_text(cve)) + "</dt><dd>" +
            bulletins + "</dd></div>\n";
  }
  return {"Weaknesses", summary, body + "</dl>\n", ""};
}

Leaf glossary_leaf(const Place& place) {
  const std::string summary = "Words of the trade, as this encyclopedia uses them.";
  return {"Glossary", summary, head("Glossary", summary) + terms_list(place), ""};
}

Leaf checks_leaf(const Place& place) {
  const std::string summary = "What of a computer would have stopped a threat, and how to mend it.";
  std::string body = head("Prevention", summary) + "<dl class=\"facts\">\n";
  for (const auto& check : place.encyclopedia().checks()) {
    body += "<div><dt>" + place.link(address_of(check), html_text(check.title)) + "</dt><dd>" +
            html_text(check.about) + "</dd></div>\n";
  }
  return {"Prevention", summary, body + "</dl>\n", ""};
}

Leaf vendors_leaf(const Place& place) {
  const std::string summary = "Vendors name threats each in their own way: whose labels mean what.";
  std::string body = head("Names", summary) + "<ul class=\"families\">\n";
  for (const std::string& vendor : vendors_of(place.encyclopedia())) {
    body += "<li>" + place.link(vendor_address(vendor), html_text(vendor)) + "</li>\n";
  }
  return {"Names", summary, body + "</ul>\n", ""};
}

Leaf missing_leaf(const Place& place) {
  std::string body = head("No such page", "Nothing stands at this address.");
  body += "<p>Addresses here do not change, so this one was probably never right. Try the " +
          place.link("a-z.html", "list of all families") + " or the " +
          place.link("index.html", "search") + ".</p>\n";
  return {"No such page", "Nothing stands at this address.", std::move(body), ""};
}

}  // namespace antidotary::publish
