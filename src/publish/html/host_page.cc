// HostPage: the page of an examined computer, part by part.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "diagnosis/standing.h"
#include "publish/html/host_report.h"
#include "publish/html/leaf.h"
#include "publish/page.h"
#include "publish/report_words.h"

namespace antidotary::publish {
namespace {

using diagnosis::Diagnosis;
using diagnosis::Examination;
using diagnosis::Verdict;
using entries::CheckVerdict;

// Enough for any disk that a person can read about; what is left out is said.
constexpr std::size_t rows_max = 2000;

std::string code(std::string_view text) { return "<code>" + html_path_text(text) + "</code>"; }

std::string cell(std::string_view label, const std::string& html) {
  return fmt::format("<td data-label=\"{}\"{}>{}</td>", label,
                     html.empty() ? " class=\"none\"" : "", html);
}

std::string table(const std::vector<std::string_view>& heads, const std::string& rows) {
  if (rows.empty()) return "";
  std::string out = "<table class=\"changes\">\n<thead><tr>";
  for (const std::string_view head : heads) out += fmt::format("<th scope=\"col\">{}</th>", head);
  return out + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n";
}

/// Says of a list that was cut how much of it is left out.
std::string left_out(std::size_t count, std::string_view where) {
  if (count <= rows_max) return "";
  return fmt::format("<p class=\"care\">{} more are not shown; {} has all.</p>\n", count - rows_max,
                     html_text(where));
}

/// The word that a row begins with; it is never broken.
std::string mark(std::string_view word, bool warns) {
  return fmt::format("<b{} style=\"white-space:nowrap\">{}</b>", warns ? " class=\"care\"" : "",
                     word);
}

std::string paragraph(std::string_view text) { return "<p>" + html_text(text) + "</p>\n"; }

/// A heading whose id is the report's own: a disk may hold several Windows.
class Part {
 public:
  Part(const entries::Encyclopedia& encyclopedia, const HostReport& report, std::size_t number)
      : encyclopedia_(encyclopedia), report_(report), number_(number) {}

  std::string html() const {
    std::string out;
    if (report_.examination != nullptr) out += of_examination(*report_.examination);
    if (report_.plan != nullptr) out += of_plan(*report_.plan);
    if (report_.posture != nullptr) out += of_posture(*report_.posture);
    if (report_.examination != nullptr) out += of_the_rest(*report_.examination);
    return out;
  }

 private:
  std::string head(std::string_view id, std::string_view text) const {
    return heading(fmt::format("{}-{}", id, number_), text);
  }

  std::string title(const Diagnosis& diagnosis) const {
    return title_of(encyclopedia_, diagnosis.entry, diagnosis.variants);
  }

  std::string of_examination(const Examination& seen) const {
    const Said said = said_of(seen.verdict());
    std::string out = fmt::format("<p class=\"status{}\"><b>{}</b>: {}</p>\n",
                                  seen.verdict() == Verdict::clean ? "" : " draft", said.word,
                                  html_text(sentence(std::string(said.meaning))));
    out += "<dl class=\"glance\">\n" + row("Examined", code(report_.place));
    out += row("Computer", html_text(windows_in_words(seen)));
    out += row("Users", html_text(join(seen.users, ", ")));
    if (!seen.replayed_hives.empty()) {
      out += row("Logs", code(join(seen.replayed_hives, ", ")) +
                             ": read with the changes that Windows had not yet written");
    }
    out += "</dl>\n" + cautions(seen.doubts);
    if (seen.verdict() == Verdict::clean) return out + paragraph(not_looked_for(encyclopedia_));
    if (seen.diagnoses.empty()) {
      return out + paragraph(
                       "Nothing was found in what was read, which is not all: make readable what "
                       "could not be read, then examine again.");
    }
    out += head("why", "Why");
    for (const Diagnosis& diagnosis : seen.diagnoses) out += of_diagnosis(diagnosis);
    return out + time_line(seen);
  }

  static std::string cautions(const std::vector<host::Doubt>& doubts) {
    std::string out;
    for (const host::Doubt doubt : doubts) {
      out += fmt::format("<p class=\"care\"><b>Caution:</b> {}</p>\n",
                         html_text(fmt::format("{}. Before anything is written: {}.",
                                               host::meaning_of(doubt), host::advice_for(doubt))));
    }
    return out;
  }

