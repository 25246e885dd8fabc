// Registry steps: byte ranges of a hive replaced in place, and put back.
//
// The ranges come from the jail and are believed in nothing: they must lie in the file, apart from
// each other, be few, and say of the bytes that they replace what stands there.
#include <algorithm>

#include "files/act.h"
#include "remedy/carrier.h"
#include "remedy/hive_bytes.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t bytes_max = 64 << 10;
constexpr std::size_t edits_max = 65'536;
constexpr std::uint64_t filetime_of_1970 = 116'444'736'000'000'000;
constexpr std::uint64_t filetime_per_second = 10'000'000;

struct HeldHive {
  files::Fd fd;
  files::Stat stat;
};

Result<HeldHive> hold(const Carrier& run, const std::string& path, std::uint64_t device,
                      std::uint64_t inode) {
  HeldHive hive;
  hive.fd = ANTIDOTARY_TRY(run.tree.open_file(path, files::Access::change));
  hive.stat = ANTIDOTARY_TRY(files::stat_of(hive.fd.get()));
  if (!run.same_file(hive.stat, device, inode)) {
    return fail(ErrorKind::changed, "another file bears the hive's name now");
  }
  if (hive.stat.links != 1) {
    return fail(ErrorKind::refused, "the hive has {} names (hard links)", hive.stat.links);
  }
  return hive;
}

// What a jailed worker answered, before any of it is believed.
Status check_edits(const std::vector<regf::Edit>& edits, std::uint64_t size_bytes,
                   std::uint64_t total_max) {
  if (edits.size() > edits_max) return fail(ErrorKind::worker_died, "too many edits of a hive");
  std::uint64_t end = 0;
  std::uint64_t total = 0;
  for (const regf::Edit& edit : edits) {
    const std::uint64_t size = edit.before.size();
    if (size == 0 || edit.after.size() != size) {
      return fail(ErrorKind::worker_died, "an edit of the hive is empty or changes its length");
    }
    if (edit.offset < end) return fail(ErrorKind::worker_died, "edits of the hive overlap");
    if (edit.offset > size_bytes || size > size_bytes - edit.offset) {
      return fail(ErrorKind::worker_died, "an edit lies outside of the hive");
    }
    end = edit.offset + size;
    total += size;
  }
  if (total <= total_max) return {};
  return fail(ErrorKind::worker_died, "edits of {} bytes, where {} are the most", total, total_max);
}

Result<std::vector<regf::Edit>> ask_editor(const Carrier& run, const plan::Step& planned,
                                           const files::Stat& hive) {
  if (!run.editor) return fail(ErrorKind::unsupported, "nothing here can edit a hive");
  // The jail gets a descriptor that cannot write.
  const files::Fd reading = ANTIDOTARY_TRY(run.tree.open_file(planned.registry->hive));
  if (!ANTIDOTARY_TRY(files::stat_of(reading.get())).same_object(hive)) {
    return fail(ErrorKind::changed, "another file took the hive's name meanwhile");
  }
  const std::uint64_t now = run.clock() * filetime_per_second + filetime_of_1970;
  auto edits = ANTIDOTARY_TRY(run.editor(reading.get(), planned, now));
  const std::uint64_t data = planned.registry->data.size() + planned.new_data.size();
  ANTIDOTARY_CHECK(check_edits(edits, hive.size_bytes, bytes_max + 4 * data));
  return edits;
}

// The way back of the bytes, with the times where they are known.
Status write_before(int hive, const std::vector<regf::Edit>& edits, const HiveIntent& times) {
  ANTIDOTARY_CHECK(write_verified(hive, edits, Side::before));
  if (!times.times_known) return {};
  ANTIDOTARY_CHECK(files::act::set_times(hive, times.accessed_ns, times.modified_ns));
  return files::act::sync(hive);
}

Carried<StepEnd> end_of(int hive, StepOutcome outcome, bool moved) {
  auto stat = files::stat_of(hive);
  if (!stat) return tl::unexpected(Failure(std::move(stat).error(), false));
  return StepEnd{outcome, "", After{moved, 0, 0, stat->modified_unix_ns}};
}

