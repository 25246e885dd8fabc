#include "cli/scan_run.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "cli/spool.h"
#include "core/text.h"

namespace antidotary::cli {
namespace {

// Below this an archive is not worth being opened by several workers.
constexpr std::uint64_t shared_bytes_min = 4 << 20;

/// Containers whose members several workers can take in turn, told by name: a wrong name costs
/// nothing, as a share of what has no members is empty.
bool looks_shareable(std::string_view shown) {
  static constexpr std::array<std::string_view, 12> endings = {".zip",  ".jar",  ".war",  ".apk",
                                                               ".docx", ".xlsx", ".pptx", ".odt",
                                                               ".epub", ".whl",  ".mbox", ".xpi"};
  const std::string lower = ascii_lower(shown);
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view one) { return lower.ends_with(one); });
}

/// What the shares of one object say together. Each looked at the container itself.
void merge(scan::Report& into, scan::Report&& share, std::uint64_t object_bytes) {
  const auto move_all = [](auto& to, auto& from) {
    std::move(from.begin(), from.end(), std::back_inserter(to));
  };
  move_all(into.detections, share.detections);
  move_all(into.alerts, share.alerts);
  move_all(into.messages, share.messages);
  for (scan::Unread& one : share.unread) {
    const bool said = std::any_of(into.unread.begin(), into.unread.end(), [&](const auto& known) {
      return known.path == one.path && known.reason == one.reason;
    });
    if (!said) into.unread.push_back(std::move(one));
  }
  for (const scan::Silenced& one : share.silenced) {
    scan::add_silenced(into.silenced, one.by, one.findings);
  }
  into.objects += share.objects - std::min<std::uint64_t>(share.objects, 1);
  into.bytes += share.bytes - std::min(share.bytes, object_bytes);
}

/// Each share has a purse of its own: what they brought out is counted together, so that a limit
/// is told whoever shared the work.
void tell_limits(scan::Report& report, const std::string& shown, std::uint64_t object_bytes,
                 const Limits& limits) {
  const std::uint64_t objects = report.objects - std::min<std::uint64_t>(report.objects, 1);
  const std::uint64_t bytes = report.bytes - std::min(report.bytes, object_bytes);
  const auto tell = [&](Limit limit, std::uint64_t ceiling) {
    const std::string reason =
        fmt::format("the limit {} of {} was reached", name_of(limit), ceiling);
    const bool said = std::any_of(report.unread.begin(), report.unread.end(),
                                  [&](const auto& known) { return known.reason == reason; });
    if (!said) report.unread.push_back({scan::Gap::limited, {shown}, reason});
  };
  if (objects > limits.objects_max) tell(Limit::objects, limits.objects_max);
  if (bytes > limits.bytes_max) tell(Limit::bytes, limits.bytes_max);
  Budget source(limits);
  if (source.too_dense(bytes, object_bytes)) tell(Limit::ratio, limits.ratio_max);
}

/// The shares of one object, until all have answered.
struct Gathering {
  Scanned scanned;
  std::uint32_t due = 0;
  bool begun = false;
};

}  // namespace

ScanRun::ScanRun(ScanSetup setup, std::function<void(const Scanned&)> each)
    : setup_(std::move(setup)),
      each_(std::move(each)),
      pool_(setup_.knowledge, setup_.options, setup_.jobs) {}

void ScanRun::path(const std::string& path) {
  sources::WalkVisitor visitor;
  visitor.file = [this](sources::WalkedFile&& file) { this->file(std::move(file)); };
  visitor.known = [this](const std::string& shown, const files::Stat& stat) {
    if (setup_.left_out && setup_.left_out(shown, stat)) return true;
    Scanned scanned;
    scanned.shown = shown;
    scanned.stat = stat;
    return tell_again(scanned, -1);
  };
  visitor.missed = [this](const std::string& shown, const Error& error) { missed(shown, error); };
  visitor.enter = [this](const std::string& shown, std::uint32_t depth) {
    if (setup_.enter && !setup_.enter(shown, depth)) return false;
    ++tally_.folders;
    return true;
  };
  visitor.passed_over = [this](const std::string& shown, files::Kind kind) {
    // A link or a device is no object: what a link names is scanned where it lies.
    if (setup_.passed_over) setup_.passed_over(shown, kind);
  };
  const Status walked = sources::walk(path, setup_.cross_file_systems, visitor);
  if (!walked) missed(path, walked.error());
}

