// Steps: removal by hand on paper, for a terminal and as a checklist to print.
#include <fmt/core.h>

#include "core/text.h"
#include "publish/parts.h"
#include "publish/removal.h"

namespace antidotary::publish {
namespace {

using entries::Entry;
using entries::Variant;

void add_prevention(Sheet& sheet, const Entry& entry) {
  for (const auto& [heading, text] : entry.sections) {
    if (heading != "Prevention") continue;
    sheet.heading("So that it does not come back");
    sheet.markdown(text);
  }
}

// "MS02-015" of a bulletin's part is bold, a command too; letters of variants are faint.
Words words_of(const RemovalPart& part) {
  Words words;
  if (part.is_command) {
    words = Words(part.text, Tone::bold);
  } else if (!part.bulletin.empty()) {
    const std::string name = bulletin_name(part.bulletin);
    words = Words(name, Tone::bold) + Words(part.text.substr(name.size()));
  } else {
    words = Words(part.text);
  }
  if (!part.variants.empty()) words += Words(" (" + part.variants + ")", Tone::faint);
  return words;
}

void add_steps(Sheet& sheet, const Removal& removal, bool boxes) {
  int number = 0;
  for (const RemovalStep& step : removal.steps) {
    const std::string marker = fmt::format("{}{:>2}.", boxes ? "[ ] " : "", ++number);
    sheet.blank();
    sheet.item(Words(marker, Tone::bold),
               Words(step.lead) + Words(step.strong, Tone::bold) + Words(step.rest));
    for (const RemovalPart& part : step.parts) {
      sheet.item(boxes && !part.is_command ? "[ ]" : "-", words_of(part), 6);
    }
  }
  if (removal.places.empty()) return;
  sheet.heading("Where that is");
  std::vector<std::pair<Words, Words>> table;
  for (const auto& [name, meaning] : removal.places) table.emplace_back(name, meaning);
  sheet.rows(table);
}

}  // namespace

std::string steps(const entries::Encyclopedia& encyclopedia, const Entry& entry,
                  const Variant* variant, const Paper& paper) {
  Sheet sheet(paper);
  sheet.title("Removing " + (variant == nullptr ? entry.title : variant->title) + " by hand");
  sheet.blank();
  if (is_removable(entry, variant)) {
    sheet.paragraph(
        "The program undoes the stated changes of a disk (registry, lines of text files, files, "
        "messages), and can take "
        "that back:");
    sheet.paragraph(Words("antidotary clean DISK", Tone::bold), 4);
  } else {
    sheet.paragraph("The program cannot remove it: no source says what it could find.");
  }
  add_steps(sheet, removal_by_hand(encyclopedia, entry, variant), false);
  add_prevention(sheet, entry);
  return sheet.take();
}

std::string checklist(const entries::Encyclopedia& encyclopedia, const Entry& entry,
                      const Variant* variant) {
  Sheet sheet(Paper{});
  sheet.title("Removing " + (variant == nullptr ? entry.title : variant->title) + ": checklist");
  sheet.blank();
  sheet.rows({{"Computer", "______________________________"},
              {"By whom", "______________________________"},
              {"When", "______________________________"}});
  add_steps(sheet, removal_by_hand(encyclopedia, entry, variant), true);
  return sheet.take();
}

}  // namespace antidotary::publish
