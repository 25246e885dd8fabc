#include "cli/quarantine_files.h"

#include <fmt/core.h>

#include <map>

#include "cli/desk.h"
#include "cli/runs.h"
#include "core/text.h"
#include "files/act.h"
#include "plan/plan.h"
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

/// A copy in a folder, never over what is there: "name", "name.001" ...
Result<std::string> copy_into(const files::Root& from, const std::string& relative,
                              const std::string& folder) {
  const files::Root target = ANTIDOTARY_TRY(files::Root::open(folder));
  const files::Fd source = ANTIDOTARY_TRY(from.open_file(relative));
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(source.get(), copied_bytes_max));
  const std::string name = relative.substr(relative.rfind('/') + 1);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::string chosen = attempt == 0 ? name : fmt::format("{}.{:03}", name, attempt);
    auto file = files::act::create(target.descriptor(), chosen, 0600);
    if (!file && file.error().kind == ErrorKind::busy) continue;
    if (!file) return tl::unexpected(file.error());
    ANTIDOTARY_CHECK(files::act::write_all(file->get(), bytes));
    ANTIDOTARY_CHECK(files::act::sync(file->get()));
    return folder + "/" + chosen;
  }
  return fail(ErrorKind::busy, "{} holds a thousand files of the name {}", folder, name);
}

/// The files of one folder: copied first where asked, then taken away in one run.
class Folder {
 public:
  Folder(const Invocation& invocation, const FileFate& fate, Lines& lines)
      : invocation_(invocation), fate_(fate), lines_(lines) {}

  Status take(const std::string& path, const std::vector<const Scanned*>& files) {
    const files::Root root = ANTIDOTARY_TRY(files::Root::open(path, files::Mounts::cross));
    plan::Plan plan;
    plan.root = root.path();
    for (const Scanned* file : files) {
      if (const Status taken = add(root, *file, plan); !taken) {
        lines_.emplace_back(fmt::format("ERROR: {}: {}", file->shown, taken.error().what), true);
      }
    }
    if (plan.steps.empty()) return {};
    const files::Root state = ANTIDOTARY_TRY(open_state(invocation_));
    const auto no_hives = [](int, const plan::Step&,
                             std::uint64_t) -> Result<std::vector<regf::Edit>> {
      return fail(ErrorKind::internal, "no registry is edited here");
    };
    auto remedy = ANTIDOTARY_TRY(remedy::Remedy::open(state, no_hives, unix_seconds));
    const Uninterrupted guard;
    const remedy::Run run = ANTIDOTARY_TRY(remedy.apply(root, plan));
    for (std::size_t i = 0; i < run.steps.size() && i < shown_.size(); ++i) {
      const bool done = run.steps[i].outcome == remedy::StepOutcome::done;
      lines_.emplace_back(done ? fmt::format("{}: {} (run {})", shown_[i], words_[i], run.id)
                               : fmt::format("ERROR: {}: {}", shown_[i], run.steps[i].detail),
                          !done);
    }
    return {};
  }

 private:
  Status add(const files::Root& root, const Scanned& file, plan::Plan& plan) {
    const std::string target = fate_.move_to.empty() ? fate_.copy_to : fate_.move_to;
    std::string words = "removed";
    if (!target.empty()) {
      const std::string copy = ANTIDOTARY_TRY(copy_into(root, file.relative, target));
      const bool only_copied = fate_.move_to.empty() && !fate_.remove;
      words = fmt::format("{} to '{}'", only_copied ? "copied" : "moved", copy);
      if (only_copied) {
        lines_.emplace_back(fmt::format("{}: {}", file.shown, words), false);
        return {};
      }
    }
    const files::Fd descriptor = ANTIDOTARY_TRY(root.open_file(file.relative));
    plan::Step step;
    step.number = static_cast<std::uint32_t>(plan.steps.size() + 1);
    step.act = plan::Act::quarantine_file;
    step.file = fact_of(file, ANTIDOTARY_TRY(files::sha256_of(descriptor.get())));
    step.what = "Move " + file.relative + " into quarantine";
    step.reason = "found: " + file.report.alerts.front().name;
    step.expected_after = file.relative + " is gone";
    plan.steps.push_back(std::move(step));
    shown_.push_back(file.shown);
    words_.push_back(std::move(words));
    return {};
  }

  const Invocation& invocation_;
  const FileFate& fate_;
  Lines& lines_;
  std::vector<std::string> shown_;
  std::vector<std::string> words_;
};

}  // namespace

std::vector<std::pair<std::string, bool>> take_away(const Invocation& invocation,
                                                    const std::vector<Scanned>& files,
                                                    const FileFate& fate) {
  std::map<std::string, std::vector<const Scanned*>> folders;
  for (const Scanned& file : files) {
    if (!file.root.empty()) folders[file.root].push_back(&file);
  }
  Lines lines;
  for (const auto& [path, members] : folders) {
    const Status taken = Folder(invocation, fate, lines).take(path, members);
    if (!taken) lines.emplace_back("ERROR: " + taken.error().what, true);
  }
  return lines;
}

}  // namespace antidotary::cli
