#include "host/start_up_files.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "core/reader.h"
#include "core/text.h"
#include "host/commands.h"

namespace antidotary::host {
namespace {

constexpr std::uint64_t task_bytes_max = 4u << 20;
constexpr std::size_t commands_max = 64, lines_max = 1024;

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

/// The text of each element <name>...</name>; tasks use no namespace prefix.
std::vector<std::string> elements(std::string_view xml, const std::string& name) {
  std::vector<std::string> out;
  const std::string open = "<" + name + ">", close = "</" + name + ">";
  for (std::size_t at = xml.find(open); at != xml.npos && out.size() < commands_max;
       at = xml.find(open, at)) {
    at += open.size();
    const std::size_t end = xml.find(close, at);
    if (end == xml.npos) break;
    out.emplace_back(trim(xml.substr(at, end - at)));
    at = end;
  }
  return out;
}

std::string unescaped(std::string text) {
  constexpr std::pair<std::string_view, std::string_view> entities[] = {
      {"&quot;", "\""}, {"&apos;", "'"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}};
  for (const auto& [entity, letter] : entities) {
    for (std::size_t at = text.find(entity); at != text.npos; at = text.find(entity, at + 1)) {
      text.replace(at, entity.size(), letter);
    }
  }
  return text;
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
      if (const auto command = command_of_job(bytes)) add(path, *command);
    });
    read_each("%system%\\Tasks", "*", true, [&](const std::string& path, Bytes bytes) {
      for (const std::string& command : commands_of_task(bytes)) add(path, command);
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
      for (const std::string& command : commands_of_batch(as_text(bytes))) add(path, command);
    };
    read_each("c:\\", "autoexec.bat", false, each);
    read_each("%windir%", "winstart.bat", false, each);
    // Windows 95 to Me rename files by it before anything else runs.
    read_each("%windir%", "wininit.ini", false, [&](const std::string& path, Bytes bytes) {
      for (const auto& [to, from] : ini_lines(as_text(bytes), "rename")) {
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

  void add_ini(const std::string& path, Bytes bytes, std::string_view section,
               std::string_view name) {
    for (const std::string& value : ini_values(as_text(bytes), section, name)) {
      add(fmt::format("{}: [{}] {}", path, section, name), value);
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
  for (const std::string& action : elements(text, "Exec")) {
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
  bool inside = false;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line);
    if (line.starts_with('[')) {
      inside = equal_ascii_ignoring_case(line.substr(1, line.find(']') - 1), section);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!inside || equals == line.npos || line.starts_with(';')) continue;
    const std::string_view value = trim(line.substr(equals + 1));
    if (value.empty() || out.size() >= lines_max) continue;
    out.emplace_back(utf8_from_windows1252(trim(line.substr(0, equals))),
                     utf8_from_windows1252(value));
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
    if (says_nothing || out.size() >= lines_max) continue;
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
