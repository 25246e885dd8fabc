#include "formats/ole2/compound.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "core/text.h"

namespace antidotary::ole2 {
namespace {

// 2.1: numbers from here on are no sectors.
constexpr std::uint32_t last_regular = 0xfffffffa;
constexpr std::uint32_t end_of_chain = 0xfffffffe;
constexpr std::uint32_t no_entry = 0xffffffff;
constexpr std::size_t header_bytes = 512;
constexpr std::size_t entry_bytes = 128;
constexpr std::uint32_t mini_shift = 6;
// Longer paths are cut: each stream carries its own.
constexpr std::size_t path_bytes_max = 512;

// 2.6.1, the kinds of a directory's entry.
constexpr unsigned kind_free = 0;
constexpr unsigned kind_storage = 1;
constexpr unsigned kind_stream = 2;
constexpr unsigned kind_root = 5;

struct Entry {
  std::string name;
  unsigned kind = 0;
  std::uint32_t left = no_entry;
  std::uint32_t right = no_entry;
  std::uint32_t child = no_entry;
  std::uint32_t first_sector = 0;
  std::uint64_t size = 0;
};

Entry read_entry(Bytes raw, bool long_sizes) {
  Entry out;
  const std::size_t name_bytes = std::min<std::size_t>(load_u16_le(raw, 64), 64);
  out.name = utf8_from_utf16_le(raw.first(name_bytes));
  while (!out.name.empty() && out.name.back() == '\0') out.name.pop_back();
  std::replace(out.name.begin(), out.name.end(), '\0', '_');
  out.kind = std::to_integer<unsigned>(raw[66]);
  out.left = load_u32_le(raw, 68);
  out.right = load_u32_le(raw, 72);
  out.child = load_u32_le(raw, 76);
  out.first_sector = load_u32_le(raw, 116);
  // 2.6.1: writers of version 3 may leave anything in the high half.
  out.size = long_sizes ? load_u64_le(raw, 120) : load_u32_le(raw, 120);
  return out;
}

}  // namespace

Bytes Compound::sector(std::uint32_t number) const {
  if (number >= sectors_) return {};
  const std::size_t begin = (static_cast<std::size_t>(number) + 1) << sector_shift_;
  return bytes_.subspan(begin, std::min(std::size_t{1} << sector_shift_, bytes_.size() - begin));
}

void Compound::note(ErrorKind kind, std::string what) {
  if (!damage_) damage_ = Error{kind, std::move(what), std::nullopt};
}

// 2.2
Status Compound::read_header() {
  static constexpr std::string_view magic("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  if (!as_text(bytes_).starts_with(magic)) {
    return fail(ErrorKind::not_this_format, "no compound file");
  }
  if (bytes_.size() < header_bytes) return fail(ErrorKind::truncated, "the header is cut");
  sector_shift_ = load_u16_le(bytes_, 30);
  long_sizes_ = load_u16_le(bytes_, 26) == 4;
  if (sector_shift_ < 7 || sector_shift_ > 16) {
    sector_shift_ = long_sizes_ ? 12 : 9;
    note(ErrorKind::malformed, "the header states no possible size of sectors");
  }
  const std::size_t size = std::size_t{1} << sector_shift_;
  sectors_ = bytes_.size() <= size ? 0
                                   : static_cast<std::uint32_t>(std::min<std::size_t>(
                                         (bytes_.size() - 1) >> sector_shift_, last_regular));
  first_directory_ = load_u32_le(bytes_, 48);
  mini_cutoff_ = load_u32_le(bytes_, 56);
  if (mini_cutoff_ != 4096) {
    note(ErrorKind::malformed, "the header states another limit of short streams than 4096");
    mini_cutoff_ = 4096;
  }
  first_mini_fat_ = load_u32_le(bytes_, 60);
  first_difat_ = load_u32_le(bytes_, 68);
  return {};
}

// 2.5: the first 109 sectors of the FAT stand in the header, the rest in a chain of their own.
Status Compound::read_difat(Budget& budget) {
  const auto add = [this](std::uint32_t number) {
    if (number == no_entry) return;
    // A place in the table counts, so a bad one must keep it.
    if (number >= sectors_) note(ErrorKind::truncated, "a part of the allocation table is missing");
    fat_sectors_.push_back(number);
  };
  for (std::size_t i = 0; i < 109; ++i) add(load_u32_le(bytes_, 76 + i * 4));
  std::uint32_t at = first_difat_;
  for (std::uint32_t count = 0; at < last_regular; ++count) {
    const Bytes part = sector(at);
    if (part.size() < 8 || count > sectors_) {
      note(ErrorKind::malformed, "the list of allocation tables is broken");
      break;
    }
    ANTIDOTARY_CHECK(budget.step(part.size() / 4));
    const std::size_t last = part.size() / 4 - 1;
    for (std::size_t i = 0; i < last; ++i) add(load_u32_le(part, i * 4));
    at = load_u32_le(part, last * 4);
  }
  // Each sector of the FAT speaks of at least 32 others.
  if (fat_sectors_.size() > sectors_ / 32 + 110) {
    note(ErrorKind::malformed, "more allocation tables than sectors");
    fat_sectors_.resize(sectors_ / 32 + 110);
  }
  return {};
}

Result<std::uint32_t> Compound::next_sector(std::uint32_t number) const {
  const std::uint32_t each = 1u << (sector_shift_ - 2);
  if (number / each >= fat_sectors_.size()) {
    return fail(ErrorKind::truncated, "sector {} is in no allocation table", number);
  }
  const Bytes table = sector(fat_sectors_[number / each]);
  const std::size_t at = static_cast<std::size_t>(number % each) * 4;
  if (table.size() < at + 4) {
    return fail(ErrorKind::truncated, "the allocation table of sector {} is missing", number);
  }
  return load_u32_le(table, at);
}

Result<std::uint32_t> Compound::next_mini_sector(std::uint32_t number) const {
  const std::uint32_t each = 1u << (sector_shift_ - 2);
  if (number / each >= mini_fat_sectors_.size()) {
    return fail(ErrorKind::truncated, "short sector {} is in no allocation table", number);
  }
  const Bytes table = sector(mini_fat_sectors_[number / each]);
  const std::size_t at = static_cast<std::size_t>(number % each) * 4;
  if (table.size() < at + 4) {
    return fail(ErrorKind::truncated, "the allocation table of short sector {} is missing", number);
  }
  return load_u32_le(table, at);
}

std::vector<std::uint32_t> Compound::chain(std::uint32_t first, Budget& budget,
                                           std::optional<Error>& error) {
  std::vector<std::uint32_t> out;
  for (std::uint32_t at = first; at != end_of_chain;) {
    if (at >= sectors_ || out.size() >= sectors_) {
      error = Error{at >= sectors_ ? ErrorKind::truncated : ErrorKind::malformed,
                    at >= sectors_ ? "a chain of sectors leaves the file"
                                   : "a chain of sectors turns in a circle",
                    std::nullopt};
      break;
    }
    if (const auto paid = budget.step(); !paid) {
      error = paid.error();
      break;
    }
    out.push_back(at);
    const auto next = next_sector(at);
    if (!next) {
      error = next.error();
      break;
    }
    at = *next;
  }
  return out;
}

Status Compound::read_mini_fat(Budget& budget) {
  if (first_mini_fat_ >= last_regular) return {};
  std::optional<Error> error;
  mini_fat_sectors_ = chain(first_mini_fat_, budget, error);
  if (error && error->kind == ErrorKind::budget_spent) return tl::unexpected(*error);
  if (error) note(error->kind, "the table of short streams: " + error->what);
  return {};
}

// 2.6
Status Compound::read_directory(Budget& budget) {
  std::optional<Error> error;
  const std::vector<std::uint32_t> sectors = chain(first_directory_, budget, error);
  if (error && error->kind == ErrorKind::budget_spent) return tl::unexpected(*error);
  if (sectors.empty()) return fail(ErrorKind::truncated, "the directory is missing");
  if (error) note(error->kind, "the directory: " + error->what);
  Buffer table;
  for (const std::uint32_t number : sectors) {
    const Bytes part = sector(number);
    ANTIDOTARY_CHECK(budget.step(part.size() / 16 + 1));
    table.insert(table.end(), part.begin(), part.end());
  }
  return walk_directory(table, budget);
}

// The tree of siblings and children is walked with a stack of our own; whatever it does not lead
// to is taken from the table in the end.
Status Compound::walk_directory(Bytes table, Budget& budget) {
  std::vector<Entry> entries;
  for (std::size_t at = 0; entry_bytes <= table.size() - at; at += entry_bytes) {
    ANTIDOTARY_CHECK(budget.step());
    entries.push_back(read_entry(table.subspan(at, entry_bytes), long_sizes_));
  }
  if (entries.empty()) return fail(ErrorKind::truncated, "the directory is missing");
  const Entry& root = entries[0];
  if (root.kind != kind_root) note(ErrorKind::malformed, "the directory has no root");
  std::copy_n(table.begin() + 80, class_id_.size(), class_id_.begin());
  mini_stream_bytes_ = root.size;
  std::optional<Error> error;
  if (root.first_sector < last_regular) {
    mini_stream_sectors_ = chain(root.first_sector, budget, error);
  }
  if (error && error->kind == ErrorKind::budget_spent) return tl::unexpected(*error);
  if (error) note(error->kind, "the container of short streams: " + error->what);

  std::vector<bool> reached(entries.size());
  const auto add = [&](const Entry& entry, const std::string& storage, bool by_tree) {
    Stream stream{storage.empty() ? entry.name : storage + "/" + entry.name,
                  storage,
                  entry.name,
                  entry.first_sector,
                  entry.size,
                  by_tree};
    streams_.push_back(std::move(stream));
  };
  struct Step {
    std::uint32_t index;
    std::string storage;
  };
  std::vector<Step> open{{root.child, ""}};
  reached[0] = true;
  while (!open.empty()) {
    const Step step = std::move(open.back());
    open.pop_back();
    if (step.index == no_entry) continue;
    if (step.index >= entries.size() || reached[step.index]) {
      note(ErrorKind::malformed, "the tree of names is broken");
      continue;
    }
    // Paths may be as long as the directory is deep: they are paid by their length.
    ANTIDOTARY_CHECK(budget.step(step.storage.size() + 1));
    reached[step.index] = true;
    const Entry& entry = entries[step.index];
    open.push_back({entry.right, step.storage});
    if (entry.kind == kind_storage || entry.kind == kind_root) {
      const bool deep = step.storage.size() > path_bytes_max;
      if (deep) note(ErrorKind::malformed, "storages are nested too deep to be named");
      std::string below = deep || step.storage.empty() ? step.storage : step.storage + "/";
      if (!deep) below += entry.name;
      open.push_back({entry.child, std::move(below)});
    } else {
      if (entry.kind != kind_stream) note(ErrorKind::malformed, "the directory is damaged");
      add(entry, step.storage, true);
    }
    open.push_back({entry.left, step.storage});
  }
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const bool stream = entry.kind != kind_free && entry.kind != kind_storage;
    if (!reached[i] && stream && entry.size > 0) add(entry, "", false);
    if (entry.kind > kind_root) note(ErrorKind::malformed, "the directory is damaged");
  }
  return {};
}

