#include "formats/zip/directory.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::zip {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t end64_signature = 0x06064b50;
constexpr std::uint32_t locator64_signature = 0x07064b50;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t central_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t comment_bytes_max = 65535;
constexpr std::uint16_t encrypted_flag = 0x1;
constexpr std::uint16_t descriptor_flag = 0x8;
constexpr std::uint16_t masked_flag = 0x2000;  // 4.4.4 bit 13: local header values are masked
constexpr std::uint16_t utf8_flag = 0x800;

// Code page 437, upper half: names of archives that do not say UTF-8 (appendix D).
constexpr std::array<char16_t, 128> cp437 = {
    0x00c7, 0x00fc, 0x00e9, 0x00e2, 0x00e4, 0x00e0, 0x00e5, 0x00e7, 0x00ea, 0x00eb, 0x00e8, 0x00ef,
    0x00ee, 0x00ec, 0x00c4, 0x00c5, 0x00c9, 0x00e6, 0x00c6, 0x00f4, 0x00f6, 0x00f2, 0x00fb, 0x00f9,
    0x00ff, 0x00d6, 0x00dc, 0x00a2, 0x00a3, 0x00a5, 0x20a7, 0x0192, 0x00e1, 0x00ed, 0x00f3, 0x00fa,
    0x00f1, 0x00d1, 0x00aa, 0x00ba, 0x00bf, 0x2310, 0x00ac, 0x00bd, 0x00bc, 0x00a1, 0x00ab, 0x00bb,
    0x2591, 0x2592, 0x2593, 0x2502, 0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557,
    0x255d, 0x255c, 0x255b, 0x2510, 0x2514, 0x2534, 0x252c, 0x251c, 0x2500, 0x253c, 0x255e, 0x255f,
    0x255a, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550, 0x256c, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559,
    0x2558, 0x2552, 0x2553, 0x256b, 0x256a, 0x2518, 0x250c, 0x2588, 0x2584, 0x258c, 0x2590, 0x2580,
    0x03b1, 0x00df, 0x0393, 0x03c0, 0x03a3, 0x03c3, 0x00b5, 0x03c4, 0x03a6, 0x0398, 0x03a9, 0x03b4,
    0x221e, 0x03c6, 0x03b5, 0x2229, 0x2261, 0x00b1, 0x2265, 0x2264, 0x2320, 0x2321, 0x00f7, 0x2248,
    0x00b0, 0x2219, 0x00b7, 0x221a, 0x207f, 0x00b2, 0x25a0, 0x00a0};

std::string read_name(Bytes raw, std::uint16_t flags) {
  const std::string_view text = as_text(raw);
  if ((flags & utf8_flag) != 0 && is_utf8(text)) return std::string(text);
  std::string out;
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    append_utf8(out, value < 0x80 ? char32_t{value} : char32_t{cp437[value - 0x80u]});
  }
  return out;
}

bool is_folder(const Member& member) {
  return member.name.ends_with('/') && member.packed_bytes == 0;
}

bool climbs(std::string_view name) {
  if (name.starts_with('/') || name.starts_with('\\')) return true;
  if (name.size() > 1 && name[1] == ':') return true;
  std::string slashed(name);
  std::replace(slashed.begin(), slashed.end(), '\\', '/');
  const auto parts = split(slashed, '/');
  return std::find(parts.begin(), parts.end(), "..") != parts.end();
}

class DirectoryReader {
 public:
  DirectoryReader(Bytes input, Budget& budget) : input_(input), budget_(budget) {}

  Result<Directory> read() {
    const auto end = ANTIDOTARY_TRY(find_end());
    if (end) ANTIDOTARY_CHECK(read_central(*end));
    if (out_.members.empty() && !(end && declared_ == 0)) {
      const bool central_lied = end.has_value();
      shift_ = 0;
      ANTIDOTARY_CHECK(walk_local(0, input_.size()));
      if (out_.members.empty() && !end) {
        return fail(ErrorKind::not_this_format, "no zip directory and no zip member");
      }
      note(central_lied ? Anomaly::directory_damaged : Anomaly::directory_missing);
      mark_overlaps();
    } else {
      mark_overlaps();
      ANTIDOTARY_CHECK(walk_gaps());
    }
    mark_names();
    return std::move(out_);
  }

 private:
  void note(Anomaly anomaly) {
    if (!out_.has(anomaly)) out_.anomalies.push_back(anomaly);
  }

