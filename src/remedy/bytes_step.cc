// Steps in place: byte ranges of a hive or of a text file replaced, and put back.
//
// Which bytes these are, and what is believed of them: stated_edits.h.
#include "files/act.h"
#include "remedy/carrier.h"
#include "remedy/placed_bytes.h"
#include "remedy/stated_edits.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t filetime_of_1970 = 116'444'736'000'000'000;
constexpr std::uint64_t filetime_per_second = 10'000'000;

struct HeldFile {
  files::Fd fd;
  files::Stat stat;
};

Result<HeldFile> hold(const Carrier& run, const std::string& path, std::uint64_t device,
                      std::uint64_t inode) {
  HeldFile file;
  file.fd = ANTIDOTARY_TRY(run.tree.open_file(path, files::Access::change));
  file.stat = ANTIDOTARY_TRY(files::stat_of(file.fd.get()));
  if (!run.same_file(file.stat, device, inode)) {
    return fail(
        ErrorKind::changed,
        "another file bears its name now: it was saved anew or replaced since the plan was made");
  }
  if (file.stat.links != 1) {
    return fail(ErrorKind::refused, "it has {} names (hard links)", file.stat.links);
  }
  return file;
}

Result<std::vector<ByteEdit>> ask_editor(const Carrier& run, const plan::Step& planned,
                                         const files::Stat& hive) {
  // The jail gets a descriptor that cannot write.
  const files::Fd reading = ANTIDOTARY_TRY(run.tree.open_file(planned.registry->hive));
  if (!ANTIDOTARY_TRY(files::stat_of(reading.get())).same_object(hive)) {
    return fail(ErrorKind::changed, "another file took the hive's name meanwhile");
  }
  const std::uint64_t now = run.clock() * filetime_per_second + filetime_of_1970;
  return stated_edits(run.editor, reading.get(), hive.size_bytes, planned, now);
}

/// What a step in place is about, as the plan has it.
struct Target {
  std::string path;
  host::Node node;
  Form form = Form::hive;
};

Result<Target> target_of(const plan::Step& planned) {
  if (planned.act != plan::Act::edit_line) {
    if (!planned.registry) {
      return fail(ErrorKind::bad_input, "the plan's step names no registry value");
    }
    return Target{planned.registry->hive, planned.registry->hive_node, Form::hive};
  }
  if (!planned.file || !planned.line) {
    return fail(ErrorKind::bad_input, "the plan's step names no line of a file");
  }
  return Target{planned.file->path, planned.file->node, Form::text};
}

Result<std::vector<ByteEdit>> edits_of(const Carrier& run, const plan::Step& planned,
                                       const HeldFile& file) {
  if (planned.act == plan::Act::edit_line) {
    return stated_line(file.fd.get(), file.stat.size_bytes, planned);
  }
  return ask_editor(run, planned, file.stat);
}

Form form_of(const Carrier& run, std::uint32_t step) {
  const bool line = run.plan.steps[step - 1].act == plan::Act::edit_line;
  return line ? Form::text : Form::hive;
}

// The way back of the bytes, with the times where they are known.
Status write_before(int file, Form form, const std::vector<ByteEdit>& edits,
                    const BytesIntent& times) {
  ANTIDOTARY_CHECK(write_verified(file, form, edits, Side::before));
  if (!times.times_known) return {};
  ANTIDOTARY_CHECK(files::act::set_times(file, times.accessed_ns, times.modified_ns));
  return files::act::sync(file);
}

Carried<StepEnd> end_of(int file, StepOutcome outcome, bool moved) {
  auto stat = files::stat_of(file);
  if (!stat) return tl::unexpected(Failure(std::move(stat).error(), false));
  return StepEnd{outcome, "", After{moved, 0, 0, stat->modified_unix_ns}};
}

Failure kept(Error error) {
  Failure failure(std::move(error));
  failure.kept = true;
  return failure;
}

}  // namespace