Failure kept(Error error) {
  Failure failure(std::move(error));
  failure.kept = true;
  return failure;
}

}  // namespace

Carried<StepEnd> edit_hive(Carrier& run, std::uint32_t step) {
  const plan::Step& planned = run.plan.steps[step - 1];
  if (!planned.registry) {
    return tl::unexpected(
        Error{ErrorKind::bad_input, "the plan's step names no registry value", std::nullopt});
  }
  const auto& node = planned.registry->hive_node;
  const HeldHive hive = ANTIDOTARY_TRY(hold(run, planned.registry->hive, node.device, node.inode));
  const StepPosition& at = run.ledger.step(step);
  const bool again = at.hive.has_value();
  const std::vector<regf::Edit> edits =
      again ? at.hive->edits : ANTIDOTARY_TRY(ask_editor(run, planned, hive.stat));
  ANTIDOTARY_CHECK(check_side(hive.fd.get(), edits, Side::before));

  HiveIntent intent;
  intent.path = planned.registry->hive;
  intent.device = hive.stat.device;
  intent.inode = hive.stat.inode;
  intent.times_known = true;
  intent.accessed_ns = hive.stat.accessed_unix_ns;
  intent.modified_ns = hive.stat.modified_unix_ns;
  if (!again) intent.edits = edits;
  ANTIDOTARY_CHECK(run.intend(step, Direction::forward, intent));
  auto written = write_verified(hive.fd.get(), edits, Side::after);
  if (!written) {
    const bool back = write_before(hive.fd.get(), edits, intent).has_value();
    return tl::unexpected(Failure(std::move(written).error(), back));
  }
  return end_of(hive.fd.get(), StepOutcome::done, true);
}

Carried<StepEnd> revert_hive(Carrier& run, std::uint32_t step) {
  const StepPosition& at = run.ledger.step(step);
  if (!at.hive) {
    return tl::unexpected(Error{ErrorKind::internal, "the step edited no hive", std::nullopt});
  }
  const std::vector<regf::Edit> edits = at.hive->edits;
  auto hive = hold(run, at.hive->path, at.hive->device, at.hive->inode);
  if (!hive && hive.error().kind == ErrorKind::changed) {
    return tl::unexpected(kept(std::move(hive).error()));
  }
  if (!hive) return tl::unexpected(std::move(hive).error());
  auto as_left = check_side(hive->fd.get(), edits, Side::after);
  if (!as_left) return tl::unexpected(kept(std::move(as_left).error()));

  HiveIntent intent = *at.hive;
  intent.edits.clear();
  intent.times_known = intent.times_known && hive->stat.modified_unix_ns == at.after.modified_ns;
  ANTIDOTARY_CHECK(run.intend(step, Direction::back, intent));
  auto written = write_before(hive->fd.get(), edits, intent);
  if (!written) return tl::unexpected(Failure(std::move(written).error(), false));
  return end_of(hive->fd.get(), StepOutcome::undone, true);
}

Carried<StepEnd> settle_hive(Carrier& run, std::uint32_t step, bool finish) {
  const StepPosition& at = run.ledger.step(step);
  const Event open = *at.open;
  const bool own = !open.hive->edits.empty() || !at.hive;
  const std::vector<regf::Edit> edits = own ? open.hive->edits : at.hive->edits;
  const HeldHive hive =
      ANTIDOTARY_TRY(hold(run, open.hive->path, open.hive->device, open.hive->inode));
  ANTIDOTARY_CHECK(check_either(hive.fd.get(), edits));
  const bool forward = open.direction == Direction::forward;
  const bool on = forward && finish;
  auto written = on ? write_verified(hive.fd.get(), edits, Side::after)
                    : write_before(hive.fd.get(), edits, *open.hive);
  if (!written) return tl::unexpected(Failure(std::move(written).error(), false));
  if (forward && !finish) return end_of(hive.fd.get(), StepOutcome::pending, false);
  return end_of(hive.fd.get(), forward ? StepOutcome::done : StepOutcome::undone, true);
}

}  // namespace antidotary::remedy
