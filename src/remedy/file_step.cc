// The way forward of a file step: copy to quarantine, then out of the tree.
#include "core/text.h"
#include "files/act.h"
#include "remedy/carrier.h"
#include "remedy/item.h"
#include "remedy/maildir.h"
#include "remedy/private_folder.h"

namespace antidotary::remedy {
namespace {

constexpr const char* inside = PrivateFolder::inside;

// A file on its way out: its folder and itself, both held.
struct Leaving {
  files::Fd parent;
  std::string name;
  files::Fd file;
  files::Stat stat;
};

Failure unsettled(Error error) { return Failure(std::move(error), false); }

// Who the file must be: as the plan saw it or, after an undo, as that undo made it.
Result<FileIntent> target_of(const Carrier& run, std::uint32_t step) {
  const plan::Step& planned = run.plan.steps[step - 1];
  if (!planned.file) return fail(ErrorKind::bad_input, "the plan's step names no file");
  const StepPosition& at = run.ledger.step(step);
  FileIntent target;
  target.path = at.file ? at.file->path : planned.file->path;
  target.device = at.file ? at.after.device : planned.file->node.device;
  target.inode = at.file ? at.after.inode : planned.file->node.inode;
  target.size_bytes = planned.file->node.size_bytes;
  target.sha256 = planned.file->sha256;
  // Mail programs move messages from new to cur and rename them with their flags.
  target.path = ANTIDOTARY_TRY(maildir_path_now(run, target));
  return target;
}

Result<Leaving> hold(const Carrier& run, const FileIntent& target) {
  auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(target.path));
  files::Fd file = ANTIDOTARY_TRY(files::open_file_in(parent.get(), name));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(file.get()));
  if (!run.same_file(stat, target.device, target.inode)) {
    return fail(
        ErrorKind::changed,
        "another file bears this name now: it was saved anew or replaced since the plan was made");
  }
  if (stat.links != 1) {
    return fail(ErrorKind::refused, "it has {} names (hard links); taking one would leave it",
                stat.links);
  }
  return Leaving{std::move(parent), std::move(name), std::move(file), stat};
}

ItemMetadata metadata_for(const Carrier& run, std::uint32_t step, const FileIntent& target) {
  const plan::Step& planned = run.plan.steps[step - 1];
  ItemMetadata metadata;
  metadata.tool = run.ledger.begin().tool;
  metadata.run = run.ledger.begin().run;
  metadata.step = step;
  metadata.entry = planned.entry;
  metadata.variant = planned.variant;
  metadata.change = planned.change;
  metadata.root = run.ledger.begin().root;
  metadata.path = target.path;
  metadata.taken_unix_s = run.clock();
  metadata.size_bytes = target.size_bytes;
  metadata.sha256 = target.sha256;
  return metadata;
}

// What was moved must be what was held and copied: nobody swapped it, nobody wrote to it.
Status check_moved(const PrivateFolder& folder, const Leaving& leaving) {
  const files::Stat moved = ANTIDOTARY_TRY(files::stat_in(folder.descriptor(), inside));
  if (!moved.same_object(leaving.stat)) {
    return fail(ErrorKind::changed, "another file took its name meanwhile");
  }
  if (moved.size_bytes != leaving.stat.size_bytes ||
      moved.modified_unix_ns != leaving.stat.modified_unix_ns) {
    return fail(ErrorKind::changed, "it was written to meanwhile");
  }
  if (moved.links != 1) return fail(ErrorKind::changed, "it got another name meanwhile");
  return {};
}

// Gives the tree back what was moved. Where its name is taken again it stays in the private
// folder, and the sentence says so: nothing is lost.
Failure give_back(const PrivateFolder& folder, const Leaving& leaving, const FileIntent& intent,
                  Error why) {
  auto back = files::act::rename_no_replace(folder.descriptor(), inside, leaving.parent.get(),
                                            leaving.name);
  if (!back) {
    why.what += fmt::format("; it is now {}/{} beside its old name ({})", intent.private_name,
                            inside, back.error().what);
    return why;
  }
  auto dissolved = folder.dissolve();
  auto timed = files::act::set_times(leaving.parent.get(), intent.parent_accessed_ns,
                                     intent.parent_modified_ns);
  auto synced = files::act::sync(leaving.parent.get());
  if (!dissolved || !timed || !synced) return Failure(std::move(why), false);
  return why;
}

Carried<StepEnd> gone(const Carrier& run, const Leaving& leaving, const std::string& path) {
  StepEnd end;
  end.after.moved = true;
  auto parent = files::stat_of(leaving.parent.get());
  if (!parent) return tl::unexpected(unsettled(std::move(parent).error()));
  end.after.modified_ns = parent->modified_unix_ns;
  // Verified by the path as well: the folder that was held may have been moved away meanwhile.
  auto there = run.tree.open_parent(path);
  if (there && files::stat_in(there->first.get(), there->second).has_value()) {
    end.detail = "taken away, but something else bears its name now";
  }
  return end;
}

