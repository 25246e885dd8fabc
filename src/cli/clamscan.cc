// clamscan's front: the program under that name takes clamscan's words and answers in its lines.
#include "cli/clamscan.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <thread>
#include <utility>

#include "cli/allow_book.h"
#include "cli/clamscan_filters.h"
#include "cli/clamscan_lines.h"
#include "cli/clamscan_options.h"
#include "cli/desk.h"
#include "cli/packs.h"
#include "cli/quarantine_files.h"
#include "cli/scan_output.h"
#include "cli/scan_run.h"
#include "core/text.h"
#include "scan/alerts.h"
#include "signatures/sources.h"

namespace antidotary::cli {
namespace {

constexpr std::string_view peer_version = "1.4.6";
constexpr unsigned long jobs_max = 256;
constexpr std::string_view default_database = "/var/lib/clamav";

/// --scan-archive=no and its kin: what each leaves closed.
struct Closable {
  const char* option;
  std::vector<formats::Format> formats;
};

std::vector<Closable> closables() {
  using enum formats::Format;
  return {{"scan-archive", {zip, gzip,          bzip2, xz,        lzma,    zstd, lz4,  compress,
                            tar, cpio,          ar,    seven_zip, rar,     cab,  chm,  arj,
                            lha, alz,           egg,   xar,       sis,     szdd, kwaj, wim,
                            rpm, installshield, nsis,  autoit,    iso9660, udf,  dmg}},
          {"scan-mail", {message, mbox, emlx, tnef, uuencode, binhex, pst, dbx}},
          {"scan-pe", {pe}},
          {"scan-ole2", {ole2}},
          {"scan-pdf", {pdf}},
          {"scan-swf", {swf}},
          {"scan-xmldocs", {xml, xdp}},
          {"scan-hwp3", {hwp3}},
          {"scan-onenote", {onenote}}};
}

class Clamscan {
 public:
  Clamscan(const ClamscanOptions& options, ClamscanLines lines)
      : options_(options), lines_(std::move(lines)) {}

  Exit run();

 private:
  Status open();
  Status check_strictly();
  Status check_age(const std::vector<std::string>& databases);
  Result<std::vector<std::string>> paths() const;
  Result<ScanSetup> setup();
  bool enters(const std::string& shown, std::uint32_t depth);
  void pass_over(const std::string& shown, files::Kind kind);
  void scan_named(const std::string& path);
  bool follows(bool folder, int least) const;
  std::uint32_t depth_of(const std::string& shown) const;
  bool leaves_out(const std::string& shown, const files::Stat& stat);
  void tell_missed(const Scanned& scanned);
  void tell_unread(const Scanned& scanned, const scan::Unread& gap, bool first);
  void tell(const Scanned& scanned);
  void tell_summary(std::chrono::system_clock::time_point started);
  std::uint64_t signatures() const;
  bool shows_rest() const;  ///< What is neither found nor wrong: links, empty files.