Result<Compound> Compound::open(Bytes bytes, Budget& budget) {
  Compound out(bytes);
  ANTIDOTARY_CHECK(out.read_header());
  ANTIDOTARY_CHECK(out.read_difat(budget));
  ANTIDOTARY_CHECK(out.read_mini_fat(budget));
  ANTIDOTARY_CHECK(out.read_directory(budget));
  return out;
}

const Stream* Compound::find(std::string_view path) const {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [path](const Stream& one) { return one.path == path; });
  return found == streams_.end() ? nullptr : &*found;
}

Status Compound::read_big(const Stream& stream, Budget& budget, const Take& take) const {
  std::uint64_t left = stream.size;
  std::uint32_t at = stream.first_sector;
  for (std::uint32_t count = 0; left > 0; ++count) {
    if (at == end_of_chain) return fail(ErrorKind::truncated, "the stream ends early");
    if (count > sectors_) return fail(ErrorKind::malformed, "the stream turns in a circle");
    const Bytes part = sector(at);
    if (part.empty()) return fail(ErrorKind::truncated, "the stream leaves the file");
    ANTIDOTARY_CHECK(budget.step(part.size() / 64 + 1));
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(part.size(), left));
    if (!take(part.first(size))) return {};
    left -= size;
    if (left == 0) break;
    if (size < (std::size_t{1} << sector_shift_)) {
      return fail(ErrorKind::truncated, "the stream leaves the file");
    }
    at = ANTIDOTARY_TRY(next_sector(at));
  }
  return {};
}

