// message: said as a mail reader shows it; removed by deleting it unopened.
#include "entries/kinds/message.h"

#include <fmt/core.h>

#include "core/text.h"
#include "publish/kinds.h"

namespace antidotary::publish {
namespace {

const entries::MessageChange& message_of(const entries::Change& change) {
  return dynamic_cast<const entries::MessageChange&>(change);
}

std::string alternatives(const std::vector<std::string>& list) { return join(list, " | "); }

std::string in_words(const std::string& mark) {
  if (mark == "executable") return "the attachment is a program";
  if (mark == "double-extension") return "a program's name behind a harmless one";
  if (mark == "importance-high") return "marked as important";
  return "markup that would start a local program";
}

Rows render(const entries::Change& change) {
  const auto& message = message_of(change);
  Rows rows;
  const auto add = [&](const char* label, const std::vector<std::string>& list) {
    if (!list.empty()) rows.emplace_back(label, alternatives(list));
  };
  add("From", message.from);
  add("Sender", message.sender_name);
  add("Subject", message.subject);
  for (const std::string& phrase : message.body) rows.emplace_back("Text", phrase);
  add("Attachment", message.attachment);
  add("It holds", message.member);
  std::vector<std::string> sizes;
  for (const std::uint64_t size : message.attachment_sizes) sizes.push_back(with_commas(size));
  if (!sizes.empty()) rows.emplace_back("Size", join(sizes, " or ") + " bytes");
  std::vector<std::string> marks;
  for (const std::string& mark : message.structure) marks.push_back(in_words(mark));
  if (!marks.empty()) rows.emplace_back("Structure", join(marks, "; "));
  if (rows.empty()) rows.emplace_back("Message", "nothing is known of it");
  return rows;
}

// A long list of alternatives helps nobody to look: the first few say what kind of thing it is.
std::string examples(const std::vector<std::string>& list) {
  constexpr std::size_t shown_max = 4;
  if (list.size() <= shown_max) return alternatives(list);
  return alternatives({list.begin(), list.begin() + shown_max}) +
         fmt::format(" or one of {} others", list.size() - shown_max);
}

std::string by_hand(const entries::Change& change) {
  const auto& message = message_of(change);
  std::string out = "Delete, without opening the attachment, messages";
  if (!message.subject.empty()) out += " with the subject \"" + examples(message.subject) + '"';
  if (message.subject.empty() && !message.body.empty()) {
    out += " with the words \"" + message.body.front() + '"';
  }
  if (!message.attachment.empty()) {
    out += " and the attachment " + examples(message.attachment);
  }
  return out + '.';
}

void describe(const entries::Change& change, Json& object) {
  const auto& message = message_of(change);
  object.set("from", json_list(message.from));
  object.set("sender_name", json_list(message.sender_name));
  object.set("subject", json_list(message.subject));
  object.set("body", json_list(message.body));
  object.set("attachment", json_list(message.attachment));
  object.set("member", json_list(message.member));
  Json::Array sizes;
  for (const std::uint64_t size : message.attachment_sizes) sizes.emplace_back(size);
  object.set("attachment_sizes", std::move(sizes));
  object.set("structure", json_list(message.structure));
}

Terms observe(const entries::Change& change) {
  const auto& message = message_of(change);
  Terms terms = {{Property::mail_from, message.from},
                 {Property::mail_subject, message.subject},
                 {Property::mail_attachment, message.attachment}};
  // Any of its phrases, as the scan has it: lists of texts that a worm chooses from are no one
  // text.
  terms.push_back({Property::mail_body, message.body});
  return terms;
}

}  // namespace

const Kind& message_kind() {
  static constexpr Kind kind = {
      "message", "Messages",
      &render,   &by_hand,
      &describe, "In every mail program on the computer, also in the folder of deleted messages:",
      4,         nullptr,
      &observe};
  return kind;
}

}  // namespace antidotary::publish
