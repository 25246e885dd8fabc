// A line of the hosts file, blanks as one and case ignored, as the resolver reads it.
#include "entries/kinds/hosts.h"

#include <utility>

#include "core/text.h"
#include "host/kinds.h"
#include "host/text_files.h"

namespace antidotary::host {
namespace {

/// Lists that keep advertisements away hold tens of thousands of names.
constexpr std::uint64_t hosts_bytes_max = 16u << 20;

Finding found_line(const FileFact& file, std::string_view text, lines::Part line) {
  Finding out;
  out.where = file.path;
  out.outcome = Outcome::found;
  out.confirmed = true;
  out.detail = "holds the line " + std::string(line.of(text).substr(0, line_bytes_max));
  if (line.size <= line_bytes_max) out.line = line_fact(file, text, line, line);
  return out;
}

std::vector<Finding> detect(const entries::Change& generic, Computer& computer) {
  const auto& change = static_cast<const entries::HostsChange&>(generic);
  std::vector<Finding> out;
  std::string doubt;
  const auto look_at = [&](const FileFact& file, std::string_view text) {
    lines::Cursor cursor(text);
    while (const auto line = cursor.next()) {
      if (line->size == 0) continue;
      if (!matches_wildcard(change.line, collapse_white_space(line->of(text)))) continue;
      if (out.size() == lines_told_max) {
        computer.note_unread(file.path, "more lines fit than are told");
        return;
      }
      out.push_back(found_line(file, text, *line));
    }
  };
  for (const std::string_view directory : entries::HostsChange::directories) {
    const std::string unread = each_text(computer, directory, "hosts", hosts_bytes_max, look_at);
    if (doubt.empty()) doubt = unread;
  }
  if (out.empty()) out.push_back(not_found(change, doubt));
  return out;
}

}  // namespace

const Kind& hosts_kind() {
  static constexpr Kind kind = {"hosts", &detect};
  return kind;
}

}  // namespace antidotary::host