Status Compound::read_mini(const Stream& stream, Budget& budget, const Take& take) const {
  const std::size_t size_each = std::size_t{1} << mini_shift;
  std::uint64_t left = stream.size;
  std::uint32_t at = stream.first_sector;
  for (std::uint32_t count = 0; left > 0; ++count) {
    if (at == end_of_chain) return fail(ErrorKind::truncated, "the stream ends early");
    // A stream of this kind is shorter than the limit, and so is its chain.
    if (count > mini_cutoff_ / size_each) {
      return fail(ErrorKind::malformed, "the stream turns in a circle");
    }
    ANTIDOTARY_CHECK(budget.step(2));
    const std::uint64_t begin = static_cast<std::uint64_t>(at) << mini_shift;
    const std::uint64_t sector_index = begin >> sector_shift_;
    if (sector_index >= mini_stream_sectors_.size()) {
      return fail(ErrorKind::truncated, "the stream leaves the container of short streams");
    }
    const Bytes part = sector(mini_stream_sectors_[static_cast<std::size_t>(sector_index)]);
    const auto offset = static_cast<std::size_t>(begin & ((1u << sector_shift_) - 1));
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(size_each, left));
    if (offset > part.size() || size > part.size() - offset) {
      return fail(ErrorKind::truncated, "the stream leaves the file");
    }
    if (!take(part.subspan(offset, size))) return {};
    left -= size;
    if (left == 0) break;
    at = ANTIDOTARY_TRY(next_mini_sector(at));
  }
  return {};
}

Status Compound::read(const Stream& stream, Budget& budget, const Take& take) const {
  if (stream.size == 0) return {};
  return stream.size < mini_cutoff_ ? read_mini(stream, budget, take)
                                    : read_big(stream, budget, take);
}

}  // namespace antidotary::ole2
