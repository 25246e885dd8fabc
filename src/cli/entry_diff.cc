// entry diff: what a change of an entry does to detection, removal and page.
//
// Compared are what comes of the two entries, not their texts: a sentence that moved in a file and
// changes nothing is no difference.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>

#include "cli/desk.h"
#include "core/text.h"
#include "publish/exports/terms.h"

namespace antidotary::cli {
namespace {

namespace fs = std::filesystem;
using entries::Encyclopedia;
using entries::Entry;

constexpr std::size_t lines_max = 4000;  // the table of the comparison is their square

std::string quoted_for_shell(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// What a command prints, or nothing where it fails.
std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string out;
  std::array<char, 4096> piece{};
  for (std::size_t n = 0; (n = fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
    out.append(piece.data(), n);
  }
  return pclose(pipe) == 0 ? std::optional<std::string>(out) : std::nullopt;
}

/// The encyclopedia's files as the last commit has them.
Result<std::vector<entries::SourceFile>> sources_of_head(const std::string& base) {
  const std::string git = "git -C " + quoted_for_shell(base);
  // -z: without it git writes a name that is not plain ASCII as an escaped word.
  const auto names = output_of(git + " ls-tree -r -z --name-only HEAD -- .");
  if (!names || names->empty()) {
    return fail(ErrorKind::not_found,
                "{} is in no git repository with a commit; name the other entry or encyclopedia",
                base);
  }
  std::vector<entries::SourceFile> files;
  for (const std::string_view name : split(*names, '\0')) {
    const bool known = name.ends_with(".md") || name.ends_with(".toml");
    if (!known || name.find("/proof/") != std::string_view::npos) continue;
    const auto text = output_of(git + " show " + quoted_for_shell("HEAD:./" + std::string(name)));
    if (text) files.push_back({std::string(name), *text});
  }
  return files;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  for (const std::string_view line : split(text, '\n')) {
    if (!trim(line).empty()) out.emplace_back(line);
  }
  return out;
}

std::vector<std::string> detection_of(const Entry& entry) {
  std::vector<std::string> out;
  for (const auto& variant : entry.variants) {
    for (const auto& change : variant.changes) {
      const auto grade =
          entries::enum_names(change->evidence)[static_cast<std::size_t>(change->evidence)];
      std::string line = fmt::format("{} {}: {} {} {}", variant.id, change->id, grade,
                                     change->kind(), change->summary());
      for (const publish::Term& term : publish::terms_of(*change)) {
        const auto name =
            publish::enum_names(term.property)[static_cast<std::size_t>(term.property)];
        line += fmt::format("; {} {}", name, join(term.any_of, " | "));
      }
      out.push_back(change->checkable() ? line : line + " (said, not looked for)");
    }
  }
  return out;
}

using Lines = std::span<const std::string>;

/// Appends what only one has, by the longest common subsequence.
void add_differences(Lines a, Lines b, std::vector<std::string>& out) {
  std::vector<std::vector<std::uint16_t>> longest(a.size() + 1,
                                                  std::vector<std::uint16_t>(b.size() + 1, 0));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      longest[i][j] = a[i] == b[j] ? static_cast<std::uint16_t>(longest[i + 1][j + 1] + 1)
                                   : std::max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
    } else if (j == b.size() || (i < a.size() && longest[i + 1][j] >= longest[i][j + 1])) {
      out.push_back("- " + a[i++]);
    } else {
      out.push_back("+ " + b[j++]);
    }
  }
}

/// Lines that only one has. Where more than lines_max stand between the equal beginning and the
/// equal end, all of those are told, for none may be left out.
std::vector<std::string> differences(const std::vector<std::string>& older,
                                     const std::vector<std::string>& newer) {
  Lines a = older;
  Lines b = newer;
  while (!a.empty() && !b.empty() && a.front() == b.front()) {
    a = a.subspan(1);
    b = b.subspan(1);
  }
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a = a.first(a.size() - 1);
    b = b.first(b.size() - 1);
  }
  std::vector<std::string> out;
  if (a.size() <= lines_max && b.size() <= lines_max) {
    add_differences(a, b, out);
    return out;
  }
  for (const std::string& line : a) out.push_back("- " + line);
  for (const std::string& line : b) out.push_back("+ " + line);
  return out;
}

struct Side {
  Encyclopedia encyclopedia;
  const Entry* entry = nullptr;  ///< Null: it is not there.
};

std::vector<std::string> part_of(const Side& side, std::string_view part) {
  if (side.entry == nullptr) return {};
  constexpr publish::Paper paper{100, false};
  if (part == "detection") return detection_of(*side.entry);
  if (part == "removal") {
    return lines_of(publish::steps(side.encyclopedia, *side.entry, nullptr, paper));
  }
  return lines_of(publish::page(side.encyclopedia, *side.entry, nullptr, paper));
}

Exit tell(const Invocation& invocation, const Side& before, const Side& after) {
  bool any = false;
  for (const std::string_view part : {"detection", "removal", "page"}) {
    const auto lines = differences(part_of(before, part), part_of(after, part));
    if (!invocation.has("json")) print(fmt::format("{}: {} lines\n", part, lines.size()));
    for (const std::string& line : lines) {
      any = true;
      if (invocation.has("json")) {
        Json record;
        record.set("part", part);
        record.set("change", line.front() == '-' ? "removed" : "added");
        record.set("line", line.substr(2));
        print_line(typed("difference", record));
      } else {
        print("  " + escape_for_terminal(line) + "\n");
      }
    }
  }
  return any ? Exit::found : Exit::clean;
}

Result<Side> side_of(const std::vector<entries::SourceFile>& sources, const std::string& id) {
  std::vector<entries::Problem> problems;
  Side side;
  side.encyclopedia = Encyclopedia::read(sources, problems);
  for (const auto& problem : problems) {
    if (problem.place.file.starts_with(id + "/") && problem.severity == entries::Severity::error) {
      return fail(ErrorKind::bad_input, "{}", problem.sentence());
    }
  }
  return side;
}

}  // namespace

Exit run_entry_diff(const Invocation& invocation) {
  const std::string& id = invocation.arguments[0];
  const std::string base = encyclopedia_path(invocation);
  const std::string against = invocation.arguments.size() > 1 ? invocation.arguments[1] : "HEAD";
  const auto here = proof::read_sources(base);
  if (!here) return complain(here.error());
  std::error_code failed;
  const bool folder = against != "HEAD" && fs::is_directory(against, failed);
  const auto there = against == "HEAD" ? sources_of_head(base)
                     : folder          ? proof::read_sources(against)
                                       : here;
  if (!there) return complain(there.error());
  auto after = side_of(*here, id);
  if (!after) return complain(after.error());
  const bool other_entry = against != "HEAD" && !folder;
  auto before = side_of(*there, id);
  // Whoever mends a broken entry wants to see what the mending does.
  const bool broken = !before && !other_entry;
  if (broken) {
    fmt::print(stderr, "antidotary: the older {} cannot be read and is taken for empty: {}\n",
               escape_for_terminal(id), escape_for_terminal(before.error().what));
    before = Side{};
  }
  if (!before) return complain(before.error());
  // Two entries are read as "from the first to the second".
  after->entry = after->encyclopedia.find(other_entry ? against : id);
  before->entry = before->encyclopedia.find(id);
  if (other_entry && after->entry == nullptr) {
    return complain(fmt::format("'{}' is neither an entry nor a folder", against));
  }
  if (after->entry == nullptr && before->entry == nullptr) {
    return complain(fmt::format("there is no entry '{}'", id));
  }
  return tell(invocation, *before, *after);
}

}  // namespace antidotary::cli
