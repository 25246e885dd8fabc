#include "cli/quarantine_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <map>
#include <set>

#include "cli/desk.h"
#include "cli/runs.h"
#include "core/digest.h"
#include "core/text.h"
#include "files/act.h"
#include "plan/signatures.h"
#include "remedy/run.h"

namespace antidotary::cli {
namespace {

using Lines = std::vector<std::pair<std::string, bool>>;
constexpr std::uint64_t copied_bytes_max = 4ull << 30;

host::FileFact fact_of(const Scanned& file, const std::string& sha256) {
  host::FileFact out;
  out.path = file.relative;
  out.node.name = file.relative.substr(file.relative.rfind('/') + 1);
  out.node.kind = host::NodeKind::file;
  out.node.size_bytes = file.stat.size_bytes;
  out.node.modified_unix_ns = file.stat.modified_unix_ns;
  out.node.device = file.stat.device;
  out.node.inode = file.stat.inode;
  out.node.mode = file.stat.mode;
  out.node.links = file.stat.links;
  out.sha256 = sha256;
  return out;
}

/// Writes `bytes` under a name that nothing has, wholly on disk, or leaves nothing. The time is the
/// file's own, as clamscan keeps it; of one that is moved owner and mode as well.
Status write_new(const files::Root& target, const std::string& name, Bytes bytes,
                 const files::Stat& as, bool moved) {
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(target.descriptor(), name, 0600));
  const auto write = [&]() -> Status {
    ANTIDOTARY_CHECK(files::act::write_all(file.get(), bytes));
    if (moved) {
      // The owner first, for it takes what the mode grants to whoever runs it.
      const Status owned = files::act::change_owner(file.get(), as.owner, as.group);
      // Only root may give files away; what is not ours to give stays ours and closed.
      if (owned) ANTIDOTARY_CHECK(files::act::change_mode(file.get(), as.mode & 0777));
    }
    ANTIDOTARY_CHECK(files::act::set_times(file.get(), as.accessed_unix_ns, as.modified_unix_ns));
    ANTIDOTARY_CHECK(files::act::sync(file.get()));
    // The name as well: the file goes from its old place only when the new one would survive.
    return files::act::sync(target.descriptor());
  };
  const Status written = write();
  if (!written) static_cast<void>(files::act::remove(target.descriptor(), name));
  return written;
}

/// A copy in a folder, never over what is there: "name", "name.001" ... Errors: changed, where the
/// file is no longer of this SHA-256; busy.
Result<std::string> copy_into(const files::Root& from, const std::string& relative,
                              const std::string& sha256, const std::string& folder, bool moved) {
  const files::Root target = ANTIDOTARY_TRY(files::Root::open(folder));
  const files::Fd source = ANTIDOTARY_TRY(from.open_file(relative));
  const files::Stat as = ANTIDOTARY_TRY(files::stat_of(source.get()));
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(source.get(), copied_bytes_max));
  if (sha256_hex(bytes) != sha256) {
    return fail(ErrorKind::changed, "{} changed while it was copied", relative);
  }
  const std::string name = relative.substr(relative.rfind('/') + 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::string chosen = attempt == 0 ? name : fmt::format("{}.{:03}", name, attempt);
    const Status written = write_new(target, chosen, bytes, as, moved);
    if (written) return folder + "/" + chosen;
    if (written.error().kind != ErrorKind::busy) return tl::unexpected(written.error());
  }
  return fail(ErrorKind::busy, "{} holds a thousand files of the name {}", folder, name);
}

/// The files of one folder: planned, copied where asked, then taken away in one run.
class Folder {
 public:
  Folder(const Invocation& invocation, const FileFate& fate, Lines& lines)
      : invocation_(invocation), fate_(fate), lines_(lines) {}

  Status take(const std::string& path, const std::vector<const Scanned*>& files) {
    const files::Root root = ANTIDOTARY_TRY(files::Root::open(path, files::Mounts::cross));
    plan::Plan plan = plan_for(root, files);
    if (fate_.only_copies()) {
      for (std::size_t i = 0; i < plan.steps.size(); ++i) copy(root, *planned_[i], plan.steps[i]);
      return {};
    }
    for (std::size_t i = 0; i < plan.steps.size(); ++i) prepare(root, *planned_[i], plan.steps[i]);
    if (!plan.changes_anything()) return {};
    const files::Root state = ANTIDOTARY_TRY(open_state(invocation_));
    const auto no_hives = [](int, const plan::Step&,
                             std::uint64_t) -> Result<std::vector<regf::Edit>> {
      return fail(ErrorKind::internal, "no registry is edited here");
    };
    auto remedy = ANTIDOTARY_TRY(remedy::Remedy::open(state, no_hives, unix_seconds));
    const Uninterrupted guard;
    const remedy::Run run = ANTIDOTARY_TRY(remedy.apply(root, plan));
    for (std::size_t i = 0; i < plan.steps.size() && i < run.steps.size(); ++i) {
      if (!plan.steps[i].carried_out()) continue;
      const bool done = run.steps[i].outcome == remedy::StepOutcome::done;
      if (done) {
        lines_.emplace_back(fmt::format("{}: {} (run {})", planned_[i]->shown, words_[i], run.id),
                            false);
      } else {
        const auto copy = copies_.find(planned_[i]);
        complain(*planned_[i],
                 run.steps[i].detail +
                     (copy == copies_.end() ? "" : fmt::format("; a copy is '{}'", copy->second)));
      }
    }
    return {};
  }