  const ClamscanOptions& options_;
  ClamscanLines lines_;
  ClamscanFilters filters_;
  Invocation invocation_;
  std::optional<OpenPack> pack_;
  entries::Encyclopedia nothing_;  ///< clamscan's answers are its database's alone.
  scan::AllowList allow_;
  std::vector<Scanned> infected_;
  ScanRun* run_ = nullptr;   ///< While it runs.
  std::string named_;        ///< The path that is being walked: named, or a link that is followed.
  std::uint32_t depth_ = 0;  ///< Of `named_`, below what was named.
  std::vector<std::string> followed_;  ///< Folders behind links, in which we are; real paths.
  ScanTally tally_;
  std::uint64_t errors_ = 0;   ///< As the summary counts them.
  std::uint64_t missing_ = 0;  ///< Paths that do not exist: errors that it does not count.
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

/// --fail-if-cvd-older-than: what nobody renewed finds nothing new.
Status Clamscan::check_age(const std::vector<std::string>& databases) {
  constexpr std::uint64_t day_s = 86'400;
  const auto days = std::strtoull(options_.value("fail-if-cvd-older-than").c_str(), nullptr, 10);
  if (days == 0) return {};
  for (const std::string& path : databases) {
    const auto made_s = signatures::database_made_unix_s(path);
    const std::uint64_t now_s = unix_seconds();
    if (!made_s || *made_s >= now_s || (now_s - *made_s - 1) / day_s < days) continue;
    return fail(ErrorKind::bad_input, "Virus database is older than {} days!", days);
  }
  return {};
}

Status Clamscan::open() {
  filters_ = ANTIDOTARY_TRY(ClamscanFilters::of(options_));
  PackRecipe recipe;
  recipe.inputs = options_.all("database");
  if (recipe.inputs.empty()) recipe.inputs.emplace_back(default_database);
  recipe.options.potentially_unwanted = options_.on("detect-pua");
  recipe.options.names_as_clamav = true;
  recipe.options.official_only = options_.on("official-db-only");
  ANTIDOTARY_CHECK(check_age(recipe.inputs));
  pack_ = ANTIDOTARY_TRY(pack_of(invocation_, recipe));
  ANTIDOTARY_CHECK(check_whole(*pack_));
  ANTIDOTARY_CHECK(check_strictly());
  if (const auto state = open_state(invocation_)) {
    if (const auto list = read_allowances(*state)) allow_ = scan::AllowList(*list, unix_seconds());
  }
  return {};
}

constexpr std::array alert_options = {
    std::pair{"alert-phishing-ssl", scan::AlertKind::link_safety},
    std::pair{"alert-phishing-cloak", scan::AlertKind::link_cloak},
    std::pair{"alert-encrypted", scan::AlertKind::encrypted_archive},
    std::pair{"alert-encrypted", scan::AlertKind::encrypted_document},
    std::pair{"alert-encrypted-archive", scan::AlertKind::encrypted_archive},
    std::pair{"alert-encrypted-doc", scan::AlertKind::encrypted_document},
    std::pair{"alert-macros", scan::AlertKind::macros},
    std::pair{"alert-broken", scan::AlertKind::broken_program},
    std::pair{"alert-exceeds-max", scan::AlertKind::limits},
    std::pair{"alert-partition-intersection", scan::AlertKind::partitions}};

/// clamscan's limits by its own option names; with it as here, 0 stands for none.
Result<worker::Options> limits_of(const ClamscanOptions& options) {
  Invocation limits;
  for (const char* name :
       {"max-filesize", "max-scansize", "max-files", "max-recursion", "max-scantime"}) {
    if (!options.given(name)) continue;
    const std::string value = options.value(name);
    const bool none = value.find_first_not_of('0') == value.npos;
    limits.values[name] = none ? std::to_string(std::numeric_limits<std::int32_t>::max()) : value;
  }
  return worker_options(limits);
}

Result<ScanSetup> Clamscan::setup() {
  ScanSetup out;
  out.knowledge.encyclopedia = &nothing_;
  out.knowledge.pack = pack_->pack.get();
  out.knowledge.yara = pack_->yara.get();
  out.knowledge.allow = &allow_;
  out.options = ANTIDOTARY_TRY(limits_of(options_));
  out.options.search.all = options_.on("allmatch");
  const unsigned long jobs = std::strtoul(options_.value("jobs").c_str(), nullptr, 10);
  out.jobs = jobs == 0 ? std::max(1u, std::thread::hardware_concurrency())
                       : static_cast<unsigned>(std::min(jobs, jobs_max));
  out.cross_file_systems = options_.on("cross-fs", true);
  out.now_s = unix_seconds();
  out.left_out = [this](const auto& shown, const auto& stat) { return leaves_out(shown, stat); };
  out.enter = [this](const std::string& shown, std::uint32_t depth) {
    return enters(shown, depth);
  };
  out.passed_over = [this](const auto& shown, files::Kind kind) { pass_over(shown, kind); };
  for (const Closable& one : closables()) {
    if (options_.on(one.option, true)) continue;
    for (const formats::Format format : one.formats) {
      out.options.search.closed.set(static_cast<std::size_t>(format));
    }
  }
  out.options.search.links = options_.on("phishing-scan-urls", true);
  for (const auto& [option, kind] : alert_options) {
    if (options_.on(option)) out.options.search.alerts.set(static_cast<std::size_t>(kind));
  }
  return out;
}

bool Clamscan::shows_rest() const { return !options_.on("infected"); }

/// --follow-dir-symlinks and --follow-file-symlinks: 0 never, 1 (as here) what a person named, 2
/// always.
bool Clamscan::follows(bool folder, int least) const {
  const std::string mode = options_.value(folder ? "follow-dir-symlinks" : "follow-file-symlinks");
  return (mode.empty() ? 1 : std::atoi(mode.c_str())) >= least;
}

void Clamscan::pass_over(const std::string& shown, files::Kind kind) {
  if (kind != files::Kind::link) return;
  std::error_code error;
  const std::string real = std::filesystem::canonical(shown, error).string();
  const bool asked = follows(true, 2) || follows(false, 2);
  // One that leads nowhere is told only where none is followed: so does the peer.
  if (error && asked) return;
  const bool folder = !error && std::filesystem::is_directory(real, error);
  if (error || !follows(folder, 2)) {
    if (shows_rest()) lines_.out(escape_for_terminal(shown) + ": Symbolic link");
    return;
  }
  // A link to a folder that it lies in would go round for ever.
  const auto holds = [](const std::string& outer, const std::string& inner) {
    return inner == outer || outer == "/" || inner.starts_with(outer + "/");
  };
  const std::string parent =
      std::filesystem::canonical(std::filesystem::path(shown).parent_path(), error).string();
  if (folder && (holds(real, parent) ||
                 std::find(followed_.begin(), followed_.end(), real) != followed_.end())) {
    return;
  }
  if (folder) {
    if (!options_.on("recursive")) return;
    followed_.push_back(real);
  }
  // What lies behind it is as deep as the link is.
  const std::uint32_t above = std::exchange(depth_, depth_ + depth_of(shown));
  const std::string named = std::exchange(named_, shown);
  run_->path(shown);
  named_ = named;
  depth_ = above;
  if (folder) followed_.pop_back();
}

/// How many folders lie between what is being walked and `shown`, this one counted.
std::uint32_t Clamscan::depth_of(const std::string& shown) const {
  const auto below =
      shown.begin() + static_cast<std::ptrdiff_t>(std::min(named_.size(), shown.size()));
  const bool slash = named_.ends_with('/');
  return static_cast<std::uint32_t>(std::count(below, shown.end(), '/')) + (slash ? 1 : 0);
}

/// What stands on the command line.
void Clamscan::scan_named(const std::string& path) {
  std::error_code error;
  if (path == "-") return run_->stream(STDIN_FILENO, "stdin");
  const bool link = std::filesystem::is_symlink(path, error);
  if (link && !follows(std::filesystem::is_directory(path, error), 1)) {
    if (shows_rest()) lines_.out(escape_for_terminal(path) + ": Symbolic link");
    return;
  }
  named_ = path;
  run_->path(path);
}

bool Clamscan::enters(const std::string& shown, std::uint32_t below) {
  const std::uint32_t depth = depth_ + below;
  if (depth > 0 && !options_.on("recursive")) return false;
  const std::string deepest = options_.value("max-dir-recursion");
  if (!deepest.empty() && depth >= std::strtoul(deepest.c_str(), nullptr, 10)) return false;
  if (!filters_.leaves_out_folder(shown)) return true;
  if (shows_rest()) lines_.out(escape_for_terminal(shown) + ": Excluded");
  return false;
}

bool Clamscan::leaves_out(const std::string& shown, const files::Stat& stat) {
  const bool excluded = filters_.leaves_out_file(shown);
  if (!excluded && stat.size_bytes > 0) return false;
  if (shows_rest()) {
    lines_.out(escape_for_terminal(shown) + (excluded ? ": Excluded" : ": Empty file"));
  }
  return true;
}

void Clamscan::tell_missed(const Scanned& scanned) {
  const std::string shown = escape_for_terminal(scanned.shown);
  const ErrorKind kind = scanned.missed.value_or(ErrorKind::internal);
  (kind == ErrorKind::not_found ? missing_ : errors_) += 1;
  switch (kind) {
    case ErrorKind::not_found:
      lines_.err_only(shown + ": No such file or directory");
      return lines_.err(fmt::format("WARNING: {}: Can't access file", shown));
    case ErrorKind::permission:
      return lines_.out(shown + ": Access denied");
    default:
      for (const scan::Unread& gap : scanned.report.unread) {
        lines_.out(fmt::format("{}: {} ERROR", shown, escape_for_terminal(gap.reason)));
      }
  }
}

/// Law 4: what failed is an error in clamscan's own form. What is closed to us, or cut by a limit,
/// keeps clamscan's OK and is said beside it, unless --strict-incomplete was given.
void Clamscan::tell_unread(const Scanned& scanned, const scan::Unread& gap, bool first) {
  const std::string reason = escape_for_terminal(limit_words(gap.reason));
  if (first) {
    lines_.out(fmt::format("{}: {} ERROR", escape_for_terminal(scanned.shown), reason));
  } else {
    lines_.err(fmt::format("{}: not wholly read ({}): {}",
                           escape_for_terminal(join(gap.path, " > ")), enum_name(gap.gap), reason));
  }
}

void Clamscan::tell(const Scanned& scanned) {
  if (scanned.missed) return tell_missed(scanned);
  const scan::Report& report = scanned.report;
  const std::string shown = escape_for_terminal(scanned.shown);
  if (options_.on("verbose")) lines_.out("Scanning " + shown);
  for (const scan::Alert& alert : report.alerts) {
    lines_.out(fmt::format("{}: {} FOUND", shown, escape_for_terminal(alert.name)));
    if (options_.on("bell")) std::fputc('\a', stderr);
    if (!options_.on("allmatch")) break;
  }
  const bool strict = options_.on("strict-incomplete");
  bool failed = false;
  for (const scan::Unread& gap : report.unread) {
    const bool fails = report.alerts.empty() && (strict || gap.gap == scan::Gap::failed);
    tell_unread(scanned, gap, fails && !failed);
    failed = failed || fails;
  }
  if (failed) ++errors_;
  const bool shows_ok = shows_rest() && !options_.on("suppress-ok-results");
  if (!failed && report.alerts.empty() && shows_ok) lines_.out_only(shown + ": OK");
  if (!report.alerts.empty()) infected_.push_back(scanned);
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
  lines_.out(fmt::format("Scanned directories: {}", tally_.folders));
  lines_.out(fmt::format("Scanned files: {}", tally_.files));
  lines_.out(fmt::format("Infected files: {}", tally_.found));
  if (errors_ > 0) lines_.out(fmt::format("Total errors: {}", errors_));
  lines_.out(fmt::format("Data scanned: {:.2f} MB", megabytes));
  lines_.out(fmt::format("Data read: {:.2f} MB (ratio {:.2f}:1)", megabytes,
                         tally_.bytes > 0 ? 1.0 : 0.0));
  lines_.out(fmt::format("Time: {:.3f} sec ({} m {} s)", seconds, static_cast<int>(seconds) / 60,
                         static_cast<int>(seconds) % 60));
  lines_.out("Start Date: " + stamp(started));
  lines_.out("End Date:   " + stamp(ended));
}

Result<std::vector<std::string>> Clamscan::paths() const {
  std::vector<std::string> out = options_.paths();
  if (options_.given("file-list")) {
    const Buffer list = ANTIDOTARY_TRY(files::read_file(options_.value("file-list"), 256 << 20));
    std::string_view text = as_text(list);
    while (!text.empty()) {
      const std::string_view line = text.substr(0, text.find('\n'));
      if (!line.empty()) out.emplace_back(line);
      text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
  }
  if (out.empty()) out.emplace_back(".");
  return out;
}

Exit Clamscan::run() {
  const auto started = std::chrono::system_clock::now();
  for (const std::string& option : options_.unsupported()) {
    lines_.err(fmt::format("WARNING: --{} is not carried out", option));
  }
  const auto refuse = [this](const Error& error) {
    lines_.error("ERROR: " + escape_for_terminal(error.what));
    return Exit::incomplete;
  };
  const FileFate fate{options_.on("remove"), options_.value("move"), options_.value("copy")};
  if (const Status possible = check_fate(fate); !possible) return refuse(possible.error());
  if (const Status opened = open(); !opened) return refuse(opened.error());
  const auto paths = this->paths();
  if (!paths) return refuse(paths.error());
  auto setup = this->setup();
  if (!setup) return refuse(setup.error());
  {
    ScanRun run(std::move(*setup), [this](const Scanned& scanned) { tell(scanned); });
    run_ = &run;
    for (const std::string& path : *paths) scan_named(path);
    run.finish();
    run_ = nullptr;
    tally_ = run.tally();
  }
  for (const std::string& line : silenced_lines(tally_.silenced)) {
    lines_.err(escape_for_terminal(line));
  }
  if (fate.asked()) {
    for (const auto& [line, failed] : take_away(invocation_, infected_, fate)) {
      if (failed) ++errors_;
      failed ? lines_.err(line) : lines_.out(line);
    }
  }
  if (!options_.on("no-summary")) tell_summary(started);
  return tally_.found > 0 ? Exit::found : errors_ + missing_ > 0 ? Exit::incomplete : Exit::clean;
}

}  // namespace

Exit run_clamscan(const std::vector<std::string>& words) {
  const auto options = ClamscanOptions::parse(words);
  if (!options) {
    const std::string what = escape_for_terminal(options.error().what);
    const bool wrong_value = what.starts_with("Incorrect");
    std::fprintf(stderr,
                 wrong_value ? "ERROR: %s\n" : "clamscan: %s\nERROR: Unknown option passed\n",
                 what.c_str());
    std::fprintf(stderr, "ERROR: Can't parse command line options\n");
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
  auto lines = ClamscanLines::open(*options);
  if (!lines) {
    std::fprintf(stderr, "ERROR: %s\nERROR: Problem with internal logger.\n",
                 escape_for_terminal(lines.error().what).c_str());
    return Exit::incomplete;
  }
  return Clamscan(*options, std::move(*lines)).run();
}

}  // namespace antidotary::cli
