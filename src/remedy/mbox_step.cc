// Messages of a mailbox file (mbox): one is taken out, all others stay; and put back.
//
// The mailbox is rewritten in place, from the message to its end, under both locks, and its size
// and time are compared once more directly before the first byte changes and before the last act
// (docs/decisions/0186). What is not as the plan saw it or as this run left it is refused.
#include <algorithm>
#include <optional>
#include <set>

#include "core/text.h"
#include "files/act.h"
#include "remedy/carrier.h"
#include "remedy/item.h"
#include "remedy/mail_lock.h"
#include "remedy/mailbox_bytes.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t lead_bytes_max = 64 << 10;

Failure unsettled(Error error) { return Failure(std::move(error), false); }

Failure kept(Error error) {
  Failure failure(std::move(error));
  failure.kept = true;
  return failure;
}

/// A mailbox held open under its locks.
struct Held {
  files::Fd parent;
  files::Fd file;
  std::optional<MailLock> lock;
  files::Stat stat;

  int fd() const { return file.get(); }
};

Result<Held> hold(const Carrier& run, const std::string& path, std::uint64_t device,
                  std::uint64_t inode) {
  auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(path));
  Held held;
  held.parent = std::move(parent);
  held.file = ANTIDOTARY_TRY(MailLock::open_mailbox(held.parent.get(), name));
  held.lock.emplace(
      ANTIDOTARY_TRY(MailLock::take(held.parent.get(), name, held.fd(), run.ledger.begin().run)));
  held.stat = ANTIDOTARY_TRY(files::stat_of(held.fd()));
  const files::Stat named = ANTIDOTARY_TRY(files::stat_in(held.parent.get(), name));
  if (!run.same_file(held.stat, device, inode) || !named.same_object(held.stat)) {
    return fail(ErrorKind::changed,
                "another file bears the mailbox's name now: it was saved anew or replaced");
  }
  if (held.stat.links == 1) return held;
  return fail(ErrorKind::refused, "the mailbox has {} names (hard links)", held.stat.links);
}

const plan::Step& planned_of(const Carrier& run, std::uint32_t step) {
  return run.plan.steps[step - 1];
}

bool is_of_mailbox(const plan::Step& step, const std::string& path) {
  return step.act == plan::Act::take_message && step.file && step.message &&
         step.file->path == path;
}

/// Where the message stands, or goes to, now that others of this run are in or out.
std::uint64_t offset_now(const Carrier& run, std::uint32_t step) {
  const plan::Step& planned = planned_of(run, step);
  std::uint64_t offset = planned.message->offset;
  for (std::uint32_t i = 1; i <= run.ledger.steps(); ++i) {
    const plan::Step& other = planned_of(run, i);
    const bool before = i != step && is_of_mailbox(other, planned.file->path) &&
                        other.message->offset < planned.message->offset;
    if (before && run.ledger.step(i).applied) offset -= std::min(offset, other.message->size_bytes);
  }
  return offset;
}

/// The mailbox is as the plan saw it, or as some step of this run left it.
bool is_as_left(const Carrier& run, const plan::Step& planned, const files::Stat& now) {
  const host::Node& node = planned.file->node;
  if (now.size_bytes == node.size_bytes && now.modified_unix_ns == node.modified_unix_ns) {
    return true;
  }
  for (std::uint32_t i = 1; i <= run.ledger.steps(); ++i) {
    const After& after = run.ledger.step(i).after;
    const bool of_it = is_of_mailbox(planned_of(run, i), planned.file->path) && after.size_bytes;
    if (of_it && now.size_bytes == *after.size_bytes && now.modified_unix_ns == after.modified_ns) {
      return true;
    }
  }
  return false;
}

/// A From_ line begins at `offset`, or the file ends there.
bool is_border(int file, std::uint64_t offset, std::uint64_t file_bytes) {
  constexpr std::string_view from = "From ";
  if (offset == file_bytes) return true;
  Buffer mark(from.size());
  const auto count = files::read_at(file, offset, mark);
  return count && *count == from.size() && as_text(mark) == from;
}