 private:
  void complain(const Scanned& file, const std::string& why) {
    lines_.emplace_back(fmt::format("ERROR: {}: {}", file.shown, why), true);
  }

  void copy(const files::Root& root, const Scanned& file, const plan::Step& step) {
    const auto copied = copy_into(root, file.relative, step.file->sha256, fate_.copy_to, false);
    if (!copied) return complain(file, copied.error().what);
    lines_.emplace_back(fmt::format("{}: copied to '{}'", file.shown, *copied), false);
  }

  /// A file is taken away whole, whatever part of it the signature hit: as clamscan does.
  plan::Plan plan_for(const files::Root& root, const std::vector<const Scanned*>& files) {
    std::vector<plan::FoundSignature> found;
    for (const Scanned* file : files) {
      const auto descriptor = root.open_file(file->relative);
      const auto sha256 = descriptor ? files::sha256_of(descriptor->get())
                                     : Result<std::string>(tl::unexpected(descriptor.error()));
      if (!sha256) {
        complain(*file, sha256.error().what);
        continue;
      }
      plan::FoundSignature one;
      one.name = file->report.alerts.front().name;
      one.path = {file->relative};
      one.file.fact = fact_of(*file, *sha256);
      found.push_back(std::move(one));
      planned_.push_back(file);
    }
    plan::Plan out;
    out.root = root.path();
    plan::add_signatures(out, found, {});
    return out;
  }

  /// Puts the copy in place first; what cannot be copied is not taken away.
  void prepare(const files::Root& root, const Scanned& file, plan::Step& step) {
    words_.emplace_back("removed");
    // Before a copy is put anywhere: the file stays, and its copy would be one more.
    if (step.carried_out() && file.stat.links > 1) {
      step.left =
          fmt::format("it has {} names (hard links); taking one would leave it", file.stat.links);
    }
    const std::string& target = fate_.move_to.empty() ? fate_.copy_to : fate_.move_to;
    if (step.carried_out() && !target.empty()) {
      const auto copied = copy_into(root, file.relative, step.file->sha256, target, true);
      if (!copied) step.left = copied.error().what;
      if (copied) words_.back() = fmt::format("moved to '{}'", *copied);
      if (copied) copies_[&file] = *copied;
    }
    if (!step.carried_out()) complain(file, "not taken away: " + step.left);
  }

  const Invocation& invocation_;
  const FileFate& fate_;
  Lines& lines_;
  std::vector<const Scanned*> planned_;           ///< Of each step, its file.
  std::vector<std::string> words_;                ///< And what is said of it once it is done.
  std::map<const Scanned*, std::string> copies_;  ///< Where one of it was put.
};

}  // namespace

Status check_fate(const FileFate& fate) {
  for (const std::string& folder : {fate.move_to, fate.copy_to}) {
    if (folder.empty()) continue;
    const auto root = files::Root::open(folder);
    if (!root) {
      return fail(ErrorKind::bad_input, "'{}' doesn't exist or is not a directory", folder);
    }
    if (faccessat(root->descriptor(), ".", W_OK | X_OK, AT_EACCESS) != 0) {
      return fail(ErrorKind::permission, "'{}': nothing can be put there: {}", folder,
                  std::strerror(errno));
    }
  }
  return {};
}

std::vector<std::pair<std::string, bool>> take_away(const Invocation& invocation,
                                                    const std::vector<Scanned>& files,
                                                    const FileFate& fate) {
  std::map<std::string, std::vector<const Scanned*>> folders;
  std::set<std::pair<std::string, std::string>> seen;  // a path may be named twice
  for (const Scanned& file : files) {
    if (file.root.empty() || !seen.emplace(file.root, file.relative).second) continue;
    folders[file.root].push_back(&file);
  }
  Lines lines;
  for (const auto& [path, members] : folders) {
    const Status taken = Folder(invocation, fate, lines).take(path, members);
    if (!taken) lines.emplace_back("ERROR: " + taken.error().what, true);
  }
  return lines;
}

}  // namespace antidotary::cli
