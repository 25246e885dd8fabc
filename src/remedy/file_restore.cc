// The way back of a file step: from quarantine to its place, over nothing.
#include <array>

#include "core/text.h"
#include "files/act.h"
#include "remedy/carrier.h"
#include "remedy/item.h"
#include "remedy/private_folder.h"

namespace antidotary::remedy {
namespace {

constexpr const char* inside = PrivateFolder::inside;
constexpr std::size_t name_bytes_max = 255;  // NAME_MAX
constexpr int beside_names_max = 9;

// Where it cannot have its own name: "<name>.antidotary-restored-<run>", then with "-2" ...
std::string beside_name(const std::string& name, const std::string& run, int attempt) {
  std::string suffix = ".antidotary-restored-" + run;
  if (attempt > 1) suffix += fmt::format("-{}", attempt);
  return name.substr(0, name_bytes_max - suffix.size()) + suffix;
}

// Everything that was known of the file, by its descriptor; yields what could not be given back.
Result<std::string> dress(int file, const ItemMetadata& metadata) {
  std::string missing;
  const files::Stat fresh = ANTIDOTARY_TRY(files::stat_of(file));
  if (fresh.owner != metadata.owner || fresh.group != metadata.group) {
    auto owned = files::act::change_owner(file, metadata.owner, metadata.group);
    if (!owned && owned.error().kind != ErrorKind::permission) {
      return tl::unexpected(std::move(owned).error());
    }
    if (!owned) missing += fmt::format(", owner {}:{}", metadata.owner, metadata.group);
  }
  for (const Attribute& attribute : metadata.attributes) {
    if (!files::act::set_attribute(file, attribute.name, attribute.value)) {
      missing += ", attribute " + escape_for_terminal(attribute.name);
    }
  }
  // After the owner: a change of owner takes the set-id bits off.
  ANTIDOTARY_CHECK(files::act::change_mode(file, metadata.mode));
  ANTIDOTARY_CHECK(files::act::set_times(file, metadata.accessed_ns, metadata.modified_ns));
  if (missing.empty()) return missing;
  return "without " + missing.substr(2);
}

struct Landed {
  std::string name;
  int attempt = 0;  ///< 0: its own name.
};

Result<Landed> land(const PrivateFolder& folder, int parent, const std::string& name,
                    const std::string& run) {
  for (int attempt = 0; attempt <= beside_names_max; ++attempt) {
    const std::string to = attempt == 0 ? name : beside_name(name, run, attempt);
    auto moved = files::act::rename_no_replace(folder.descriptor(), inside, parent, to);
    if (moved) return Landed{to, attempt};
    if (moved.error().kind != ErrorKind::busy) return tl::unexpected(std::move(moved).error());
  }
  return fail(ErrorKind::busy, "there is something at its name and at every name beside it");
}

StepEnd end_at(const std::string& path, const Landed& landed, const files::Stat& file,
               const std::string& missing) {
  StepEnd end;
  end.outcome = landed.attempt == 0 ? StepOutcome::undone : StepOutcome::kept;
  end.detail = missing;
  if (landed.attempt != 0) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
    end.detail = fmt::format("something else is at its place; put beside it as {}{}{}{}", folder,
                             landed.name, missing.empty() ? "" : ", ", missing);
  }
  end.after.moved = true;
  end.after.device = file.device;
  end.after.inode = file.inode;
  return end;
}

// The folder's times go back only where nothing but this run changed it since.
Status close_parent(int parent, const FileIntent& intent, StepEnd& end) {
  if (intent.parent_times_known) {
    ANTIDOTARY_CHECK(
        files::act::set_times(parent, intent.parent_accessed_ns, intent.parent_modified_ns));
  }
  ANTIDOTARY_CHECK(files::act::sync(parent));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(parent));
  end.after.modified_ns = stat.modified_unix_ns;
  return {};
}

Status clear(const PrivateFolder& folder) {
  auto removed = files::act::remove(folder.descriptor(), inside);
  if (!removed && removed.error().kind != ErrorKind::not_found) return removed;
  return folder.dissolve();
}

Result<StepEnd> put(const Carrier& run, const PrivateFolder& folder, int parent,
                    const std::string& name, const Item& item) {
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(folder.descriptor(), inside, 0600));
  ANTIDOTARY_CHECK(item.write_content(file.get()));
  const std::string missing = ANTIDOTARY_TRY(dress(file.get(), item.metadata()));
  ANTIDOTARY_CHECK(files::act::sync(file.get()));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(file.get()));
  const Landed landed = ANTIDOTARY_TRY(land(folder, parent, name, run.ledger.begin().run));
  return end_at(item.metadata().path, landed, stat, missing);
}

