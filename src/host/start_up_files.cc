#include "host/start_up_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/reader.h"
#include "core/text.h"
#include "formats/lines/lines.h"
#include "host/commands.h"
#include "host/ini_words.h"

namespace antidotary::host {
namespace {

constexpr std::uint64_t task_bytes_max = 4u << 20;

/// A counted UTF-16 string of a .job file: its length in characters, its NUL among them.
Result<std::string> counted_text(Reader& reader) {
  const std::uint16_t length = ANTIDOTARY_TRY(reader.u16_le());
  const Bytes bytes = ANTIDOTARY_TRY(reader.take(std::size_t{length} * 2));
  std::string text = utf8_from_utf16_le(bytes);
  return text.substr(0, text.find('\0'));
}

Result<std::string> read_job(Bytes job) {
  constexpr std::size_t name_offset_at = 20;  // App Name Len Offset, MS-TSCH 2.4.1
  Reader reader(job);
  ANTIDOTARY_CHECK(reader.seek(name_offset_at));
  const std::uint16_t at = ANTIDOTARY_TRY(reader.u16_le());
  ANTIDOTARY_CHECK(reader.seek(at));
  const std::string program = ANTIDOTARY_TRY(counted_text(reader));
  const std::string arguments = ANTIDOTARY_TRY(counted_text(reader));
  return arguments.empty() ? program : fmt::format("\"{}\" {}", program, arguments);
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

/// The name, with its prefix, that a tag begins with.
std::string_view tag_name(std::string_view tag) {
  const auto end =
      std::find_if(tag.begin(), tag.end(), [](char c) { return is_blank(c) || c == '/'; });
  return tag.substr(0, static_cast<std::size_t>(end - tag.begin()));
}

/// Where the element of that raw name ends: at the '<' of its closing tag.
std::size_t closing_tag(std::string_view xml, std::size_t from, std::string_view name) {
  for (std::size_t at = xml.find("</", from); at != xml.npos; at = xml.find("</", at + 2)) {
    const std::string_view rest = xml.substr(at + 2);
    if (!rest.starts_with(name) || rest.size() == name.size()) continue;
    if (rest[name.size()] == '>' || is_blank(rest[name.size()])) return at;
  }
  return xml.npos;
}

/// What stands in each element of that name, whatever its prefix and attributes. Each byte is
/// looked at a few times, however many tags are begun and not ended.
std::vector<std::string_view> elements(std::string_view xml, std::string_view name) {
  std::vector<std::string_view> out;
  std::size_t at = xml.find('<');
  while (at != xml.npos && out.size() <= commands_max) {
    const std::size_t start = xml.find_first_of("<>", at + 1);
    if (start == xml.npos) break;
    const std::string_view tag = xml.substr(at + 1, start - at - 1);
    const bool is_tag = xml[start] == '>' && !tag.ends_with('/');  // one that ends so is empty
    const std::string_view raw = tag_name(tag);
    at = xml.find('<', start);
    if (!is_tag || raw.substr(raw.find(':') + 1) != name) continue;
    const std::size_t end = closing_tag(xml, start, raw);
    if (end == xml.npos) break;
    out.push_back(trim(xml.substr(start + 1, end - start - 1)));
    at = xml.find('<', end + 1);
  }
  return out;
}

/// The character that the entity `name` stands for (XML 1.0, 4.1 and 4.6); nullopt where unknown.
std::optional<std::string> entity(std::string_view name) {
  constexpr std::pair<std::string_view, std::string_view> known[] = {
      {"quot", "\""}, {"apos", "'"}, {"lt", "<"}, {"gt", ">"}, {"amp", "&"}};
  for (const auto& [word, letter] : known) {
    if (name == word) return std::string(letter);
  }
  if (!name.starts_with('#')) return std::nullopt;
  name.remove_prefix(1);
  const int base = name.starts_with('x') ? 16 : 10;
  if (base == 16) name.remove_prefix(1);
  std::uint32_t point = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), point, base);
  if (error != std::errc{} || end != name.data() + name.size() || name.empty()) return std::nullopt;
  std::string out;
  append_utf8(out, point);
  return out;
}

/// The text of an element: entities are what they stand for, CDATA is as it stands.
std::string unescaped(std::string_view text) {
  constexpr std::string_view cdata = "<![CDATA[", cdata_end = "]]>";
  constexpr std::size_t entity_bytes_max = 12;
  std::string out;
  while (!text.empty()) {
    if (text.starts_with(cdata)) {
      text.remove_prefix(cdata.size());
      const std::size_t end = std::min(text.find(cdata_end), text.size());
      out += text.substr(0, end);
      text.remove_prefix(std::min(end + cdata_end.size(), text.size()));
      continue;
    }
    const std::size_t semicolon = text.substr(0, entity_bytes_max).find(';');
    const auto meant = text.front() == '&' && semicolon != text.npos
                           ? entity(text.substr(1, semicolon - 1))
                           : std::nullopt;
    out += meant ? *meant : std::string(1, text.front());
    text.remove_prefix(meant ? semicolon + 1 : 1);
  }
  return out;
}

class FileCollector {
 public:
  explicit FileCollector(Computer& computer) : computer_(computer) {}