  // 4.3.16: the end record is searched from the back; its comment must reach the input's end,
  // else the last signature is taken and what follows is noted.
  Result<std::optional<std::size_t>> find_end() {
    if (input_.size() < end_bytes) return std::nullopt;
    const std::size_t last = input_.size() - end_bytes;
    const std::size_t first = last > comment_bytes_max ? last - comment_bytes_max : 0;
    ANTIDOTARY_CHECK(budget_.step((last - first) / 64 + 1));
    std::optional<std::size_t> loose;
    for (std::size_t at = last + 1; at-- > first;) {
      if (load_u32_le(input_, at) != end_signature) continue;
      if (load_u16_le(input_, at + 20) == last - at) return at;
      if (!loose) loose = at;
    }
    if (loose) note(Anomaly::bytes_after);
    return loose;
  }

  struct End {
    std::uint64_t count;
    std::uint64_t directory_bytes;
    std::uint64_t directory_offset;
    std::uint64_t directory_end;
  };

  // 4.3.14 and 4.3.15: the zip64 records stand before the end record where they exist.
  End read_end(std::size_t at) const {
    End end{load_u16_le(input_, at + 10), load_u32_le(input_, at + 12),
            load_u32_le(input_, at + 16), at};
    if (at < 20 || load_u32_le(input_, at - 20) != locator64_signature) return end;
    const std::uint64_t where = load_u64_le(input_, at - 12);
    if (where > at - 20 || at - 20 - where < 56) return end;
    const auto at64 = static_cast<std::size_t>(where);
    if (load_u32_le(input_, at64) != end64_signature) return end;
    return {load_u64_le(input_, at64 + 32), load_u64_le(input_, at64 + 40),
            load_u64_le(input_, at64 + 48), where};
  }

  Status read_central(std::size_t end_at) {
    const End end = read_end(end_at);
    declared_ = end.count;
    central_begin_ = end.directory_end;
    out_.end = std::min<std::uint64_t>(input_.size(),
                                       end_at + end_bytes + load_u16_le(input_, end_at + 20));
    const std::uint64_t disks = load_u16_le(input_, end_at + 6);  // before the directory's
    disk_ = load_u16_le(input_, end_at + 4);
    if (disk_ != 0) note(Anomaly::several_disks);
    std::uint64_t start = end.directory_offset;
    if (end.directory_bytes <= end.directory_end) {
      // Where bytes were put before the archive every offset is short by their number.
      const std::uint64_t real = end.directory_end - end.directory_bytes;
      if (real > start) {
        shift_ = real - start;
        if (disks > 0 && shift_ % disks == 0) disk_bytes_ = shift_ / disks;
        if (disk_bytes_ == 0) note(Anomaly::bytes_before);
        start = real;
      }
    }
    out_.cut_off = disk_ != 0 && disk_bytes_ == 0;
    if (start > end.directory_end) {
      note(Anomaly::directory_damaged);
      return {};
    }
    central_begin_ = start;
    Reader reader(input_.first(static_cast<std::size_t>(end.directory_end)));
    ANTIDOTARY_CHECK(reader.seek(static_cast<std::size_t>(start)));
    while (!reader.at_end()) {
      if (out_.members.size() >= members_max) {
        note(Anomaly::too_many_members);
        break;
      }
      ANTIDOTARY_CHECK(budget_.step());
      if (!ANTIDOTARY_TRY(read_central_record(reader))) break;
    }
    if (out_.members.size() != declared_) note(Anomaly::count_differs);
    return {};
  }

  Result<bool> read_central_record(Reader& reader) {
    const auto fixed = reader.take(central_bytes);
    if (!fixed || load_u32_le(*fixed, 0) != central_signature) {
      note(Anomaly::directory_damaged);
      return false;
    }
    Member member;
    member.flags = load_u16_le(*fixed, 8);
    member.method = load_u16_le(*fixed, 10);
    member.time = load_u16_le(*fixed, 12);
    member.crc32 = load_u32_le(*fixed, 16);
    member.packed_bytes = load_u32_le(*fixed, 20);
    member.unpacked_bytes = load_u32_le(*fixed, 24);
    member.local_offset = load_u32_le(*fixed, 42);
    const auto name = reader.take(load_u16_le(*fixed, 28));
    const auto extra = reader.take(load_u16_le(*fixed, 30));
    if (!name || !extra || !reader.skip(load_u16_le(*fixed, 32))) {
      note(Anomaly::directory_damaged);
      return false;
    }
    member.name = read_name(*name, member.flags);
    member.encrypted = (member.flags & encrypted_flag) != 0;
    read_zip64(*extra, member);
    ANTIDOTARY_CHECK(locate(member, *name, load_u16_le(*fixed, 34)));
    add(std::move(member));
    return true;
  }

