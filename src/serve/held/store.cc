#include "serve/held/store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <tuple>

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
constexpr std::size_t nodes_max = 1'000'000;

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

Result<std::string> new_id(std::uint64_t now_unix_s) {
  const auto time = static_cast<std::time_t>(now_unix_s);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("mail-{:04}{:02}{:02}t{:02}{:02}{:02}-{}", parts.tm_year + 1900,
                     parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec,
                     ANTIDOTARY_TRY(random_hex(6)));
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
  ANTIDOTARY_CHECK(out.tidy());
  return out;
}

Result<std::vector<files::Named>> Store::nodes() const {
  const files::Root folder = ANTIDOTARY_TRY(files::Root::open(path_));
  return folder.list("", nodes_max);
}

/// Counts what is there, and removes what a cut write left.
Status Store::tidy() {
  bytes_ = items_ = 0;
  const auto found = ANTIDOTARY_TRY(nodes());
  const auto exists = [&](const std::string& name) {
    return std::any_of(found.begin(), found.end(),
                       [&](const files::Named& one) { return one.name == name; });
  };
  // What is young may be in the making, by another process.
  const std::int64_t old_ns = (std::int64_t{std::time(nullptr)} - orphan_s) * 1'000'000'000;
  for (const files::Named& one : found) {
    const bool old = one.stat.changed_unix_ns < old_ns;
    if (one.name.ends_with(".new")) {
      if (old) remove_quietly(folder_.get(), one.name);
    } else if (one.name.ends_with(item_end)) {
      const std::string id = one.name.substr(0, one.name.size() - item_end.size());
      if (!exists(id + std::string(mail_end))) {
        if (old) remove_quietly(folder_.get(), one.name);
        continue;
      }
      bytes_ += one.stat.size_bytes;
      ++items_;
    }
  }
  return {};
}

bool Store::fits(std::uint64_t size_bytes) const {
  return items_ < bounds_.items_max && bytes_ <= bounds_.bytes_max &&
         size_bytes <= bounds_.bytes_max - bytes_;
}

Status Store::make_room(std::uint64_t size_bytes) {
  if (fits(size_bytes)) return {};
  ANTIDOTARY_CHECK(tidy());  // somebody else may have forgotten some
  if (fits(size_bytes)) return {};
  if (bounds_.when_full == WhenFull::oldest && size_bytes <= bounds_.bytes_max) {
    for (const HeldMail& one : list([](const std::string&) {})) {
      if (fits(size_bytes)) return {};
      ANTIDOTARY_CHECK(forget(one.id));
    }
    if (fits(size_bytes)) return {};
  }
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
  ANTIDOTARY_CHECK(make_room(mail.size_bytes));
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
  const std::string item = id + std::string(item_end);
  if (const auto stat = files::stat_in(folder_.get(), item)) {
    bytes_ -= std::min(bytes_, stat->size_bytes);
    items_ -= std::min<std::uint64_t>(items_, 1);
  }
  // The record first: without it the content is nobody's.
  auto removed = files::act::remove(folder_.get(), id + std::string(mail_end));
  if (!removed) return removed;
  remove_quietly(folder_.get(), item);
  remove_quietly(folder_.get(), id + std::string(released_end));
  return files::act::sync(folder_.get());
}

Status Store::begin_release(const std::string& id, std::uint64_t now_unix_s, bool again) {
  if (!is_id(id)) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  const std::string name = id + std::string(released_end);
  const std::string text = fmt::format("{}\n", now_unix_s);
  if (again) return write_note(name, text);
  // Its being there is the note; what is in it is for people.
  const files::Fd out = ANTIDOTARY_TRY(files::act::create(folder_.get(), name, 0600));
  ANTIDOTARY_CHECK(files::act::write_all(out.get(), as_bytes(std::string_view(text))));
  ANTIDOTARY_CHECK(files::act::sync(out.get()));
  return files::act::sync(folder_.get());
}

Status Store::give_up_release(const std::string& id) {
  if (!is_id(id)) return fail(ErrorKind::not_found, "no mail '{}' in quarantine", id);
  ANTIDOTARY_CHECK(files::act::remove(folder_.get(), id + std::string(released_end)));
  return files::act::sync(folder_.get());
}

std::size_t Store::expire(std::uint64_t now_unix_s) {
  std::size_t count = 0;
  const std::uint64_t before = now_unix_s - std::min(now_unix_s, bounds_.kept_s);
  for (const HeldMail& one : list([](const std::string&) {})) {
    if (one.taken_unix_s < before && forget(one.id)) ++count;
  }
  const auto found = nodes();
  if (!found) return count;
  // A mark's time is over long before its nonce is forgotten.
  const auto nonce_before = static_cast<std::int64_t>(now_unix_s) - 86'400;
  for (const files::Named& one : *found) {
    if (one.name.ends_with(nonce_end) && one.stat.modified_unix_ns / 1'000'000'000 < nonce_before) {
      remove_quietly(folder_.get(), one.name);
    }
  }
  return count;
}

Status Store::use_nonce(const std::string& nonce) {
  const std::string name = nonce + std::string(nonce_end);
  ANTIDOTARY_CHECK(files::act::create(folder_.get(), name, 0600));
  return files::act::sync(folder_.get());
}

}  // namespace antidotary::serve::held
