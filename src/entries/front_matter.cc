// FrontMatter: a walk over the lines of entry.md.
#include "entries/front_matter.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/text.h"
#include "entries/toml.h"

namespace antidotary::entries {
namespace {

constexpr std::string_view fence = "+++";

std::string_view without_carriage_return(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class Prose {
 public:
  Prose(FrontMatter& out, const std::string& file, std::vector<Problem>& problems)
      : out_(out), file_(file), problems_(problems) {}

  void line(std::string_view text, std::uint32_t number) {
    if (!is_utf8(text)) {
      note(number, "the line is not UTF-8", "Save the file in UTF-8.");
    }
    if (text.starts_with("```")) in_code_ = !in_code_;
    if (!in_code_ && text.starts_with("## ")) {
      heading(std::string(trim(text.substr(3))), number);
    } else if (!out_.sections.empty()) {
      out_.sections.back().second.append(text).push_back('\n');
    } else if (!trim(text).empty() && !stray_) {
      stray_ = true;
      note(number, "text stands before the first heading",
           "Put it below a heading such as `## Overview`.");
    }
  }

  void finish() {
    for (auto& section : out_.sections) section.second = std::string(trim(section.second));
  }

 private:
  void heading(std::string name, std::uint32_t number) {
    const bool twice = std::any_of(out_.sections.begin(), out_.sections.end(),
                                   [&](const auto& section) { return section.first == name; });
    if (twice) {
      note(number, fmt::format("the heading \"{}\" stands twice", name),
           "Join the two sections into one.");
    }
    out_.sections.emplace_back(std::move(name), std::string());
    out_.section_lines.push_back(number);
  }
  void note(std::uint32_t number, std::string what, std::string mend) {
    problems_.push_back(
        {{file_, number, 1}, Severity::error, "syntax", std::move(what), std::move(mend)});
  }

  FrontMatter& out_;
  const std::string& file_;
  std::vector<Problem>& problems_;
  bool in_code_ = false;
  bool stray_ = false;
};

}  // namespace

std::optional<FrontMatter> split_front_matter(const SourceFile& file,
                                              std::vector<Problem>& problems) {
  const auto refuse = [&](std::string what, std::string mend) {
    problems.push_back(
        {{file.path, 1, 1}, Severity::error, "syntax", std::move(what), std::move(mend)});
    return std::nullopt;
  };
  if (file.text.size() > file_bytes_max) {
    return refuse(fmt::format("the file is longer than {} bytes", file_bytes_max),
                  "Shorten its prose.");
  }
  // Notepad puts a mark before the text that nobody sees.
  std::string_view text = file.text;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.empty() || without_carriage_return(lines.front()) != fence) {
    return refuse("the first line is not `+++`",
                  "Begin the file with a line `+++`, the TOML, and a second line `+++`.");
  }
  FrontMatter parts;
  parts.toml = "\n";
  Prose prose(parts, file.path, problems);
  bool in_toml = true;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = without_carriage_return(lines[i]);
    if (in_toml && line == fence) {
      in_toml = false;
    } else if (in_toml) {
      parts.toml.append(lines[i]).push_back('\n');
    } else {
      prose.line(line, static_cast<std::uint32_t>(i + 1));
    }
  }
  if (in_toml) {
    return refuse("no second line `+++` ends the front matter",
                  "Put a line `+++` between the TOML and the first `## ` heading.");
  }
  prose.finish();
  return parts;
}

}  // namespace antidotary::entries
