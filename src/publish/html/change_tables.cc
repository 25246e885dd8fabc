// ChangeTables: what a threat changes: by kind for a family, and beside its remedy for a variant.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "publish/html/entry_parts.h"
#include "publish/kinds.h"
#include "publish/parts.h"

namespace antidotary::publish {
namespace {

using entries::Change;
using entries::Entry;
using entries::Variant;

std::string_view grade_of(const Change& change) {
  return enum_names(change.evidence)[static_cast<std::size_t>(change.evidence)];
}

// The same change of several variants, of the same grade, is one row with all their letters.
struct Shared {
  Rows rows;
  std::string_view grade;
  std::vector<std::string> letters;
  std::vector<std::string> sources;
};

std::vector<Shared> shared_changes(const Entry& entry, const Kind& kind) {
  std::vector<Shared> out;
  for (const Variant& variant : entry.variants) {
    for (const auto& change : variant.changes) {
      if (change->kind() != kind.name) continue;
      const Rows rows = kind.render(*change);
      const std::string_view grade = grade_of(*change);
      auto found = std::find_if(out.begin(), out.end(), [&](const Shared& other) {
        return other.rows == rows && other.grade == grade;
      });
      if (found == out.end()) found = out.insert(out.end(), {rows, grade, {}, {}});
      const std::string letter = bulletin_name(variant.id);
      if (found->letters.empty() || found->letters.back() != letter) {
        found->letters.push_back(letter);
      }
      for (const std::string& id : change->sources) {
        const bool is_new =
            std::find(found->sources.begin(), found->sources.end(), id) == found->sources.end();
        if (is_new) found->sources.push_back(id);
      }
    }
  }
  return out;
}

bool is_code(std::string_view label) {
  constexpr std::string_view codes[] = {"File", "Key",        "Value", "Old value", "New value",
                                        "MD5",  "Attachment", "Mutex", "SHA-1",     "SHA-256"};
  return std::find(std::begin(codes), std::end(codes), label) != std::end(codes);
}

bool is_word(std::string_view text) {
  return text == "absent" || text == "unknown" || text.starts_with('(');
}

std::string cell(std::string_view label, std::string_view text) {
  const std::string html = html_path_text(text);
  return is_code(label) && !is_word(text) ? "<code>" + html + "</code>" : html;
}

// Columns: the labels that the kind's rows have, in the order in which they first appear. A label
// that occurs twice in a change (the phrases of a message) shares its cell.
std::vector<std::string> columns_of(const std::vector<Shared>& changes) {
  std::vector<std::string> out;
  for (const Shared& change : changes) {
    for (const auto& [label, text] : change.rows) {
      if (std::find(out.begin(), out.end(), label) == out.end()) out.push_back(label);
    }
  }
  return out;
}

std::string table_row(Footnotes& notes, const Shared& change,
                      const std::vector<std::string>& columns) {
  std::string out = "<tr>";
  for (const std::string& column : columns) {
    std::string inside;
    for (const auto& [label, text] : change.rows) {
      if (label == column) inside += (inside.empty() ? "" : "<br>") + cell(label, text);
    }
    out += fmt::format("<td data-label=\"{}\"{}>{}</td>", html_text(column),
                       inside.empty() ? " class=\"none\"" : "", inside);
  }
  return out + fmt::format(
                   "<td data-label=\"Variants\">{}</td><td data-label=\"Evidence\">"
                   "<span class=\"grade {}\">{}</span>{}</td></tr>\n",
                   html_text(join(change.letters, ", ")), change.grade, change.grade,
                   notes.cite(change.sources));
}

std::string table_of(const Kind& kind, Footnotes& notes, const std::vector<Shared>& changes) {
  const std::vector<std::string> columns = columns_of(changes);
  std::string out = fmt::format("<h3>{}</h3>\n<table class=\"changes {}\"><thead><tr>",
                                html_text(kind.heading), kind.name);
  for (const std::string& column : columns) {
    out += "<th scope=\"col\">" + html_text(column) + "</th>";
  }
  out += "<th scope=\"col\">Variants</th><th scope=\"col\">Evidence</th></tr></thead><tbody>\n";
  for (const Shared& change : changes) out += table_row(notes, change, columns);
  return out + "</tbody></table>\n";
}

std::string ledger_rows(const Rows& rows) {
  std::string out = "<dl class=\"change\">\n";
  for (const auto& [label, text] : rows) {
    const bool copied = label == "File" || label == "Key" || label == "MD5";
    const std::string html = cell(label, text);
    out += row(label, copied ? "<code data-copy>" + html_path_text(text) + "</code>" : html);
  }
  return out + "</dl>\n";
}

std::string_view nothing_to_undo(std::string_view kind) {
  if (kind == "mutex") return "Goes when the process goes.";
  if (kind == "network") return "Watch for it at the firewall and in its log.";
  return "Nothing to be undone here.";
}

}  // namespace

std::string change_tables(const Place& place, Footnotes& notes, const Entry& entry) {
  std::string out = heading("registry", "Registry changes, files and messages");
  out += "<p class=\"faint\">" + place.link("glossary/index.html", "Evidence") +
         ": conclusive marks tell by themselves, strong ones in pairs, weak ones never.</p>\n";
  bool any = false;
  for (const Kind* kind : kinds()) {
    const std::vector<Shared> changes = shared_changes(entry, *kind);
    if (changes.empty()) continue;
    any = true;
    out += table_of(*kind, notes, changes);
  }
  if (any) return out;
  return heading("registry", "Registry changes, files and messages") +
         "<p>No source says what it changes on a disk.</p>\n";
}

std::string ledger(const Place& place, Footnotes& notes, const Variant& variant) {
  std::string out = heading("registry", "What it changes, and what undoes it");
  if (variant.changes.empty()) {
    return out + "<p>No change can be checked. " + place.prose(variant.named_only) + "</p>\n";
  }
  out +=
      "<div class=\"ledger\">\n<div class=\"row heads\" aria-hidden=\"true\"><p class=\"side\">"
      "Poison</p><p class=\"side\">Remedy</p></div>\n";
  for (const Kind* kind : kinds()) {
    for (const auto& change : variant.changes) {
      if (change->kind() != kind->name) continue;
      std::string remedy = place.prose(by_hand_in_turn(*change));
      if (remedy.empty()) remedy = nothing_to_undo(kind->name);
      out += fmt::format("<section class=\"row\"><div class=\"poison\"><h3>{}</h3>\n{}",
                         html_text(kind->heading), ledger_rows(kind->render(*change)));
      out += fmt::format("<p class=\"faint\">Evidence: <span class=\"grade {}\">{}</span>{}</p>\n",
                         grade_of(*change), grade_of(*change), notes.cite(change->sources));
      if (!change->note.empty())
        out += "<p class=\"faint\">" + place.prose(change->note) + "</p>\n";
      out += "</div><div class=\"remedy\"><p>" + remedy + "</p></div></section>\n";
    }
  }
  return out + "</div>\n";
}

}  // namespace antidotary::publish