Carried<StepEnd> edit_bytes(Carrier& run, std::uint32_t step) {
  const plan::Step& planned = run.plan.steps[step - 1];
  const Target target = ANTIDOTARY_TRY(target_of(planned));
  const HeldFile file =
      ANTIDOTARY_TRY(hold(run, target.path, target.node.device, target.node.inode));
  const StepPosition& at = run.ledger.step(step);
  const bool again = at.bytes.has_value();
  const std::vector<ByteEdit> edits =
      again ? at.bytes->edits : ANTIDOTARY_TRY(edits_of(run, planned, file));
  ANTIDOTARY_CHECK(check_side(file.fd.get(), edits, Side::before));

  BytesIntent intent;
  intent.path = target.path;
  intent.device = file.stat.device;
  intent.inode = file.stat.inode;
  intent.times_known = true;
  intent.accessed_ns = file.stat.accessed_unix_ns;
  intent.modified_ns = file.stat.modified_unix_ns;
  if (!again) intent.edits = edits;
  ANTIDOTARY_CHECK(run.intend(step, Direction::forward, intent));
  auto written = write_verified(file.fd.get(), target.form, edits, Side::after);
  if (!written) {
    const bool back = write_before(file.fd.get(), target.form, edits, intent).has_value();
    return tl::unexpected(Failure(std::move(written).error(), back));
  }
  return end_of(file.fd.get(), StepOutcome::done, true);
}

Carried<StepEnd> revert_bytes(Carrier& run, std::uint32_t step) {
  const StepPosition& at = run.ledger.step(step);
  if (!at.bytes) {
    return tl::unexpected(Error{ErrorKind::internal, "the step edited no bytes", std::nullopt});
  }
  const std::vector<ByteEdit> edits = at.bytes->edits;
  auto file = hold(run, at.bytes->path, at.bytes->device, at.bytes->inode);
  if (!file && file.error().kind == ErrorKind::changed) {
    return tl::unexpected(kept(std::move(file).error()));
  }
  if (!file) return tl::unexpected(std::move(file).error());
  auto as_left = check_side(file->fd.get(), edits, Side::after);
  if (!as_left) return tl::unexpected(kept(std::move(as_left).error()));

  BytesIntent intent = *at.bytes;
  intent.edits.clear();
  intent.times_known = intent.times_known && file->stat.modified_unix_ns == at.after.modified_ns;
  ANTIDOTARY_CHECK(run.intend(step, Direction::back, intent));
  auto written = write_before(file->fd.get(), form_of(run, step), edits, intent);
  if (!written) return tl::unexpected(Failure(std::move(written).error(), false));
  return end_of(file->fd.get(), StepOutcome::undone, true);
}

Carried<StepEnd> settle_bytes(Carrier& run, std::uint32_t step, bool finish) {
  const StepPosition& at = run.ledger.step(step);
  const Form form = form_of(run, step);
  const Event open = *at.open;
  const bool own = !open.bytes->edits.empty() || !at.bytes;
  const std::vector<ByteEdit> edits = own ? open.bytes->edits : at.bytes->edits;
  const HeldFile file =
      ANTIDOTARY_TRY(hold(run, open.bytes->path, open.bytes->device, open.bytes->inode));
  ANTIDOTARY_CHECK(check_either(file.fd.get(), form, edits));
  const bool forward = open.direction == Direction::forward;
  const bool on = forward && finish;
  auto written = on ? write_verified(file.fd.get(), form, edits, Side::after)
                    : write_before(file.fd.get(), form, edits, *open.bytes);
  if (!written) return tl::unexpected(Failure(std::move(written).error(), false));
  if (forward && !finish) return end_of(file.fd.get(), StepOutcome::pending, false);
  return end_of(file.fd.get(), forward ? StepOutcome::done : StepOutcome::undone, true);
}

}  // namespace antidotary::remedy
