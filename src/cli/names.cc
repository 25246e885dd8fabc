// names resolve, names table: what vendors' labels mean, one at a time or by the report.
#include "entries/names.h"

#include <fstream>
#include <iostream>
#include <iterator>

#include "cli/desk.h"
#include "core/text.h"
#include "entries/dialects.h"
#include "entries/votes.h"
#include "publish/html/html.h"
#include "publish/parts.h"

namespace antidotary::cli {
namespace {

using entries::NameMatch;
using entries::Resolution;

/// Largest list or file of reports that is read, in bytes.
constexpr std::size_t list_bytes_max = std::size_t{1} << 30;

Result<std::string> read_list(const std::string& path) {
  std::string text;
  if (path == "-") {
    text.assign(std::istreambuf_iterator<char>(std::cin), {});
    return text;
  }
  std::ifstream in(path, std::ios::binary);
  char block[1 << 16];
  while (in.read(block, sizeof block) || in.gcount() > 0) {
    text.append(block, static_cast<std::size_t>(in.gcount()));
    if (text.size() > list_bytes_max) {
      return fail(ErrorKind::budget_spent, "{} is larger than 1 GiB; split it", path);
    }
  }
  if (!in.eof()) return fail(ErrorKind::io, "cannot read {}: no such file, or not readable", path);
  return text;
}

template <class Enum>
std::string_view word_of(Enum value) {
  return enum_names(value)[static_cast<std::size_t>(value)];
}

std::string place_of(const NameMatch& match) {
  return match.variant == nullptr ? match.entry->id : match.entry->id + "." + match.variant->id;
}

Json to_json(const Resolution& found) {
  Json parts;
  for (const auto& [key, value] :
       {std::pair<const char*, const std::string&>{"type", found.label.type},
        {"platform", found.label.platform},
        {"family", found.label.family},
        {"variant", found.label.variant},
        {"length", found.label.length},
        {"suffixes", found.label.suffixes}}) {
    if (!value.empty()) parts.set(key, value);
  }
  Json::Array matches;
  for (const NameMatch& match : found.matches) {
    Json one;
    one.set("entry", match.entry->id);
    if (match.variant != nullptr) one.set("variant", match.variant->id);
    one.set("confidence", word_of(match.confidence));
    one.set("why", match.why);
    matches.push_back(std::move(one));
  }
  Json out;
  out.set("answer", word_of(found.kind));
  if (found.family() != nullptr) out.set("entry", found.family()->id);
  out.set("matches", std::move(matches));
  out.set("parts", parts.is_null() ? Json(Json::Object{}) : std::move(parts));
  Json::Array nearest;
  for (const std::string& name : found.nearest) nearest.emplace_back(name);
  if (!nearest.empty()) out.set("nearest", std::move(nearest));
  return out;
}

/// "type worm, platform w32, family mimail, variant c".
std::string parts_of(const entries::Label& label) {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view what, const std::string& value) {
    if (!value.empty()) out.push_back(fmt::format("{} {}", what, value));
  };
  add("type", label.type);
  add("platform", label.platform);
  add(label.generic ? "generic word" : "family", label.family);
  add("variant", label.variant);
  add("length", label.length);
  add("then", label.suffixes);
  return out.empty() ? "nothing in it is understood" : join(out, ", ");
}

void print_answer(const std::string& label, const Resolution& found) {
  std::string out = escape_for_terminal(label);
  if (found.kind == Resolution::Kind::unknown) {
    out += "  unknown: " + escape_for_terminal(parts_of(found.label));
    if (!found.nearest.empty()) {
      out += "; the nearest: " + escape_for_terminal(join(found.nearest, ", "));
    }
  } else if (found.kind == Resolution::Kind::ambiguous) {
    out += "  ambiguous:";
    for (const NameMatch& match : found.matches) {
      out += escape_for_terminal(fmt::format(" {} ({});", place_of(match), match.why));
    }
    out.pop_back();
  } else {
    const NameMatch& match = found.matches.front();
    out += fmt::format("  {}  {}: {}", place_of(match), word_of(match.confidence),
                       escape_for_terminal(match.why));
  }
  print(out + "\n");
}

/// What stands in the encyclopedia under that name and is no threat; empty where nothing does.
std::string reference_called(const entries::Encyclopedia& encyclopedia, const std::string& label) {
  const auto subject = publish::reference_subject(encyclopedia, label);
  if (!subject) return {};
  if (subject->bulletin != nullptr) {
    return fmt::format("the bulletin {}", publish::bulletin_name(subject->bulletin->id));
  }
  if (subject->term != nullptr) return fmt::format("the term {}", subject->term->title);
  if (!subject->weakness.empty()) return fmt::format("the weakness {}", subject->weakness);
  return {};
}

/// Answers one label. `near`: look for the nearest where nothing is known, which is slow.
void answer(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
            const entries::Names& names, const std::string& label, const std::string& vendor,
            bool near) {
  Resolution found = names.resolve(label, vendor);
  const bool unknown = found.kind == Resolution::Kind::unknown;
  if (near && unknown) found.nearest = names.nearest(label);
  if (!invocation.has("json")) {
    print_answer(label, found);
    const std::string other = near && unknown ? reference_called(encyclopedia, label) : "";
    if (!other.empty()) {
      complain(fmt::format("'{}' is no threat's name but {}; 'antidotary explain' shows it", label,
                           other));
    }
    return;
  }
  Json line = typed("name", to_json(found));
  line.set("label", label);
  if (!vendor.empty()) line.set("vendor", vendor);
  print_line(line);
}

/// A line is a label, or a vendor, a tab and a label.
Exit answer_list(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
                 const entries::Names& names) {
  const auto text = read_list(invocation.value("list"));
  if (!text) return complain(text.error());
  for (const std::string_view line : split(*text, '\n')) {
    const std::string_view clean = trim(line);
    if (clean.empty() || clean.front() == '#') continue;
    const std::size_t tab = clean.find('\t');
    const bool both = tab != std::string_view::npos;
    answer(invocation, encyclopedia, names, std::string(both ? trim(clean.substr(tab + 1)) : clean),
           both ? std::string(trim(clean.substr(0, tab))) : invocation.value("vendor"), false);
  }
  return Exit::clean;
}

Json to_json(const entries::Verdict& verdict) {
  Json::Array candidates;
  for (const entries::Candidate& candidate : verdict.candidates) {
    Json one;
    one.set("entry", candidate.entry->id);
    one.set("votes", std::uint64_t{candidate.votes});
    if (candidate.variant != nullptr) one.set("variant", candidate.variant->id);
    candidates.push_back(std::move(one));
  }
  Json::Array votes;
  for (const entries::Vote& vote : verdict.votes) {
    Json one;
    one.set("engine", vote.engine);
    one.set("label", vote.label);
    one.set("answer", word_of(vote.resolution.kind));
    if (vote.resolution.family() != nullptr) one.set("entry", vote.resolution.family()->id);
    if (!vote.counted_with.empty()) one.set("counted_with", vote.counted_with);
    votes.push_back(std::move(one));
  }
  Json out;
  if (verdict.family != nullptr) out.set("entry", verdict.family->id);
  out.set("counted", std::uint64_t{verdict.counted});
  out.set("candidates", std::move(candidates));
  out.set("votes", std::move(votes));
  return out;
}

void print_verdict(const std::string& sample, const entries::Verdict& verdict) {
  std::string out = sample.empty() ? "(no digest)" : escape_for_terminal(sample);
  if (verdict.family == nullptr) {
    out += verdict.candidates.empty() ? "  no family is named" : "  no majority:";
  } else {
    const entries::Candidate& first = verdict.candidates.front();
    out += "  " + first.entry->id;
    if (first.variant != nullptr) out += "." + first.variant->id;
  }
  std::vector<std::string> counts;
  for (const entries::Candidate& candidate : verdict.candidates) {
    counts.push_back(fmt::format("{} {}", candidate.entry->id, candidate.votes));
  }
  if (!counts.empty()) {
    out += fmt::format("  ({} of {} independent votes)", join(counts, ", "), verdict.counted);
  }
  print(out + fmt::format("; {} labels\n", verdict.votes.size()));
}

Exit answer_report(const Invocation& invocation, const entries::Names& names, const Json& json) {
  const auto report = entries::read_report(json);
  if (!report) return complain(report.error());
  const entries::Verdict verdict = entries::vote(names, *report);
  if (invocation.has("json")) {
    Json line = typed("sample", to_json(verdict));
    if (!report->sample.empty()) line.set("sample", report->sample);
    print_line(line);
  } else {
    print_verdict(report->sample, verdict);
  }
  return Exit::clean;
}

/// One report, an array of them, or a report a line.
Exit answer_reports(const Invocation& invocation, const entries::Names& names) {
  const auto text = read_list(invocation.value("reports"));
  if (!text) return complain(text.error());
  Exit exit = Exit::clean;
  const auto each = [&](const Json& json) {
    if (answer_report(invocation, names, json) != Exit::clean) exit = Exit::incomplete;
  };
  if (const auto whole = Json::parse(*text)) {
    if (whole->array() == nullptr) {
      each(*whole);
    } else {
      for (const Json& json : *whole->array()) each(json);
    }
    return exit;
  }
  std::size_t number = 0;
  if (trim(*text).empty()) {
    return complain(invocation.value("reports") + " is empty: a report is wanted");
  }
  for (const std::string_view line : split(*text, '\n')) {
    ++number;
    if (trim(line).empty()) continue;
    if (const auto json = Json::parse(line)) {
      each(*json);
    } else {
      exit = complain(fmt::format("line {} of {} is no JSON: {}", number,
                                  invocation.value("reports"), json.error().what));
    }
  }
  return exit;
}

}  // namespace

