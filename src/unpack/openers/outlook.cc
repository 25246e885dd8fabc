// Outlook's stores (PST, OST), by libpff over memory: each message is written as MIME, so that it
// is read, matched and named as any other mail. "message N" bears the number of its node, which it
// keeps for as long as it lies in the store.
//
// Why libpff: it reads ANSI and Unicode stores and their encodings ([MS-PST]), and reaches the
// bytes through a handle of ours (bfio_view.h); no path is opened. What it makes of damage is not
// trusted: it runs in the jailed worker alone (docs/decisions/0187). What it leaves out in silence
// is found by outlook_index.h and told. Deleted items that are in no folder and no orphans are not
// brought out.
#include <fmt/core.h>
#include <libpff.h>

#include <algorithm>
#include <array>
#include <memory>
#include <unordered_set>

#include "core/text.h"
#include "formats/mime/base64.h"
#include "unpack/bfio_view.h"
#include "unpack/opener.h"
#include "unpack/outlook_index.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

constexpr std::size_t field_bytes_max = 64u << 10;
constexpr int attachments_max = 10'000;
constexpr std::size_t read_bytes = 64u << 10;
/// Of the lines around a part: its name may be field_bytes_max, each byte as three.
constexpr std::size_t part_head_bytes_max = 3 * field_bytes_max + 1024;
constexpr std::size_t nested_max = 16;
constexpr std::uint64_t steps_an_item = 1024;

// Properties, [MS-OXPROPS].
constexpr std::uint32_t subject = 0x0037, transport_headers = 0x007d, sender_name = 0x0c1a,
                        sender_address = 0x0c1f, display_to = 0x0e04, attached_long_name = 0x3707,
                        attached_name = 0x3704, message_id = 0x1035;

struct FreeItem {
  void operator()(libpff_item_t* item) const { libpff_item_free(&item, nullptr); }
};
struct FreeSet {
  void operator()(libpff_record_set_t* set) const { libpff_record_set_free(&set, nullptr); }
};
struct FreeEntry {
  void operator()(libpff_record_entry_t* entry) const { libpff_record_entry_free(&entry, nullptr); }
};
struct FreeFile {
  void operator()(libpff_file_t* file) const { libpff_file_free(&file, nullptr); }
};
using Item = std::unique_ptr<libpff_item_t, FreeItem>;

Error damaged(std::string what) { return {ErrorKind::malformed, std::move(what), {}}; }

/// A property as UTF-8, without line ends where it is to be one line of a header.
std::string text_of(libpff_item_t* item, std::uint32_t property, bool one_line = true) {
  libpff_record_set_t* raw_set = nullptr;
  if (libpff_item_get_record_set_by_index(item, 0, &raw_set, nullptr) != 1) return {};
  const std::unique_ptr<libpff_record_set_t, FreeSet> set(raw_set);
  libpff_record_entry_t* raw_entry = nullptr;
  constexpr auto any = LIBPFF_ENTRY_VALUE_FLAG_MATCH_ANY_VALUE_TYPE;
  if (libpff_record_set_get_entry_by_type(raw_set, property, 0, &raw_entry, any, nullptr) != 1) {
    return {};
  }
  const std::unique_ptr<libpff_record_entry_t, FreeEntry> entry(raw_entry);
  std::size_t size = 0;
  if (libpff_record_entry_get_data_as_utf8_string_size(raw_entry, &size, nullptr) != 1 ||
      size < 2 || size > field_bytes_max) {
    return {};
  }
  std::vector<std::uint8_t> bytes(size);
  if (libpff_record_entry_get_data_as_utf8_string(raw_entry, bytes.data(), size, nullptr) != 1) {
    return {};
  }
  std::string out(bytes.begin(), std::find(bytes.begin(), bytes.end(), 0));
  if (!one_line) return out;
  // A subject begins with 1 and the length of its "Re: ".
  if (property == subject && out.size() > 1 && out[0] == 1) out.erase(0, 2);
  std::erase_if(out, [](char c) { return static_cast<unsigned char>(c) < ' '; });
  return out;
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// RFC 2047 where it is not ASCII.
std::string header_text(const std::string& text) {
  if (is_plain(text)) return text;
  std::string digits = mime::to_base64_lines(as_bytes(text));
  std::erase_if(digits, [](char c) { return c == '\r' || c == '\n'; });
  return "=?utf-8?B?" + digits + "?=";
}

/// RFC 2231 where it is not ASCII.
std::string name_parameter(std::string_view text) {
  if (is_plain(text) && text.find_first_of("\"\\") == std::string_view::npos) {
    return fmt::format("filename=\"{}\"", text);
  }
  std::string out = "filename*=utf-8''";
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '-' || c == '_';
    out += plain ? std::string(1, c)
                 : fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
  }
  return out;
}

