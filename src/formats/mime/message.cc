#include "formats/mime/message.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/text.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

/// A stretch of the message that is still to be read as a part.
struct Open {
  std::size_t parent;
  std::size_t begin;
  std::size_t end;
  std::uint32_t depth;
  bool in_digest;
};

std::size_t next_line(std::string_view text, std::size_t at, std::size_t end) {
  const std::size_t newline = text.find('\n', at);
  return newline == std::string_view::npos || newline >= end ? end : newline + 1;
}

// RFC 5322, 2.2: printable US-ASCII but the colon; blanks before the colon are read past (4.5).
std::size_t name_bytes(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] > ' ' && line[at] < 0x7f && line[at] != ':') ++at;
  const std::size_t name = at;
  while (at < line.size() && (line[at] == ' ' || line[at] == '\t')) ++at;
  return name > 0 && at < line.size() && line[at] == ':' ? name : 0;
}

class MessageReader {
 public:
  MessageReader(Bytes message, Budget& budget) : text_(as_text(message)), budget_(budget) {
    out_.bytes = message;
  }

  Result<Message> read() {
    std::size_t begin = text_.starts_with("\xef\xbb\xbf") ? 3 : 0;
    // What delivery programs leave before the header of a message taken from a mailbox.
    if (text_.substr(begin).starts_with("From ") || text_.substr(begin).starts_with(">From ")) {
      begin = next_line(text_, begin, text_.size());
    }
    const std::size_t first_end = next_line(text_, begin, text_.size());
    if (name_bytes(text_.substr(begin, first_end - begin)) == 0) {
      return fail(ErrorKind::not_this_format, "the first line is no header field");
    }
    todo_.push_back({no_part, begin, text_.size(), budget_.depth(), false});
    while (!todo_.empty() && !out_.cut) {
      const Open open = todo_.back();
      todo_.pop_back();
      if (const auto status = read_part(open); !status) out_.cut = status.error();
    }
    return std::move(out_);
  }

 private:
  void note(Anomaly anomaly) {
    if (!out_.has(anomaly)) out_.anomalies.push_back(anomaly);
  }

