#include "serve/config.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/text.h"
#include "entries/toml.h"

namespace antidotary::serve {
namespace {

using entries::TomlMember;
using entries::TomlNode;

/// One table being read; what nobody asked for is a mistake.
class Section {
 public:
  Section(const TomlNode* node, std::string name, const std::string& file,
          std::vector<std::string>& mistakes)
      : node_(node), name_(std::move(name)), file_(file), mistakes_(mistakes) {}

  void text(std::string_view key, std::string& out) {
    if (const TomlMember* found = find(key, TomlNode::Type::text, "a text in quotes")) {
      out = found->node.text;
    }
  }
  void texts(std::string_view key, std::vector<std::string>& out) {
    const TomlMember* found = find(key, TomlNode::Type::list, "a list of texts");
    if (found == nullptr) return;
    for (const TomlNode& item : found->node.items) {
      if (item.type == TomlNode::Type::text) {
        out.push_back(item.text);
      } else {
        mistake(item.line, item.column, fmt::format("'{}' is a list of texts in quotes", key));
      }
    }
  }
  void truth(std::string_view key, bool& out) {
    if (const TomlMember* found = find(key, TomlNode::Type::truth, "true or false")) {
      out = found->node.number != 0;
    }
  }
  void number(std::string_view key, std::uint64_t& out, std::uint64_t least, std::uint64_t most) {
    const TomlMember* found = find(key, TomlNode::Type::number, "a whole number");
    if (found == nullptr) return;
    const std::int64_t value = found->node.number;
    if (value < 0 || static_cast<std::uint64_t>(value) < least ||
        static_cast<std::uint64_t>(value) > most) {
      return mistake(*found, fmt::format("'{}' is a number from {} to {}", key, least, most));
    }
    out = static_cast<std::uint64_t>(value);
  }
  void size(std::string_view key, std::uint64_t& out) {
    const TomlMember* found = find(key, {}, "");
    if (found == nullptr) return;
    const bool good = found->node.type == TomlNode::Type::number
                          ? found->node.number > 0
                          : found->node.type == TomlNode::Type::text &&
                                size_from(found->node.text, out) && out > 0;
    if (!good) return mistake(*found, fmt::format("'{}' is a size such as \"100M\"", key));
    if (found->node.type == TomlNode::Type::number) {
      out = static_cast<std::uint64_t>(found->node.number);
    }
  }
  void choice(std::string_view key, std::string& out, const std::vector<std::string>& words) {
    const TomlMember* found = find(key, TomlNode::Type::text, "a text in quotes");
    if (found == nullptr) return;
    if (std::find(words.begin(), words.end(), found->node.text) == words.end()) {
      return mistake(*found, fmt::format("'{}' is one of: {}", key, join(words, ", ")));
    }
    out = found->node.text;
  }
  std::optional<Section> section(std::string_view key) {
    const TomlMember* found = find(key, TomlNode::Type::table, "a table");
    if (found == nullptr) return std::nullopt;
    return Section(&found->node, fmt::format("[{}]", key), file_, mistakes_);
  }
  /// What is known but not served is a mistake rather than a silence; it is not offered to others.
  void refuse(std::string_view key, const std::string& sentence) {
    refused_.emplace_back(key);
    for (const TomlMember& member : node_->members) {
      if (member.key == key) mistake(member, sentence);
    }
  }
  void finish() {
    for (const TomlMember& member : node_->members) {
      if (std::find(asked_.begin(), asked_.end(), member.key) != asked_.end()) continue;
      if (std::find(refused_.begin(), refused_.end(), member.key) != refused_.end()) continue;
      mistake(member,
              fmt::format("{} has no '{}'; it knows: {}", name_, member.key, join(asked_, ", ")));
    }
  }
  void mistake_at(std::string_view key, const std::string& sentence) {
    for (const TomlMember& member : node_->members) {
      if (member.key == key) return mistake(member, sentence);
    }
    mistake(node_->line, node_->column, sentence);
  }

 private:
  const TomlMember* find(std::string_view key, std::optional<TomlNode::Type> type,
                         std::string_view wanted) {
    asked_.emplace_back(key);
    for (const TomlMember& member : node_->members) {
      if (member.key != key) continue;
      if (!type || member.node.type == *type) return &member;
      mistake(member, fmt::format("'{}' is {}, not {}", key, wanted, member.node.type_words()));
      return nullptr;
    }
    return nullptr;
  }
  void mistake(const TomlMember& at, const std::string& sentence) {
    mistake(at.line, at.column, sentence);
  }
  void mistake(std::uint32_t line, std::uint32_t column, const std::string& sentence) {
    mistakes_.push_back(fmt::format("{}:{}:{}: {}", file_, line, column, sentence));
  }