/// The fields of a header as it came by mail, but those that describe a body that is not there.
std::string without_mime(std::string_view headers) {
  std::string out;
  bool left_out = false;
  for (std::string_view line : split(headers, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    const bool goes_on = line[0] == ' ' || line[0] == '\t';
    const std::string lower = ascii_lower(line.substr(0, 16));
    if (!goes_on) left_out = lower.starts_with("content-") || lower.starts_with("mime-version");
    if (!left_out) out.append(line).append("\n");
  }
  return out;
}

class Store {
 public:
  Store(Budget& budget, const Visitor& visitor) : budget_(budget), visitor_(visitor) {}

  Status walk(libpff_file_t* file) {
    libpff_item_t* root = nullptr;
    if (libpff_file_get_root_item(file, &root, nullptr) != 1) {
      return tl::unexpected(damaged("the store has no root"));
    }
    stack_.push_back({Item(root), 0, children_of(root)});
    ANTIDOTARY_CHECK(run());
    int orphans = 0;
    if (libpff_file_get_number_of_orphan_items(file, &orphans, nullptr) != 1) return {};
    for (int i = 0; i < orphans; ++i) {
      libpff_item_t* orphan = nullptr;
      if (libpff_file_get_orphan_item_by_index(file, i, &orphan, nullptr) != 1) continue;
      ANTIDOTARY_CHECK(enter(Item(orphan)));
      ANTIDOTARY_CHECK(run());
    }
    return {};
  }

  /// Tells the messages of the store's own index that were not come by.
  void tell_unseen(const std::vector<std::uint32_t>& messages) {
    for (const std::uint32_t number : messages) {
      if (entered_.count(number) > 0) continue;
      visitor_.missed(
          {fmt::format("message {}", number), damaged("it is in no folder that can be read")});
    }
  }

 private:
  struct Place {
    Item item;
    int next = 0;
    int count = 0;
  };

  static int children_of(libpff_item_t* item) {
    int count = 0;
    return libpff_item_get_number_of_sub_items(item, &count, nullptr) == 1 ? count : 0;
  }

  Status run() {
    while (!stack_.empty()) {
      ANTIDOTARY_CHECK(budget_.step(steps_an_item));
      Place& top = stack_.back();
      if (top.next == top.count) {
        stack_.pop_back();
        continue;
      }
      libpff_item_t* below = nullptr;
      const int got = libpff_item_get_sub_item(top.item.get(), top.next++, &below, nullptr);
      if (got != 1) {
        visitor_.missed({"", damaged("an item of the store cannot be read")});
        continue;
      }
      ANTIDOTARY_CHECK(enter(Item(below)));
    }
    return {};
  }

  // Each node is entered once, whatever points at it.
  Status enter(Item item) {
    std::uint32_t number = 0;
    if (libpff_item_get_identifier(item.get(), &number, nullptr) != 1) return {};
    if (!entered_.insert(number).second) return {};
    std::uint8_t type = LIBPFF_ITEM_TYPE_UNDEFINED;
    static_cast<void>(libpff_item_get_type(item.get(), &type, nullptr));
    const bool known = type != LIBPFF_ITEM_TYPE_FOLDER && type != LIBPFF_ITEM_TYPE_UNDEFINED &&
                       type != LIBPFF_ITEM_TYPE_UNKNOWN;
    if (known || is_message_node(number)) {
      const std::size_t place = messages_++;
      if (visitor_.wanted && !visitor_.wanted(place)) return {};
      bring(std::move(item), fmt::format("message {}", number));
      return {};
    }
    const int count = children_of(item.get());
    stack_.push_back({std::move(item), 0, count});
    return {};
  }

  /// A message and whatever it was taken out of: libpff reads an attached message through both.
  struct Attached {
    std::shared_ptr<const Attached> holder;
    Item attachment;
    Item message;
    std::string name;
    std::size_t depth = 0;
  };
  using Chain = std::shared_ptr<const Attached>;

  /// The message and, one behind the other, the messages that are attached to it.
  void bring(Item item, std::string name) {
    std::vector<Chain> rest;
    rest.push_back(
        std::make_shared<Attached>(Attached{nullptr, nullptr, std::move(item), std::move(name)}));
    while (!rest.empty()) {
      const Chain one = std::move(rest.back());
      rest.pop_back();
      if (one->depth == nested_max) {
        visitor_.missed({one->name, budget_.exhaust(Limit::depth).value()});
        continue;
      }
      std::vector<Chain> attached;
      write(one, attached);
      rest.insert(rest.end(), std::make_move_iterator(attached.rbegin()),
                  std::make_move_iterator(attached.rend()));
    }
  }

  /// Brings out what can be read of it, and tells what cannot.
  void write(const Chain& one, std::vector<Chain>& attached) {
    libpff_item_t* const item = one->message.get();
    std::string text = header_of(item);
    if (text.size() > budget_.limits().object_bytes_max) {
      return visitor_.missed({one->name, budget_.exhaust(Limit::object_bytes).value()});
    }
    constexpr std::string_view boundary = "=_part";  // no base64 holds it
    bool parts = false;
    const auto part = [&](const std::string& head, Bytes content) -> Status {
      // As a mailbox's messages: steps alone, so that a large honest store is read to its end. What
      // stands in them pays for its bytes where it is decoded.
      ANTIDOTARY_CHECK(budget_.step(content.size()));
      const std::uint64_t left = budget_.limits().object_bytes_max - text.size();
      if (content.size() > left) return budget_.exhaust(Limit::object_bytes);
      const std::string lines = mime::to_base64_lines(content);
      if (lines.size() + part_head_bytes_max > left) return budget_.exhaust(Limit::object_bytes);
      if (!parts) {
        text += fmt::format("MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"{}\"\n\n",
                            boundary);
        parts = true;
      }
      text += fmt::format("--{}\n{}Content-Transfer-Encoding: base64\n\n", boundary, head);
      text += lines;
      if (!text.ends_with('\n')) text += "\n";
      return {};
    };
    Status written = add_bodies(item, part);
    if (written) written = add_attachments(one, part, attached);
    text += parts ? fmt::format("--{}--\n", boundary) : "\n";
    visitor_.child({one->name, as_bytes(text), Format::message});
    if (!written) visitor_.missed({one->name, written.error()});
  }

  static std::string header_of(libpff_item_t* item) {
    const std::string came = text_of(item, transport_headers, false);
    if (!came.empty()) return without_mime(came);
    std::string out;
    const std::string from = text_of(item, sender_name);
    const std::string address = text_of(item, sender_address);
    out += fmt::format("From: {} <{}>\n", header_text(from), is_plain(address) ? address : "");
    const std::string to = text_of(item, display_to);
    if (!to.empty()) out += fmt::format("To: {}\n", header_text(to));
    out += fmt::format("Subject: {}\n", header_text(text_of(item, subject)));
    const std::string id = text_of(item, message_id);
    if (!id.empty() && is_plain(id)) out += fmt::format("Message-ID: {}\n", id);
    return out;
  }

  template <class Part>
  Status add_bodies(libpff_item_t* item, const Part& part) {
    struct Body {
      int (*size)(libpff_item_t*, std::size_t*, libpff_error_t**);
      int (*get)(libpff_item_t*, std::uint8_t*, std::size_t, libpff_error_t**);
      const char* head;
    };
    static constexpr std::array bodies = {
        Body{&libpff_message_get_plain_text_body_size, &libpff_message_get_plain_text_body,
             "Content-Type: text/plain; charset=utf-8\n"},
        Body{&libpff_message_get_html_body_size, &libpff_message_get_html_body,
             "Content-Type: text/html; charset=utf-8\n"},
        Body{&libpff_message_get_rtf_body_size, &libpff_message_get_rtf_body,
             "Content-Type: text/rtf; name=body.rtf\n"}};
    for (const Body& body : bodies) {
      std::size_t size = 0;
      const int there = body.size(item, &size, nullptr);
      if (there != 1 || size < 2) continue;
      if (size > budget_.limits().object_bytes_max) return budget_.exhaust(Limit::object_bytes);
      Buffer bytes(size);
      auto* const raw = static_cast<std::uint8_t*>(static_cast<void*>(bytes.data()));
      if (body.get(item, raw, size, nullptr) != 1) {
        return tl::unexpected(damaged("a body of the message cannot be read"));
      }
      if (bytes.back() == std::byte{0}) bytes.pop_back();
      ANTIDOTARY_CHECK(part(body.head, bytes));
    }
    return {};
  }

  template <class Part>
  Status add_attachments(const Chain& holder, const Part& part, std::vector<Chain>& attached) {
    libpff_item_t* const item = holder->message.get();
    int count = 0;
    if (libpff_message_get_number_of_attachments(item, &count, nullptr) != 1) {
      return tl::unexpected(damaged("the message's attachments cannot be read"));
    }
    if (count > attachments_max) return budget_.exhaust(Limit::objects);
    Status first_error;
    for (int i = 0; i < count; ++i) {
      ANTIDOTARY_CHECK(budget_.step(steps_an_item));
      libpff_item_t* raw = nullptr;
      if (libpff_message_get_attachment(item, i, &raw, nullptr) != 1) {
        if (first_error) first_error = tl::unexpected(damaged("an attachment cannot be read"));
        continue;
      }
      Item attachment(raw);
      int type = 0;
      static_cast<void>(libpff_attachment_get_type(raw, &type, nullptr));
      libpff_item_t* inner = nullptr;
      if (type == LIBPFF_ATTACHMENT_TYPE_ITEM &&
          libpff_attachment_get_item(raw, &inner, nullptr) == 1) {
        attached.push_back(std::make_shared<Attached>(Attached{
            holder, std::move(attachment), Item(inner),
            fmt::format("{}, attached message {}", holder->name, i + 1), holder->depth + 1}));
        continue;
      }
      const Status added = add_data(raw, part);
      if (!added && added.error().kind == ErrorKind::budget_spent) return added;
      if (!added && first_error) first_error = added;
    }
    return first_error;
  }

  template <class Part>
  Status add_data(libpff_item_t* attachment, const Part& part) {
    size64_t size = 0;
    if (libpff_attachment_get_data_size(attachment, &size, nullptr) != 1) {
      return tl::unexpected(damaged("an attachment's content cannot be read"));
    }
    Buffer content;
    Buffer chunk(read_bytes);
    // It grows as bytes arrive, not as the store states.
    while (content.size() < size) {
      if (content.size() > budget_.limits().object_bytes_max) {
        return budget_.exhaust(Limit::object_bytes);
      }
      ANTIDOTARY_CHECK(budget_.step(read_bytes / 64));
      auto* const raw = static_cast<std::uint8_t*>(static_cast<void*>(chunk.data()));
      const ssize_t got =
          libpff_attachment_data_read_buffer(attachment, raw, chunk.size(), nullptr);
      if (got <= 0 || static_cast<std::size_t>(got) > chunk.size()) break;
      content.insert(content.end(), chunk.begin(), chunk.begin() + got);
    }
    std::string name = text_of(attachment, attached_long_name);
    if (name.empty()) name = text_of(attachment, attached_name);
    if (name.empty()) name = "attachment";
    ANTIDOTARY_CHECK(part(fmt::format("Content-Type: application/octet-stream\n"
                                      "Content-Disposition: attachment; {}\n",
                                      name_parameter(name)),
                          content));
    if (content.size() >= size) return {};
    return tl::unexpected(damaged(fmt::format("the attachment {} is cut", name)));
  }

  Budget& budget_;
  const Visitor& visitor_;
  std::vector<Place> stack_;
  std::unordered_set<std::uint32_t> entered_;
  std::size_t messages_ = 0;
};

void open_outlook(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  const auto fail_with = [&](const char* what) { visitor.missed({"", damaged(what)}); };
  const BfioHandle handle = bfio_view(bytes, budget);
  libpff_file_t* raw_file = nullptr;
  if (!handle || libpff_file_initialize(&raw_file, nullptr) != 1) {
    return fail_with("the store cannot be opened");
  }
  const std::unique_ptr<libpff_file_t, FreeFile> file(raw_file);
  if (libpff_file_open_file_io_handle(raw_file, handle.get(), LIBPFF_OPEN_READ, nullptr) != 1) {
    return fail_with("the store is damaged, or of a form that is not read");
  }
  Store store(budget, visitor);
  const Status walked = store.walk(raw_file);
  if (!walked) visitor.missed({"", walked.error()});
  const OutlookIndex index = read_outlook_index(bytes, budget);
  if (index.error) visitor.missed({"", *index.error});
  if (walked) store.tell_unseen(index.messages);
  static_cast<void>(libpff_file_close(raw_file, nullptr));
}

}  // namespace

std::span<const Opener> outlook_openers() {
  static constexpr std::array rows = {Opener{Format::pst, &open_outlook}};
  return rows;
}

}  // namespace antidotary::unpack
