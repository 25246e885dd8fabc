// Report: what an examination or a scan says of a computer, to the person who asked.
//
// The verdict comes first, then why, then what to do. What is not known is said to be so.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

using diagnosis::Certainty;
using diagnosis::Diagnosis;
using diagnosis::Examination;
using diagnosis::Verdict;

struct Said {
  std::string_view word;
  Tone tone;
  std::string_view meaning;
};

Said said_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::clean:
      return {"CLEAN", Tone::green, "nothing was found"};
    case Verdict::infected:
      return {"INFECTED", Tone::red, "it is there and would run"};
    case Verdict::traces:
      return {"TRACES", Tone::yellow, "it was there; what is left of it cannot run"};
    case Verdict::lure:
      return {"LURE", Tone::yellow, "its message has arrived; nothing shows that it ran"};
    case Verdict::suspicious:
      return {"SUSPICIOUS", Tone::yellow, "too little to say that it is there"};
    case Verdict::incomplete:
      break;
  }
  return {"INCOMPLETE", Tone::yellow, "nothing was found, but not everything could be read"};
}

std::string_view word_of(Certainty certainty) {
  switch (certainty) {
    case Certainty::possible:
      return "possible";
    case Certainty::probable:
      return "probable";
    case Certainty::certain:
      break;
  }
  return "certain";
}

Words verdict_words(const entries::Encyclopedia& encyclopedia, const Diagnosis& diagnosis) {
  const Said said = said_of(diagnosis.verdict);
  // A file met in a scan was found; what it left behind on a computer are traces.
  const bool scanned = diagnosis.verdict == Verdict::traces && !diagnosis.evidence_for.empty() &&
                       !diagnosis.evidence_for[0].container.empty();
  return Words(scanned ? "FOUND" : said.word, said.tone) + ": " +
         Words(title_of(encyclopedia, diagnosis.entry, diagnosis.variants), Tone::bold) + ", " +
         Words(word_of(diagnosis.certainty));
}

// Begins with a capital and ends with a full stop.
std::string sentence(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  }
  return text.ends_with('.') ? text : text + '.';
}

std::string place_of(const host::Finding& finding) {
  if (!finding.container.empty()) return join(finding.container, " > ");
  return finding.where.empty() ? finding.change : finding.where;
}

void add_findings(Sheet& sheet, std::string_view heading, std::string_view mark, Tone tone,
                  const std::vector<host::Finding>& findings) {
  if (findings.empty()) return;
  sheet.paragraph(Words(heading, Tone::bold), 4);
  for (const host::Finding& finding : findings) {
    const auto grade = entries::enum_names(finding.grade)[static_cast<std::size_t>(finding.grade)];
    std::string text = place_of(finding);
    if (!finding.detail.empty()) text += ": " + finding.detail;
    sheet.item(Words(mark, tone),
               Words(text) + Words(fmt::format(" ({} evidence)", grade), Tone::faint), 6);
  }
}

void add_diagnosis(Sheet& sheet, const entries::Encyclopedia& encyclopedia,
                   const Diagnosis& diagnosis) {
  sheet.blank();
  sheet.paragraph(verdict_words(encyclopedia, diagnosis));
  const std::string meaning(said_of(diagnosis.verdict).meaning);
  sheet.paragraph(sentence(diagnosis.reason.empty() ? meaning : meaning + "; " + diagnosis.reason),
                  4);
  sheet.blank();
  add_findings(sheet, "For it", "+", Tone::red, diagnosis.evidence_for);
  add_findings(sheet, "Against it", "-", Tone::green, diagnosis.evidence_against);
  add_findings(sheet, "Not known", "?", Tone::yellow, diagnosis.unknown);
}

std::string windows_in_words(const Examination& examination) {
  std::string out;
  switch (examination.windows) {
    case host::WindowsKind::none:
      return "no Windows was found here";
    case host::WindowsKind::nt:
      out = "of the NT line (NT, 2000, XP or later)";
      break;
    case host::WindowsKind::win9x:
      out = "95, 98 or Me";
      break;
  }
  return "Windows " + out + ", in the folder " + examination.windows_directory;
}

// As a shell takes it: a path with anything unusual stands in quotes.
std::string as_argument(const std::string& path) {
  const bool plain =
      !path.empty() && path.front() != '-' && std::all_of(path.begin(), path.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '/' || c == '.' || c == '_' || c == '-';
      });
  if (plain) return path;
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

Words headline(const entries::Encyclopedia& encyclopedia, const Examination& examination) {
  const Verdict verdict = examination.verdict();
  for (const Diagnosis& diagnosis : examination.diagnoses) {
    if (diagnosis.verdict == verdict) return verdict_words(encyclopedia, diagnosis);
  }
  const Said said = said_of(verdict);
  const bool slight = verdict == Verdict::clean && !examination.slight.empty();
  Words out = Words(said.word, said.tone) + ": " +
              (slight ? std::string_view("nothing that counts was found") : said.meaning);
  if (verdict == Verdict::clean) {
    const std::size_t count = encyclopedia.entries().size();
    out +=
        fmt::format(" of the {} {} in this encyclopedia", count, count == 1 ? "threat" : "threats");
  }
  return out;
}

