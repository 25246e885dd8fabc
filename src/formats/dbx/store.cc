#include "formats/dbx/store.h"

#include <algorithm>
#include <unordered_set>

#include "core/reader.h"

namespace antidotary::dbx {
namespace {

constexpr std::uint32_t magic = 0xfe12adcf;
constexpr std::uint32_t messages_guid = 0x6f74fdc5;  // its first word
constexpr std::size_t guid_at = 0x04, count_at = 0xc4, root_at = 0xe4;
constexpr std::size_t header_bytes = 0xe8;
constexpr std::size_t node_child_at = 0x08, node_rows_at = 0x11, node_head_bytes = 0x18;
constexpr std::size_t row_bytes = 12;
constexpr std::size_t entry_fields_at = 0x0a, entry_head_bytes = 0x0c, field_bytes = 4;
constexpr std::size_t segment_used_at = 0x08, segment_next_at = 0x0c, segment_head_bytes = 0x10;
constexpr unsigned message_field = 4, is_value = 0x80;

/// The structure that states that it stands at `offset`, from there to the store's end.
std::optional<Bytes> object_at(Bytes store, std::uint32_t offset, std::size_t bytes_min) {
  if (offset >= store.size() || bytes_min > store.size() - offset) return std::nullopt;
  const Bytes object = store.subspan(offset);
  if (load_u32_le(object, 0) != offset) return std::nullopt;
  return object;
}

Error malformed_at(std::uint32_t offset, const char* what) {
  return {ErrorKind::malformed, what, offset};
}

// The value of an entry's field 4; nullopt where it has none. `error` tells a damaged one.
std::optional<std::uint32_t> message_of(Bytes store, std::uint32_t offset,
                                        std::optional<Error>& error) {
  const auto entry = object_at(store, offset, entry_head_bytes);
  if (!entry) {
    error = malformed_at(offset, "an entry of the store is not where it should be");
    return std::nullopt;
  }
  const std::size_t fields = std::to_integer<std::size_t>((*entry)[entry_fields_at]);
  const std::size_t data_at = entry_head_bytes + fields * field_bytes;
  if (data_at > entry->size()) {
    error = malformed_at(offset, "an entry of the store is cut");
    return std::nullopt;
  }
  for (std::size_t i = 0; i < fields; ++i) {
    const std::uint32_t field = load_u32_le(*entry, entry_head_bytes + i * field_bytes);
    if ((field & 0x7f) != message_field) continue;
    const std::uint32_t value = field >> 8;
    if ((field & is_value) != 0) return value;
    if (value <= entry->size() - data_at && entry->size() - data_at - value >= 4) {
      return load_u32_le(*entry, data_at + value);
    }
    error = malformed_at(offset, "an entry of the store points out of it");
  }
  return std::nullopt;
}

/// The tree in its order: what lies below a node's own child comes before its rows, and what lies
/// below a row behind it.
class Tree {
 public:
  Tree(Bytes store, Budget& budget, Listing& out) : store_(store), budget_(budget), out_(out) {}

  Status walk(std::uint32_t root) {
    push(root);
    while (!stack_.empty()) {
      ANTIDOTARY_CHECK(budget_.step());
      Place& top = stack_.back();
      if (top.row == top.rows) {
        stack_.pop_back();
        continue;
      }
      const Bytes row = top.node.subspan(node_head_bytes + top.row * row_bytes, row_bytes);
      ++top.row;  // before the stack may move
      if (out_.messages.size() >= entries_max) return budget_.exhaust(Limit::objects);
      out_.messages.push_back(message_of(store_, load_u32_le(row, 0), out_.error));
      push(load_u32_le(row, 4));
    }
    return {};
  }

 private:
  struct Place {
    Bytes node;
    std::size_t rows = 0;
    std::size_t row = 0;
  };

  // A node and the chain of first children below it. Each is entered once, whatever points at it.
  void push(std::uint32_t offset) {
    while (offset != 0) {
      const auto node = object_at(store_, offset, node_head_bytes);
      const std::size_t rows =
          node ? std::to_integer<std::size_t>((*node)[node_rows_at]) : std::size_t{0};
      if (!node || rows * row_bytes > node->size() - node_head_bytes) {
        out_.error = malformed_at(offset, "a node of the store's tree is not where it should be");
        return;
      }
      if (!entered_.insert(offset).second) {
        out_.error = malformed_at(offset, "the store's tree leads back into itself");
        return;
      }
      stack_.push_back({*node, rows, 0});
      offset = load_u32_le(*node, node_child_at);
    }
  }

  Bytes store_;
  Budget& budget_;
  Listing& out_;
  std::vector<Place> stack_;
  std::unordered_set<std::uint32_t> entered_;
};

}  // namespace

Result<Listing> list(Bytes store, Budget& budget) {
  if (store.size() < 4 || load_u32_le(store, 0) != magic) {
    return fail(ErrorKind::not_this_format, "no mark of an Outlook Express store");
  }
  if (store.size() < header_bytes) {
    return fail_at(store.size(), ErrorKind::truncated, "the store ends inside its header");
  }
  Listing out;
  out.of_messages = load_u32_le(store, guid_at) == messages_guid;
  out.stated = load_u32_le(store, count_at);
  if (!out.of_messages) return out;
  ANTIDOTARY_CHECK(Tree(store, budget, out).walk(load_u32_le(store, root_at)));
  if (!out.error && out.messages.size() != out.stated) {
    out.error = malformed_at(count_at, "the store's tree does not hold as many messages as stated");
  }
  return out;
}

Message read_message(Bytes store, std::uint32_t offset, std::uint64_t bytes_max, Budget& budget) {
  Message out;
  std::unordered_set<std::uint32_t> seen;
  while (offset != 0) {
    const auto segment = object_at(store, offset, segment_head_bytes);
    if (!segment || !seen.insert(offset).second) {
      out.error = malformed_at(offset, segment ? "a message leads back into itself"
                                               : "a message goes on where there is none of it");
      return out;
    }
    const Bytes data = segment->subspan(segment_head_bytes);
    const std::uint32_t used = load_u32_le(*segment, segment_used_at);
    const Bytes some = data.first(std::min<std::size_t>(used, data.size()));
    if (const auto status = budget.step(some.size() / 64 + 1); !status) {
      out.error = status.error();
      return out;
    }
    if (some.size() > bytes_max - out.bytes.size()) {
      out.error = budget.exhaust(Limit::object_bytes).value();
      return out;
    }
    out.bytes.insert(out.bytes.end(), some.begin(), some.end());
    if (some.size() < used) {
      out.error = Error{ErrorKind::truncated, "a message ends with the store", store.size()};
      return out;
    }
    offset = load_u32_le(*segment, segment_next_at);
  }
  return out;
}

}  // namespace antidotary::dbx