Result<std::string> lead_sha256(int file, std::uint64_t offset) {
  const std::uint64_t size = std::min(offset, lead_bytes_max);
  return range_sha256(file, offset - size, size);
}

Error changed_since() {
  return {ErrorKind::changed,
          "the mailbox was changed since (mail arrived, or a mail program wrote to it): look again",
          std::nullopt};
}

Status check_untouched(int file, const files::Stat& before) {
  const files::Stat now = ANTIDOTARY_TRY(files::stat_of(file));
  if (now.size_bytes == before.size_bytes && now.modified_unix_ns == before.modified_unix_ns) {
    return {};
  }
  return tl::unexpected(changed_since());
}

std::string rest_name(const Carrier& run, std::uint32_t step) {
  return fmt::format("{}-{}.rest", run.ledger.begin().run, step);
}

ItemMetadata metadata_for(const Carrier& run, std::uint32_t step, std::uint64_t offset,
                          std::uint64_t size, const std::string& sha256) {
  const plan::Step& planned = planned_of(run, step);
  ItemMetadata metadata;
  metadata.tool = run.ledger.begin().tool;
  metadata.run = run.ledger.begin().run;
  metadata.step = step;
  metadata.entry = planned.entry;
  metadata.variant = planned.variant;
  metadata.change = planned.change;
  metadata.root = run.ledger.begin().root;
  metadata.path = planned.file->path;
  metadata.taken_unix_s = run.clock();
  metadata.offset = offset;
  metadata.size_bytes = size;
  metadata.sha256 = sha256;
  return metadata;
}

/// The copies that a rewrite is made from. `rest` is there where anything follows the message.
struct Copies {
  Item message;
  std::optional<Item> rest;

  Stretch with() const { return {&message, rest ? &*rest : nullptr}; }
  Stretch without() const { return {rest ? &*rest : nullptr}; }
};

Result<Item> open_message(const Carrier& run, std::uint32_t step, const MessageIntent& taken) {
  if (run.ledger.step(step).forgotten) {
    return fail(ErrorKind::not_found, "its content was deleted from quarantine for good");
  }
  Item item = ANTIDOTARY_TRY(Item::open(run.quarantine, run.item_name(step), run.key));
  const ItemMetadata& metadata = item.metadata();
  const bool fits = metadata.run == run.ledger.begin().run && metadata.step == step &&
                    metadata.path == taken.path && metadata.sha256 == taken.sha256;
  if (fits && metadata.size_bytes == taken.size_bytes) return item;
  return fail(ErrorKind::malformed, "the item is not that of this step");
}

Result<Item> open_rest(const Carrier& run, std::uint32_t step, const MessageIntent& intent,
                       Direction direction) {
  Item item = ANTIDOTARY_TRY(Item::open(run.quarantine, rest_name(run, step), run.key));
  const bool fits = item.metadata().sha256 == intent.rest_sha256 &&
                    item.metadata().size_bytes == intent.rest_bytes(direction);
  if (fits) return item;
  return fail(ErrorKind::malformed, "the copy of the mailbox's rest is not that of this step");
}

Result<Copies> open_copies(const Carrier& run, std::uint32_t step, const MessageIntent& intent,
                           Direction direction) {
  Copies copies{ANTIDOTARY_TRY(open_message(run, step, intent)), std::nullopt};
  if (intent.rest_bytes(direction) > 0) {
    copies.rest = ANTIDOTARY_TRY(open_rest(run, step, intent, direction));
  }
  return copies;
}

/// Copies what follows the place into quarantine; fills in what the intent says of it.
Status copy_rest(const Carrier& run, std::uint32_t step, const Held& held, Direction direction,
                 MessageIntent& intent) {
  const std::uint64_t size = intent.rest_bytes(direction);
  const std::uint64_t offset = intent.file_bytes - size;
  intent.rest_sha256 = ANTIDOTARY_TRY(range_sha256(held.fd(), offset, size));
  if (size == 0) return {};
  (void)ANTIDOTARY_TRY(write_item(run.quarantine, rest_name(run, step), held.fd(),
                                  metadata_for(run, step, offset, size, intent.rest_sha256),
                                  run.key));
  return {};
}

