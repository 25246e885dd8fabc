// Counts cells and follows every reference once; see census.h.
#include "formats/regf/census.h"

#include "core/reader.h"
#include "formats/regf/layout.h"

namespace antidotary::regf {
namespace {

Status check_frame(const Hive& hive) {
  const Bytes file = hive.bytes();
  if (hive.dirty()) {
    return fail(ErrorKind::refused,
                "the hive is dirty: its transaction logs hold changes that it lacks");
  }
  const bool known = load_u32_le(file, base::file_type) == 0 &&
                     load_u32_le(file, base::file_format) == 1 && hive.major_version() == 1 &&
                     hive.minor_version() >= 3 && hive.minor_version() <= 6;
  if (!known) {
    return fail(ErrorKind::refused, "a hive of version {}.{} is not edited", hive.major_version(),
                hive.minor_version());
  }
  return {};
}

Status check_anomalies(const Hive& hive) {
  if (hive.anomalies().empty()) return {};
  return fail(ErrorKind::refused, "the hive is damaged ({})", name_of(hive.anomalies().front()));
}

}  // namespace

Result<Census> Census::take(const Hive& hive, Budget& budget) {
  ANTIDOTARY_CHECK(check_frame(hive));
  ANTIDOTARY_CHECK(check_anomalies(hive));
  Census census;
  ANTIDOTARY_CHECK(census.count_cells(hive, budget));
  ANTIDOTARY_CHECK(census.claim_all(hive));
  ANTIDOTARY_CHECK(check_anomalies(hive));
  return census;
}

bool Census::is_live(std::uint32_t offset) const {
  return offset % 8 == 0 && offset / 8 < live_.size() && live_[offset / 8];
}

const FreeCell* Census::free_cell_for(std::uint32_t size) const {
  const FreeCell* best = nullptr;
  for (const FreeCell& cell : free_) {
    if (cell.size >= size && (best == nullptr || cell.size < best->size)) best = &cell;
  }
  return best;
}

// Without an anomaly, every bin header is sound and the bins fill their declared size.
Status Census::count_cells(const Hive& hive, Budget& budget) {
  const std::uint32_t size = load_u32_le(hive.bytes(), base::bins_size);
  const Bytes bins = hive.bytes().subspan(base_block_size, size);
  live_.resize(size / 8);
  claimed_.resize(size / 8);
  for (std::size_t start = 0; start < bins.size();) {
    const std::size_t end = start + load_u32_le(bins, start + bin::size);
    for (std::size_t at = start + bin_header_size; at < end;) {
      ANTIDOTARY_CHECK(budget.step());
      const std::uint32_t raw = load_u32_le(bins, at);
      const bool free = raw < 0x80000000;
      const std::uint32_t cell_size = free ? raw : 0u - raw;
      if (cell_size < 8 || cell_size % 8 != 0 || cell_size > end - at) {
        return fail_at(base_block_size + at, ErrorKind::refused,
                       "the hive is damaged (a cell of {} bytes)", cell_size);
      }
      if (free) free_.push_back({static_cast<std::uint32_t>(at), cell_size});
      live_[at / 8] = !free;
      at += cell_size;
    }
    start = end;
  }
  return {};
}

Status Census::claim(std::uint32_t offset) {
  if (!is_live(offset) || claimed_[offset / 8]) {
    return fail_at(base_block_size + std::uint64_t{offset}, ErrorKind::refused,
                   "the hive is damaged (a cell that is {})",
                   is_live(offset) ? "named twice" : "not one of the bins' cells");
  }
  claimed_[offset / 8] = true;
  return {};
}

Status Census::claim_key(const Hive& hive, const Key& key) {
  ANTIDOTARY_CHECK(claim(key.cell));
  const Bytes node = ANTIDOTARY_TRY(hive.cell(key.cell));
  if (load_u16_le(node, nk::class_name_size) != 0) {
    ANTIDOTARY_CHECK(claim(load_u32_le(node, nk::class_name)));
  }
  for (const std::uint32_t list : ANTIDOTARY_TRY(hive.subkey_list_cells(key))) {
    ANTIDOTARY_CHECK(claim(list));
  }
  if (key.value_count == 0) return {};
  ANTIDOTARY_CHECK(claim(key.value_list));
  for (const Value& value : ANTIDOTARY_TRY(hive.values(key))) {
    ANTIDOTARY_CHECK(claim(value.cell));
    const auto cells = hive.data_cells(value);
    if (!cells && cells.error().kind == ErrorKind::budget_spent) {
      return tl::unexpected(cells.error());
    }
    if (!cells) return fail(ErrorKind::refused, "the hive is damaged ({})", cells.error().what);
    for (const std::uint32_t cell : *cells) ANTIDOTARY_CHECK(claim(cell));
    // Segments are checked by being read; a plain cell was checked above.
    if (cells->size() > 1) ANTIDOTARY_TRY(hive.data(value));
  }
  return {};
}

Status Census::claim_all(const Hive& hive) {
  Status outcome;
  ANTIDOTARY_CHECK(hive.walk([&](const std::string&, const Key& key) {
    outcome = claim_key(hive, key);
    return outcome.has_value();
  }));
  return outcome;
}

}  // namespace antidotary::regf
