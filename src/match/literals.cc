#include "match/literals.h"

#include <fmt/core.h>
#include <hs/hs.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/reader.h"

namespace antidotary::match {
namespace {

// The image, little-endian: magic; the platform's name (its size as u32, then it); a checksum of
// all that follows; count (u32); size of the database (u64); the ids (u32 each); the lengths (u8
// each); the database as Hyperscan wrote it.
constexpr std::uint64_t image_magic = 0x31534c4154494c41;  // "ALITALS1"
constexpr std::size_t literal_bytes_max = 8;
constexpr std::size_t literals_max = 8'000'000;
// One call of the library takes a length of 32 bits.
constexpr std::size_t call_bytes_max = std::size_t{1} << 31;
constexpr std::size_t overlap_bytes = literal_bytes_max - 1;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

/// Finds damage, at the speed of memory: each step is one to one, so that a change within one word
/// is never missed. It is no defence against somebody who forges an image; the jail is.
std::uint64_t checksum_of(Bytes bytes) {
  std::uint64_t lanes[4] = {1, 2, 3, 4};
  const auto mix = [](std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane ^ word, 27) * 0x9e3779b97f4a7c15;
  };
  std::size_t at = 0;
  for (; bytes.size() - at >= 32; at += 32) {
    for (std::size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], load_u64_le(bytes, at + i * 8));
  }
  for (; at < bytes.size(); ++at) {
    lanes[0] = mix(lanes[0], std::to_integer<std::uint64_t>(bytes[at]));
  }
  std::uint64_t out = bytes.size();
  for (const std::uint64_t lane : lanes) out = mix(out, lane);
  return out;
}

/// Each byte as \xNN. The library has a call for plain literals, but it takes none that begin with
/// NUL; these compile to the same engine in the same time.
std::string escaped(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
  return out;
}

Result<Buffer> compile_database(std::span<const Literal> literals) {
  std::vector<std::string> texts;
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  std::vector<unsigned> numbers;
  for (const Literal& literal : literals) {
    texts.push_back(escaped(literal.bytes));
    flags.push_back(HS_FLAG_DOTALL | (literal.nocase ? HS_FLAG_CASELESS : 0));
    numbers.push_back(static_cast<unsigned>(numbers.size()));
  }
  for (const std::string& text : texts) expressions.push_back(text.c_str());
  // For the least processor, so that images move between machines: these sets are bound by memory
  // and gain nothing from wider registers.
  const hs_platform_info platform{};
  hs_database_t* compiled = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_compile_multi(expressions.data(), flags.data(), numbers.data(),
                                           static_cast<unsigned>(literals.size()), HS_MODE_BLOCK,
                                           &platform, &compiled, &error);
  const Database database(compiled);
  if (code != HS_SUCCESS) {
    const std::string why = error == nullptr ? "no reason given" : error->message;
    hs_free_compile_error(error);
    return fail(ErrorKind::internal, "Hyperscan refused {} literals: {}", literals.size(), why);
  }
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database.get(), &bytes, &size) != HS_SUCCESS) {
    return fail(ErrorKind::internal, "Hyperscan cannot write a database of literals");
  }
  Buffer out = to_buffer(view_of(bytes, size));
  std::free(bytes);
  return out;
}

}  // namespace

std::string literals_platform() { return fmt::format("hyperscan {} generic", hs_version()); }

