#include "formats/mime/message.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

#include "core/text.h"
#include "formats/mime/lenient.h"
#include "formats/mime/looks.h"
#include "formats/mime/syntax.h"

namespace antidotary::mime {
namespace {

using namespace std::string_view_literals;

// The first two of Message::descriptions, which most parts without fields share.
constexpr std::uint32_t described_as_text = 0;
constexpr std::uint32_t described_as_message = 1;
// Lines before the first field that are read past: what a broken program or a trick leaves there.
constexpr std::size_t leading_lines_max = 4;
// What stands this close below an unknown delimiter is its part's header.
constexpr std::size_t near_bytes = 1024;

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

bool is_content(std::string_view name) {
  return equal_ascii_ignoring_case(name.substr(0, 8), "content-");
}

/// A multipart whose end is not met yet.
struct Open {
  std::size_t part;
  std::string_view boundary;
  std::size_t children = 0;
  bool closed = false;
};

class MessageReader {
 public:
  MessageReader(Bytes message, Budget& budget) : text_(as_text(message)), budget_(budget) {
    out_.bytes = message;
    out_.descriptions.resize(2);
    out_.descriptions[described_as_text].type.value = "text/plain";
    out_.descriptions[described_as_message].type.value = "message/rfc822";
  }

  Result<Message> read() {
    const auto begin = first_field();
    if (!begin) return fail(ErrorKind::not_this_format, "the first lines are no header fields");
    if (const auto paid = budget_.step(text_.size() / 64 + 1); !paid) {
      return tl::unexpected(paid.error());
    }
    std::size_t at = read_part(no_part, *begin);
    while (!out_.cut && at < text_.size()) at = read_to_delimiter(at);
    while (!open_.empty()) close_last(text_.size());
    if (!out_.parts.empty()) end_leaf(text_.size());
    return std::move(out_);
  }

 private:
  /// Where the first field stands.
  std::optional<std::size_t> first_field() {
    std::size_t at = 0;
    if (text_.starts_with("\xef\xbb\xbf")) {
      at = 3;
      out_.note(Anomaly::byte_order_mark, 0);
    }
    // What delivery programs leave before the header of a message taken from a mailbox.
    if (text_.substr(at).starts_with("From ") || text_.substr(at).starts_with(">From ")) {
      at = next_line(text_, at, text_.size());
    }
    for (std::size_t line = 0; line <= leading_lines_max && at < text_.size(); ++line) {
      const std::size_t next = next_line(text_, at, text_.size());
      if (name_bytes(text_.substr(at, next - at)) != 0) return at;
      const bool empty = trim(text_.substr(at, next - at)).empty();
      out_.note(empty ? Anomaly::blank_line_odd : Anomaly::header_cut_short, at);
      at = next;
    }
    return std::nullopt;
  }

  /// Reads the header of a part that begins at `at`; answers where its body does.
  std::size_t read_part(std::size_t parent, std::size_t at) {
    if (out_.parts.size() >= parts_max) {
      out_.cut = Error{ErrorKind::budget_spent,
                       fmt::format("the message has more than {} parts", parts_max), at};
      return at;
    }
    Part part;
    part.parent = parent;
    part.offset = at;
    part.first_field = static_cast<std::uint32_t>(out_.all_fields.size());
    read_header(part);
    part.end = text_.size();
    const bool digest =
        parent != no_part && out_.type(out_.parts[parent]).value == "multipart/digest";
    part.described = digest ? described_as_message : described_as_text;
    if (part.field_count > 0) describe(part);
    out_.parts.push_back(part);
    leaf_ = out_.parts.size() - 1;
    if (out_.type(part).value.starts_with("multipart/")) open_multipart(part);
    return part.body_offset;
  }

