// Report: what an examination or a scan says of a computer, to the person who asked.
//
// The verdict comes first, then why, then what to do. What is not known is said to be so.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "core/text.h"
#include "publish/report_words.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

using diagnosis::Certainty;
using diagnosis::Diagnosis;
using diagnosis::Examination;
using diagnosis::Verdict;

Words verdict_words(const entries::Encyclopedia& encyclopedia, const Diagnosis& diagnosis) {
  const Said said = said_of(diagnosis.verdict);
  // A file met in a scan was found; what it left behind on a computer are traces.
  const bool scanned = diagnosis.verdict == Verdict::traces && !diagnosis.evidence_for.empty() &&
                       !diagnosis.evidence_for[0].container.empty();
  return Words(scanned ? "FOUND" : said.word, said.tone) + ": " +
         Words(title_of(encyclopedia, diagnosis.entry, diagnosis.variants), Tone::bold) + ", " +
         Words(word_of(diagnosis.certainty));
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

void add_slight(Sheet& sheet, const entries::Encyclopedia& encyclopedia,
                const std::vector<host::Finding>& findings) {
  if (findings.empty()) return;
  sheet.heading("Too weak to count");
  sheet.paragraph(slight_meaning);
  for (const auto& [place, titles] : slight_places(encyclopedia, findings)) {
    sheet.item("-", Words(place) + Words(" (as of " + join(titles, ", ") + ")", Tone::faint));
  }
}

void add_next(Sheet& sheet, const entries::Encyclopedia& encyclopedia,
              const Examination& examination, const std::string& root, bool is_image) {
  sheet.heading("What to do next");
  const auto command = [&](const std::string& text) {
    sheet.paragraph(Words(text, Tone::bold), 4);
  };
  switch (examination.verdict()) {
    case Verdict::infected:
    case Verdict::traces:
      sheet.paragraph(is_image ? image_advice
                               : "See what would be done; this changes nothing yet:");
      command("antidotary clean " + (is_image ? "MOUNT" : as_argument(root)));
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

// What a person may want to see, and what weighs nothing in the verdict.
void add_by_the_way(Sheet& sheet, const Examination& examination) {
  if (!examination.deleted.empty()) sheet.heading("What was deleted from the registry");
  for (const diagnosis::DeletedMark& mark : examination.deleted) {
    Words text = Words(mark.where) + ": held " + mark.shown;
    const std::string when = time_text(mark.key_written_unix_ns);
    if (!when.empty()) text += Words("; its key was last written " + when + " UTC", Tone::faint);
    if (!mark.entries.empty()) text += ", as of " + join(mark.entries, ", ");
    sheet.item("~", text);
  }
  if (!examination.hosts_lines.empty()) sheet.heading("Names that the hosts file leads elsewhere");
  for (const host::HostsLine& line : examination.hosts_lines) {
    sheet.item("~",
               fmt::format("{} line {}: {} is {}", line.path, line.line, line.name, line.address));
  }
}

void add_start_ups(Sheet& sheet, const Examination& examination) {
  if (!examination.start_ups.empty()) sheet.heading("What Windows starts by itself");
  for (const host::StartUp& start : examination.start_ups) {
    Words text = Words(start.where) + ": " + start.command;
    if (start.target.empty()) text += Words(" (no such file)", Tone::yellow);
    const std::string since = time_text(start.since_unix_ns);
    if (!since.empty()) text += Words("; since " + since + " UTC at the latest", Tone::faint);
    if (!start.target_sha256.empty())
      text += Words("; SHA-256 " + start.target_sha256, Tone::faint);
    sheet.item("-", text);
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
  add_by_the_way(sheet, examination);
  add_next(sheet, encyclopedia, examination, shown_root, !volume.empty());
  add_start_ups(sheet, examination);
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
