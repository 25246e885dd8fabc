#include "gate/milter/message.h"

#include "core/text.h"

namespace antidotary::gate::milter {
namespace {

// What is noted of a message is for logs, policy and ledger: no longer than these need.
constexpr std::size_t noted_bytes_max = 1'024;
constexpr std::size_t subject_bytes_max = 200;

std::string noted(std::string_view words) { return std::string(words.substr(0, noted_bytes_max)); }

}  // namespace

std::string_view bare_address(std::string_view address) {
  if (address.size() >= 2 && address.front() == '<' && address.back() == '>') {
    return address.substr(1, address.size() - 2);
  }
  return address;
}

void Message::reset() {
  begun_ = fields_ended_ = excessive_ = false;
  sender_.clear();
  recipients_.clear();
  queue_id_.clear();
  login_.clear();
  subject_.clear();
  forged_.clear();
  own_counts_.clear();
}

void Message::reset_all() {
  reset();
  client_ = {};
}

std::string Message::take(const Packet& packet) {
  Bytes data = packet.data;
  switch (packet.command) {
    case 'D':
      take_macros(data);
      return {};
    case 'C':
      take_client(data);
      return {};
    case 'H':
      client_.greeting = noted(take_text(data));
      return {};
    case 'M':
      begin(data);
      return {};
    case 'R':
      if (recipients_.size() < recipients_max && data.size() <= noted_bytes_max) {
        recipients_.emplace_back(take_text(data));
      } else {
        excessive_ = true;
      }
      return {};
    case 'L':
      return field_line(data);
    case 'N':
    case 'B':
    case 'E': {
      std::string out(fields_ended_ ? "" : "\r\n");
      fields_ended_ = true;
      if (packet.command != 'N') out.append(as_text(data));
      return out;
    }
    default:
      return {};
  }
}

/// Macros of this step came before it: they are of this message.
void Message::begin(Bytes data) {
  std::string queue_id = std::move(queue_id_);
  std::string login = std::move(login_);
  reset();
  queue_id_ = std::move(queue_id);
  login_ = std::move(login);
  sender_ = noted(bare_address(take_text(data)));
  begun_ = true;
}

void Message::take_macros(Bytes data) {
  if (!data.empty()) data = data.subspan(1);  // the step that they belong to
  while (!data.empty()) {
    const std::string_view name = take_text(data);
    const std::string_view value = take_text(data);
    if (name == "i" || name == "{i}") queue_id_ = noted(value);
    if (name == "{auth_authen}") login_ = noted(value);
  }
}

void Message::take_client(Bytes data) {
  client_ = {};
  client_.name = noted(take_text(data));
  if (data.empty()) return;
  const char family = static_cast<char>(data[0]);
  data = data.subspan(1);
  if (family != '4' && family != '6' && family != 'L') return;
  if (data.size() < 2) return;
  data = data.subspan(2);  // the port
  client_.address = noted(take_text(data));
}

std::string Message::field_line(Bytes data) {
  const std::string_view name = take_text(data);
  const std::string_view value = take_text(data);
  note_field(name, value);
  std::string line(name);
  line.push_back(':');
  if (!keeps_blanks_) line.push_back(' ');
  // Folded fields come with bare line feeds; the stored message has CR LF there.
  for (const char one : value) {
    if (one == '\n' && line.back() != '\r') line.push_back('\r');
    line.push_back(one);
  }
  return line + "\r\n";
}

void Message::note_field(std::string_view name, std::string_view value) {
  if (equal_ascii_ignoring_case(name, "subject") && subject_.empty()) {
    subject_ = std::string(trim(value).substr(0, subject_bytes_max));
  }
  if (equal_ascii_ignoring_case(name, "message-id") && message_id_.empty()) {
    message_id_ = noted(trim(value));
  }
  if (!equal_ascii_ignoring_case(name.substr(0, own_fields.size()), own_fields)) return;
  const std::string key = ascii_lower(name);
  if (forged_.size() >= forged_max || key.size() > noted_bytes_max) {
    excessive_ = true;
    return;
  }
  forged_.push_back({std::string(name), ++own_counts_[key], noted(trim(value))});
}

}  // namespace antidotary::gate::milter
