// scan PATH...: every file below each path, and what these contain.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <thread>

#include "cli/allow_book.h"
#include "cli/desk.h"
#include "cli/packs.h"
#include "cli/scan_output.h"
#include "core/text.h"
#include "files/identity.h"

namespace antidotary::cli {
namespace {

Result<unsigned> jobs_of(const Invocation& invocation) {
  const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
  if (!invocation.has("jobs")) return cores;
  const std::string text = invocation.value("jobs");
  unsigned jobs = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), jobs);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size() || jobs == 0 ||
      jobs > 256) {
    return fail(ErrorKind::bad_input, "--jobs takes a number from 1 to 256, not '{}'", text);
  }
  return jobs;
}

/// This very program, as it lies on the disk: another one may find something else.
std::string program_mark() {
  const files::Fd program(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  const auto stat = files::stat_of(program.get());
  return stat ? files::identity_of(*stat) : "";
}

/// What files are held against: when it changes, nothing is known of them any more.
std::string cache_key(const Invocation& invocation, const scan::Knowledge& knowledge,
                      const std::string& entries_digest) {
  Digester digester(DigestKind::sha256);
  const auto add = [&digester](std::string_view text) {
    digester.update(as_bytes(text));
    digester.update(octets(0));
  };
  add(ANTIDOTARY_VERSION);
  add(program_mark());
  add(entries_digest);
  add(knowledge.pack == nullptr ? "" : knowledge.pack->file().id());
  add(knowledge.allow == nullptr ? "" : knowledge.allow->fingerprint());
  for (const char* limit : {"max-filesize", "max-scansize", "max-files", "max-recursion",
                            "max-scantime", "max-ratio"}) {
    add(invocation.value(limit));
  }
  return digester.finish_hex();
}

std::unique_ptr<ScanOutput> output_of(const Invocation& invocation, const ScanContext& context) {
  if (invocation.has("json")) return json_output(context);
  if (invocation.has("csv")) return csv_output(context);
  if (invocation.has("sarif")) return sarif_output(context);
  return text_output(context);
}

/// Everything that a scan stands on, opened once.
class Desk {
 public:
  explicit Desk(const Invocation& invocation) : invocation_(invocation) {}

  Status open() {
    pack_ = ANTIDOTARY_TRY(pack_of(invocation_, databases_of(invocation_)));
    encyclopedia_.emplace(ANTIDOTARY_TRY(entries_of_scan()));
    names_.emplace(*encyclopedia_);
    jobs_ = ANTIDOTARY_TRY(jobs_of(invocation_));
    options_ = ANTIDOTARY_TRY(worker_options(invocation_));
    options_.search.digest = invocation_.has("json") || invocation_.has("paranoid");
    open_state_folder();
    return {};
  }

  ScanSetup setup() {
    ScanSetup out;
    out.knowledge.encyclopedia = &*encyclopedia_;
    if (pack_) {
      out.knowledge.pack = pack_->pack.get();
      out.knowledge.yara = pack_->yara.get();
    }
    out.knowledge.allow = &allow_;
    out.options = options_;
    out.jobs = jobs_;
    out.cross_file_systems = invocation_.has("cross-fs");
    out.lacking = lacking();
    out.now_s = unix_seconds();
    if (state_ && pack_ && !invocation_.has("no-cache")) {
      const std::string key = cache_key(invocation_, out.knowledge, encyclopedia_->digest());
      auto cache = files::ScanCache::open(*state_, key, out.now_s);
      if (cache) {
        const bool rules_ask_for_names = pack_->yara != nullptr;
        memory_.emplace(std::move(*cache),
                        ScanMemory::Trust{rules_ask_for_names, invocation_.has("paranoid"),
                                          options_.search.digest});
        out.memory = &*memory_;
      } else {
        complain(cache.error());
      }
    }
    return out;
  }

  ScanContext context() const {
    ScanContext out;
    out.encyclopedia = &*encyclopedia_;
    out.names = &*names_;
    out.pack = pack_ ? pack_->pack.get() : nullptr;
    out.paper = paper(invocation_);
    // What is piped is read by programs: one finding, one line.
    if (isatty(STDOUT_FILENO) == 0) out.paper.columns = std::numeric_limits<std::uint16_t>::max();
    if (pack_ && !pack_->pack->yara().empty()) {
      out.yara_places = std::make_shared<const YaraPlaces>(yara_places_of(*pack_->pack));
    }
    out.verbose = invocation_.has("verbose");
    out.infected_only = invocation_.has("infected");
    out.explain = invocation_.has("explain");
    out.lacking = lacking();
    return out;
  }

  const entries::Encyclopedia& encyclopedia() const { return *encyclopedia_; }

  /// What was held against less than was asked for is not known to be clean.
  Exit whole_or_incomplete(Exit exit) const {
    const std::string lacks = lacking();
    if (!lacks.empty()) complain(lacks);
    if (!lacks.empty() && exit == Exit::clean) return Exit::incomplete;
    return cli::whole_or_incomplete(*encyclopedia_, exit);
  }

 private:
  std::string lacking() const {
    const Status whole = pack_ ? check_whole(*pack_) : Status{};
    return whole ? "" : whole.error().what;
  }

  /// The pack's own entries, where it has any and no others are named.
  Result<entries::Encyclopedia> entries_of_scan() {
    if (pack_ && !invocation_.has("encyclopedia")) {
      std::vector<entries::SourceFile> files;
      for (auto& [path, text] : ANTIDOTARY_TRY(pack_->pack->encyclopedia())) {
        files.push_back({std::move(path), std::move(text)});
      }
      std::vector<entries::Problem> problems;
      if (!files.empty()) return entries::Encyclopedia::read(files, problems);
    }
    return open_encyclopedia(invocation_);
  }

  /// Where there is no state folder, nothing is known from before and nothing is allowed.
  void open_state_folder() {
    auto state = open_state(invocation_);
    if (!state) return;
    state_.emplace(std::move(*state));
    allow_ = allowances_of(invocation_);
  }

  const Invocation& invocation_;
  std::optional<entries::Encyclopedia> encyclopedia_;
  std::optional<entries::Names> names_;
  std::optional<OpenPack> pack_;
  unsigned jobs_ = 1;
  worker::Options options_;
  std::optional<files::Root> state_;
  scan::AllowList allow_;
  std::optional<ScanMemory> memory_;
};

/// A file of a Windows disk that every one has.
bool is_software_hive(std::string_view shown) {
  static constexpr std::string_view place = "system32/config/software";
  return shown.size() >= place.size() &&
         equal_ignoring_case(shown.substr(shown.size() - place.size()), place);
}

Exit exit_of(const ScanTally& tally) {
  return tally.found > 0 ? Exit::found : tally.incomplete > 0 ? Exit::incomplete : Exit::clean;
}

}  // namespace

Exit run_scan(const Invocation& invocation) {
  if (invocation.has("json") + invocation.has("csv") + invocation.has("sarif") > 1) {
    return complain("--json, --csv and --sarif are three forms; name one");
  }
  Desk desk(invocation);
  if (const Status opened = desk.open(); !opened) return complain(opened.error());
  const auto output = output_of(invocation, desk.context());
  ScanTally tally;
  bool windows = false;
  {
    Progress progress("files");
    std::uint64_t files = 0;
    ScanRun run(desk.setup(), [&](const Scanned& scanned) {
      progress.advance(++files, scanned.shown);
      windows = windows || is_software_hive(scanned.shown);
      output->object(scanned);
    });
    for (const std::string& path : invocation.arguments) {
      if (path == "-") {
        run.stream(STDIN_FILENO, "standard input");
      } else {
        run.path(path);
      }
    }
    run.finish();
    tally = run.tally();
  }
  if (windows) {
    complain(
        "a Windows disk is among this: 'antidotary examine' tells whether it is infected; a "
        "scan of its files alone does not");
  }
  output->finish(tally);
  tell_silenced(tally.silenced);
  return desk.whole_or_incomplete(exit_of(tally));
}

}  // namespace antidotary::cli