void drop(const Carrier& run, const std::string& name) {
  (void)files::act::remove(run.quarantine, name);
}

/// The new time of the mailbox stays, so that whoever compares sees that it changed; "mail that
/// was not read yet", an access time before it, stays what it was.
Status tell_unread(int file, const MessageIntent& before) {
  const files::Stat now = ANTIDOTARY_TRY(files::stat_of(file));
  const bool unread = before.accessed_ns < before.modified_ns;
  const std::int64_t accessed = unread ? before.accessed_ns : now.modified_unix_ns;
  ANTIDOTARY_CHECK(files::act::set_times(file, accessed, now.modified_unix_ns));
  return files::act::sync(file);
}

Carried<StepEnd> end_of(int file, StepOutcome outcome, bool moved) {
  auto stat = files::stat_of(file);
  if (!stat) return tl::unexpected(unsettled(std::move(stat).error()));
  return StepEnd{outcome, "", After{moved, 0, 0, stat->modified_unix_ns, stat->size_bytes}};
}

// --- forward

/// The message and what follows it into quarantine, and opened again as it reached the disk.
Result<Copies> copy_both(const Carrier& run, std::uint32_t step, const Held& held,
                         MessageIntent& intent) {
  (void)ANTIDOTARY_TRY(write_item(
      run.quarantine, run.item_name(step), held.fd(),
      metadata_for(run, step, intent.offset, intent.size_bytes, intent.sha256), run.key));
  ANTIDOTARY_CHECK(copy_rest(run, step, held, Direction::forward, intent));
  return open_copies(run, step, intent, Direction::forward);
}

/// Everything behind the message moves to its place; then the file is cut. Until it is cut all of
/// it can be put back, and what somebody who ignores locks appended stands behind it untouched.
Carried<StepEnd> close_up(const Held& held, const MessageIntent& intent, const Copies& copies) {
  const int file = held.fd();
  ANTIDOTARY_CHECK(check_untouched(file, held.stat));
  auto written = write_stretch(file, intent.offset, copies.without());
  if (written) {
    const auto now = files::stat_of(file);
    if (!now) written = tl::unexpected(now.error());
    if (now && now->size_bytes != intent.file_bytes) written = tl::unexpected(changed_since());
  }
  if (written) written = files::act::truncate(file, intent.file_bytes - intent.size_bytes);
  if (!written) {
    auto back = write_stretch(file, intent.offset, copies.with());
    return tl::unexpected(Failure(std::move(written).error(), back.has_value()));
  }
  auto done = files::act::sync(file);
  const std::uint64_t rest = intent.rest_bytes(Direction::forward);
  if (done && !has_bytes(file, intent.offset, rest, intent.rest_sha256)) {
    done = fail(ErrorKind::io, "the mailbox does not hold what was written to it");
  }
  if (done) done = tell_unread(file, intent);
  if (!done) return tl::unexpected(unsettled(std::move(done).error()));
  return end_of(file, StepOutcome::done, true);
}

Result<MessageIntent> intent_of(const Carrier& run, std::uint32_t step, const Held& held) {
  const plan::Step& planned = planned_of(run, step);
  const plan::MessageFact& message = *planned.message;
  MessageIntent intent;
  intent.path = planned.file->path;
  intent.device = held.stat.device;
  intent.inode = held.stat.inode;
  intent.offset = offset_now(run, step);
  intent.size_bytes = message.size_bytes;
  intent.sha256 = message.sha256;
  intent.file_bytes = held.stat.size_bytes;
  intent.accessed_ns = held.stat.accessed_unix_ns;
  intent.modified_ns = held.stat.modified_unix_ns;
  const bool inside = intent.offset < intent.file_bytes && message.size_bytes > 0 &&
                      message.size_bytes <= intent.file_bytes - intent.offset;
  if (!inside) return fail(ErrorKind::bad_input, "the plan's message lies outside of the mailbox");
  const bool whole = is_border(held.fd(), intent.offset, ~0ull) &&
                     is_border(held.fd(), intent.offset + intent.size_bytes, intent.file_bytes);
  if (!whole) return fail(ErrorKind::changed, "no message begins and ends there");
  intent.lead_sha256 = ANTIDOTARY_TRY(lead_sha256(held.fd(), intent.offset));
  return intent;
}

}  // namespace

