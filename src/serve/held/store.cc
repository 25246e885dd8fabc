#include "serve/held/store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <tuple>
#include <unordered_set>

#include "core/digest.h"
#include "core/text.h"
#include "files/act.h"
#include "files/state.h"
#include "remedy/item.h"

namespace antidotary::serve::held {
namespace {

constexpr std::string_view folder_name = "mail";
constexpr std::string_view item_end = ".item";
constexpr std::string_view mail_end = ".mail";
constexpr std::string_view released_end = ".released";
constexpr std::string_view nonce_end = ".used";
constexpr std::size_t mac_hex_bytes = 64;
constexpr std::size_t note_bytes_max = 16 << 20;
constexpr std::int64_t orphan_s = 3'600;
// An item has two files, a released one three; a configuration allows a million of them.
constexpr std::size_t nodes_max = 4'000'000;
// Where it is full we look whether another process made room: at once where the folder was touched,
// else so often (a touch within the clock's grain is not seen).
constexpr std::uint64_t tidy_s = 60;
constexpr std::size_t oldest_at_once = 1'000;

bool is_id(std::string_view id) {
  return id.starts_with("mail-") && id.size() <= 64 &&
         std::all_of(id.begin(), id.end(), [](char one) {
           return (one >= 'a' && one <= 'z') || (one >= '0' && one <= '9') || one == '-';
         });
}

Result<std::string> random_hex(std::size_t bytes) {
  Buffer out(bytes);
  if (::getrandom(out.data(), out.size(), 0) != static_cast<ssize_t>(out.size())) {
    return tl::unexpected(files::system_error(errno, "get", "random bytes"));
  }
  return to_hex(out);
}

/// What an id begins with: ids are in the order of their times.
std::string stamp_of(std::uint64_t unix_s) {
  const auto time = static_cast<std::time_t>(unix_s);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("mail-{:04}{:02}{:02}t{:02}{:02}{:02}-", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

Result<std::string> new_id(std::uint64_t now_unix_s) {
  return stamp_of(now_unix_s) + ANTIDOTARY_TRY(random_hex(6));
}

/// The ids among these names that stand before `end`; where there are more than `most`, the oldest.
/// The youngest first.
std::vector<std::string> oldest_ids(const std::vector<files::Named>& nodes, const std::string& end,
                                    std::size_t most) {
  std::vector<std::string> out;
  for (const files::Named& one : nodes) {
    if (!one.name.ends_with(mail_end)) continue;
    std::string id = one.name.substr(0, one.name.size() - mail_end.size());
    if (is_id(id) && (end.empty() || id < end)) out.push_back(std::move(id));
  }
  const auto cut = out.begin() + static_cast<std::ptrdiff_t>(std::min(most, out.size()));
  std::partial_sort(out.begin(), cut, out.end());
  out.erase(cut, out.end());
  std::reverse(out.begin(), out.end());
  return out;
}

void remove_quietly(int folder, const std::string& name) {
  static_cast<void>(files::act::remove(folder, name));
}

}  // namespace

std::span<const std::string_view> enum_names(WhenFull) {
  static constexpr std::string_view names[] = {"tempfail", "oldest"};
  return names;
}

Result<Store> Store::open(const files::Root& state, Bounds bounds) {
  Buffer key = ANTIDOTARY_TRY(files::local_key(state));
  auto made = files::act::make_directory(state.descriptor(), std::string(folder_name), 0700);
  if (!made && made.error().kind != ErrorKind::busy) return tl::unexpected(made.error());
  const files::Root folder =
      ANTIDOTARY_TRY(files::Root::open(state.path() + "/" + std::string(folder_name)));
  files::Fd held(fcntl(folder.descriptor(), F_DUPFD_CLOEXEC, 0));
  if (!held.valid()) return tl::unexpected(files::system_error(errno, "open", folder.path()));
  Store out(std::move(held), std::move(key), bounds);
  out.path_ = folder.path();
  ANTIDOTARY_CHECK(out.tidy(static_cast<std::uint64_t>(std::time(nullptr))));
  return out;
}

std::int64_t Store::touched_unix_ns() const {
  const auto stat = files::stat_of(folder_.get());
  return stat ? stat->modified_unix_ns : -1;
}

/// While it lives the folder is changed by us: that is not to be taken for another's change.
class Store::OwnChange {
 public:
  explicit OwnChange(Store& store)
      : store_(store), untouched_(store.touched_unix_ns() == store.seen_unix_ns_) {}
  OwnChange(const OwnChange&) = delete;
  OwnChange& operator=(const OwnChange&) = delete;
  ~OwnChange() {
    if (untouched_) store_.seen_unix_ns_ = store_.touched_unix_ns();
  }

 private:
  Store& store_;
  bool untouched_;
};

Result<std::vector<files::Named>> Store::nodes() const {
  const files::Root folder = ANTIDOTARY_TRY(files::Root::open(path_));
  return folder.list("", nodes_max);
}

/// Counts what is there, and removes what a cut write left.
Status Store::tidy(std::uint64_t now_unix_s) {
  tidied_unix_s_ = now_unix_s;
  seen_unix_ns_ = touched_unix_ns();
  const OwnChange change(*this);
  const auto found = ANTIDOTARY_TRY(nodes());
  bytes_ = items_ = 0;
  std::unordered_set<std::string_view> recorded;
  for (const files::Named& one : found) {
    const std::string_view name = one.name;
    if (name.ends_with(mail_end)) recorded.insert(name.substr(0, name.size() - mail_end.size()));
  }
  // What is young may be in the making, by another process.
  const std::int64_t old_ns = (std::int64_t{std::time(nullptr)} - orphan_s) * 1'000'000'000;
  for (const files::Named& one : found) {
    const std::string_view name = one.name;
    const bool item = name.ends_with(item_end);
    if (item && recorded.count(name.substr(0, name.size() - item_end.size())) > 0) {
      bytes_ += one.stat.size_bytes;
      ++items_;
    } else if ((item || name.ends_with(".new")) && one.stat.changed_unix_ns < old_ns) {
      remove_quietly(folder_.get(), one.name);
    }
  }
  return {};
}

bool Store::fits(std::uint64_t size_bytes) const {
  return items_ < bounds_.items_max && bytes_ <= bounds_.bytes_max &&
         size_bytes <= bounds_.bytes_max - bytes_;
}

/// The oldest message that is there. Errors: not_found where there is none; io.
Result<std::string> Store::oldest() {
  if (oldest_.empty()) oldest_ = oldest_ids(ANTIDOTARY_TRY(nodes()), {}, oldest_at_once);
  if (oldest_.empty()) return fail(ErrorKind::not_found, "there is nothing in quarantine");
  std::string out = std::move(oldest_.back());
  oldest_.pop_back();
  return out;
}

Status Store::make_room(std::uint64_t size_bytes, std::uint64_t now_unix_s) {
  if (fits(size_bytes)) return {};
  // Somebody else may have forgotten some.
  if (touched_unix_ns() != seen_unix_ns_ || now_unix_s - tidied_unix_s_ >= tidy_s) {
    ANTIDOTARY_CHECK(tidy(now_unix_s));
  }
  const bool by_oldest = bounds_.when_full == WhenFull::oldest && size_bytes <= bounds_.bytes_max;
  while (by_oldest && !fits(size_bytes)) {
    const auto id = oldest();
    if (!id) break;
    const Status forgotten = forget(*id);
    if (!forgotten && forgotten.error().kind != ErrorKind::not_found) return forgotten;
  }
  if (fits(size_bytes)) return {};
  return fail(ErrorKind::budget_spent,
              "the mail quarantine is full: {} messages, {} bytes; forget some, or allow more",
              items_, bytes_);
}

Status Store::write_note(const std::string& name, std::string_view text) {
  const std::string fresh = name + ".new";
  remove_quietly(folder_.get(), fresh);
  {
    const files::Fd out = ANTIDOTARY_TRY(files::act::create(folder_.get(), fresh, 0600));
    auto written = files::act::write_all(out.get(), as_bytes(text));
    if (written) written = files::act::sync(out.get());
    if (!written) {
      remove_quietly(folder_.get(), fresh);
      return written;
    }
  }
  ANTIDOTARY_CHECK(files::act::rename_over(folder_.get(), fresh, folder_.get(), name));
  return files::act::sync(folder_.get());
}

Result<HeldMail> Store::keep(HeldMail mail, int message, std::uint64_t now_unix_s) {
  mail.id = ANTIDOTARY_TRY(new_id(now_unix_s));
  mail.taken_unix_s = now_unix_s;
  mail.size_bytes = ANTIDOTARY_TRY(files::stat_of(message)).size_bytes;
  mail.sha256 = ANTIDOTARY_TRY(files::sha256_of(message));
  ANTIDOTARY_CHECK(make_room(mail.size_bytes, now_unix_s));
  const OwnChange change(*this);
  remedy::ItemMetadata metadata;
  metadata.tool = "antidotary serve";
  metadata.run = mail.id;
  metadata.entry = mail.entry;
  metadata.taken_unix_s = now_unix_s;
  metadata.size_bytes = mail.size_bytes;
  metadata.sha256 = mail.sha256;
  const std::string item = mail.id + std::string(item_end);
  ANTIDOTARY_CHECK(remedy::write_item(folder_.get(), item, message, metadata, key_));
  const std::string json = to_json(mail).dump();
  const std::string note =
      hmac_sha256_hex(key_, as_bytes(std::string_view(json))) + "\n" + json + "\n";
  if (const Status written = write_note(mail.id + std::string(mail_end), note); !written) {
    remove_quietly(folder_.get(), item);
    return tl::unexpected(written.error());
  }
  ++items_;
  bytes_ += ANTIDOTARY_TRY(files::stat_in(folder_.get(), item)).size_bytes;
  return mail;
}

Result<HeldMail> Store::find(const std::string& id) const {
  if (!is_id(id)) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  auto file = files::open_file_in(folder_.get(), id + std::string(mail_end));
  if (!file) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  const Buffer note = ANTIDOTARY_TRY(files::read_whole(file->get(), note_bytes_max));
  const std::string_view text = as_text(note);
  if (text.size() < mac_hex_bytes + 2 || text[mac_hex_bytes] != '\n' || text.back() != '\n') {
    return fail(ErrorKind::malformed, "the record of {} is damaged", id);
  }
  const std::string_view json = text.substr(mac_hex_bytes + 1, text.size() - mac_hex_bytes - 2);
  if (!equal_in_constant_time(text.substr(0, mac_hex_bytes),
                              hmac_sha256_hex(key_, as_bytes(json)))) {
    return fail(ErrorKind::malformed, "the record of {} was changed: its code does not fit", id);
  }
  const Json parsed = ANTIDOTARY_TRY(Json::parse(json));
  HeldMail mail = ANTIDOTARY_TRY(record_from_json<HeldMail>(parsed));
  if (mail.id != id) return fail(ErrorKind::malformed, "the record of {} is another's", id);
  if (const auto at = files::stat_in(folder_.get(), id + std::string(released_end))) {
    mail.released_unix_s = static_cast<std::uint64_t>(at->modified_unix_ns / 1'000'000'000);
  }
  return mail;
}

std::vector<HeldMail> Store::list(const std::function<void(const std::string&)>& told) const {
  std::vector<HeldMail> out;
  const auto found = nodes();
  if (!found) {
    told(found.error().what);
    return out;
  }
  for (const files::Named& one : *found) {
    if (!one.name.ends_with(mail_end)) continue;
    auto mail = find(one.name.substr(0, one.name.size() - mail_end.size()));
    if (mail) {
      out.push_back(std::move(*mail));
    } else {
      told(mail.error().what);
    }
  }
  std::sort(out.begin(), out.end(), [](const HeldMail& a, const HeldMail& b) {
    return std::tie(a.taken_unix_s, a.id) < std::tie(b.taken_unix_s, b.id);
  });
  return out;
}

Result<Buffer> Store::content(const std::string& id) const {
  const HeldMail mail = ANTIDOTARY_TRY(find(id));
  const auto item =
      ANTIDOTARY_TRY(remedy::Item::open(folder_.get(), id + std::string(item_end), key_));
  if (item.metadata().sha256 != mail.sha256 || item.metadata().run != id) {
    return fail(ErrorKind::malformed, "the content of {} is another's", id);
  }
  const files::Fd plain(memfd_create("mail", MFD_CLOEXEC));
  if (!plain.valid()) return tl::unexpected(files::system_error(errno, "read", id));
  ANTIDOTARY_CHECK(item.write_content(plain.get()));
  return files::read_whole(plain.get(), mail.size_bytes);
}

Status Store::forget(const std::string& id) {
  if (!is_id(id)) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  const OwnChange change(*this);
  ANTIDOTARY_CHECK(remove(id));
  return files::act::sync(folder_.get());
}

/// Not synced yet. The record goes first: without it the content is nobody's.
Status Store::remove(const std::string& id) {
  const std::string item = id + std::string(item_end);
  const auto stat = files::stat_in(folder_.get(), item);
  ANTIDOTARY_CHECK(files::act::remove(folder_.get(), id + std::string(mail_end)));
  if (stat) {
    bytes_ -= std::min(bytes_, stat->size_bytes);
    items_ -= std::min<std::uint64_t>(items_, 1);
  }
  remove_quietly(folder_.get(), item);
  remove_quietly(folder_.get(), id + std::string(released_end));
  return {};
}

/// A note that was not there: its being there is the note; what is in it is for people. Answers its
/// inode.
Result<std::uint64_t> Store::create_note(const std::string& name, std::string_view text) {
  const files::Fd out = ANTIDOTARY_TRY(files::act::create(folder_.get(), name, 0600));
  auto written = files::act::write_all(out.get(), as_bytes(text));
  if (written) written = files::act::sync(out.get());
  if (written) written = files::act::sync(folder_.get());
  if (written) return ANTIDOTARY_TRY(files::stat_of(out.get())).inode;
  remove_quietly(folder_.get(), name);
  static_cast<void>(files::act::sync(folder_.get()));
  return tl::unexpected(written.error());
}

Result<Release> Store::begin_release(const std::string& id, std::uint64_t now_unix_s, bool again) {
  if (!is_id(id)) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  const std::string name = id + std::string(released_end);
  const std::string text = fmt::format("{}\n", now_unix_s);
  const auto created = create_note(name, text);
  if (created) return Release{id, *created};
  if (created.error().kind != ErrorKind::busy || !again) return tl::unexpected(created.error());
  ANTIDOTARY_CHECK(write_note(name, text));
  return Release{id, 0};
}

Status Store::give_up_release(const Release& release) {
  const std::string name = release.id + std::string(released_end);
  const auto note = ANTIDOTARY_TRY(files::stat_in(folder_.get(), name));
  if (release.inode == 0 || note.inode != release.inode) return {};
  ANTIDOTARY_CHECK(files::act::remove(folder_.get(), name));
  return files::act::sync(folder_.get());
}

std::size_t Store::expire(std::uint64_t now_unix_s) {
  const OwnChange change(*this);
  const auto found = nodes();
  if (!found) return 0;
  const std::uint64_t before = now_unix_s - std::min(now_unix_s, bounds_.kept_s);
  std::size_t count = 0;
  for (const std::string& id : oldest_ids(*found, stamp_of(before), expired_at_once)) {
    if (remove(id)) ++count;
  }
  // A mark's time is over long before its nonce is forgotten.
  const auto nonce_before = static_cast<std::int64_t>(now_unix_s) - 86'400;
  for (const files::Named& one : *found) {
    if (one.name.ends_with(nonce_end) && one.stat.modified_unix_ns / 1'000'000'000 < nonce_before) {
      remove_quietly(folder_.get(), one.name);
    }
  }
  static_cast<void>(files::act::sync(folder_.get()));  // unsynced they come again, and go again
  return count;
}

Status Store::use_nonce(const std::string& nonce) {
  const std::string name = nonce + std::string(nonce_end);
  ANTIDOTARY_CHECK(files::act::create(folder_.get(), name, 0600));
  return files::act::sync(folder_.get());
}

}  // namespace antidotary::serve::held