// From the intent to the file in its place.
Carried<StepEnd> bring_back(const Carrier& run, int parent, const std::string& name,
                            const FileIntent& intent, const Item& item) {
  const files::Stat before = ANTIDOTARY_TRY(files::stat_of(parent));
  const PrivateFolder folder = ANTIDOTARY_TRY(PrivateFolder::make(parent, intent.private_name));
  auto end = put(run, folder, parent, name, item);
  if (!end) {
    auto cleared = clear(folder);
    if (cleared) {
      cleared = files::act::set_times(parent, before.accessed_unix_ns, before.modified_unix_ns);
    }
    return tl::unexpected(Failure(std::move(end).error(), cleared.has_value()));
  }
  auto closed = folder.dissolve();
  if (closed) closed = close_parent(parent, intent, *end);
  if (!closed) return tl::unexpected(Failure(std::move(closed).error(), false));
  return *end;
}

Result<Item> open_item(const Carrier& run, std::uint32_t step, const FileIntent& taken) {
  if (run.ledger.step(step).forgotten) {
    return fail(ErrorKind::not_found, "its content was deleted from quarantine for good");
  }
  Item item = ANTIDOTARY_TRY(Item::open(run.quarantine, run.item_name(step), run.key));
  const ItemMetadata& metadata = item.metadata();
  if (metadata.run != run.ledger.begin().run || metadata.step != step ||
      metadata.path != taken.path || metadata.sha256 != taken.sha256) {
    return fail(ErrorKind::malformed, "the item is not that of this step");
  }
  return item;
}

// A regular file at `name` that is just what the item would put there.
std::optional<files::Stat> already_there(int parent, const std::string& name, const Item& item) {
  const auto file = files::open_file_in(parent, name);
  if (!file) return std::nullopt;
  const auto stat = files::stat_of(file->get());
  if (!stat || stat->size_bytes != item.metadata().size_bytes ||
      stat->modified_unix_ns != item.metadata().modified_ns) {
    return std::nullopt;
  }
  const auto sha256 = files::sha256_of(file->get());
  if (!sha256 || *sha256 != item.metadata().sha256) return std::nullopt;
  return *stat;
}

}  // namespace

Carried<StepEnd> restore_file(Carrier& run, std::uint32_t step) {
  const StepPosition& at = run.ledger.step(step);
  if (!at.file) {
    return tl::unexpected(Error{ErrorKind::internal, "the step took no file", std::nullopt});
  }
  const Item item = ANTIDOTARY_TRY(open_item(run, step, *at.file));
  auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(at.file->path));
  const files::Stat parent_stat = ANTIDOTARY_TRY(files::stat_of(parent.get()));
  // Another disk at the same mount point has folders of the same names.
  if (parent_stat.inode != at.file->parent_inode) {
    return tl::unexpected(Failure(
        Error{ErrorKind::changed,
              "the folder is not the one that the file was taken from: is this the same disk?",
              std::nullopt}));
  }
  FileIntent intent = *at.file;
  intent.private_name = run.private_name(step);
  intent.device = 0;
  intent.inode = 0;
  intent.parent_times_known =
      intent.parent_times_known && parent_stat.modified_unix_ns == at.after.modified_ns;
  ANTIDOTARY_CHECK(run.intend(step, Direction::back, intent));
  return bring_back(run, parent.get(), name, intent, item);
}

Carried<StepEnd> settle_restore(Carrier& run, std::uint32_t step) {
  const FileIntent intent = *run.ledger.step(step).open->file;
  // Checked before anything half done is cleared away: the copy must be whole.
  const Item item = ANTIDOTARY_TRY(open_item(run, step, intent));
  auto [parent, name] = ANTIDOTARY_TRY(run.tree.open_parent(intent.path));
  if (const auto folder = PrivateFolder::find(parent.get(), intent.private_name)) {
    auto cleared = clear(*folder);
    if (!cleared) return tl::unexpected(Failure(std::move(cleared).error(), false));
  }
  for (int attempt = 0; attempt <= beside_names_max; ++attempt) {
    const std::string at = attempt == 0 ? name : beside_name(name, run.ledger.begin().run, attempt);
    const auto stat = already_there(parent.get(), at, item);
    if (!stat) continue;
    StepEnd end = end_at(intent.path, Landed{at, attempt}, *stat, "");
    auto closed = close_parent(parent.get(), intent, end);
    if (!closed) return tl::unexpected(Failure(std::move(closed).error(), false));
    return end;
  }
  return bring_back(run, parent.get(), name, intent, item);
}

}  // namespace antidotary::remedy