Carried<StepEnd> take_message(Carrier& run, std::uint32_t step) {
  const plan::Step& planned = planned_of(run, step);
  if (!planned.file || !planned.message) {
    return tl::unexpected(
        Error{ErrorKind::bad_input, "the plan's step names no message", std::nullopt});
  }
  const host::Node& node = planned.file->node;
  const Held held = ANTIDOTARY_TRY(hold(run, planned.file->path, node.device, node.inode));
  if (!is_as_left(run, planned, held.stat)) return tl::unexpected(changed_since());
  MessageIntent intent = ANTIDOTARY_TRY(intent_of(run, step, held));
  auto copies = copy_both(run, step, held, intent);
  Carried<StepEnd> end = StepEnd{};
  if (copies) {
    ANTIDOTARY_CHECK(run.intend(step, Direction::forward, intent));
    end = close_up(held, intent, *copies);
  } else {
    end = tl::unexpected(Failure(std::move(copies).error()));
  }
  if (!end && !end.error().settled) return end;
  drop(run, rest_name(run, step));
  // The message stands in the mailbox as before, so its copy is of no use.
  if (!end) drop(run, run.item_name(step));
  return end;
}

// --- back

namespace {

/// From the longer file to the end of the step.
Carried<StepEnd> fill_in(const Held& held, const MessageIntent& intent, const Copies& copies) {
  const int file = held.fd();
  auto done = intent.times_known
                  ? files::act::set_times(file, intent.accessed_ns, intent.modified_ns)
                  : tell_unread(file, intent);
  if (done) done = check_mixed(file, intent.offset, copies.with(), copies.with());
  if (done) done = files::act::sync(file);
  if (!done) return tl::unexpected(unsettled(std::move(done).error()));
  auto end = end_of(file, intent.in_place ? StepOutcome::undone : StepOutcome::kept, true);
  if (end && !intent.in_place) {
    end->detail = "the mailbox was changed where it had stood; put at its end";
  }
  return end;
}

/// From the place on: the message, then what stood there. Nothing but what was copied is written
/// over.
Carried<StepEnd> open_up(const Held& held, const MessageIntent& intent, const Copies& copies) {
  const int file = held.fd();
  ANTIDOTARY_CHECK(check_untouched(file, held.stat));
  auto written = files::act::truncate(file, intent.file_bytes + intent.size_bytes);
  if (written) written = write_stretch(file, intent.offset, copies.with());
  if (written) return fill_in(held, intent, copies);
  // No room: as it was.
  auto back = write_stretch(file, intent.offset, copies.without());
  if (back) back = files::act::truncate(file, intent.file_bytes);
  if (back) back = files::act::sync(file);
  return tl::unexpected(Failure(std::move(written).error(), back.has_value()));
}

/// Its own place where that can be told, else the mailbox's end.
Status choose_place(const Carrier& run, std::uint32_t step, const Held& held,
                    MessageIntent& intent) {
  intent.file_bytes = held.stat.size_bytes;
  intent.offset = offset_now(run, step);
  const bool border =
      intent.offset <= intent.file_bytes && is_border(held.fd(), intent.offset, intent.file_bytes);
  if (border && is_as_left(run, planned_of(run, step), held.stat)) return {};
  intent.times_known = false;
  const bool there =
      border && ANTIDOTARY_TRY(lead_sha256(held.fd(), intent.offset)) == intent.lead_sha256;
  if (there) return {};
  intent.in_place = false;
  intent.offset = intent.file_bytes;
  Buffer last(1);
  const bool ends_line =
      intent.file_bytes == 0 ||
      (ANTIDOTARY_TRY(files::read_at(held.fd(), intent.file_bytes - 1, last)) == 1 &&
       last[0] == std::byte{'\n'});
  if (ends_line) return {};
  return fail(
      ErrorKind::changed,
      "the mailbox ends in the midst of a line; 'quarantine release' writes the message to a file");
}

}  // namespace