Result<Buffer> compile_literals(std::span<const Literal> literals) {
  if (literals.size() > literals_max) {
    return fail(ErrorKind::bad_input, "{} literals; at most {} are sought at once", literals.size(),
                literals_max);
  }
  for (const Literal& literal : literals) {
    if (literal.bytes.empty() || literal.bytes.size() > literal_bytes_max) {
      return fail(ErrorKind::bad_input, "a literal of {} bytes; 1 to {} are sought",
                  literal.bytes.size(), literal_bytes_max);
    }
  }
  Buffer database;
  if (!literals.empty()) database = ANTIDOTARY_TRY(compile_database(literals));
  Buffer body;
  append_u32_le(body, static_cast<std::uint32_t>(literals.size()));
  append_u64_le(body, database.size());
  for (const Literal& literal : literals) append_u32_le(body, literal.id);
  for (const Literal& literal : literals) {
    body.push_back(static_cast<std::byte>(literal.bytes.size()));
  }
  body.insert(body.end(), database.begin(), database.end());
  Buffer out;
  const std::string platform = literals_platform();
  const Bytes platform_bytes = as_bytes(std::string_view(platform));
  append_u64_le(out, image_magic);
  append_u32_le(out, static_cast<std::uint32_t>(platform.size()));
  out.insert(out.end(), platform_bytes.begin(), platform_bytes.end());
  append_u64_le(out, checksum_of(body));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

struct LiteralSet::State {
  /// Of literal i of the database.
  struct Entry {
    std::uint32_t id = 0;
    std::uint32_t length = 0;
  };
  Database database;  ///< Null where the set is empty.
  std::vector<Entry> entries;
};

struct LiteralSet::Scratch::State {
  hs_scratch_t* scratch = nullptr;
};

LiteralSet::LiteralSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiteralSet::LiteralSet(LiteralSet&&) noexcept = default;
LiteralSet& LiteralSet::operator=(LiteralSet&&) noexcept = default;
LiteralSet::~LiteralSet() = default;

Result<LiteralSet> LiteralSet::open(Bytes image) {
  Reader reader(image);
  const std::uint64_t magic = ANTIDOTARY_TRY(reader.u64_le());
  if (magic != image_magic) return fail(ErrorKind::malformed, "no image of literals");
  const std::uint32_t platform_size = ANTIDOTARY_TRY(reader.u32_le());
  const Bytes platform = ANTIDOTARY_TRY(reader.take(platform_size));
  if (as_text(platform) != literals_platform()) {
    return fail(ErrorKind::unsupported, "the literals were compiled by another library than {}",
                literals_platform());
  }
  // Hyperscan trusts what it wrote: only bytes that are as it wrote them are handed to it.
  const std::uint64_t checksum = ANTIDOTARY_TRY(reader.u64_le());
  if (checksum != checksum_of(image.subspan(reader.offset()))) {
    return fail(ErrorKind::malformed, "the image of literals is damaged");
  }
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint64_t database_size = ANTIDOTARY_TRY(reader.u64_le());
  const Bytes ids = ANTIDOTARY_TRY(reader.take(std::size_t{count} * 4));
  const Bytes lengths = ANTIDOTARY_TRY(reader.take(count));
  if (database_size != reader.remaining() || (count == 0) != (database_size == 0)) {
    return fail(ErrorKind::malformed, "an image of literals of another size than it says");
  }
  auto state = std::make_unique<State>();
  state->entries.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    state->entries[i] = {load_u32_le(ids, i * 4), std::to_integer<std::uint32_t>(lengths[i])};
  }
  if (count == 0) return LiteralSet(std::move(state));
  hs_database_t* database = nullptr;
  const Bytes serialized = image.subspan(reader.offset());
  const hs_error_t code =
      hs_deserialize_database(as_chars(serialized), serialized.size(), &database);
  if (code == HS_DB_VERSION_ERROR || code == HS_DB_PLATFORM_ERROR) {
    return fail(ErrorKind::unsupported, "the literals were compiled for another Hyperscan");
  }
  if (code != HS_SUCCESS) {
    return fail(ErrorKind::malformed, "Hyperscan does not take its image (error {})", code);
  }
  state->database.reset(database);
  return LiteralSet(std::move(state));
}

LiteralSet::Scratch::Scratch() : state_(std::make_unique<State>()) {}
LiteralSet::Scratch::Scratch(Scratch&&) noexcept = default;
LiteralSet::Scratch::~Scratch() {
  if (state_) hs_free_scratch(state_->scratch);
}

Status LiteralSet::Scratch::fit(const LiteralSet& set) {
  if (!set.state_->database) return {};
  if (hs_alloc_scratch(set.state_->database.get(), &state_->scratch) != HS_SUCCESS) {
    return fail(ErrorKind::internal, "Hyperscan has no working memory");
  }
  return {};
}

Status LiteralSet::scan(Bytes block, std::uint64_t base, std::size_t skip, Scratch& scratch,
                        Hit hit, void* context) const {
  struct Call {
    const std::vector<State::Entry>& entries;
    std::uint64_t base;
    std::size_t skip;
    Hit hit;
    void* context;
    bool stopped;
  };
  const auto on_match = [](unsigned number, unsigned long long, unsigned long long end, unsigned,
                           void* context_) -> int {
    Call& call = *static_cast<Call*>(context_);
    if (end <= call.skip || number >= call.entries.size()) return 0;
    const State::Entry& entry = call.entries[number];
    if (entry.length > end) return 0;
    call.stopped = !call.hit(call.context, entry.id, call.base + (end - entry.length));
    return call.stopped ? 1 : 0;
  };
  if (!state_->database) return {};
  Call call{state_->entries, base, skip, hit, context, false};
  while (true) {
    const Bytes piece = block.first(std::min(block.size(), call_bytes_max));
    const hs_error_t code =
        hs_scan(state_->database.get(), as_chars(piece), static_cast<unsigned>(piece.size()), 0,
                scratch.state_->scratch, on_match, &call);
    if (call.stopped) return {};
    if (code != HS_SUCCESS) return fail(ErrorKind::internal, "Hyperscan failed (error {})", code);
    if (piece.size() == block.size()) return {};
    // The next piece begins so far back that no literal is cut; what ends there has been told.
    const std::size_t step = piece.size() - overlap_bytes;
    block = block.subspan(step);
    call.base += step;
    call.skip = std::max(overlap_bytes, call.skip - std::min(call.skip, step));
  }
}

}  // namespace antidotary::match