  // 4.5.3: 64-bit values stand in this order, each only where the 32-bit field is all ones.
  static void read_zip64(Bytes extra, Member& member) {
    Reader reader(extra);
    while (reader.remaining() >= 4) {
      const std::uint16_t id = reader.u16_le().value_or(std::uint16_t{0});
      const auto data = reader.take(reader.u16_le().value_or(std::uint16_t{0}));
      if (!data) return;
      if (id != 1) continue;
      Reader fields(*data);
      for (std::uint64_t* field :
           {&member.unpacked_bytes, &member.packed_bytes, &member.local_offset}) {
        if (*field == 0xffffffff) *field = fields.u64_le().value_or(*field);
      }
    }
  }

  // Finds the member's data through its local header (4.3.7) and compares the two.
  Status locate(Member& member, Bytes central_name, std::uint64_t disk) {
    const std::uint64_t size = input_.size();
    const std::uint64_t before = disk_bytes_ > 0 ? disk * disk_bytes_ : shift_;
    const bool inside = before <= size && member.local_offset <= size - before;
    member.local_offset = inside ? member.local_offset + before : size;
    member.data_offset = member.data_end = member.local_offset;
    const auto at = static_cast<std::size_t>(member.local_offset);
    // Of another part, unless its header stands here all the same.
    const bool other_part = out_.cut_off && disk != disk_;
    member.elsewhere = other_part;
    if (size - at < local_bytes || load_u32_le(input_, at) != local_signature) {
      if (!other_part) note(Anomaly::local_header_missing);
      return {};
    }
    const std::uint16_t flags = load_u16_le(input_, at + 6);
    const std::size_t name_bytes = load_u16_le(input_, at + 26);
    const std::size_t extra_bytes = load_u16_le(input_, at + 28);
    if (name_bytes + extra_bytes > size - at - local_bytes) {
      note(Anomaly::data_cut);
      return {};
    }
    const Bytes name = input_.subspan(at + local_bytes, name_bytes);
    const bool masked = (flags & masked_flag) != 0;
    const bool other_name = !masked && as_text(name) != as_text(central_name);
    if (other_part && other_name) return {};
    member.elsewhere = false;
    if (other_name) note(Anomaly::names_differ);
    const bool local_encrypted = (flags & encrypted_flag) != 0;
    const bool same_lock = local_encrypted == member.encrypted;
    if (!same_lock) note(Anomaly::encryption_differs);
    member.encrypted = member.encrypted || local_encrypted;
    set_data(member, at + local_bytes + name_bytes + extra_bytes);
    const bool other_method = load_u16_le(input_, at + 8) != member.method;
    if (other_method && !masked) note(Anomaly::methods_differ);
    if (masked) return {};
    LocalReading local{flags, load_u16_le(input_, at + 8), 0, 0, member.data_end};
    const Bytes extra = input_.subspan(at + local_bytes + name_bytes, extra_bytes);
    const bool other_size = ANTIDOTARY_TRY(read_local_sizes(at, extra, member, local));
    // A folder holds nothing, whatever is said of its packing.
    const bool folder = is_folder(member) && !other_size;
    if (!folder && (other_method || other_size || !same_lock)) member.local = local;
    return {};
  }

  // Checksum and size by the local header, and where its data end; whether that is another place
  // than by the directory.
  Result<bool> read_local_sizes(std::size_t at, Bytes extra, const Member& member,
                                LocalReading& local) {
    Member own;
    own.crc32 = load_u32_le(input_, at + 14);
    own.packed_bytes = load_u32_le(input_, at + 18);
    own.unpacked_bytes = load_u32_le(input_, at + 22);
    read_zip64(extra, own);
    bool other = false;
    if ((local.flags & descriptor_flag) != 0 && own.packed_bytes == 0) {
      other = !ends_at(static_cast<std::size_t>(member.data_end), member);
      if (other) {
        const auto begin = static_cast<std::size_t>(member.data_offset);
        local.data_end = begin + ANTIDOTARY_TRY(distance_to_next(begin));
        other = local.data_end != member.data_end;
        static_cast<void>(read_descriptor(static_cast<std::size_t>(local.data_end), own));
      } else {
        own.crc32 = member.crc32;
        own.unpacked_bytes = member.unpacked_bytes;
      }
    } else if (own.packed_bytes != member.packed_bytes &&
               (own.packed_bytes != 0xffffffff || member.packed_bytes == 0)) {
      other = true;
      const std::uint64_t left = input_.size() - member.data_offset;
      local.data_end = member.data_offset + std::min(left, own.packed_bytes);
    }
    if (other) note(Anomaly::sizes_differ);
    local.crc32 = own.crc32;
    local.unpacked_bytes = own.unpacked_bytes;
    return other;
  }

