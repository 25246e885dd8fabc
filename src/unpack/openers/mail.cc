// Messages: their parts as formats/mime's tree has them; and where the tree is odd, everything that
// other mail programs may see in the same bytes (formats/mime/readings.h).
#include <fmt/core.h>

#include <array>
#include <set>

#include "core/text.h"
#include "formats/mime/base64.h"
#include "formats/mime/looks.h"
#include "formats/mime/message.h"
#include "formats/mime/names.h"
#include "formats/mime/quoted_printable.h"
#include "formats/mime/readings.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using mime::Anomaly;
using mime::Encoding;

/// One leaf with its code undone.
struct Leaf {
  Buffer own;   ///< Where it was coded.
  Bytes bytes;  ///< Into `own` or the message.
  bool cut = false;
  bool looks_coded = false;  ///< Once more, or in spite of what is stated.
};

class MessageOpener {
 public:
  MessageOpener(mime::Message& message, Budget& budget, const Visitor& visitor)
      : message_(message), budget_(budget), visitor_(visitor) {}

  Status run() {
    const std::vector<std::string> names = mime::object_names(message_);
    for (std::size_t i = 0; i < message_.parts.size(); ++i) {
      const mime::Part& part = message_.parts[i];
      tell_kind(part, names[i]);
      if (part.multipart || message_.body(part).empty()) continue;
      given_.insert(names[i]);
      if (const auto status = hand_out(part, names[i]); !status) {
        visitor_.missed({names[i], status.error()});
        return {};
      }
    }
    if (message_.cut) visitor_.missed({"", *message_.cut});
    for (const mime::Noticed& one : message_.anomalies) {
      visitor_.tell_odd(mime::name_of(one.what), fmt::format("at byte {}", one.offset));
    }
    if (message_.ambiguous()) visitor_.tell_odd("ambiguous_message");
    if (!visitor_.may_read_all_ways || message_.anomalies.empty()) return {};
    const bool only_coded =
        message_.anomalies.size() == 1 && message_.has(Anomaly::body_looks_encoded);
    return only_coded ? read_coded() : read_all_ways();
  }

 private:
  /// Kinds of parts whose content is not in them.
  void tell_kind(const mime::Part& part, const std::string& name) {
    const std::string& type = message_.type(part).value;
    if (type == "multipart/encrypted") {
      visitor_.missed({"", Error{ErrorKind::encrypted, "the message is encrypted", part.offset}});
    } else if (type == "message/partial") {
      const std::string* const number = message_.type(part).find("number");
      visitor_.missed({name, Error{ErrorKind::unsupported,
                                   fmt::format("it is piece {} of a message that was cut",
                                               number == nullptr ? "?" : *number),
                                   part.offset}});
    } else if (type == "message/external-body") {
      visitor_.tell_odd("external_body", name);
    }
  }

  bool is_shown_as_text(const mime::Part& part) const {
    return message_.type(part).value.starts_with("text/") && message_.file_name(part).empty() &&
           message_.disposition(part).value != "attachment";
  }

  Leaf decode(const mime::Part& part) {
    Leaf leaf;
    const Bytes body = message_.body(part);
    const std::string_view text = as_text(body);
    const std::uint64_t bytes_max = budget_.limits().object_bytes_max;
    if (part.encoding == Encoding::base64) {
      mime::Base64Decoded decoded = mime::decode_base64(text, bytes_max);
      const mime::Base64Oddities& odd = decoded.odd;
      const std::size_t at = part.body_offset + odd.offset.value_or(0);
      if (odd.junk > 0 || odd.pad_inside) message_.note(Anomaly::base64_odd, at);
      if (odd.broken_quantum || odd.blank_line) message_.note(Anomaly::base64_cut, at);
      leaf = {std::move(decoded.bytes), {}, decoded.cut, false};
    } else if (part.encoding == Encoding::quoted_printable) {
      mime::QuotedDecoded decoded = mime::decode_quoted_printable(text, bytes_max);
      if (decoded.odd.bad_escapes > 0) {
        message_.note(Anomaly::quoted_odd, part.body_offset + decoded.odd.offset.value_or(0));
      }
      leaf = {std::move(decoded.bytes), {}, decoded.cut, false};
    } else {
      leaf.bytes = body;
      // A message inside the message is looked at by itself.
      const bool message = message_.type(part).value.starts_with("message/");
      leaf.looks_coded = !message && mime::looks_encoded(text);
    }
    if (part.encoding == Encoding::base64 || part.encoding == Encoding::quoted_printable) {
      leaf.bytes = leaf.own;
      leaf.looks_coded = mime::looks_coded(as_text(leaf.bytes));
    }
    if (leaf.looks_coded) message_.note(Anomaly::body_looks_encoded, part.body_offset);
    return leaf;
  }