Carried<StepEnd> return_message(Carrier& run, std::uint32_t step) {
  const StepPosition& at = run.ledger.step(step);
  if (!at.message) {
    return tl::unexpected(Error{ErrorKind::internal, "the step took no message", std::nullopt});
  }
  MessageIntent intent = *at.message;
  (void)ANTIDOTARY_TRY(open_message(run, step, intent));
  auto held = hold(run, intent.path, intent.device, intent.inode);
  if (!held && held.error().kind == ErrorKind::changed) {
    return tl::unexpected(kept(std::move(held).error()));
  }
  if (!held) return tl::unexpected(std::move(held).error());
  // Its times are those before the message went only where nothing came between.
  intent.times_known = held->stat.modified_unix_ns == at.after.modified_ns &&
                       at.after.size_bytes == held->stat.size_bytes;
  auto placed = choose_place(run, step, *held, intent);
  if (!placed) return tl::unexpected(kept(std::move(placed).error()));
  ANTIDOTARY_CHECK(copy_rest(run, step, *held, Direction::back, intent));
  const Copies copies = ANTIDOTARY_TRY(open_copies(run, step, intent, Direction::back));
  ANTIDOTARY_CHECK(run.intend(step, Direction::back, intent));
  auto end = open_up(*held, intent, copies);
  if (end || end.error().settled) drop(run, rest_name(run, step));
  return end;
}

// --- after a cut