  // Whether the data end at `at` by what follows: a descriptor that states the member's size, of 12
  // or 20 bytes and perhaps a signature (4.3.9), or at once the next record.
  bool ends_at(std::size_t at, const Member& member) const {
    const Bytes rest = input_.subspan(at);
    if (rest.empty()) return true;
    const auto size = static_cast<std::uint32_t>(member.packed_bytes);
    if (is_record(rest, 0)) {
      return as_text(rest)[2] != '\x07' || (rest.size() >= 12 && load_u32_le(rest, 8) == size);
    }
    return rest.size() >= 8 && load_u32_le(rest, 4) == size &&
           (is_record(rest, 12) || is_record(rest, 20));
  }

  static bool is_record(Bytes bytes, std::size_t at) {
    constexpr std::array kinds = {"PK\x01\x02"sv, "PK\x03\x04"sv, "PK\x05\x06"sv, "PK\x06\x06"sv,
                                  "PK\x07\x08"sv};
    const std::string_view rest = as_text(bytes.subspan(std::min(at, bytes.size())));
    return std::any_of(kinds.begin(), kinds.end(),
                       [rest](std::string_view kind) { return rest.starts_with(kind); });
  }

  void set_data(Member& member, std::size_t data_offset) {
    member.data_offset = data_offset;
    const std::uint64_t left = input_.size() - data_offset;
    member.cut = member.packed_bytes > left;
    if (member.cut) note(Anomaly::data_cut);
    member.data_end = data_offset + std::min(left, member.packed_bytes);
    member.readable = true;
  }

  // What no listed member claims may hold members that a reader of local headers sees.
  Status walk_gaps() {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> claimed;
    for (const Member& member : out_.members) {
      if (member.readable) claimed.emplace_back(member.local_offset, member.data_end);
    }
    claimed.emplace_back(central_begin_, input_.size());
    std::sort(claimed.begin(), claimed.end());
    const std::size_t listed = out_.members.size();
    std::uint64_t at = 0;
    for (const auto& [begin, end] : claimed) {
      if (begin > at)
        ANTIDOTARY_CHECK(walk_gap(static_cast<std::size_t>(at), static_cast<std::size_t>(begin)));
      at = std::max(at, end);
    }
    for (std::size_t i = listed; i < out_.members.size(); ++i) out_.members[i].unlisted = true;
    if (out_.members.size() > listed) note(Anomaly::unlisted_member);
    return {};
  }

  Status walk_gap(std::size_t begin, std::size_t end) {
    // Before the first member stands what unpacks the rest, which is another object.
    if (begin == 0 && load_u32_le(input_, 0) != local_signature) return {};
    return walk_local(begin, end);
  }

  // One local header after the other, wherever the next one is.
  Status walk_local(std::size_t at, std::size_t end) {
    while (out_.members.size() < members_max) {
      const std::string_view rest = as_text(input_.subspan(at, end - at));
      const std::size_t next = rest.find("PK\x03\x04");
      ANTIDOTARY_CHECK(budget_.step(std::min(next, rest.size()) / 64 + 1));
      if (next == rest.npos || rest.size() - next < local_bytes) return {};
      at += next;
      const auto after = ANTIDOTARY_TRY(read_local(at, end));
      at = after.value_or(at + 4);
    }
    note(Anomaly::too_many_members);
    return {};
  }