  void startup_folders() {
    for (const std::string& folder : computer_.folders("%startup%")) {
      for (const FileFact& file : computer_.files(folder, "*", false)) {
        if (equal_ignoring_case(file.node.name, "desktop.ini")) continue;
        StartUp start;
        start.where = start.target = file.path;
        start.command = file.node.name;
        start.since_unix_ns = start.target_modified_unix_ns = file.node.modified_unix_ns;
        start.target_bytes = file.node.size_bytes;
        out_.push_back(std::move(start));
      }
    }
  }

  void tasks() {
    read_each("%windir%\\Tasks", "*.job", false, [&](const std::string& path, Bytes bytes) {
      const auto command = command_of_job(bytes);
      if (command) return add(path, *command);
      computer_.note_unread(path, "it is no task that can be read");
    });
    read_each("%system%\\Tasks", "*", true, [&](const std::string& path, Bytes bytes) {
      std::vector<std::string> commands = commands_of_task(bytes);
      cut(path, commands, commands_max);
      for (const std::string& command : commands) add(path, command);
    });
  }

  void ini_files() {
    read_each("%windir%", "win.ini", false, [&](const std::string& path, Bytes bytes) {
      add_ini(path, bytes, "windows", "load");
      add_ini(path, bytes, "windows", "run");
    });
    read_each("%windir%", "system.ini", false, [&](const std::string& path, Bytes bytes) {
      add_ini(path, bytes, "boot", "shell");
      add_ini(path, bytes, "boot", "scrnsave.exe");
    });
  }

  // On the NT line autoexec.bat sets variables alone, but a command in it is a sign all the same.
  void batch_files() {
    const auto each = [&](const std::string& path, Bytes bytes) {
      std::vector<std::string> commands = commands_of_batch(as_text(bytes));
      cut(path, commands, lines_max);
      for (const std::string& command : commands) add(path, command);
    };
    read_each("c:\\", "autoexec.bat", false, each);
    read_each("%windir%", "winstart.bat", false, each);
    // Windows 95 to Me rename files by it before anything else runs.
    read_each("%windir%", "wininit.ini", false, [&](const std::string& path, Bytes bytes) {
      auto lines = ini_lines(as_text(bytes), "rename");
      cut(path, lines, lines_max);
      for (const auto& [to, from] : lines) {
        add(fmt::format("{}: [rename] {}", path, to), from);
      }
    });
  }

  std::vector<StartUp> take() { return std::move(out_); }

 private:
  void add(std::string where, const std::string& command) {
    if (trim(command).empty()) return;
    out_.push_back(start_up_of(std::move(where), command, since_unix_ns_, computer_));
  }

  /// What is over the limit is told, and left out.
  template <class Thing>
  void cut(const std::string& path, std::vector<Thing>& things, std::size_t most) {
    if (things.size() <= most) return;
    things.resize(most);
    computer_.note_unread(path, fmt::format("it says more than the {} that are read", most));
  }