  Status hand_out(const mime::Part& part, const std::string& name) {
    ANTIDOTARY_CHECK(budget_.new_object());
    ANTIDOTARY_CHECK(budget_.step((part.end - part.body_offset) / 64 + 1));
    const Leaf leaf = decode(part);
    if (!leaf.own.empty()) ANTIDOTARY_CHECK(budget_.bring_out(leaf.own.size()));
    Child child{name, leaf.bytes};
    if (part.field_count > 0) {
      const Bytes header = message_.bytes.subspan(part.offset, part.body_offset - part.offset);
      std::vector<std::string> names =
          ANTIDOTARY_TRY(mime::plausible_names(as_text(header), budget_));
      if (names.size() > 1 || (names.size() == 1 && names[0] != name)) child.names = names;
    }
    const bool message = message_.type(part).value == "message/rfc822";
    if (message) child.format = Format::message;
    child.shown_as_text = is_shown_as_text(part);
    if (message && !leaf.own.empty()) message_.note(Anomaly::message_encoded, part.offset);
    if (leaf.looks_coded) coded_.push_back(static_cast<std::size_t>(&part - message_.parts.data()));
    visitor_.child(child);
    if (!leaf.cut) return {};
    visitor_.missed({name, budget_.exhaust(Limit::object_bytes).value()});
    return {};
  }

  /// Nothing is odd but that some bodies look encoded.
  Status read_coded() {
    mime::Known known;
    for (const std::size_t index : coded_) {
      const mime::Part& part = message_.parts[index];
      ANTIDOTARY_CHECK(budget_.step(part.end - part.body_offset));
      const Leaf leaf = decode(part);
      known.add_body(leaf.bytes);
      ANTIDOTARY_CHECK(mime::read_coded_body(
          {leaf.bytes, {}, part.body_offset, false}, known, budget_,
          [&](const mime::Reading& reading) { return hand_out_reading(reading); }));
    }
    return {};
  }

  Status read_all_ways() {
    mime::Known known;
    known.add(message_.bytes);
    for (const mime::Part& part : message_.parts) {
      if (part.multipart || message_.body(part).empty()) continue;
      ANTIDOTARY_CHECK(budget_.step(part.end - part.body_offset));
      known.add_body(decode(part).bytes);
    }
    return mime::read_all_ways(message_.bytes, known, budget_, [&](const mime::Reading& reading) {
      return hand_out_reading(reading);
    });
  }

  Status hand_out_reading(const mime::Reading& reading) {
    if (!reading.view) {
      ANTIDOTARY_CHECK(budget_.new_object());
      ANTIDOTARY_CHECK(budget_.bring_out(reading.bytes.size()));
    }
    ++readings_;
    std::string name =
        reading.names.empty() ? fmt::format("reading {}", readings_) : reading.names.front();
    if (!given_.insert(name).second) name += fmt::format(" (reading {})", readings_);
    Child child{name, reading.bytes};
    child.names = reading.names;
    child.reading = true;
    child.embedded = true;  // what does not open was perhaps never meant to
    visitor_.child(child);
    return {};
  }

  mime::Message& message_;
  Budget& budget_;
  const Visitor& visitor_;
  std::set<std::string> given_;
  std::vector<std::size_t> coded_;  ///< Leaves that look encoded.
  std::size_t readings_ = 0;
};

void open_message(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  auto message = mime::read_message(bytes, budget);
  if (!message) {
    if (message.error().kind != ErrorKind::not_this_format) {
      return visitor.missed({"", message.error()});
    }
    // No tree, but somebody may see a message in it all the same.
    message = mime::Message{};
    message->bytes = bytes;
    message->note(Anomaly::header_cut_short, 0);
  }
  if (const auto status = MessageOpener(*message, budget, visitor).run(); !status) {
    visitor.missed({"", status.error()});
  }
}

}  // namespace

std::span<const Opener> mail_openers() {
  static constexpr std::array rows = {Opener{Format::message, &open_message}};
  return rows;
}

}  // namespace antidotary::unpack