  // The member whose local header stands at `at`; answers where it ends, or nullopt where there is
  // none.
  Result<std::optional<std::size_t>> read_local(std::size_t at, std::size_t end) {
    Member member;
    member.flags = load_u16_le(input_, at + 6);
    member.method = load_u16_le(input_, at + 8);
    member.time = load_u16_le(input_, at + 10);
    member.crc32 = load_u32_le(input_, at + 14);
    member.packed_bytes = load_u32_le(input_, at + 18);
    member.unpacked_bytes = load_u32_le(input_, at + 22);
    member.local_offset = at;
    member.encrypted = (member.flags & encrypted_flag) != 0;
    const std::size_t name_bytes = load_u16_le(input_, at + 26);
    const std::size_t extra_bytes = load_u16_le(input_, at + 28);
    if (name_bytes + extra_bytes > end - at - local_bytes) return std::nullopt;
    member.name = read_name(input_.subspan(at + local_bytes, name_bytes), member.flags);
    read_zip64(input_.subspan(at + local_bytes + name_bytes, extra_bytes), member);
    member.local_offset = at;
    const std::size_t data = at + local_bytes + name_bytes + extra_bytes;
    if ((member.flags & descriptor_flag) != 0 && member.packed_bytes == 0) {
      member.packed_bytes = ANTIDOTARY_TRY(distance_to_next(data));
    }
    set_data(member, data);
    member.data_end = std::min<std::uint64_t>(member.data_end, end);
    std::size_t after = static_cast<std::size_t>(member.data_end);
    if ((member.flags & descriptor_flag) != 0) after += read_descriptor(after, member);
    add(std::move(member));
    return std::min(after, end);
  }

  // 4.3.9: sizes stand behind the data; the data end where the next record's signature begins.
  Result<std::uint64_t> distance_to_next(std::size_t data) {
    const std::string_view rest = as_text(input_.subspan(data));
    for (std::size_t at = rest.find("PK"); at != std::string_view::npos;
         at = rest.find("PK", at + 1)) {
      const std::string_view kind = rest.substr(at + 2, 2);
      if (kind != "\x07\x08"sv && kind != "\x03\x04"sv && kind != "\x01\x02"sv) continue;
      ANTIDOTARY_CHECK(budget_.step(at / 64 + 1));
      return at;
    }
    ANTIDOTARY_CHECK(budget_.step(rest.size() / 64 + 1));
    return rest.size();
  }

  // 4.3.9: a signature, the checksum, both sizes.
  std::size_t read_descriptor(std::size_t at, Member& member) const {
    if (input_.size() - at < 16 || as_text(input_.subspan(at, 4)) != "PK\x07\x08"sv) return 0;
    member.crc32 = load_u32_le(input_, at + 4);
    member.unpacked_bytes = load_u32_le(input_, at + 12);
    return 16;
  }

  void add(Member member) {
    member.directory = is_folder(member);
    if (climbs(member.name)) note(Anomaly::climbing_name);
    out_.members.push_back(std::move(member));
  }

  void mark_overlaps() {
    std::vector<Member*> order;
    for (Member& member : out_.members) {
      if (member.readable) order.push_back(&member);
    }
    std::stable_sort(order.begin(), order.end(), [](const Member* a, const Member* b) {
      return a->local_offset < b->local_offset;
    });
    std::uint64_t end = 0;
    for (Member* member : order) {
      member->overlaps = member->local_offset < end;
      if (member->overlaps) note(Anomaly::ranges_overlap);
      end = std::max(end, member->data_end);
    }
    const bool first_is_late = !order.empty() && order.front()->local_offset > 0;
    if (first_is_late) note(Anomaly::bytes_before);
  }

  void mark_names() {
    std::set<std::string_view> names;
    for (const Member& member : out_.members) {
      if (!names.insert(member.name).second) note(Anomaly::duplicate_name);
    }
  }

  Bytes input_;
  Budget& budget_;
  Directory out_;
  std::uint64_t declared_ = 0;
  std::uint64_t shift_ = 0;
  std::uint64_t disk_bytes_ = 0;  ///< Of each part but the last, where all are in the input.
  std::uint64_t disk_ = 0;        ///< The number of the last part, 0 where there is one.
  std::uint64_t central_begin_ = 0;
};

}  // namespace

std::string_view name_of(Anomaly anomaly) {
  static constexpr std::array names = {
      "directory_missing"sv, "directory_damaged"sv,  "bytes_before"sv,         "bytes_after"sv,
      "count_differs"sv,     "ranges_overlap"sv,     "local_header_missing"sv, "names_differ"sv,
      "sizes_differ"sv,      "encryption_differs"sv, "duplicate_name"sv,       "climbing_name"sv,
      "data_cut"sv,          "too_many_members"sv,   "methods_differ"sv,       "unlisted_member"sv,
      "several_disks"sv};
  const auto index = static_cast<std::size_t>(anomaly);
  return index < names.size() ? names[index] : "unknown"sv;
}

bool Directory::has(Anomaly anomaly) const {
  return std::find(anomalies.begin(), anomalies.end(), anomaly) != anomalies.end();
}

Result<Directory> read_directory(Bytes input, Budget& budget) {
  return DirectoryReader(input, budget).read();
}

}  // namespace antidotary::zip