Exit run_names_resolve(const Invocation& invocation) {
  const int ways = (invocation.has("list") ? 1 : 0) + (invocation.has("reports") ? 1 : 0) +
                   (invocation.arguments.empty() ? 0 : 1);
  if (ways != 1) {
    return complain("names resolve takes labels, or --list FILE, or --reports FILE: one of them");
  }
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const entries::Names names(*encyclopedia);
  if (invocation.has("list")) return answer_list(invocation, *encyclopedia, names);
  if (invocation.has("reports")) return answer_reports(invocation, names);
  if (invocation.has("vendor") && entries::find_dialect(invocation.value("vendor")) == nullptr) {
    complain(fmt::format("no vendor '{}' is known; labels are read as any vendor's",
                         invocation.value("vendor")));
  }
  for (const std::string& label : invocation.arguments) {
    answer(invocation, *encyclopedia, names, label, invocation.value("vendor"), true);
  }
  return Exit::clean;
}

Exit run_names_table(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const std::string& asked = invocation.arguments[0];
  const Resolution found = entries::resolve(*encyclopedia, asked);
  const entries::Entry* entry = encyclopedia->find(asked);
  if (entry == nullptr) entry = found.family();
  if (entry == nullptr) {
    return complain(
        fmt::format("'{}' leads to no one entry; 'antidotary names resolve' says why", asked));
  }
  const auto row = [&](const std::string& variant, const entries::VendorName& name) {
    if (invocation.has("json")) {
      Json line;
      line.set("entry", entry->id);
      if (!variant.empty()) line.set("variant", variant);
      line.set("vendor", name.vendor);
      line.set("label", name.label);
      line.set("relation", word_of(name.relation));
      if (!name.note.empty()) line.set("note", name.note);
      Json::Array sources;
      for (const std::string& source : name.sources) sources.emplace_back(source);
      line.set("sources", std::move(sources));
      return print_line(typed("alias", line));
    }
    print(escape_for_terminal(
              fmt::format("{:9} {:20} {:36} {:9} [{}]{}", variant.empty() ? "family" : variant,
                          name.vendor, name.label, word_of(name.relation), join(name.sources, ", "),
                          name.note.empty() ? "" : " " + name.note)) +
          "\n");
  };
  // Of a variant only its own: what is said of the family is no name of it.
  const entries::Variant* only = nullptr;
  if (found.kind == Resolution::Kind::one && found.matches.front().entry == entry) {
    only = found.matches.front().variant;
  }
  if (only != nullptr) {
    for (const entries::VendorName& name : only->names) row(only->id, name);
    return Exit::clean;
  }
  for (const entries::VendorName& name : entry->names) row("", name);
  for (const std::string& word : entry->also_called) {
    row("", {"(also called)", word, entries::NameRelation::same, "", {}, {}});
  }
  for (const entries::Variant& variant : entry->variants) {
    for (const entries::VendorName& name : variant.names) row(variant.id, name);
  }
  return Exit::clean;
}

}  // namespace antidotary::cli
