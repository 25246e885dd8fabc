#include "cli/desk.h"

#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "core/text.h"
#include "files/state.h"

namespace antidotary::cli {
namespace {

std::uint64_t steady_ms() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_directory(const std::string& path) { return files::Root::open(path).has_value(); }

winsize terminal_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size.ws_col = 80;
  return size;
}

// "256M" as bytes. Errors: bad_input.
Result<std::uint64_t> size_value(const std::string& flag, const std::string& text) {
  std::uint64_t number = 0;
  std::size_t at = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && number < (1ull << 50)) {
    number = number * 10 + static_cast<std::uint64_t>(text[at++] - '0');
  }
  static constexpr std::string_view suffixes = "KMG";
  const std::string suffix = text.substr(at);
  const std::size_t power = suffix.size() == 1 ? suffixes.find(suffix[0] & ~0x20) : 0;
  if (at == 0 || suffix.size() > 1 || (suffix.size() == 1 && power == std::string_view::npos)) {
    return fail(ErrorKind::bad_input, "--{} takes a number such as 10000, 256M or 1G, not '{}'",
                flag, text);
  }
  return suffix.empty() ? number : number << (10 * (power + 1));
}

}  // namespace

Exit complain(std::string_view sentence) {
  std::fprintf(stderr, "antidotary: %s\n", escape_for_terminal(sentence).c_str());
  return Exit::incomplete;
}

Exit complain(const Error& error) { return complain(std::string_view(error.what)); }

std::string encyclopedia_path(const Invocation& invocation) {
  if (invocation.has("encyclopedia")) return invocation.value("encyclopedia");
  if (std::string path = environment("ANTIDOTARY_ENCYCLOPEDIA"); !path.empty()) return path;
  std::string program(4096, '\0');
  const ssize_t size = readlink("/proc/self/exe", program.data(), program.size());
  program.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  const std::string bin = program.substr(0, program.rfind('/'));
  // Installed: PREFIX/bin beside PREFIX/share. In the source tree: build/<preset>/bin.
  for (const char* place : {"/../share/antidotary/encyclopedia", "/../../../encyclopedia"}) {
    if (is_directory(bin + place)) return bin + place;
  }
  return "/usr/share/antidotary/encyclopedia";
}

Error no_entry_in(const std::string& folder) {
  return {ErrorKind::bad_input,
          fmt::format("{} holds no entry; name the folder with --encyclopedia", folder),
          std::nullopt};
}

Result<entries::Encyclopedia> open_encyclopedia(const Invocation& invocation) {
  const std::string path = encyclopedia_path(invocation);
  auto sources = proof::read_sources(path);
  if (!sources) return tl::unexpected(with_context(sources.error(), "reading the encyclopedia"));
  std::vector<entries::Problem> problems;
  auto encyclopedia = entries::Encyclopedia::read(*sources, problems);
  const std::size_t errors = encyclopedia.errors();
  if (errors > 0) {
    const auto first = std::find_if(problems.begin(), problems.end(), [](const auto& problem) {
      return problem.severity == entries::Severity::error;
    });
    const std::string where = first == problems.end()
                                  ? ""
                                  : fmt::format(", the first at {}:{}: {}", first->place.file,
                                                first->place.line, first->what);
    complain(
        fmt::format("{} problem{} in {}{}; entries that have one are left out; 'antidotary "
                    "entry lint' names each",
                    errors, errors == 1 ? "" : "s", path, where));
  }
  if (encyclopedia.entries().empty()) {
    return tl::unexpected(no_entry_in(path));
  }
  return encyclopedia;
}

Exit whole_or_incomplete(const entries::Encyclopedia& encyclopedia, Exit exit) {
  return exit == Exit::clean && encyclopedia.errors() > 0 ? Exit::incomplete : exit;
}

std::string absolute_path(const std::string& path) {
  std::error_code error;
  const auto whole = std::filesystem::absolute(path, error).lexically_normal();
  return error ? path : whole.string();
}

Result<files::Root> open_state(const Invocation& invocation) {
  return files::open_state(invocation.value("state", files::state_path()));
}

publish::Paper paper(const Invocation& invocation) {
  publish::Paper paper;
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  if (terminal) paper.columns = std::min<std::uint32_t>(terminal_size().ws_col, 100);
  const std::string term = environment("TERM");
  paper.colour = terminal && !invocation.has("no-color") && environment("NO_COLOR").empty() &&
                 !term.empty() && term != "dumb";
  return paper;
}

Result<worker::Options> worker_options(const Invocation& invocation) {
  worker::Options options;
  const auto set = [&invocation](const char* flag, auto& limit) -> Status {
    if (!invocation.has(flag)) return {};
    const std::uint64_t value = ANTIDOTARY_TRY(size_value(flag, invocation.value(flag)));
    limit = static_cast<std::remove_reference_t<decltype(limit)>>(value);
    return {};
  };
  ANTIDOTARY_CHECK(set("max-filesize", options.limits.object_bytes_max));
  ANTIDOTARY_CHECK(set("max-scansize", options.limits.bytes_max));
  ANTIDOTARY_CHECK(set("max-files", options.limits.objects_max));
  ANTIDOTARY_CHECK(set("max-recursion", options.limits.depth_max));
  ANTIDOTARY_CHECK(set("max-scantime", options.limits.time_ms_max));
  ANTIDOTARY_CHECK(set("max-ratio", options.limits.ratio_max));
  return options;
}

std::uint64_t unix_seconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_line(const Json& json) {
  print(json.dump());
  print("\n");
}

void print_record(const Invocation& invocation, const Json& record) {
  if (invocation.has("json")) return print_line(record);
  for (const auto& [name, value] : *record.object()) {
    const std::string text = value.string() != nullptr ? *value.string() : value.dump();
    print(fmt::format("{:16} {}\n", name, escape_for_terminal(text)));
  }
}

Json typed(std::string_view type, const Json& record) {
  Json line;
  line.set("schema", "antidotary-report/1");
  line.set("type", std::string(type));
  for (const auto& [name, value] : *record.object()) line.set(name, value);
  return line;
}

void print_paged(const Invocation& invocation, const std::string& text) {
  const auto lines = static_cast<unsigned>(std::count(text.begin(), text.end(), '\n'));
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string pager = environment("PAGER");
  FILE* pipe = nullptr;
  if (terminal && !invocation.has("no-pager") && lines >= terminal_size().ws_row) {
    pipe = popen(pager.empty() ? "less -FRX" : pager.c_str(), "w");
  }
  if (pipe == nullptr) return print(text);
  std::fwrite(text.data(), 1, text.size(), pipe);
  // A pager that cannot be started ends with 127: the page is printed then.
  const int status = pclose(pipe);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) print(text);
}

Progress::Progress(std::string_view unit)
    : unit_(unit), terminal_(isatty(STDERR_FILENO) == 1), started_ms_(steady_ms()) {}

void Progress::advance(std::uint64_t done, std::string_view now) {
  if (!terminal_) return;
  const std::uint64_t at = steady_ms();
  if (at - started_ms_ < 250 || at - shown_ms_ < 100) return;
  shown_ms_ = at;
  const std::uint64_t rate = done * 1000 / (at - started_ms_);
  std::string line = fmt::format("{} {}, {}/s  {}", done, unit_, rate, escape_for_terminal(now));
  if (line.size() > 78) line.resize(78);
  std::fprintf(stderr, "\r\x1b[K%s", line.c_str());
}

Progress::~Progress() {
  if (shown_ms_ != 0) std::fputs("\r\x1b[K", stderr);
}

}  // namespace antidotary::cli