  std::string slight(const Examination& seen) const {
    std::string rows;
    for (const auto& [place, titles] : slight_places(encyclopedia_, seen.slight)) {
      rows += "<tr>" + cell("Where", code(place)) + cell("As of", html_text(join(titles, ", "))) +
              "</tr>\n";
    }
    if (rows.empty()) return "";
    return head("slight", "Too weak to count") + paragraph(slight_meaning) +
           table({"Where", "As of"}, rows);
  }

  std::string of_diagnosis(const Diagnosis& diagnosis) const {
    const Said said = said_of(diagnosis.verdict);
    std::string out = fmt::format("<h3>{}, {}: {}</h3>\n", html_text(title(diagnosis)),
                                  word_of(diagnosis.certainty), html_text(ascii_lower(said.word)));
    out += paragraph(
        sentence(diagnosis.reason.empty() ? std::string(said.meaning) : diagnosis.reason));
    std::string rows;
    const auto add = [&](std::string_view side, const std::vector<host::Finding>& findings) {
      for (const host::Finding& finding : findings) {
        const auto grade =
            entries::enum_names(finding.grade)[static_cast<std::size_t>(finding.grade)];
        rows +=
            "<tr>" + cell("", mark(side, false)) + cell("Where", code(place_of(finding))) +
            cell("What", html_text(finding.detail)) +
            cell("Evidence", fmt::format("<span class=\"grade {}\">{}</span>", grade, grade)) +
            cell("SHA-256",
                 finding.file && !finding.file->sha256.empty() ? code(finding.file->sha256) : "") +
            "</tr>\n";
      }
    };
    add("for", diagnosis.evidence_for);
    add("against", diagnosis.evidence_against);
    add("unknown", diagnosis.unknown);
    return out + table({"", "Where", "What", "Evidence", "SHA-256"}, rows);
  }

  std::string time_line(const Examination& seen) const {
    const std::vector<Moment> moments = moments_of(seen);
    if (moments.empty()) return "";
    std::string rows;
    for (std::size_t i = 0; i < std::min(moments.size(), rows_max); ++i) {
      const Moment& moment = moments[i];
      const auto weighed = [&moment](const std::string& html) {
        return moment.evidence ? "<b>" + html + "</b>" : html;
      };
      rows += "<tr>" + cell("Time (UTC)", weighed(time_text(moment.unix_ns))) +
              cell("What", weighed(html_text(moment.what))) +
              cell("Where", weighed(code(moment.where))) + "</tr>\n";
    }
    return head("times", "Time line") +
           paragraph(
               "As the disk says: of each file its last change, of each registry key when it was "
               "last written to, whatever in it was changed. In bold what belongs to a threat; the "
               "rest lies within a day of it. A threat may set a file's time to what it likes.") +
           table({"Time (UTC)", "What", "Where"}, rows) +
           left_out(moments.size(), "'examine --autoruns --json'");
  }

  std::string of_plan(const plan::Plan& plan) const {
    std::string out = head("plan", "What would be done");
    if (plan.steps.empty()) return out + paragraph("There is nothing to do.");
    out += paragraph(
        "Nothing has been changed. 'antidotary clean --apply' carries out the numbered steps in "
        "this order, keeps what it takes away, and 'antidotary undo' puts all of it back.");
    if (report_.is_image)
      out += paragraph("A disk image is only read: mount a copy of it and name the mount.");
    std::string done, left;
    for (const plan::Step& step : plan.steps) {
      const std::string what = "<p><b>" + html_path_text(step.what) +
                               "</b></p>\n<p class=\"faint\">" + html_path_text(step.reason) +
                               "</p>\n";
      if (step.carried_out()) {
        done += "<li>" + what + "</li>\n";
      } else {
        left += "<li>" + what + paragraph(sentence(step.left)) + "</li>\n";
      }
    }
    if (!done.empty()) out += "<ol class=\"steps\">\n" + done + "</ol>\n";
    if (!left.empty()) {
      out += "<h3>Listed and left to you</h3>\n<ul class=\"plain\">\n" + left + "</ul>\n";
    }
    for (const std::string& warning : plan.warnings) {
      out += "<p class=\"care\">" + html_text(sentence(warning)) + "</p>\n";
    }
    return out;
  }