// From the file in the private folder to its end.
Carried<StepEnd> finish_removal(const Carrier& run, const PrivateFolder& folder,
                                const Leaving& leaving, const FileIntent& intent) {
  auto removed = files::act::remove(folder.descriptor(), inside);
  if (!removed) {
    return tl::unexpected(give_back(folder, leaving, intent, std::move(removed).error()));
  }
  auto done = folder.dissolve();
  if (done) done = files::act::sync(leaving.parent.get());
  if (!done) return tl::unexpected(unsettled(std::move(done).error()));
  return gone(run, leaving, intent.path);
}

Carried<StepEnd> take_away(const Carrier& run, const Leaving& leaving, const FileIntent& intent) {
  const PrivateFolder folder =
      ANTIDOTARY_TRY(PrivateFolder::make(leaving.parent.get(), intent.private_name));
  auto moved = files::act::rename_no_replace(leaving.parent.get(), leaving.name,
                                             folder.descriptor(), inside);
  if (!moved) {
    auto cleaned = folder.dissolve();
    if (cleaned) {
      cleaned = files::act::set_times(leaving.parent.get(), intent.parent_accessed_ns,
                                      intent.parent_modified_ns);
    }
    return tl::unexpected(Failure(std::move(moved).error(), cleaned.has_value()));
  }
  auto checked = check_moved(folder, leaving);
  if (!checked) {
    return tl::unexpected(give_back(folder, leaving, intent, std::move(checked).error()));
  }
  return finish_removal(run, folder, leaving, intent);
}

}  // namespace

Carried<StepEnd> remove_file(Carrier& run, std::uint32_t step) {
  FileIntent intent = ANTIDOTARY_TRY(target_of(run, step));
  const Leaving leaving = ANTIDOTARY_TRY(hold(run, intent));
  const std::string item = run.item_name(step);
  (void)ANTIDOTARY_TRY(write_item(run.quarantine, item, leaving.file.get(),
                                  metadata_for(run, step, intent), run.key));
  const files::Stat parent = ANTIDOTARY_TRY(files::stat_of(leaving.parent.get()));
  intent.private_name = run.private_name(step);
  intent.device = leaving.stat.device;
  intent.inode = leaving.stat.inode;
  // Mail programs look again at a folder of a Maildir whose time has moved on.
  intent.parent_times_known = !is_maildir_message(run.tree, intent.path);
  intent.parent_inode = parent.inode;
  intent.parent_accessed_ns = parent.accessed_unix_ns;
  intent.parent_modified_ns = parent.modified_unix_ns;
  ANTIDOTARY_CHECK(run.intend(step, Direction::forward, intent));

  auto end = take_away(run, leaving, intent);
  // The file stands in the tree as before, so its copy is of no use.
  if (!end && end.error().settled &&
      files::stat_in(leaving.parent.get(), leaving.name).has_value()) {
    (void)files::act::remove(run.quarantine, item);
  }
  return end;
}

Carried<StepEnd> settle_remove(Carrier& run, std::uint32_t step, bool finish) {
  const FileIntent intent = *run.ledger.step(step).open->file;
  auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(intent.path));
  Leaving leaving{std::move(parent), std::move(name), {}, {}};
  auto folder = PrivateFolder::find(leaving.parent.get(), intent.private_name);
  if (!folder && folder.error().kind != ErrorKind::not_found) {
    return tl::unexpected(unsettled(std::move(folder).error()));
  }
  if (folder) {
    auto moved = files::stat_in(folder->descriptor(), inside);
    if (moved && !run.same_file(*moved, intent.device, intent.inode)) {
      return tl::unexpected(
          give_back(*folder, leaving, intent,
                    Error{ErrorKind::changed, "another file had taken its name", std::nullopt}));
    }
    if (moved && finish) return finish_removal(run, *folder, leaving, intent);
    if (moved) {
      Failure back = give_back(*folder, leaving, intent, Error{});
      if (!back.error.what.empty() || !back.settled) return tl::unexpected(std::move(back));
      return StepEnd{StepOutcome::pending, "", {}};
    }
    auto dissolved = folder->dissolve();
    if (!dissolved) return tl::unexpected(unsettled(std::move(dissolved).error()));
  }
  const auto there = files::stat_in(leaving.parent.get(), leaving.name);
  if (!there || !run.same_file(*there, intent.device, intent.inode)) {
    return gone(run, leaving, intent.path);
  }
  auto timed = files::act::set_times(leaving.parent.get(), intent.parent_accessed_ns,
                                     intent.parent_modified_ns);
  if (!timed) return tl::unexpected(unsettled(std::move(timed).error()));
  if (finish) return remove_file(run, step);
  return StepEnd{StepOutcome::pending, "", {}};
}

}  // namespace antidotary::remedy