  void add_ini(const std::string& path, Bytes bytes, std::string_view section,
               std::string_view name) {
    std::vector<std::string> values = ini_values(as_text(bytes), section, name);
    cut(path, values, lines_max);
    for (const std::string& value : values) {
      const std::string where = fmt::format("{}: [{}] {}", path, section, name);
      add(where, value);
      add_others(path, where, value);
    }
  }

  /// load=, run= and shell= start every program that they name, not the first alone.
  void add_others(const std::string& path, const std::string& where, const std::string& value) {
    std::vector<std::string> words = words_of(value);
    cut(path, words, commands_max);
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string target = resolve_program(words[i], computer_);
      if (!target.empty()) add(where, words[i]);
    }
  }

  template <class Take>
  void read_each(std::string_view directory, std::string_view pattern, bool below, Take take) {
    for (const std::string& folder : computer_.folders(directory)) {
      for (const FileFact& file : computer_.files(folder, pattern, below)) {
        if (file.node.size_bytes > task_bytes_max) {
          computer_.note_unread(file.path, "it is too large for what it should be");
          continue;
        }
        const auto opened = computer_.open(file.path);
        if (!opened) {
          computer_.note_unread(file.path, opened.error().what);
          continue;
        }
        since_unix_ns_ = file.node.modified_unix_ns;
        take(file.path, (*opened)->bytes());
      }
    }
  }

  Computer& computer_;
  std::int64_t since_unix_ns_ = 0;  ///< Of the file that is being read.
  std::vector<StartUp> out_;
};

}  // namespace

std::optional<std::string> command_of_job(Bytes job) {
  auto command = read_job(job);
  if (!command || command->empty()) return std::nullopt;
  return std::move(*command);
}

std::vector<std::string> commands_of_task(Bytes xml) {
  const bool wide = xml.size() >= 2 && xml[0] == std::byte{0xff} && xml[1] == std::byte{0xfe};
  const std::string text = wide ? utf8_from_utf16_le(xml.subspan(2)) : to_string(xml);
  std::vector<std::string> out;
  for (const std::string_view action : elements(text, "Exec")) {
    const auto commands = elements(action, "Command");
    const auto arguments = elements(action, "Arguments");
    if (commands.empty()) continue;
    std::string command = unescaped(commands[0]);
    if (!arguments.empty()) command += " " + unescaped(arguments[0]);
    out.push_back(std::move(command));
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> ini_lines(std::string_view text,
                                                           std::string_view section) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const lines::Setting& one : lines::settings(text, section, "")) {
    if (one.value.size == 0 || out.size() > lines_max) continue;
    out.emplace_back(utf8_from_windows1252(one.name.of(text)),
                     utf8_from_windows1252(one.value.of(text)));
  }
  return out;
}

std::vector<std::string> ini_values(std::string_view text, std::string_view section,
                                    std::string_view name) {
  std::vector<std::string> out;
  for (auto& [left, value] : ini_lines(text, section)) {
    if (equal_ignoring_case(left, name)) out.push_back(std::move(value));
  }
  return out;
}

std::vector<std::string> commands_of_batch(std::string_view text) {
  constexpr std::string_view silent[] = {"rem", "set", "path", "echo", "prompt", "@echo", "goto",
                                         "if",  "cls", "mode", "@rem", "keyb",   "::",    "cd"};
  std::vector<std::string> out;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('\x1a')));
    const std::string_view word = line.substr(0, line.find_first_of(" \t=;"));
    const bool says_nothing =
        word.empty() || word.starts_with(':') ||
        std::any_of(std::begin(silent), std::end(silent),
                    [&](std::string_view one) { return equal_ascii_ignoring_case(word, one); });
    if (says_nothing || out.size() > lines_max) continue;
    if (line.starts_with('@')) line.remove_prefix(1);
    out.push_back(utf8_from_windows1252(line));
  }
  return out;
}

std::vector<StartUp> start_up_files(Computer& computer) {
  FileCollector collector(computer);
  collector.startup_folders();
  collector.tasks();
  collector.ini_files();
  collector.batch_files();
  return collector.take();
}

}  // namespace antidotary::host