bool ScanRun::tell_again(Scanned& scanned, int descriptor) {
  if (setup_.memory == nullptr) return false;
  auto report = setup_.memory->recall(scanned.shown, scanned.stat, descriptor);
  if (!report) return false;
  scanned.known = true;
  pool_.answer(std::move(*report),
               [this, scanned = std::move(scanned)](scan::Report&& answer) mutable {
                 scanned.report = std::move(answer);
                 tell(scanned);
               });
  return true;
}

void ScanRun::file(sources::WalkedFile&& file) {
  if (setup_.left_out && setup_.left_out(file.shown, file.stat)) return;
  Scanned scanned;
  scanned.shown = std::move(file.shown);
  scanned.root = file.root->path();
  scanned.relative = std::move(file.relative);
  scanned.stat = file.stat;
  if (tell_again(scanned, file.descriptor.get())) return;
  submit(std::move(scanned), std::move(file.descriptor));
}

void ScanRun::submit(Scanned scanned, files::Fd descriptor) {
  const std::uint64_t bytes = scanned.stat.size_bytes;
  const bool shared =
      setup_.jobs > 1 && bytes >= shared_bytes_min && looks_shareable(scanned.shown);
  const std::uint32_t shares = shared ? setup_.jobs : 1;
  const std::string name = scanned.shown;
  const auto gathering = std::make_shared<Gathering>();
  gathering->scanned = std::move(scanned);
  gathering->due = shares;
  for (std::uint32_t index = 0; index < shares; ++index) {
    files::Fd own = index + 1 == shares ? std::move(descriptor)
                                        : files::Fd(fcntl(descriptor.get(), F_DUPFD_CLOEXEC, 0));
    pool_.scan({std::move(own), bytes, name, {index, shares}},
               [this, gathering, bytes, shares](scan::Report&& report) {
                 if (gathering->begun) {
                   merge(gathering->scanned.report, std::move(report), bytes);
                 } else {
                   gathering->scanned.report = std::move(report);
                   gathering->begun = true;
                 }
                 if (--gathering->due > 0) return;
                 Scanned& whole = gathering->scanned;
                 if (shares > 1) {
                   tell_limits(whole.report, whole.shown, bytes, setup_.options.limits);
                 }
                 tell(whole);
               });
  }
}

void ScanRun::stream(int descriptor, const std::string& shown) {
  auto spooled = spool(descriptor);
  if (!spooled) return missed(shown, spooled.error());
  Scanned scanned;
  scanned.shown = shown;
  scanned.stat.kind = files::Kind::file;
  scanned.stat.size_bytes = spooled->size_bytes;
  // Nobody's file: it has no identity that a cache could know.
  scanned.known = false;
  submit(std::move(scanned), std::move(spooled->descriptor));
}

void ScanRun::missed(const std::string& shown, const Error& error) {
  scan::Report report;
  const bool limited = error.kind == ErrorKind::budget_spent;
  report.unread.push_back({limited ? scan::Gap::limited : scan::Gap::failed, {shown}, error.what});
  Scanned scanned;
  scanned.shown = shown;
  scanned.missed = error.kind;
  pool_.answer(std::move(report), [this, scanned](scan::Report&& answer) mutable {
    scanned.report = std::move(answer);
    tell(scanned);
  });
}

void ScanRun::tell(Scanned& scanned) {
  scan::Report& report = scanned.report;
  const bool has_identity = scanned.stat.inode != 0 && !scanned.missed;
  if (!scanned.known && has_identity && setup_.memory != nullptr) {
    setup_.memory->keep(scanned.shown, scanned.stat, report, setup_.now_s);
  }
  // After it was kept: what is amiss with the pack is no matter of the object's.
  if (!setup_.lacking.empty() && report.verdict() == scan::Verdict::clean) {
    report.unread.push_back({scan::Gap::failed, {scanned.shown}, setup_.lacking});
  }
  scanned.verdict = report.verdict();
  tally_.files += scanned.stat.kind == files::Kind::file ? 1 : 0;
  tally_.bytes += scanned.stat.size_bytes;
  tally_.objects += report.objects;
  tally_.known += scanned.known ? 1 : 0;
  tally_.found += scanned.verdict == scan::Verdict::found ? 1 : 0;
  tally_.incomplete += scanned.verdict == scan::Verdict::incomplete ? 1 : 0;
  for (const scan::Silenced& one : report.silenced) {
    scan::add_silenced(tally_.silenced, one.by, one.findings);
  }
  each_(scanned);
}

void ScanRun::finish() {
  pool_.finish();
  if (setup_.memory != nullptr) setup_.memory->flush();
}

}  // namespace antidotary::cli