namespace {

/// Whether the mailbox is as it was before the step, as after it, or between.
enum class Found : std::uint8_t { before, after, between };

Found found_forward(int file, std::uint64_t size, const MessageIntent& intent) {
  const std::uint64_t rest = intent.rest_bytes(Direction::forward);
  const std::uint64_t without = intent.file_bytes - intent.size_bytes;
  const bool old = has_bytes(file, intent.offset, intent.size_bytes, intent.sha256) &&
                   has_bytes(file, intent.offset + intent.size_bytes, rest, intent.rest_sha256);
  if (old) return Found::before;
  const bool cut = size == without && has_bytes(file, intent.offset, rest, intent.rest_sha256);
  return cut ? Found::after : Found::between;
}

/// What lies behind the moved bytes is not what stood there before: it was cut, and is new mail.
bool was_cut_off(int file, const MessageIntent& intent, const Copies& copies) {
  const std::uint64_t rest = intent.rest_bytes(Direction::forward);
  if (!has_bytes(file, intent.offset, rest, intent.rest_sha256)) return false;
  const auto mixed = check_mixed(file, intent.offset, copies.with(), copies.without());
  return !mixed && mixed.error().kind == ErrorKind::changed;
}

Carried<StepEnd> settle_forward(Carrier& run, std::uint32_t step, const Held& held,
                                const MessageIntent& intent, bool finish) {
  const int file = held.fd();
  const Found found = found_forward(file, held.stat.size_bytes, intent);
  if (found == Found::after) {
    auto told = tell_unread(file, intent);
    if (!told) return tl::unexpected(unsettled(std::move(told).error()));
    drop(run, rest_name(run, step));
    return end_of(file, StepOutcome::done, true);
  }
  if (found == Found::between) {
    auto copies = open_copies(run, step, intent, Direction::forward);
    // The copy goes when all is done; then mail came.
    const bool over =
        !copies && copies.error().kind == ErrorKind::not_found &&
        has_bytes(file, intent.offset, intent.rest_bytes(Direction::forward), intent.rest_sha256);
    if (over || (copies && was_cut_off(file, intent, *copies))) {
      drop(run, rest_name(run, step));
      return end_of(file, StepOutcome::done, true);
    }
    if (!copies) return tl::unexpected(std::move(copies).error());
    auto checked = check_mixed(file, intent.offset, copies->with(), copies->without());
    if (!checked) {
      checked.error().what += "; the message and the mailbox's rest are in quarantine as " +
                              run.item_name(step) + " and " + rest_name(run, step);
      return tl::unexpected(std::move(checked).error());
    }
    auto written = write_stretch(file, intent.offset, copies->with());
    if (!written) return tl::unexpected(unsettled(std::move(written).error()));
  }
  drop(run, rest_name(run, step));
  if (held.stat.size_bytes == intent.file_bytes) {
    auto timed = files::act::set_times(file, intent.accessed_ns, intent.modified_ns);
    if (!timed) return tl::unexpected(unsettled(std::move(timed).error()));
  }
  if (finish) return end_of(file, StepOutcome::pending, false);
  drop(run, run.item_name(step));
  return StepEnd{StepOutcome::pending, "", {}};
}

Carried<StepEnd> settle_back(Carrier& run, std::uint32_t step, const Held& held,
                             const MessageIntent& intent) {
  const int file = held.fd();
  const std::uint64_t longer = intent.file_bytes + intent.size_bytes;
  const std::uint64_t rest = intent.rest_bytes(Direction::back);
  auto copies = open_copies(run, step, intent, Direction::back);
  if (!copies && copies.error().kind == ErrorKind::not_found) {
    // The copy goes when all is written, or all is as it was.
    const bool done = has_bytes(file, intent.offset, intent.size_bytes, intent.sha256);
    if (!done) return StepEnd{StepOutcome::pending, "", {}};
    return end_of(file, intent.in_place ? StepOutcome::undone : StepOutcome::kept, true);
  }
  if (!copies) return tl::unexpected(std::move(copies).error());
  const bool begun = held.stat.size_bytes >= longer;
  const bool not_begun = held.stat.size_bytes == intent.file_bytes &&
                         has_bytes(file, intent.offset, rest, intent.rest_sha256);
  if (!begun && !not_begun) return tl::unexpected(changed_since());
  if (begun) {
    ANTIDOTARY_CHECK(check_mixed(file, intent.offset, copies->with(), copies->without(), rest));
    auto written = write_stretch(file, intent.offset, copies->with());
    if (!written) return tl::unexpected(unsettled(std::move(written).error()));
  }
  MessageIntent now = intent;
  // Mail that came since has moved the times on.
  now.times_known = intent.times_known && held.stat.size_bytes <= longer;
  auto end = begun ? fill_in(held, now, *copies) : open_up(held, now, *copies);
  if (end || end.error().settled) drop(run, rest_name(run, step));
  return end;
}

}  // namespace

Carried<StepEnd> settle_message(Carrier& run, std::uint32_t step, bool finish) {
  const Event open = *run.ledger.step(step).open;
  const MessageIntent& intent = *open.message;
  const bool forward = open.direction == Direction::forward;
  Carried<StepEnd> end = StepEnd{};
  {
    const Held held = ANTIDOTARY_TRY(hold(run, intent.path, intent.device, intent.inode));
    end = forward ? settle_forward(run, step, held, intent, finish)
                  : settle_back(run, step, held, intent);
  }
  const bool again = forward && finish && end && end->outcome == StepOutcome::pending;
  return again ? take_message(run, step) : end;
}

void clear_mail_locks(const Carrier& run) {
  std::set<std::string> paths;
  for (const plan::Step& step : run.plan.steps) {
    if (step.act == plan::Act::take_message && step.file) paths.insert(step.file->path);
  }
  for (const std::string& path : paths) {
    auto place = run.tree.open_parent(path);
    if (place) (void)MailLock::clear(place->first.get(), place->second, run.ledger.begin().run);
  }
}

}  // namespace antidotary::remedy