  static std::string_view word_of_check(CheckVerdict verdict) {
    static constexpr std::array<std::string_view, 4> words = {"pass", "fail", "unknown", "-"};
    return words[static_cast<std::size_t>(verdict)];
  }

  static std::string part_text(const posture::PartResult& part) {
    std::string who = part.name;
    if (!part.user.empty()) who += (who.empty() ? "" : ", ") + part.user;
    return who.empty() ? part.reason : who + ": " + part.reason;
  }

  std::string check_row(const entries::PostureCheck& check,
                        const posture::CheckResult& result) const {
    std::string reasons;
    for (const posture::PartResult& part : result.parts) {
      const bool tells = part.verdict == result.verdict || part.verdict == CheckVerdict::fail ||
                         part.verdict == CheckVerdict::unknown;
      if (!tells) continue;
      if (!reasons.empty()) reasons += "<br>";
      reasons += html_path_text(part_text(part));
    }
    std::string advice;
    if (result.verdict == CheckVerdict::fail) {
      advice = html_text(check.risk) + "<br><b>Mend:</b> " + html_text(check.mend);
    }
    const bool fails = result.verdict == CheckVerdict::fail;
    return "<tr>" + cell("", mark(word_of_check(result.verdict), fails)) +
           cell("Check", html_text(check.title) + "<br><code>" + html_text(check.id) + "</code>") +
           cell("Reason", reasons) + cell("Risk and remedy", advice) + "</tr>\n";
  }

  std::string of_posture(const posture::Posture& posture) const {
    std::string rows;
    std::array<std::size_t, 4> counts{};
    for (const CheckVerdict verdict :
         {CheckVerdict::fail, CheckVerdict::unknown, CheckVerdict::pass}) {
      for (const posture::CheckResult& result : posture.checks) {
        const auto& ids = report_.checks;
        const bool wanted =
            ids.empty() || std::find(ids.begin(), ids.end(), result.id) != ids.end();
        const entries::PostureCheck* const check = encyclopedia_.find_check(result.id);
        if (!wanted || check == nullptr || result.verdict != verdict) continue;
        ++counts[static_cast<std::size_t>(verdict)];
        rows += check_row(*check, result);
      }
    }
    std::string out = head("posture", "What would prevent it");
    out += paragraph(windows_text(posture.windows));
    out += paragraph(fmt::format("{} fail, {} unknown, {} pass.", counts[1], counts[2], counts[0]));
    if (report_.examination == nullptr) out += cautions(posture.doubts);
    out += table({"", "Check", "Reason", "Risk and remedy"}, rows);
    if (report_.examination == nullptr) out += unread(posture.unread, posture.dirty_hives);
    return out;
  }

  static std::string windows_text(const posture::Windows& windows) {
    if (windows.build == 0) return "Which Windows this is could not be read.";
    std::string out = windows.name.empty() ? "Windows" : windows.name;
    out += fmt::format(", build {}", windows.build);
    if (windows.service_pack > 0) out += fmt::format(", service pack {}", windows.service_pack);
    return out + ".";
  }

  std::string unread(const std::vector<host::Unread>& unread,
                     const std::vector<std::string>& dirty) const {
    std::string rows;
    for (const host::Unread& one : unread) {
      rows += "<li>" + code(one.what) + ": " + html_text(one.reason) + "</li>\n";
    }
    for (const std::string& hive : dirty) {
      rows += "<li>" + code(hive) +
              ": Windows was not shut down cleanly; its last changes are in log files that were "
              "not read</li>\n";
    }
    if (rows.empty()) return "";
    return head("unread", "What could not be read") + "<ul class=\"plain\">\n" + rows + "</ul>\n";
  }

  std::string deleted(const Examination& seen) const {
    std::string rows;
    for (const diagnosis::DeletedMark& mark : seen.deleted) {
      rows += "<tr>" + cell("Where", code(mark.where)) + cell("Held", code(mark.shown)) +
              cell("Key written (UTC)", time_text(mark.key_written_unix_ns)) +
              cell("As in", html_text(join(mark.entries, ", "))) + "</tr>\n";
    }
    if (rows.empty()) return "";
    return head("deleted", "What was deleted from the registry") +
           paragraph("Room that is free still holds it: what once was, not what is.") +
           table({"Where", "Held", "Key written (UTC)", "As in"}, rows);
  }