  void open_multipart(const Part& part) {
    if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable) {
      out_.note(Anomaly::multipart_encoded, part.offset);
    }
    const std::string* const boundary = out_.type(part).find("boundary");
    if (boundary == nullptr || boundary->empty()) {
      return out_.note(Anomaly::boundary_missing, part.offset);
    }
    if (open_.size() >= nesting_max) {
      out_.cut =
          Error{ErrorKind::budget_spent,
                fmt::format("more than {} multiparts in each other", nesting_max), part.offset};
      return;
    }
    auto& levels = levels_[*boundary];
    if (!levels.empty()) out_.note(Anomaly::boundary_twice, part.offset);
    levels.push_back(open_.size());
    out_.parts.back().multipart = true;
    open_.push_back({leaf_, *boundary});
    leaf_ = no_part;
    outside_ = part.body_offset;
  }

  /// Reads on from `at` to the next delimiter and what it begins; answers where that goes on.
  std::size_t read_to_delimiter(std::size_t at) {
    while (at < text_.size()) {
      if (!text_.substr(at, 2).starts_with("--")) {
        const std::size_t found = text_.find("\n--", at);
        note_lone_returns(at, std::min(found, text_.size()));
        if (found == std::string_view::npos) return text_.size();
        at = found + 1;
      }
      const std::size_t next = next_line(text_, at, text_.size());
      bool closing = false;
      const std::size_t level = level_of(text_.substr(at, next - at), closing);
      if (level != no_part) return take_delimiter(at, next, level, closing);
      look_at_unknown(at, next);
      at = next;
    }
    return at;
  }

  /// RFC 2046, 5.1.1: which open multipart a line delimits, the innermost first.
  std::size_t level_of(std::string_view line, bool& closing) {
    if (open_.empty()) return no_part;
    std::string_view name = line.substr(2);
    // Only blanks may follow; else it is another, longer boundary.
    while (!name.empty() && static_cast<unsigned char>(name.back()) <= ' ') name.remove_suffix(1);
    if (name == open_.back().boundary) return open_.size() - 1;
    for (const bool close : {false, true}) {
      if (close && !name.ends_with("--")) break;
      const auto found = levels_.find(close ? name.substr(0, name.size() - 2) : name);
      if (found == levels_.end() || found->second.empty()) continue;
      closing = close;
      return found->second.back();
    }
    return no_part;
  }

  std::size_t take_delimiter(std::size_t at, std::size_t next, std::size_t level, bool closing) {
    end_leaf(at);
    while (open_.size() > level + 1) close_last(at);
    Open& open = open_.back();
    if (open.closed) {
      // Behind its end a multipart begins again: some programs show that.
      out_.note(Anomaly::delimiter_unknown, at);
    }
    end_outside(at);
    if (closing) {
      open.closed = true;
      outside_ = next;
      return next;
    }
    ++open.children;
    return read_part(open.part, next);
  }

  void end_leaf(std::size_t at) {
    if (leaf_ == no_part) return;
    Part& leaf = out_.parts[leaf_];
    leaf.end = at < text_.size() ? before_line_end(at, leaf.body_offset) : at;
    leaf_ = no_part;
  }

  /// Text between parts holds nothing, or so they say.
  void end_outside(std::size_t at) {
    if (outside_ == no_part) return;
    const std::string_view text = text_.substr(outside_, at - std::min(at, outside_));
    if (looks_encoded(text)) out_.note(Anomaly::encoded_outside, outside_);
    outside_ = no_part;
  }

  void close_last(std::size_t at) {
    const Open open = open_.back();
    open_.pop_back();
    levels_[std::string(open.boundary)].pop_back();
    Part& part = out_.parts[open.part];
    part.end = at < text_.size() ? before_line_end(at, part.body_offset) : at;
    // An empty last part ends where its delimiter does, behind that line's end.
    if (out_.parts.size() > open.part + 1) part.end = std::max(part.end, out_.parts.back().end);
    end_outside(at);
    if (open.children == 0) {
      out_.note(Anomaly::boundary_never_seen, part.offset);
      // Nothing may hide in a multipart that falls apart: its body is one part of plain text.
      part.multipart = false;
    } else if (!open.closed) {
      out_.note(Anomaly::multipart_not_closed, part.offset);
    }
  }

