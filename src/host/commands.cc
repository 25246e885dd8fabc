// Commands: taking a command line apart, comparing, resolving.
#include "host/commands.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace antidotary::host {
namespace {

constexpr std::array<std::string_view, 14> program_extensions = {
    ".exe", ".com", ".scr", ".pif", ".bat", ".cmd", ".vbs",
    ".vbe", ".js",  ".hta", ".dll", ".sys", ".cpl", ".ocx"};

bool ends_a_name(char c) { return c == ' ' || c == '\t' || c == ',' || c == '"'; }

// Windows tries an unquoted path with blanks piece by piece; the first piece that ends like a
// program is the one a person means.
std::size_t end_of_unquoted(std::string_view text) {
  const std::string lower = ascii_lower(text);
  std::size_t best = text.npos;
  for (const std::string_view extension : program_extensions) {
    for (std::size_t at = lower.find(extension); at != lower.npos;
         at = lower.find(extension, at + 1)) {
      const std::size_t end = at + extension.size();
      if (end == text.size() || ends_a_name(text[end])) best = std::min(best, end);
    }
  }
  if (best != text.npos) return best;
  const auto blank = std::find_if(text.begin(), text.end(), ends_a_name);
  return static_cast<std::size_t>(blank - text.begin());
}

// Takes one program or argument off the front of `rest`.
std::string_view take_word(std::string_view& rest) {
  rest = trim(rest);
  if (!rest.empty() && rest.front() == '"') {
    const std::size_t end = std::min(rest.find('"', 1), rest.size());
    const std::string_view word = rest.substr(1, end - 1);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
  }
  const std::size_t end = end_of_unquoted(rest);
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

std::string_view file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("\\/");
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string without_quotes(std::string_view text) {
  std::string out(text);
  out.erase(std::remove(out.begin(), out.end(), '"'), out.end());
  return collapse_white_space(out);
}

bool is_path_alone(std::string_view form, std::string_view program) {
  return without_quotes(form) == program && program.find('.') != program.npos;
}

}  // namespace

std::string program_of(std::string_view command) {
  std::string_view rest = command;
  std::string_view program = take_word(rest);
  const std::string_view name = file_name(program);
  if (equal_ascii_ignoring_case(name, "rundll32.exe") ||
      equal_ascii_ignoring_case(name, "rundll32") ||
      equal_ascii_ignoring_case(name, "rundll.exe")) {
    const std::string_view library = take_word(rest);
    if (!library.empty()) program = library;
  }
  return std::string(trim(program));
}

Agreement compare_command(std::string_view stored, const std::vector<std::string>& forms) {
  const std::string plain = without_quotes(stored);
  for (const std::string& form : forms) {
    if (equal_ignoring_case(plain, without_quotes(form))) return Agreement::exact;
  }
  const std::string program = program_of(stored);
  for (const std::string& form : forms) {
    // A text with arguments of its own (`Explorer.exe worm.exe`) names its program only partly.
    const std::string wanted = program_of(form);
    if (is_path_alone(form, wanted) && equal_ignoring_case(program, wanted)) {
      return Agreement::program;
    }
    // A star stands for a name, never for folders: "*.exe" is what lies in the search path.
    if (form.find_first_of("*?") != form.npos && is_path_alone(form, wanted) &&
        std::count(wanted.begin(), wanted.end(), '\\') ==
            std::count(program.begin(), program.end(), '\\') &&
        matches_wildcard(wanted, program)) {
      return plain == program ? Agreement::exact : Agreement::program;
    }
  }
  return Agreement::none;
}

std::optional<FileFact> resolve_file(std::string_view command, Computer& computer) {
  std::string program = program_of(command);
  for (const std::string_view prefix : {"\\??\\", "\\\\?\\", "\\\\.\\"}) {
    if (program.starts_with(prefix)) program.erase(0, prefix.size());
  }
  if (starts_with_ignoring_case(program, "\\SystemRoot\\")) {
    program = "%windir%" + program.substr(11);
  }
  const std::string name(file_name(program));
  if (name.empty() || name.find_first_of("*?") != name.npos) return std::nullopt;
  const std::string above = program.substr(0, program.size() - name.size());
  std::vector<std::string> directories;
  if (above.find(':') != above.npos || above.starts_with('%')) {
    directories = {above};
  } else {
    directories = {"%system%\\" + above, "%windir%\\" + above};
    if (above.starts_with('\\')) directories = {"c:" + above};
  }
  std::vector<std::string> names = {name};
  if (name.find('.') == name.npos) names.push_back(name + ".exe");
  for (const std::string& directory : directories) {
    for (const std::string& folder : computer.folders(directory)) {
      for (const std::string& one : names) {
        const auto files = computer.files(folder, one, false);
        if (!files.empty()) return files.front();
      }
    }
  }
  return std::nullopt;
}

std::string resolve_program(std::string_view command, Computer& computer) {
  const auto file = resolve_file(command, computer);
  return file ? file->path : std::string();
}

}  // namespace antidotary::host
