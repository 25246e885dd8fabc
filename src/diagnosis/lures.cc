// Lures: a scan's detections gathered by message, and the variants whose marks fit best.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "core/text.h"
#include "diagnosis/diagnosis.h"
#include "diagnosis/standing.h"

namespace antidotary::diagnosis {
namespace {

using Path = std::vector<std::string>;

bool is_message_name(const std::string& name) {
  const std::string lower = ascii_lower(name);
  constexpr std::string_view numbered = "message ";
  if (lower.starts_with(numbered) && lower.size() > numbered.size()) {
    return lower.find_first_not_of("0123456789", numbered.size()) == lower.npos;
  }
  return lower.ends_with(".eml") || lower.ends_with(".msg");
}

bool is_prefix(const Path& prefix, const Path& path) {
  return prefix.size() <= path.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

/// The part of the path that is the message itself, where its names show it; else the whole path.
Path message_part(const Path& path) {
  for (std::size_t size = path.size(); size > 0; --size) {
    if (is_message_name(path[size - 1]))
      return {path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)};
  }
  return path;
}

struct Group {
  std::string entry;
  Path message;
  std::vector<const scan::Detection*> detections;
};

/// Detections of one entry whose paths lie in one message.
std::vector<Group> gather(const scan::Report& report) {
  struct Item {
    Path message;
    const scan::Detection* detection;
  };
  std::vector<Item> items;
  for (const scan::Detection& detection : report.detections) {
    // What does not convict is no diagnosis: "hi" with a document.zip comes from friends too. The
    // report keeps it. An answer that says nothing of where is none either.
    if (!detection.convicts || detection.path.empty()) continue;
    items.push_back({message_part(detection.path), &detection});
  }
  // The shortest paths first, so that a message stands before what is inside it.
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.message.size() < b.message.size();
  });
  std::vector<Group> out;
  for (Item& item : items) {
    // A message inside a mailbox is not the mailbox: only a message takes in what lies below it.
    const auto group = std::find_if(out.begin(), out.end(), [&](const Group& known) {
      return known.entry == item.detection->entry && is_prefix(known.message, item.message);
    });
    if (group == out.end()) {
      out.push_back({item.detection->entry, std::move(item.message), {item.detection}});
    } else {
      group->detections.push_back(item.detection);
    }
  }
  return out;
}

int points(const scan::Detection& detection) {
  const int grade = detection.grade == entries::Grade::conclusive ? 100 : 0;
  return grade + static_cast<int>(detection.marks.size());
}

host::Finding finding_of(const scan::Detection& detection) {
  host::Finding out;
  out.entry = detection.entry;
  out.variant = detection.variant;
  out.change = detection.change;
  out.kind = detection.kind;
  out.grade = detection.grade;
  out.outcome = host::Outcome::found;
  out.confirmed = detection.convicts;
  out.where = join(detection.path, " > ");
  out.container = detection.path;
  for (const scan::Mark& mark : detection.marks) {
    out.detail += fmt::format("{}{} \"{}\"", out.detail.empty() ? "" : ", ", mark.what, mark.value);
  }
  return out;
}

Diagnosis judge(const Group& group) {
  std::map<std::string, int> scores;
  for (const scan::Detection* one : group.detections) {
    int& score = scores[one->variant];
    score = std::max(score, points(*one));
  }
  int best = 0;
  for (const auto& [variant, score] : scores) best = std::max(best, score);
  Diagnosis out;
  out.entry = group.entry;
  bool message = false;
  entries::Grade grade = entries::Grade::weak;
  for (const scan::Detection* one : group.detections) {
    const auto score = scores.find(one->variant);
    if (score == scores.end() || score->second != best) continue;
    if (std::find(out.variants.begin(), out.variants.end(), one->variant) == out.variants.end()) {
      out.variants.push_back(one->variant);
    }
    message = message || one->kind == "message" || is_message_name(group.message.back());
    grade = std::max(grade, one->grade);
    out.evidence_for.push_back(finding_of(*one));
  }
  std::sort(out.variants.begin(), out.variants.end());
  out.verdict = message ? Verdict::lure : Verdict::traces;
  out.certainty = grade == entries::Grade::conclusive ? Certainty::certain
                  : grade == entries::Grade::strong   ? Certainty::probable
                                                      : Certainty::possible;
  out.reason = message ? "its message arrived; nothing here shows that it ran"
                       : "its file lies here; nothing here shows that it ran";
  if (out.variants.size() > 1) out.reason += "; the marks cannot tell its variants apart";
  return out;
}

}  // namespace

std::vector<Diagnosis> lures(const scan::Report& report) {
  std::vector<Diagnosis> out;
  for (const Group& group : gather(report)) out.push_back(judge(group));
  std::stable_sort(out.begin(), out.end(), [](const Diagnosis& a, const Diagnosis& b) {
    return severity(a.verdict) > severity(b.verdict);
  });
  return out;
}

}  // namespace antidotary::diagnosis