  /// A line that begins with "--" and is no delimiter of what is open.
  void look_at_unknown(std::size_t at, std::size_t next) {
    const std::string_view name = text_.substr(at + 2, next - at - 2);
    for (std::size_t i = 0; i < std::min<std::size_t>(open_.size(), 8); ++i) {
      const std::string_view boundary = open_[open_.size() - 1 - i].boundary;
      if (name.starts_with(boundary)) out_.note(Anomaly::delimiter_odd, at);
    }
    // A message inside the message has delimiters of its own.
    if (leaf_ != no_part && out_.type(out_.parts[leaf_]).value.starts_with("message/")) return;
    if (out_.has(Anomaly::delimiter_unknown)) return;
    std::string_view near = text_.substr(next, near_bytes);
    near = near.substr(0, std::min(near.find("\n\n"), near.find("\n\r\n")));
    if (holds_ignoring_case(near, "content-")) out_.note(Anomaly::delimiter_unknown, at);
  }

  // Where a CR alone ends lines for somebody, delimiters may stand behind one.
  void note_lone_returns(std::size_t at, std::size_t end) {
    if (out_.has(Anomaly::bare_carriage_return)) return;
    const std::size_t found = text_.substr(at, end - at).find("\r--");
    if (found == std::string_view::npos) return;
    if (holds_ignoring_case(text_.substr(at + found, near_bytes), "content-")) {
      out_.note(Anomaly::bare_carriage_return, at + found);
    }
  }

  // The line end before a delimiter belongs to the delimiter.
  std::size_t before_line_end(std::size_t at, std::size_t begin) const {
    if (at > begin && text_[at - 1] == '\n') --at;
    if (at > begin && text_[at - 1] == '\r') --at;
    return std::max(at, begin);
  }

  void read_header(Part& part) {
    std::size_t at = part.offset;
    while (at < text_.size()) {
      const std::size_t next = next_line(text_, at, text_.size());
      const std::string_view line = text_.substr(at, next - at);
      bool closing = false;
      part.body_offset = at;
      if (line == "\n" || line == "\r\n") {
        part.body_offset = next;
        return;
      }
      if (line.starts_with("--") && level_of(line, closing) != no_part) {
        return out_.note(Anomaly::header_not_ended, at);
      }
      const std::size_t name = name_bytes(line);
      if (name == 0) return out_.note(Anomaly::header_cut_short, at);
      std::size_t end = next;
      while (end < text_.size() && (text_[end] == ' ' || text_[end] == '\t')) {
        // A line of blanks alone continues the field, as the grammar has it; not all agree.
        const std::size_t begin = std::exchange(end, next_line(text_, end, text_.size()));
        if (trim(text_.substr(begin, end - begin)).empty()) {
          out_.note(Anomaly::blank_line_odd, begin);
        }
      }
      keep_field(part, at, name, end);
      at = end;
    }
    part.body_offset = text_.size();
    if (part.parent != no_part) out_.note(Anomaly::header_not_ended, part.offset);
  }

  void keep_field(Part& part, std::size_t at, std::size_t name, std::size_t end) {
    if (out_.all_fields.size() >= fields_max) return out_.note(Anomaly::too_many_fields, at);
    Field field;
    field.offset = at;
    field.name = text_.substr(at, name);
    const std::size_t value = text_.find(':', at) + 1;
    field.value = text_.substr(value, end - value);
    if (is_content(field.name) && value != at + name + 1) {
      out_.note(Anomaly::blank_before_colon, at);
    }
    if (field.value.size() > field_bytes_max) {
      out_.note(Anomaly::field_too_long, at);
      field.value = field.value.substr(0, field_bytes_max);
    }
    if (field.value.find('\0') != std::string_view::npos) out_.note(Anomaly::nul_in_header, at);
    note_hidden(field, at);
    ++part.field_count;
    out_.all_fields.push_back(field);
  }

