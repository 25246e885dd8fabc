#include "host/hosts_file.h"

#include "core/text.h"

namespace antidotary::host {
namespace {

constexpr std::uint64_t hosts_bytes_max = 16u << 20;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> out;
  line = line.substr(0, line.find('#'));
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t start = line.find_first_not_of(" \t\r", at);
    if (start == line.npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t\r", start), line.size());
    out.push_back(line.substr(start, end - start));
    at = end;
  }
  return out;
}

/// Four numbers, or what an address of IPv6 is made of: other lines lead nowhere.
bool is_address(std::string_view word) {
  const bool digits = word.find_first_not_of("0123456789.") == word.npos;
  const bool hex = word.find_first_not_of("0123456789abcdefABCDEF:.%") == word.npos;
  return (digits && word.find('.') != word.npos) || (hex && word.find(':') != word.npos);
}

bool is_own(std::string_view address, std::string_view name) {
  const bool loops = address.starts_with("127.") || address == "::1";
  return loops && equal_ascii_ignoring_case(name, "localhost");
}

}  // namespace

std::vector<HostsLine> hosts_lines_in(std::string_view text, const std::string& path) {
  std::vector<HostsLine> out;
  std::uint32_t number = 0;
  while (!text.empty() && out.size() < hosts_lines_max) {
    const std::size_t end = text.find('\n');
    const auto words = words_of(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    ++number;
    if (words.empty() || !is_address(words[0])) continue;
    for (std::size_t i = 1; i < words.size() && out.size() < hosts_lines_max; ++i) {
      if (is_own(words[0], words[i])) continue;
      out.push_back(
          {path, number, utf8_from_windows1252(words[0]), utf8_from_windows1252(words[i])});
    }
  }
  return out;
}

std::vector<HostsLine> hosts_lines(Computer& computer) {
  std::vector<HostsLine> out;
  // Windows 95 to Me look beside Windows itself.
  const bool is_nt = computer.kind() == WindowsKind::nt;
  for (const std::string& folder :
       computer.folders(is_nt ? "%system%\\drivers\\etc" : "%windir%")) {
    for (const FileFact& file : computer.files(folder, "hosts", false)) {
      if (file.node.size_bytes > hosts_bytes_max) {
        computer.note_unread(file.path, "it is too large for a hosts file");
        continue;
      }
      const auto opened = computer.open(file.path);
      if (!opened) {
        computer.note_unread(file.path, opened.error().what);
        continue;
      }
      for (HostsLine& line : hosts_lines_in(as_text((*opened)->bytes()), file.path)) {
        if (out.size() < hosts_lines_max) out.push_back(std::move(line));
      }
    }
  }
  return out;
}

}  // namespace antidotary::host