// A place once, with all whose mark it may be.
void add_slight(Sheet& sheet, const entries::Encyclopedia& encyclopedia,
                const std::vector<host::Finding>& findings) {
  if (findings.empty()) return;
  sheet.heading("Too weak to count");
  sheet.paragraph(
      "Innocent programs leave these as well, so they decide nothing and nothing is done to them; "
      "where something was removed here before, look at each:");
  std::vector<std::pair<std::string, std::vector<std::string>>> places;
  for (const host::Finding& finding : findings) {
    const std::string place = place_of(finding);
    const std::string title = title_of(encyclopedia, finding.entry, {finding.variant});
    auto at = std::find_if(places.begin(), places.end(),
                           [&](const auto& one) { return one.first == place; });
    if (at == places.end()) at = places.insert(places.end(), {place, {}});
    if (std::find(at->second.begin(), at->second.end(), title) == at->second.end()) {
      at->second.push_back(title);
    }
  }
  for (const auto& [place, titles] : places) {
    sheet.item("-", Words(place) + Words(" (as of " + join(titles, ", ") + ")", Tone::faint));
  }
}

// What a clean answer does not speak of.
std::string not_looked_for(const entries::Encyclopedia& encyclopedia) {
  std::size_t named_only = 0;
  for (const entries::Entry& entry : encyclopedia.entries()) {
    for (const entries::Variant& variant : entry.variants) named_only += !variant.checkable();
  }
  std::string out = "Nothing. A threat that is not in the encyclopedia is not looked for";
  if (named_only > 0) {
    out += fmt::format("; nor are {} variants in it that are known by name only", named_only);
  }
  return out + '.';
}

void add_next(Sheet& sheet, const entries::Encyclopedia& encyclopedia,
              const Examination& examination, const std::string& root) {
  sheet.heading("What to do next");
  const auto command = [&](const std::string& text) {
    sheet.paragraph(Words(text, Tone::bold), 4);
  };
  switch (examination.verdict()) {
    case Verdict::infected:
    case Verdict::traces:
      sheet.paragraph("See what would be done; this changes nothing yet:");
      command("antidotary clean " + as_argument(root));
      break;
    case Verdict::lure:
      sheet.paragraph("Do not open the attachment. See what would be done with the message:");
      command("antidotary clean " + as_argument(root));
      break;
    case Verdict::suspicious:
      sheet.paragraph(
          "Nothing will be removed on this evidence. Look at the places above, and "
          "ask somebody who knows if you are not sure. The threat's page:");
      break;
    case Verdict::incomplete:
      sheet.paragraph("Make readable what could not be read (see above), then examine again:");
      command("antidotary examine " + as_argument(root));
      break;
    case Verdict::clean:
      sheet.paragraph(not_looked_for(encyclopedia));
      break;
  }
  for (const Diagnosis& diagnosis : examination.diagnoses) {
    const std::string name = diagnosis.variants.size() == 1
                                 ? diagnosis.entry + '.' + diagnosis.variants[0]
                                 : diagnosis.entry;
    command("antidotary explain " + name);
  }
}

}  // namespace

std::string examination(const entries::Encyclopedia& encyclopedia, const Examination& examination,
                        const std::string& shown_root, const Paper& paper,
                        const std::string& volume) {
  Sheet sheet(paper);
  sheet.paragraph(headline(encyclopedia, examination), 0);
  sheet.blank();
  std::vector<std::pair<Words, Words>> table = {
      {"Examined", volume.empty() ? shown_root : shown_root + ", " + volume},
      {"Computer", windows_in_words(examination)}};
  for (const host::Doubt doubt : examination.doubts) {
    table.emplace_back("Caution", fmt::format("{}. Before anything is written: {}",
                                              host::meaning_of(doubt), host::advice_for(doubt)));
  }
  if (!examination.replayed_hives.empty()) {
    table.emplace_back("Logs", join(examination.replayed_hives, ", ") +
                                   ": read with the changes that Windows had not yet written");
  }
  if (!examination.users.empty()) table.emplace_back("Users", join(examination.users, ", "));
  sheet.rows(table);
  if (!examination.diagnoses.empty()) sheet.heading("Why");
  for (const Diagnosis& diagnosis : examination.diagnoses) {
    add_diagnosis(sheet, encyclopedia, diagnosis);
  }
  add_slight(sheet, encyclopedia, examination.slight);
  if (!examination.unread.empty() || !examination.dirty_hives.empty()) {
    sheet.heading("What could not be read");
  }
  for (const host::Unread& unread : examination.unread) {
    sheet.item("?", unread.what + ": " + unread.reason);
  }
  for (const std::string& hive : examination.dirty_hives) {
    sheet.item("?", hive +
                        ": Windows was not shut down cleanly; its last changes are in log "
                        "files beside it and were not read");
  }
  add_next(sheet, encyclopedia, examination, shown_root);
  if (!examination.start_ups.empty()) sheet.heading("What Windows starts by itself");
  for (const host::StartUp& start : examination.start_ups) {
    Words text = Words(start.where) + ": " + start.command;
    if (start.target.empty()) text += Words(" (no such file)", Tone::yellow);
    sheet.item("-", text);
  }
  return sheet.take();
}

std::string diagnosis_lines(const entries::Encyclopedia& encyclopedia, const Diagnosis& diagnosis,
                            const Paper& paper) {
  Sheet sheet(paper);
  Words first = verdict_words(encyclopedia, diagnosis);
  if (!diagnosis.reason.empty()) first += ": " + diagnosis.reason;
  sheet.paragraph(first, 0);
  // The way to it stands on a line of its own, never wrapped: people search for it.
  std::set<std::string> places;
  for (const host::Finding& finding : diagnosis.evidence_for) {
    places.insert(escape_for_terminal(place_of(finding)));
  }
  std::string out = sheet.take();
  for (const std::string& place : places) out += "  " + place + "\n";
  sheet = Sheet(paper);
  for (const host::Finding& finding : diagnosis.evidence_for) {
    if (!finding.detail.empty()) sheet.item("+", finding.detail, 2);
  }
  return out + sheet.take();
}

}  // namespace antidotary::publish
