// clamscan's front: the program under that name takes clamscan's words and answers in its lines.
#include "cli/clamscan.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <thread>

#include "cli/allow_book.h"
#include "cli/clamscan_options.h"
#include "cli/desk.h"
#include "cli/packs.h"
#include "cli/quarantine_files.h"
#include "cli/scan_run.h"
#include "core/text.h"
#include "match/regex.h"

namespace antidotary::cli {
namespace {

constexpr std::string_view peer_version = "1.4.6";
constexpr std::string_view default_database = "/var/lib/clamav";

/// Where lines go: the terminal's stream, and --log's file.
class Lines {
 public:
  explicit Lines(const ClamscanOptions& options) {
    const std::string path = options.value("log");
    if (!path.empty()) log_ = std::fopen(path.c_str(), "a");
  }
  ~Lines() {
    if (log_ != nullptr) std::fclose(log_);
  }
  Lines(const Lines&) = delete;
  void out(const std::string& line) { put(stdout, line); }
  void err(const std::string& line) { put(stderr, line); }

 private:
  void put(FILE* stream, const std::string& line) {
    std::fprintf(stream, "%s\n", line.c_str());
    if (log_ != nullptr) std::fprintf(log_, "%s\n", line.c_str());
  }
  FILE* log_ = nullptr;
};

/// --include, --exclude and kin: extended regular expressions over whole paths.
class Filters {
 public:
  Status take(const ClamscanOptions& options) {
    for (const char* name : {"include", "exclude", "include-dir", "exclude-dir"}) {
      for (const std::string& text : options.all(name)) {
        auto regex = match::Regex::compile(text, {});
        if (!regex) return tl::unexpected(with_context(regex.error(), fmt::format("--{}", name)));
        regexes_[name].push_back(std::move(*regex));
      }
    }
    return {};
  }
  bool leaves_out(const std::string& path) const {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash);
    if (fits("exclude", path) || fits("exclude-dir", folder)) return true;
    if (has("include") && !fits("include", path)) return true;
    return has("include-dir") && !fits("include-dir", folder);
  }

 private:
  bool has(std::string_view name) const { return regexes_.contains(name); }
  bool fits(std::string_view name, const std::string& path) const {
    const auto found = regexes_.find(name);
    if (found == regexes_.end()) return false;
    for (const match::Regex& regex : found->second) {
      const auto span = regex.find(as_bytes(std::string_view(path)), 0, false);
      if (span && *span) return true;
    }
    return false;
  }
  std::map<std::string, std::vector<match::Regex>, std::less<>> regexes_;
};

class Clamscan {
 public:
  explicit Clamscan(const ClamscanOptions& options) : options_(options), lines_(options) {}

  Exit run();

 private:
  Status open();
  Status check_strictly();
  ScanSetup setup();
  void tell(const Scanned& scanned);
  void tell_summary(std::chrono::system_clock::time_point started);
  std::uint64_t signatures() const;
  bool is_below_only(const std::string& shown) const;