  void note_hidden(const Field& field, std::size_t at) {
    for (std::size_t cr = field.value.find('\r'); cr != std::string_view::npos;
         cr = field.value.find('\r', cr + 1)) {
      if (cr + 1 < field.value.size() && field.value[cr + 1] != '\n') {
        out_.note(Anomaly::bare_carriage_return, at);
        break;
      }
    }
    // A signature lists the names of fields.
    if (holds_ignoring_case(field.name, "sign") || holds_ignoring_case(field.name, "dkim")) return;
    if (hides_field(field.value)) out_.note(Anomaly::field_hidden, at);
  }

  void describe(Part& part) {
    unsigned types = 0, encodings = 0, dispositions = 0;
    const Field* type = nullptr;
    const Field* disposition = nullptr;
    for (const Field& field : out_.fields(part)) {
      if (!is_content(field.name)) continue;
      if (equal_ascii_ignoring_case(field.name, "content-type")) {
        if (types++ == 0) type = &field;
        if (const auto odd = odd_type(field.value)) out_.note(*odd, field.offset);
      } else if (equal_ascii_ignoring_case(field.name, "content-transfer-encoding")) {
        if (encodings++ == 0) part.encoding = encoding_of(unfold(field.value));
        if (const auto odd = odd_encoding(field.value)) out_.note(*odd, field.offset);
      } else if (equal_ascii_ignoring_case(field.name, "content-disposition")) {
        if (dispositions++ == 0) disposition = &field;
      }
    }
    if (types > 1 || encodings > 1 || dispositions > 1) {
      out_.note(Anomaly::field_twice, part.offset);
    }
    if (type == nullptr && disposition == nullptr) return;
    Description description = out_.descriptions[part.described];
    if (type != nullptr) {
      Parametered read = read_parametered(type->value);
      // RFC 2045, 5.2, and RFC 2046, 5.1.5.
      if (read.value.find('/') == std::string::npos) read.value = description.type.value;
      description.type = std::move(read);
    }
    if (disposition != nullptr) description.disposition = read_parametered(disposition->value);
    part.described = static_cast<std::uint32_t>(out_.descriptions.size());
    out_.descriptions.push_back(std::move(description));
  }

  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Levels = std::unordered_map<std::string, std::vector<std::size_t>, Hash, std::equal_to<>>;

  std::string_view text_;
  Budget& budget_;
  Message out_;
  std::vector<Open> open_;
  Levels levels_;                  ///< For each boundary where in open_ it stands.
  std::size_t leaf_ = no_part;     ///< The part whose end is not known yet.
  std::size_t outside_ = no_part;  ///< Where text began that is in no part.
};

}  // namespace

const Field* Message::find(const Part& part, std::string_view name) const {
  for (const Field& field : fields(part)) {
    if (equal_ascii_ignoring_case(field.name, name)) return &field;
  }
  return nullptr;
}

std::string Message::file_name(const Part& part) const {
  const std::string* name = disposition(part).find("filename");
  if (name == nullptr || name->empty()) name = type(part).find("name");
  return name == nullptr ? std::string() : collapse_white_space(*name);
}

bool Message::has(Anomaly anomaly) const {
  return std::any_of(anomalies.begin(), anomalies.end(),
                     [anomaly](const Noticed& one) { return one.what == anomaly; });
}

void Message::note(Anomaly anomaly, std::size_t offset) {
  if (!has(anomaly)) anomalies.push_back({anomaly, offset});
}

bool Message::ambiguous() const {
  return std::any_of(anomalies.begin(), anomalies.end(),
                     [](const Noticed& one) { return is_ambiguous(one.what); });
}

Result<Message> read_message(Bytes message, Budget& budget) {
  return MessageReader(message, budget).read();
}

std::vector<std::string> object_names(const Message& message) {
  std::vector<std::string> names;
  std::set<std::string> given;
  for (std::size_t i = 0; i < message.parts.size(); ++i) {
    const Part& part = message.parts[i];
    std::string name = part.multipart ? std::string() : message.file_name(part);
    if (!part.multipart && name.empty()) name = fmt::format("part {}", i + 1);
    if (!part.multipart && !given.insert(name).second) {
      name += fmt::format(" ({})", i + 1);
      given.insert(name);
    }
    names.push_back(std::move(name));
  }
  return names;
}

}  // namespace antidotary::mime