  const TomlNode* node_;
  std::string name_;
  const std::string& file_;
  std::vector<std::string>& mistakes_;
  std::vector<std::string> asked_;
  std::vector<std::string> refused_;
};

bool is_address(std::string_view tcp) {
  const std::size_t colon = tcp.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::string_view port = tcp.substr(colon + 1);
  unsigned number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  return parsed.ec == std::errc{} && parsed.ptr == port.data() + port.size() && number > 0 &&
         number < 65'536;
}

/// Short, and of characters that a line of a reply may hold.
bool is_web_address(std::string_view address) {
  return (address.starts_with("https://") || address.starts_with("http://")) &&
         address.size() <= 200 && std::all_of(address.begin(), address.end(), [](char one) {
           return one > ' ' && one < 127 && one != '%' && one != '"' && one != '<';
         });
}

void read_listen(Section& section, Listen& out) {
  section.text("unix", out.unix_path);
  section.text("tcp", out.tcp);
  std::string mode;
  section.text("unix_mode", mode);
  if (!mode.empty()) {
    std::uint32_t number = 0;
    const auto parsed = std::from_chars(mode.data(), mode.data() + mode.size(), number, 8);
    if (parsed.ec != std::errc{} || parsed.ptr != mode.data() + mode.size() || number > 0777) {
      section.mistake_at("unix_mode", "'unix_mode' is three octal digits such as \"660\"");
    }
    out.unix_mode = number;
  }
  if (!out.unix_path.empty() && (out.unix_path[0] != '/' || out.unix_path.size() > 107)) {
    section.mistake_at("unix", "'unix' is an absolute path of at most 107 bytes");
  }
  if (!out.tcp.empty() && !is_address(out.tcp)) {
    section.mistake_at("tcp", "'tcp' is an address and a port such as \"127.0.0.1:3310\"");
  }
}

void read_scan(Section& scan, Config& out) {
  scan.text("pack", out.pack);
  scan.texts("databases", out.databases);
  scan.number("workers", out.workers, 1, 256);
  scan.number("objects_per_worker", out.objects_per_worker, 1, 1'000'000);
  scan.number("connections_max", out.connections_max, 1, 1'000'000);
  scan.number("stop_timeout_s", out.stop_timeout_s, 1, 3'600);
  scan.size("object_bytes_max", out.limits.object_bytes_max);
  scan.size("unpacked_bytes_max", out.limits.bytes_max);
  scan.number("objects_max", out.limits.objects_max, 1, 10'000'000);
  std::uint64_t depth = out.limits.depth_max;
  scan.number("depth_max", depth, 1, 100);
  out.limits.depth_max = static_cast<std::uint32_t>(depth);
  scan.number("ratio_max", out.limits.ratio_max, 0, 1'000'000);
  scan.number("time_ms_max", out.limits.time_ms_max, 100, 3'600'000);
  std::string incomplete;
  scan.choice("incomplete", incomplete, {"report", "error"});
  out.incomplete_is_error = incomplete == "error";
  scan.finish();
}

void read_clamd(Section& clamd, ClamdConfig& out) {
  read_listen(clamd, out.listen);
  clamd.text("banner", out.banner);
  clamd.size("stream_bytes_max", out.stream_bytes_max);
  clamd.number("command_timeout_s", out.command_timeout_s, 1, 86'400);
  clamd.number("read_timeout_s", out.read_timeout_s, 1, 86'400);
  clamd.truth("allow_shutdown", out.allow_shutdown);
  clamd.truth("allow_paths", out.allow_paths);
  clamd.truth("allow_all_match", out.allow_all_match);
  clamd.finish();
}

void read_milter(Section& milter, MilterConfig& out) {
  read_listen(milter, out.listen);
  milter.text("pages", out.pages);
  while (out.pages.ends_with('/')) out.pages.pop_back();
  if (!out.pages.empty() && !is_web_address(out.pages)) {
    milter.mistake_at("pages", "'pages' is an address such as \"https://example.org/pages\"");
  }
  milter.size("message_bytes_max", out.message_bytes_max);
  milter.number("timeout_s", out.timeout_s, 1, 86'400);
  // Postfix waits 300 s for a word (milter_content_timeout).
  milter.number("progress_s", out.progress_s, 1, 250);
  milter.finish();
}

}  // namespace

bool size_from(std::string_view text, std::uint64_t& out) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (parsed.ec != std::errc{}) return false;
  const std::string unit = ascii_lower(std::string_view(parsed.ptr, end));
  const unsigned shift = unit.empty()  ? 0
                         : unit == "k" ? 10
                         : unit == "m" ? 20
                         : unit == "g" ? 30
                                       : 64;
  if (shift == 64 || number > (std::uint64_t{1} << (63 - shift))) return false;
  out = number << shift;
  return true;
}

ConfigRead read_config(std::string_view text, const std::string& file) {
  ConfigRead out;
  std::vector<entries::Problem> problems;
  const auto root = entries::parse_toml(text, file, problems);
  if (!root) {
    for (const entries::Problem& problem : problems) {
      out.mistakes.push_back(fmt::format("{}:{}:{}: {}", file, problem.place.line,
                                         problem.place.column, problem.what));
    }
    return out;
  }
  Section top(&*root, "the top level", file, out.mistakes);
  if (auto scan = top.section("scan")) read_scan(*scan, out.config);
  if (auto clamd = top.section("clamd")) read_clamd(*clamd, out.config.clamd);
  if (auto milter = top.section("milter")) read_milter(*milter, out.config.milter);
  top.refuse("http", "this build serves no HTTP yet; remove [http]");
  top.finish();
  const Config& config = out.config;
  if (!config.pack.empty() && !config.databases.empty()) {
    out.mistakes.push_back(fmt::format(
        "{}:1:1: 'pack' and 'databases' are both given; a pack is built of databases, so name one",
        file));
  }
  return out;
}

}  // namespace antidotary::serve