  const ClamscanOptions& options_;
  Lines lines_;
  Filters filters_;
  Invocation invocation_;
  std::optional<OpenPack> pack_;
  entries::Encyclopedia nothing_;  ///< clamscan's answers are its database's alone.
  scan::AllowList allow_;
  std::vector<std::string> folders_;
  std::vector<Scanned> infected_;
  ScanTally tally_;
  std::uint64_t errors_ = 0;
};

Status Clamscan::check_strictly() {
  if (!options_.on("strict")) return {};
  const auto refusals = ANTIDOTARY_TRY(pack_->pack->refusals());
  for (const pack::Refusal& one : refusals) {
    if (one.line == 0) continue;
    return fail(ErrorKind::bad_input, "{}:{}: {}", pack_->pack->sources()[one.source].path,
                one.line, one.reason);
  }
  return {};
}

Status Clamscan::open() {
  ANTIDOTARY_CHECK(filters_.take(options_));
  PackRecipe recipe;
  recipe.inputs = options_.all("database");
  if (recipe.inputs.empty()) recipe.inputs.emplace_back(default_database);
  recipe.options.potentially_unwanted = options_.on("detect-pua");
  pack_ = ANTIDOTARY_TRY(pack_of(invocation_, recipe));
  ANTIDOTARY_CHECK(check_strictly());
  if (const auto state = open_state(invocation_)) {
    if (const auto list = read_allowances(*state)) allow_ = scan::AllowList(*list, unix_seconds());
  }
  for (const char* limit : {"max-filesize", "max-scansize", "max-files", "max-recursion"}) {
    if (options_.given(limit)) invocation_.values[limit] = options_.value(limit);
  }
  return {};
}

ScanSetup Clamscan::setup() {
  ScanSetup out;
  out.knowledge.encyclopedia = &nothing_;
  out.knowledge.pack = pack_->pack.get();
  out.knowledge.yara = pack_->yara.get();
  out.knowledge.allow = &allow_;
  if (const auto options = worker_options(invocation_)) out.options = *options;
  out.options.search.all = options_.on("allmatch");
  const std::string jobs = options_.value("jobs");
  out.jobs = jobs.empty() ? std::max(1u, std::thread::hardware_concurrency())
                          : static_cast<unsigned>(std::max(1, std::atoi(jobs.c_str())));
  out.cross_file_systems = options_.on("cross-fs", true);
  out.now_s = unix_seconds();
  out.left_out = [this](const std::string& shown, const files::Stat& stat) {
    if (!options_.on("recursive") && is_below_only(shown)) return true;
    if (filters_.leaves_out(shown)) return true;
    if (stat.size_bytes == 0) {
      if (!options_.on("infected")) lines_.out(shown + ": Empty file");
      return true;
    }
    return false;
  };
  return out;
}

/// Without -r what lies deeper than a named folder is not looked at.
bool Clamscan::is_below_only(const std::string& shown) const {
  for (const std::string& folder : folders_) {
    const std::string begin = folder.ends_with("/") ? folder : folder + "/";
    if (shown.starts_with(begin)) return shown.find('/', begin.size()) != std::string::npos;
  }
  return false;
}

void Clamscan::tell(const Scanned& scanned) {
  const std::string shown = escape_for_terminal(scanned.shown);
  std::size_t told = 0;
  for (const scan::Alert& alert : scanned.report.alerts) {
    lines_.out(fmt::format("{}: {} FOUND", shown, escape_for_terminal(alert.name)));
    if (options_.on("bell")) std::fputc('\a', stderr);
    if (++told == 1 && !options_.on("allmatch")) break;
  }
  const bool strict = options_.on("strict-incomplete");
  for (const scan::Unread& gap : scanned.report.unread) {
    const bool unreadable = scanned.report.objects == 0;
    if (unreadable) {
      lines_.err(fmt::format("WARNING: {}: Can't access file", shown));
      ++errors_;
    } else if (strict && told == 0) {
      lines_.out(fmt::format("{}: {} ERROR", shown, escape_for_terminal(gap.reason)));
      ++errors_;
      ++told;
    } else if (!options_.on("quiet")) {
      lines_.err(fmt::format("{}: not wholly read ({}): {}",
                             escape_for_terminal(join(gap.path, " > ")), enum_name(gap.gap),
                             escape_for_terminal(gap.reason)));
    }
  }
  const bool looked = scanned.report.objects > 0;
  const bool ok = told == 0 && looked;
  const bool shows_ok =
      !options_.on("infected") && !options_.on("suppress-ok-results") && !options_.on("quiet");
  if (ok && shows_ok) lines_.out(shown + ": OK");
  if (!scanned.report.alerts.empty()) infected_.push_back(scanned);
}

std::uint64_t Clamscan::signatures() const {
  std::uint64_t out = 0;
  for (const pack::Source& source : pack_->pack->sources()) out += source.taken;
  return out;
}

void Clamscan::tell_summary(std::chrono::system_clock::time_point started) {
  const auto ended = std::chrono::system_clock::now();
  const double seconds = std::chrono::duration<double>(ended - started).count();
  const auto stamp = [](std::chrono::system_clock::time_point at) {
    return fmt::format("{:%Y:%m:%d %H:%M:%S}",
                       fmt::localtime(std::chrono::system_clock::to_time_t(at)));
  };
  const double megabytes = static_cast<double>(tally_.bytes) / (1 << 20);
  lines_.out("\n----------- SCAN SUMMARY -----------");
  lines_.out(fmt::format("Known viruses: {}", signatures()));
  lines_.out(fmt::format("Engine version: {}", peer_version));
  lines_.out(fmt::format("Scanned directories: {}", folders_.size()));
  lines_.out(fmt::format("Scanned files: {}", tally_.files));
  lines_.out(fmt::format("Infected files: {}", tally_.found));
  if (errors_ > 0) lines_.out(fmt::format("Total errors: {}", errors_));
  lines_.out(fmt::format("Data scanned: {:.2f} MB", megabytes));
  lines_.out(fmt::format("Data read: {:.2f} MB (ratio {:.2f}:1)", megabytes, 1.0));
  lines_.out(fmt::format("Time: {:.3f} sec ({} m {} s)", seconds, static_cast<int>(seconds) / 60,
                         static_cast<int>(seconds) % 60));
  lines_.out("Start Date: " + stamp(started));
  lines_.out("End Date:   " + stamp(ended));
}

Exit Clamscan::run() {
  const auto started = std::chrono::system_clock::now();
  for (const std::string& option : options_.unsupported()) {
    lines_.err(fmt::format("WARNING: --{} is not carried out", option));
  }
  if (const Status opened = open(); !opened) {
    lines_.err("ERROR: " + opened.error().what);
    return Exit::incomplete;
  }
  std::vector<std::string> paths = options_.paths();
  if (options_.given("file-list")) {
    const auto list = files::read_file(options_.value("file-list"), 256 << 20);
    if (!list) {
      lines_.err("ERROR: " + list.error().what);
      return Exit::incomplete;
    }
    std::string_view text = as_text(*list);
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      if (!line.empty()) paths.emplace_back(line);
      text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
  }
  if (paths.empty()) paths.emplace_back(".");
  for (const std::string& path : paths) {
    struct stat status {};
    if (stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) folders_.push_back(path);
  }
  {
    ScanRun run(setup(), [this](const Scanned& scanned) { tell(scanned); });
    for (const std::string& path : paths) {
      if (path == "-") {
        run.stream(STDIN_FILENO, "stdin");
      } else {
        run.path(path);
      }
    }
    run.finish();
    tally_ = run.tally();
  }
  const FileFate fate{options_.on("remove"), options_.value("move"), options_.value("copy")};
  if (fate.asked()) {
    for (const auto& [line, failed] : take_away(invocation_, infected_, fate)) {
      if (failed) ++errors_;
      failed ? lines_.err(line) : lines_.out(line);
    }
  }
  if (!options_.on("no-summary") && !options_.on("quiet")) tell_summary(started);
  return tally_.found > 0 ? Exit::found : errors_ > 0 ? Exit::incomplete : Exit::clean;
}

}  // namespace

Exit run_clamscan(const std::vector<std::string>& words) {
  const auto options = ClamscanOptions::parse(words);
  if (!options) {
    std::fprintf(stderr,
                 "clamscan: %s\nERROR: Unknown option passed\nERROR: Can't parse command "
                 "line options\n",
                 escape_for_terminal(options.error().what).c_str());
    return Exit::incomplete;
  }
  if (options->on("help")) {
    print(clamscan_help());
    return Exit::clean;
  }
  if (options->on("version")) {
    print(fmt::format("ClamAV {}\n", peer_version));
    return Exit::clean;
  }
  return Clamscan(*options).run();
}

}  // namespace antidotary::cli
