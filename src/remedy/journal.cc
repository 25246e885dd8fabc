#include "remedy/journal.h"

#include <fcntl.h>

#include <array>

#include "core/digest.h"
#include "files/act.h"

namespace antidotary::remedy {
namespace {

constexpr const char* journal_name = "journal";
constexpr std::size_t mac_chars = 64;

std::string mac_of(Bytes key, std::string_view previous, std::string_view json) {
  std::string text(previous);
  text += '\n';
  text += json;
  return hmac_sha256_hex(key, as_bytes(std::string_view(text)));
}

Result<Event> read_line(std::string_view line, Bytes key, std::string_view previous) {
  if (line.size() <= mac_chars || line[mac_chars] != ' ') {
    return fail(ErrorKind::malformed, "not a MAC and a record");
  }
  const std::string_view json = line.substr(mac_chars + 1);
  if (!equal_in_constant_time(line.substr(0, mac_chars), mac_of(key, previous, json))) {
    return fail(ErrorKind::malformed, "the MAC does not fit: it was changed, or not written here");
  }
  return record_from_json<Event>(ANTIDOTARY_TRY(Json::parse(json)));
}

}  // namespace

std::span<const std::string_view> enum_names(Direction) {
  static constexpr std::array<std::string_view, 2> names{"forward", "back"};
  return names;
}

std::span<const std::string_view> enum_names(EventKind) {
  static constexpr std::array<std::string_view, 7> names{"begin",     "turn", "intent", "result",
                                                         "forgotten", "end",  "blocks"};
  return names;
}

Result<JournalContent> read_journal(Bytes bytes, Bytes key, const std::string& run_id) {
  JournalContent content;
  content.last_mac = run_id;
  std::string_view text = as_text(bytes);
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return content;  // torn
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    auto event = read_line(line, key, content.last_mac);
    // Blocks reach the disk in any order: a cut line may have its end and not its middle.
    if (!event && text.empty()) return content;
    if (!event) {
      return fail(ErrorKind::malformed, "journal of run {}, line {}: {}", run_id, number,
                  event.error().what);
    }
    content.events.push_back(std::move(*event));
    content.last_mac = std::string(line.substr(0, mac_chars));
    content.whole_bytes += line.size() + 1;
  }
  return content;
}

Result<Journal> Journal::create(int folder, Bytes key, const std::string& run_id) {
  files::Fd fd = ANTIDOTARY_TRY(files::act::append_open(folder, journal_name, 0600));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(fd.get()));
  if (stat.size_bytes != 0) return fail(ErrorKind::busy, "run {} has a journal", run_id);
  return Journal(std::move(fd), key, run_id, 0);
}

Result<Journal> Journal::resume(int folder, Bytes key, const JournalContent& content) {
  files::Fd fd = ANTIDOTARY_TRY(files::act::append_open(folder, journal_name, 0600));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(fd.get()));
  if (stat.size_bytes != content.whole_bytes) {
    ANTIDOTARY_CHECK(files::act::truncate(fd.get(), content.whole_bytes));
    ANTIDOTARY_CHECK(files::act::sync(fd.get()));
  }
  return Journal(std::move(fd), key, content.last_mac, content.whole_bytes);
}

Status Journal::append(const Event& event) {
  if (broken_) return fail(ErrorKind::io, "the journal cannot be written any more");
  const std::string json = to_json(event).dump();
  const std::string mac = mac_of(key_, last_mac_, json);
  const std::string line = mac + ' ' + json + '\n';
  auto written = files::act::write_all(fd_.get(), as_bytes(std::string_view(line)));
  if (written) written = files::act::sync(fd_.get());
  if (!written) {
    // Half a line in the middle would make the whole journal unreadable.
    broken_ = !files::act::truncate(fd_.get(), size_).has_value();
    return tl::unexpected(with_context(std::move(written).error(), "journal"));
  }
  last_mac_ = mac;
  size_ += line.size();
  return {};
}

}  // namespace antidotary::remedy
