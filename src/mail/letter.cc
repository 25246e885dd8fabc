#include "mail/letter.h"

#include <algorithm>

#include "core/text.h"
#include "formats/mime/message.h"

namespace antidotary::mail {
namespace {

// RFC 5322, 3.4: the first mailbox of a From field, "name <address>" or "address (name)".
void read_sender(std::string_view value, Letter& letter) {
  const std::string text = mime::unfold(value.substr(0, std::min<std::size_t>(value.size(), 4096)));
  std::string outside;
  std::string comment;
  std::string angle;
  bool quoted = false;
  unsigned comments = 0;
  bool in_angle = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted || comments > 0) {
      std::string& to = quoted ? outside : comment;
      if (c == '\\' && i + 1 < text.size()) {
        to += text[++i];
      } else if (quoted && c == '"') {
        quoted = false;
      } else if (!quoted && (c == '(' || c == ')')) {
        comments += c == '(' ? 1u : -1u;
      } else {
        to += c;
      }
    } else if (c == '"') {
      quoted = true;
    } else if (c == '(') {
      comments = 1;
    } else if (c == '<' && angle.empty()) {
      in_angle = true;
    } else if (c == '>') {
      in_angle = false;
    } else if (c == ',' && !in_angle && (!angle.empty() || outside.find('@') != outside.npos)) {
      break;
    } else {
      (in_angle ? angle : outside) += c;
    }
  }
  const bool bare = angle.empty();
  letter.from_address = trim(bare ? outside : angle);
  letter.from_name = collapse_white_space(mime::decode_words(bare ? comment : outside));
}

bool says_high(const mime::Message& message) {
  const auto value = [&message](std::string_view name) {
    const mime::Field* field = message.find(message.parts.front(), name);
    return field == nullptr ? std::string() : ascii_lower(mime::unfold(field->value));
  };
  const std::string priority = value("x-priority");
  return value("importance") == "high" || value("x-msmail-priority") == "high" ||
         value("priority") == "urgent" || priority.starts_with('1') || priority.starts_with('2');
}

bool is_attachment(const mime::Message& message, const mime::Part& part) {
  if (message.disposition(part).value == "attachment") return true;
  if (!message.file_name(part).empty()) return true;
  const std::string& type = message.type(part).value;
  // A multipart that fell apart is shown as text.
  return !type.starts_with("text/") && !type.starts_with("multipart/");
}

class LetterReader {
 public:
  LetterReader(const mime::Message& message, Budget& budget) : message_(message), budget_(budget) {}

  Result<Letter> read() {
    const mime::Part& root = message_.parts.front();
    if (const mime::Field* from = message_.find(root, "from")) read_sender(from->value, out_);
    if (const mime::Field* subject = message_.find(root, "subject")) {
      out_.subject = mime::readable(subject->value);
    }
    out_.importance_high = says_high(message_);
    const std::vector<std::string> names = mime::object_names(message_);
    for (std::size_t i = 0; i < message_.parts.size(); ++i) {
      const mime::Part& part = message_.parts[i];
      if (!part.multipart) ANTIDOTARY_CHECK(read_leaf(part, names[i]));
    }
    out_.text = collapse_white_space(out_.text);
    out_.folded_text = fold_case(out_.text);
    return std::move(out_);
  }

 private:
  Status read_leaf(const mime::Part& part, const std::string& name) {
    const bool attachment = is_attachment(message_, part);
    const std::string& type = message_.type(part).value;
    const bool html = type == "text/html";
    const Bytes body = message_.body(part);
    ANTIDOTARY_CHECK(budget_.step(body.size() / 64 + 1));
    if (attachment) {
      Attachment one;
      one.name = message_.file_name(part);
      one.path = {name};
      one.size_bytes = mime::decoded_bytes(part.encoding, body);
      out_.attachments.push_back(std::move(one));
    }
    if (attachment && !html) return {};
    const std::size_t bytes_max = html ? html_bytes_max : text_bytes_max;
    const mime::Decoded decoded = mime::decode(part.encoding, body, bytes_max);
    const std::string* charset = message_.type(part).find("charset");
    const std::string text =
        mime::to_utf8(charset == nullptr ? "" : *charset, as_text(decoded.bytes));
    if (html && out_.html.size() < html_parts_max) out_.html.push_back(text);
    if (attachment || out_.text.size() >= text_bytes_max) return {};
    out_.text += ' ';
    out_.text += html ? text_of_html(text) : text;
    return {};
  }

  static constexpr std::size_t html_parts_max = 16;
  const mime::Message& message_;
  Budget& budget_;
  Letter out_;
};

}  // namespace

Result<Letter> read_letter(Bytes message, Budget& budget) {
  const mime::Message tree = ANTIDOTARY_TRY(mime::read_message(message, budget));
  if (tree.parts.empty()) return tl::unexpected(*tree.cut);
  return LetterReader(tree, budget).read();
}

}  // namespace antidotary::mail