  std::string hosts(const Examination& seen) const {
    std::string rows;
    for (std::size_t i = 0; i < std::min(seen.hosts_lines.size(), rows_max); ++i) {
      const host::HostsLine& line = seen.hosts_lines[i];
      rows += "<tr>" + cell("Where", code(fmt::format("{} line {}", line.path, line.line))) +
              cell("Name", code(line.name)) + cell("Leads to", code(line.address)) + "</tr>\n";
    }
    if (rows.empty()) return "";
    return head("hosts", "Names that the hosts file leads elsewhere") +
           table({"Where", "Name", "Leads to"}, rows) +
           left_out(seen.hosts_lines.size(), "'examine --json'");
  }

  std::string start_ups(const Examination& seen) const {
    std::string rows;
    for (std::size_t i = 0; i < std::min(seen.start_ups.size(), rows_max); ++i) {
      const host::StartUp& start = seen.start_ups[i];
      std::string file = start.target.empty() ? "no such file" : code(start.target);
      if (!start.target_sha256.empty()) file += "<br>" + code(start.target_sha256);
      rows += "<tr>" + cell("Where", code(start.where)) + cell("Starts", code(start.command)) +
              cell("Since (UTC)", time_text(start.since_unix_ns)) + cell("File", file) + "</tr>\n";
    }
    if (rows.empty()) return "";
    return head("starts", "What Windows starts by itself") +
           table({"Where", "Starts", "Since (UTC)", "File"}, rows) +
           left_out(seen.start_ups.size(), "'examine --autoruns --json'");
  }

  std::string of_the_rest(const Examination& seen) const {
    return slight(seen) + deleted(seen) + hosts(seen) + start_ups(seen) +
           unread(seen.unread, seen.dirty_hives);
  }

  const entries::Encyclopedia& encyclopedia_;
  const HostReport& report_;
  std::size_t number_;
};

/// The worst of all Windows on the disk, in a line.
std::string headline(const entries::Encyclopedia& encyclopedia,
                     const std::vector<HostReport>& reports, bool whole) {
  const Examination* worst = nullptr;
  for (const HostReport& report : reports) {
    if (report.examination == nullptr) continue;
    if (worst == nullptr || diagnosis::severity(report.examination->verdict()) >
                                diagnosis::severity(worst->verdict())) {
      worst = report.examination;
    }
  }
  if (worst == nullptr) return "How this computer is protected";
  const bool clean = worst->verdict() == Verdict::clean;
  const Said said = said_of(clean && !whole ? Verdict::incomplete : worst->verdict());
  std::string out(said.word);
  out = out.substr(0, 1) + ascii_lower(out.substr(1));
  if (worst->diagnoses.empty()) return out;
  const Diagnosis& diagnosis = worst->diagnoses.front();
  return out + ": " + title_of(encyclopedia, diagnosis.entry, diagnosis.variants);
}

}  // namespace

std::string host_page(const entries::Encyclopedia& encyclopedia,
                      const std::vector<HostReport>& reports,
                      const std::vector<UnreadVolume>& unread, const Making& making) {
  const Place place(encyclopedia, "");
  const std::string title = headline(encyclopedia, reports, unread.empty());
  const std::string made = fmt::format(
      "Made {} UTC by {}", time_text(static_cast<std::int64_t>(making.unix_s) * 1'000'000'000),
      making.program);
  Leaf leaf;
  leaf.title = title;
  const std::string where =
      reports.size() == 1 ? reports.front().place
                          : fmt::format("{} installations of Windows on one disk", reports.size());
  leaf.description = title + ", " + where;
  leaf.body = fmt::format(
      "<header class=\"masthead\">\n<p class=\"up\">{}</p>\n<h1>{}</h1>\n"
      "<p class=\"summary\">{}</p>\n</header>\n",
      html_text(made), html_text(title), html_path_text(where));
  for (const UnreadVolume& volume : unread) {
    leaf.body += fmt::format("<p class=\"care\">Not wholly read: {}: {}.</p>\n",
                             html_text(volume.name), html_text(volume.reason));
  }
  for (std::size_t i = 0; i < reports.size(); ++i) {
    if (reports.size() > 1) {
      leaf.body += heading(fmt::format("windows-{}", i + 1), reports[i].place);
    }
    leaf.body += Part(encyclopedia, reports[i], i + 1).html();
  }
  return framed(leaf, place, "");
}

}  // namespace antidotary::publish