  Status read_part(const Open& open) {
    if (out_.parts.size() >= budget_.limits().objects_max) return budget_.exhaust(Limit::objects);
    ANTIDOTARY_CHECK(budget_.step((open.end - open.begin) / 64 + 1));
    Part part;
    part.parent = open.parent;
    part.offset = open.begin;
    part.end = open.end;
    read_header(part);
    describe(part, open.in_digest);
    const std::string* boundary = part.type.find("boundary");
    const bool composite = part.type.value.starts_with("multipart/");
    if (composite && (boundary == nullptr || boundary->empty())) note(Anomaly::boundary_missing);
    part.multipart = composite && boundary != nullptr && !boundary->empty();
    if (!part.multipart) {
      out_.parts.push_back(std::move(part));
      return {};
    }
    if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable) {
      note(Anomaly::multipart_encoded);
    }
    // A multipart stands one level deeper than what holds it: bombs of boundaries end here.
    if (open.depth >= budget_.limits().depth_max) return budget_.exhaust(Limit::depth);
    const std::string delimiter = "--" + *boundary;
    const bool digest = part.type.value == "multipart/digest";
    out_.parts.push_back(std::move(part));
    return split_multipart(out_.parts.size() - 1, delimiter, open.depth + 1, digest);
  }

  // RFC 2046, 5.1.1. Children go to the stack in reverse, so that parts keep the text's order.
  Status split_multipart(std::size_t index, std::string_view delimiter, std::uint32_t depth,
                         bool digest) {
    const std::size_t end = out_.parts[index].end;
    std::vector<Open> children;
    bool closed = false;
    for (std::size_t at = out_.parts[index].body_offset; at < end && !closed;) {
      const std::size_t next = next_line(text_, at, end);
      if (text_[at] == '-' && is_delimiter(text_.substr(at, next - at), delimiter, closed)) {
        if (!children.empty()) children.back().end = before_line_end(at, children.back().begin);
        if (children.size() >= budget_.limits().objects_max) return budget_.exhaust(Limit::objects);
        if (!closed) children.push_back({index, next, end, depth, digest});
      }
      at = next;
    }
    if (children.empty()) {
      note(Anomaly::boundary_never_seen);
      // Nothing may hide in a multipart that falls apart: its body is one part of plain text.
      out_.parts[index].multipart = false;
    } else if (!closed) {
      note(Anomaly::multipart_not_closed);
    }
    todo_.insert(todo_.end(), children.rbegin(), children.rend());
    return {};
  }

  static bool is_delimiter(std::string_view line, std::string_view delimiter, bool& closed) {
    if (!line.starts_with(delimiter)) return false;
    std::string_view rest = line.substr(delimiter.size());
    const bool closing = rest.starts_with("--");
    if (closing) rest.remove_prefix(2);
    // Only blanks may follow; else it is another, longer boundary.
    if (!trim(rest).empty()) return false;
    closed = closing;
    return true;
  }

  // The line end before a delimiter belongs to the delimiter.
  std::size_t before_line_end(std::size_t at, std::size_t begin) const {
    if (at > begin && text_[at - 1] == '\n') --at;
    if (at > begin && text_[at - 1] == '\r') --at;
    return at;
  }

  void read_header(Part& part) {
    std::size_t at = part.offset;
    while (at < part.end) {
      const std::size_t next = next_line(text_, at, part.end);
      const std::string_view line = text_.substr(at, next - at);
      if (line == "\n" || line == "\r\n") {
        part.body_offset = next;
        return;
      }
      const std::size_t name = name_bytes(line);
      if (name == 0) {
        note(Anomaly::header_cut_short);
        part.body_offset = at;
        return;
      }
      std::size_t end = next;
      while (end < part.end && (text_[end] == ' ' || text_[end] == '\t')) {
        // A line of blanks alone continues the field, as the grammar has it.
        end = next_line(text_, end, part.end);
      }
      keep_field(part, at, name, end);
      at = end;
    }
    part.body_offset = part.end;
  }

  void keep_field(Part& part, std::size_t at, std::size_t name, std::size_t end) {
    if (fields_ >= fields_max) {
      note(Anomaly::too_many_fields);
      return;
    }
    ++fields_;
    Field field;
    field.offset = at;
    field.name = text_.substr(at, name);
    const std::size_t value = text_.find(':', at) + 1;
    field.value = text_.substr(value, end - value);
    if (field.value.size() > field_bytes_max) {
      note(Anomaly::field_too_long);
      field.value = field.value.substr(0, field_bytes_max);
    }
    if (field.value.find('\0') != std::string_view::npos) note(Anomaly::nul_in_header);
    const std::size_t cr = field.value.find('\r');
    if (cr + 1 < field.value.size() && field.value[cr + 1] != '\n') {
      note(Anomaly::bare_carriage_return);
    }
    part.fields.push_back(field);
  }

  void describe(Part& part, bool in_digest) {
    for (const std::string_view name :
         {"content-type"sv, "content-transfer-encoding"sv, "content-disposition"sv}) {
      const auto same = [name](const Field& field) {
        return equal_ascii_ignoring_case(field.name, name);
      };
      if (std::count_if(part.fields.begin(), part.fields.end(), same) > 1) {
        note(Anomaly::field_twice);
      }
    }
    if (const Field* type = part.find("content-type")) part.type = read_parametered(type->value);
    if (part.type.value.find('/') == std::string::npos) {
      // RFC 2045, 5.2, and RFC 2046, 5.1.5.
      part.type.value = in_digest ? "message/rfc822" : "text/plain";
    }
    if (const Field* field = part.find("content-disposition")) {
      part.disposition = read_parametered(field->value);
    }
    if (const Field* field = part.find("content-transfer-encoding")) {
      part.encoding = encoding_of(unfold(field->value));
      if (part.encoding == Encoding::unknown) note(Anomaly::encoding_unknown);
    }
  }

  std::string_view text_;
  Budget& budget_;
  Message out_;
  std::vector<Open> todo_;
  std::size_t fields_ = 0;
};

}  // namespace

std::string_view name_of(Anomaly anomaly) {
  static constexpr std::array names = {
      "header_cut_short"sv,    "field_too_long"sv,       "too_many_fields"sv,
      "field_twice"sv,         "nul_in_header"sv,        "boundary_missing"sv,
      "boundary_never_seen"sv, "multipart_not_closed"sv, "multipart_encoded"sv,
      "encoding_unknown"sv,    "bare_carriage_return"sv};
  const auto index = static_cast<std::size_t>(anomaly);
  return index < names.size() ? names[index] : "unknown"sv;
}

const Field* Part::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (equal_ascii_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::string Part::file_name() const {
  const std::string* name = disposition.find("filename");
  if (name == nullptr || name->empty()) name = type.find("name");
  return name == nullptr ? std::string() : collapse_white_space(*name);
}

bool Message::has(Anomaly anomaly) const {
  return std::find(anomalies.begin(), anomalies.end(), anomaly) != anomalies.end();
}

Result<Message> read_message(Bytes message, Budget& budget) {
  return MessageReader(message, budget).read();
}

std::vector<std::string> object_names(const Message& message) {
  std::vector<std::string> names;
  std::set<std::string> given;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    std::string name = part.multipart ? std::string() : part.file_name();
    if (!part.multipart && name.empty()) name = fmt::format("part {}", i + 1);
    if (!part.multipart && !given.insert(name).second) {
      name += fmt::format(" ({})", i + 1);
      given.insert(name);
    }
    names.push_back(std::move(name));
  }
  return names;
}

std::string unfold(std::string_view value) {
  std::string out;
  for (const char c : trim(value)) {
    if (c != '\r' && c != '\n') out += c;
  }
  return out;
}

std::string readable(std::string_view value) {
  const std::string_view kept = value.substr(0, std::min(value.size(), field_bytes_max));
  return collapse_white_space(decode_words(unfold(kept)));
}

}  // namespace antidotary::mime
