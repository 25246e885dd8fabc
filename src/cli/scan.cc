// scan PATH...: every file below each path, and what these contain.
#include <cstdio>

#include "cli/desk.h"
#include "core/text.h"

namespace antidotary::cli {
namespace {

struct Tally {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t objects = 0;
  std::uint64_t found = 0;
  std::uint64_t incomplete = 0;

  Exit exit() const {
    return found > 0 ? Exit::found : incomplete > 0 ? Exit::incomplete : Exit::clean;
  }
};

class Scan {
 public:
  Scan(const Invocation& invocation, const entries::Encyclopedia& encyclopedia,
       worker::Options options)
      : invocation_(&invocation),
        encyclopedia_(&encyclopedia),
        paper_(paper(invocation)),
        worker_(encyclopedia, std::move(options)) {}

  Status path(const std::string& path) {
    sources::WalkVisitor visitor;
    visitor.file = [this](sources::WalkedFile&& file) { this->file(file); };
    visitor.missed = [this](const std::string& shown, const Error& error) {
      // A link or a device is no object: what a link names is scanned where it lies.
      if (error.kind == ErrorKind::unsupported) {
        if (invocation_->has("verbose")) complain(shown + ": " + error.what);
        return;
      }
      missed(shown, error);
    };
    return sources::walk(path, invocation_->has("cross-fs"), visitor);
  }

  const Tally& tally() const { return tally_; }
  /// A Windows disk was among what was scanned: files alone do not show what runs on it.
  bool met_windows() const { return windows_; }

  /// A path that could not even be begun.
  void missed(const std::string& shown, const Error& error) {
    scan::Report report;
    report.unread.push_back({scan::Gap::failed, {shown}, error.what});
    tell(shown, report);
  }

 private:
  void file(const sources::WalkedFile& file) {
    progress_.advance(tally_.files, file.shown);
    ++tally_.files;
    tally_.bytes += file.stat.size_bytes;
    windows_ = windows_ || ascii_lower(file.relative).ends_with("system32/config/software");
    tell(file.shown, worker_.scan(file.descriptor.get(), file.shown));
  }

  void tell(const std::string& shown, const scan::Report& report) {
    const scan::Verdict verdict = report.verdict();
    tally_.objects += report.objects;
    tally_.found += verdict == scan::Verdict::found;
    tally_.incomplete += verdict == scan::Verdict::incomplete;
    const bool wanted = verdict == scan::Verdict::found || invocation_->has("verbose") ||
                        (verdict == scan::Verdict::incomplete && !invocation_->has("infected"));
    if (invocation_->has("json")) return tell_json(shown, report, verdict);
    if (!wanted) return;
    for (const auto& diagnosis : diagnosis::lures(report)) {
      print(publish::diagnosis_lines(*encyclopedia_, diagnosis, paper_));
    }
    for (const auto& gap : report.unread) tell_gap(gap);
    if (verdict == scan::Verdict::clean) {
      print(fmt::format("{}: clean\n", escape_for_terminal(shown)));
    }
  }

  void tell_json(const std::string& shown, const scan::Report& report, scan::Verdict verdict) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "object");
    line.set("path", shown);
    line.set("verdict", enum_name(verdict));
    line.set("diagnoses", to_json(diagnosis::lures(report)));
    line.set("detections", to_json(report.detections));
    line.set("unread", to_json(report.unread));
    line.set("objects", report.objects);
    line.set("bytes", report.bytes);
    print_line(line);
  }

  void tell_gap(const scan::Unread& gap) {
    print(fmt::format("incomplete ({}): {}: {}\n", enum_name(gap.gap), place(gap.path),
                      escape_for_terminal(gap.reason)));
  }

  static std::string place(const std::vector<std::string>& path) {
    return escape_for_terminal(join(path, " > "));
  }

  const Invocation* invocation_;
  const entries::Encyclopedia* encyclopedia_;
  publish::Paper paper_;
  worker::Worker worker_;
  Tally tally_;
  bool windows_ = false;
  Progress progress_{"files"};
};

}  // namespace

Exit run_scan(const Invocation& invocation) {
  const auto encyclopedia = open_encyclopedia(invocation);
  if (!encyclopedia) return complain(encyclopedia.error());
  const auto options = worker_options(invocation);
  if (!options) return complain(options.error());
  Tally tally;
  {
    Scan scan(invocation, *encyclopedia, *options);
    for (const std::string& path : invocation.arguments) {
      if (const auto walked = scan.path(path); !walked) scan.missed(path, walked.error());
    }
    if (scan.met_windows()) {
      complain(
          "a Windows disk is among this: 'antidotary examine' tells whether it is infected; a "
          "scan of its files alone does not");
    }
    tally = scan.tally();
  }
  if (invocation.has("json")) {
    Json line;
    line.set("schema", "antidotary-report/1");
    line.set("type", "summary");
    line.set("files", tally.files);
    line.set("objects", tally.objects);
    line.set("bytes", tally.bytes);
    line.set("found", tally.found);
    line.set("incomplete", tally.incomplete);
    line.set("jail", to_json(jail::layers()));
    print_line(line);
  } else {
    std::fflush(stdout);  // the summary comes after what it sums up
    std::fprintf(stderr, "%s\n",
                 fmt::format("{} files, {} objects, {:.1f} MB: {} found, {} incomplete",
                             tally.files, tally.objects, static_cast<double>(tally.bytes) / 1e6,
                             tally.found, tally.incomplete)
                     .c_str());
  }
  return whole_or_incomplete(*encyclopedia, tally.exit());
}

}  // namespace antidotary::cli
