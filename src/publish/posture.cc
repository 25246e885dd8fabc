#include "publish/posture.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "publish/sheet.h"

namespace antidotary::publish {
namespace {

using entries::CheckVerdict;
using posture::CheckResult;
using posture::PartResult;

struct Said {
  std::string_view word;
  Tone tone;
};

Said said_of(CheckVerdict verdict) {
  switch (verdict) {
    case CheckVerdict::pass:
      return {"PASS", Tone::green};
    case CheckVerdict::fail:
      return {"FAIL", Tone::red};
    case CheckVerdict::unknown:
      return {"UNKNOWN", Tone::yellow};
    case CheckVerdict::not_applicable:
      break;
  }
  return {"-", Tone::faint};
}

std::string part_line(const PartResult& part) {
  std::string who = part.name;
  if (!part.user.empty()) who += (who.empty() ? "" : ", ") + part.user;
  return who.empty() ? part.reason : who + ": " + part.reason;
}

void add_check(Sheet& sheet, const entries::PostureCheck& check, const CheckResult& result) {
  const Said said = said_of(result.verdict);
  sheet.item(Words(fmt::format("{:<8}", said.word), said.tone),
             Words(check.title, Tone::bold) + Words("  " + check.id, Tone::faint), 0);
  if (result.verdict == CheckVerdict::not_applicable) return;
  for (const PartResult& part : result.parts) {
    const bool tells = part.verdict == result.verdict || part.verdict == CheckVerdict::fail ||
                       part.verdict == CheckVerdict::unknown;
    if (tells) sheet.paragraph(part_line(part), 9);
  }
  if (result.verdict != CheckVerdict::fail) return;
  sheet.paragraph(Words("Risk: ", Tone::faint) + Words(check.risk), 9);
  sheet.paragraph(Words("Mend: ", Tone::faint) + Words(check.mend), 9);
}

std::string windows_line(const posture::Windows& windows) {
  if (windows.build == 0) return "Which Windows this is could not be read.";
  std::string out = windows.name.empty() ? "Windows" : windows.name;
  out += fmt::format(", build {}", windows.build);
  if (windows.service_pack > 0) out += fmt::format(", service pack {}", windows.service_pack);
  return out + ".";
}

}  // namespace

std::string posture_text(const entries::Encyclopedia& encyclopedia, const posture::Posture& posture,
                         const std::vector<std::string>& ids, const Paper& paper) {
  Sheet sheet(paper);
  sheet.paragraph(windows_line(posture.windows), 0);
  for (const host::Doubt doubt : posture.doubts) {
    sheet.paragraph(Words("Caution: ", Tone::yellow) +
                        Words(fmt::format("{}. Before anything is written: {}.",
                                          host::meaning_of(doubt), host::advice_for(doubt))),
                    0);
  }
  for (const std::string& hive : posture.dirty_hives) {
    sheet.paragraph(Words("Caution: ", Tone::yellow) +
                        Words(hive + ": its last changes are in log files that were not read."),
                    0);
  }
  sheet.blank();
  std::array<std::size_t, 4> counts{};
  for (const CheckVerdict verdict : {CheckVerdict::fail, CheckVerdict::unknown, CheckVerdict::pass,
                                     CheckVerdict::not_applicable}) {
    for (const CheckResult& result : posture.checks) {
      const bool wanted = ids.empty() || std::find(ids.begin(), ids.end(), result.id) != ids.end();
      const entries::PostureCheck* const check = encyclopedia.find_check(result.id);
      if (!wanted || check == nullptr || result.verdict != verdict) continue;
      ++counts[static_cast<std::size_t>(verdict)];
      add_check(sheet, *check, result);
    }
  }
  for (const host::Unread& unread : posture.unread) {
    sheet.paragraph(Words("Not read: ", Tone::yellow) + Words(unread.what + ": " + unread.reason),
                    0);
  }
  sheet.blank();
  sheet.paragraph(fmt::format("{} fail, {} unknown, {} pass, {} not for this Windows.", counts[1],
                              counts[2], counts[0], counts[3]),
                  0);
  return sheet.take();
}

std::string page(const entries::Encyclopedia& encyclopedia, const entries::PostureCheck& check,
                 const Paper& paper) {
  Sheet sheet(paper);
  sheet.title(check.title);
  sheet.paragraph(check.about);
  sheet.heading("RISK");
  sheet.paragraph(check.risk);
  sheet.heading("HOW TO MEND IT");
  sheet.paragraph(check.mend);
  sheet.heading("WHAT IS ASKED");
  for (const entries::CheckPart& part : check.parts) {
    if (!part.name.empty()) sheet.subheading(part.name);
    for (const entries::CheckRule& rule : part.rules) {
      sheet.paragraph(
          rule.file.empty() ? rule.key + (rule.value.empty() ? "" : ": " + rule.value) : rule.file,
          4);
    }
  }
  sheet.heading("STANDS AGAINST");
  for (const entries::Entry& entry : encyclopedia.entries()) {
    const auto against = posture::checks_for(encyclopedia, entry);
    if (std::find(against.begin(), against.end(), &check) != against.end()) {
      sheet.item("-", Words(entry.title) + Words("  " + entry.id, Tone::faint));
    }
  }
  if (!check.references.empty()) {
    sheet.heading("REFERENCES");
    sheet.paragraph(join(check.references, ", "));
  }
  sheet.heading("SOURCES");
  for (const std::string& source : check.sources) sheet.item("-", source);
  return sheet.take();
}

}  // namespace antidotary::publish
