#include "match/literals.h"

#include <fmt/core.h>
#include <hs/hs.h>

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "core/reader.h"

namespace antidotary::match {
namespace {

// The image, little-endian: magic; the platform's name (its size as u32, then it); a checksum of
// all that follows; count (u32); size of the database (u64); the ids (u32 each); the lengths (u8
// each); zeros up to a multiple of 64 from the image's start; the database as Hyperscan lays it out
// in memory at an address that is a multiple of 64 (hs_deserialize_database_at). It holds no
// addresses, so that it is used where it is mapped: nothing is copied, and every process that maps
// the pack shares its pages.
constexpr std::uint64_t image_magic = 0x32534c4154494c41;  // "ALITALS2"
constexpr std::size_t database_alignment = 64;
// As large as the pages that a kernel may map a file with: a part of one is not given back singly.
constexpr std::size_t checked_at_once = 2 << 20;
// The library reads that much of a database before it knows how long it is; a real one is longer.
constexpr std::size_t database_bytes_min = 128;
constexpr std::size_t literal_bytes_max = 8;
constexpr std::size_t literals_max = 8'000'000;
// One call of the library takes a length of 32 bits.
constexpr std::size_t call_bytes_max = std::size_t{1} << 31;
constexpr std::size_t overlap_bytes = literal_bytes_max - 1;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

/// As load_u64_le, here where the compiler sees it: it is called for each word of a pack's
/// literals.
std::uint64_t word_at(Bytes bytes, std::size_t at) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + at, sizeof word);
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

/// Finds damage, at the speed of memory: each step is one to one, so that a change within one word
/// is never missed. It is no defence against somebody who forges an image; the jail is.
std::uint64_t checksum_of(Bytes bytes, const PageAdvice& advice) {
  std::uint64_t lanes[4] = {1, 2, 3, 4};
  const auto mix = [](std::uint64_t lane, std::uint64_t word) {
    return std::rotl(lane ^ word, 27) * 0x9e3779b97f4a7c15;
  };
  std::size_t at = 0;
  while (bytes.size() - at >= 32) {
    const std::size_t begin = at;
    const std::size_t piece = checked_at_once - address_of(bytes.subspan(at)) % checked_at_once;
    const std::size_t whole = std::min(piece + 31, bytes.size() - at) / 32 * 32;
    advice.want(bytes.subspan(begin, whole));
    for (const std::size_t end = at + whole; at < end; at += 32) {
      for (std::size_t i = 0; i < 4; ++i) lanes[i] = mix(lanes[i], word_at(bytes, at + i * 8));
    }
    advice.forget(bytes.subspan(begin, whole));
  }
  for (; at < bytes.size(); ++at) {
    lanes[0] = mix(lanes[0], std::to_integer<std::uint64_t>(bytes[at]));
  }
  advice.forget(bytes);
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

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Allocated = std::unique_ptr<T, Free>;

/// Zeroed memory that begins at a multiple of `database_alignment`.
Allocated<std::byte> aligned_memory(std::size_t bytes) {
  const std::size_t whole = (bytes + database_alignment - 1) / database_alignment;
  void* const memory = std::aligned_alloc(database_alignment, whole * database_alignment);
  if (memory != nullptr) std::memset(memory, 0, whole * database_alignment);
  return Allocated<std::byte>(static_cast<std::byte*>(memory));
}

/// The database as it stands in memory at an aligned address; the same bytes for the same database.
Result<Buffer> laid_out(const hs_database_t& database) {
  const auto failed = [] {
    return fail(ErrorKind::internal, "Hyperscan cannot write a database of literals");
  };
  char* serialized_bytes = nullptr;
  std::size_t serialized_size = 0;
  if (hs_serialize_database(&database, &serialized_bytes, &serialized_size) != HS_SUCCESS) {
    return failed();
  }
  const Allocated<char> serialized(serialized_bytes);
  std::size_t size = 0;
  if (hs_serialized_database_size(serialized.get(), serialized_size, &size) != HS_SUCCESS) {
    return failed();
  }
  const auto memory = aligned_memory(size);
  const bool done = memory && hs_deserialize_database_at(
                                  serialized.get(), serialized_size,
                                  as_library_object<hs_database_t>(memory.get())) == HS_SUCCESS;
  if (!done) return failed();
  return to_buffer(Bytes(memory.get(), size));
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
  return laid_out(*database);
}

std::size_t aligned(std::size_t offset) {
  return (offset + database_alignment - 1) / database_alignment * database_alignment;
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
  const std::string platform = literals_platform();
  const std::size_t head_bytes = 8 + 4 + platform.size() + 8;
  Buffer body;
  append_u32_le(body, static_cast<std::uint32_t>(literals.size()));
  append_u64_le(body, database.size());
  for (const Literal& literal : literals) append_u32_le(body, literal.id);
  for (const Literal& literal : literals) {
    body.push_back(static_cast<std::byte>(literal.bytes.size()));
  }
  body.resize(aligned(head_bytes + body.size()) - head_bytes);
  body.insert(body.end(), database.begin(), database.end());
  Buffer out;
  const Bytes platform_bytes = as_bytes(std::string_view(platform));
  append_u64_le(out, image_magic);
  append_u32_le(out, static_cast<std::uint32_t>(platform.size()));
  out.insert(out.end(), platform_bytes.begin(), platform_bytes.end());
  append_u64_le(out, checksum_of(body, {}));
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

struct LiteralSet::State {
  const hs_database_t* database = nullptr;  ///< Null where the set is empty.
  Allocated<std::byte> copy;  ///< Where it was not aligned where it lay: what `database` points to.
  Bytes ids;                  ///< u32 each
  Bytes lengths;              ///< u8 each

  std::size_t count() const { return lengths.size(); }
};

struct LiteralSet::Scratch::State {
  hs_scratch_t* scratch = nullptr;
  std::vector<const hs_database_t*> fitted;
};

LiteralSet::LiteralSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiteralSet::LiteralSet(LiteralSet&&) noexcept = default;
LiteralSet& LiteralSet::operator=(LiteralSet&&) noexcept = default;
LiteralSet::~LiteralSet() = default;

Result<LiteralSet> LiteralSet::open(Bytes image, const PageAdvice& advice) {
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
  if (checksum != checksum_of(image.subspan(reader.offset()), advice)) {
    return fail(ErrorKind::malformed, "the image of literals is damaged");
  }
  auto state = std::make_unique<State>();
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint64_t database_size = ANTIDOTARY_TRY(reader.u64_le());
  state->ids = ANTIDOTARY_TRY(reader.take(std::size_t{count} * 4));
  state->lengths = ANTIDOTARY_TRY(reader.take(count));
  ANTIDOTARY_CHECK(reader.take(aligned(reader.offset()) - reader.offset()));
  if (database_size != reader.remaining() || (count == 0) != (database_size == 0)) {
    return fail(ErrorKind::malformed, "an image of literals of another size than it says");
  }
  if (count == 0) return LiteralSet(std::move(state));
  if (database_size < database_bytes_min) {
    return fail(ErrorKind::malformed, "a database of literals that is cut");
  }
  const std::byte* place = image.data() + reader.offset();
  if (address_of(image.subspan(reader.offset())) % database_alignment != 0) {
    state->copy = aligned_memory(database_size);
    if (!state->copy) return fail(ErrorKind::internal, "no memory for a database of literals");
    std::memcpy(state->copy.get(), place, database_size);
    place = state->copy.get();
  }
  state->database = as_library_object<hs_database_t>(place);
  std::size_t size = 0;
  const hs_error_t code = hs_database_size(state->database, &size);
  if (code == HS_DB_VERSION_ERROR || code == HS_DB_PLATFORM_ERROR) {
    return fail(ErrorKind::unsupported, "the literals were compiled for another Hyperscan");
  }
  if (code != HS_SUCCESS || size > database_size) {
    return fail(ErrorKind::malformed, "Hyperscan does not take its image (error {})", code);
  }
  return LiteralSet(std::move(state));
}

LiteralSet::Scratch::Scratch() : state_(std::make_unique<State>()) {}
LiteralSet::Scratch::Scratch(Scratch&&) noexcept = default;
LiteralSet::Scratch::~Scratch() {
  if (state_) hs_free_scratch(state_->scratch);
}

Status LiteralSet::Scratch::fit(const LiteralSet& set) {
  const hs_database_t* const database = set.state_->database;
  std::vector<const hs_database_t*>& fitted = state_->fitted;
  const bool done = std::find(fitted.begin(), fitted.end(), database) != fitted.end();
  if (database == nullptr || done) return {};
  // The library reads all of the database here, to check it once more.
  if (hs_alloc_scratch(database, &state_->scratch) != HS_SUCCESS) {
    return fail(ErrorKind::internal,
                "Hyperscan has no working memory, or its literals are damaged");
  }
  fitted.push_back(database);
  return {};
}

Status LiteralSet::scan(Bytes block, std::uint64_t base, std::size_t skip, Scratch& scratch,
                        Hit hit, void* context) const {
  struct Call {
    const State& state;
    std::uint64_t base;
    std::size_t skip;
    Hit hit;
    void* context;
    bool stopped;
  };
  const auto on_match = [](unsigned number, unsigned long long, unsigned long long end, unsigned,
                           void* context_) -> int {
    Call& call = *static_cast<Call*>(context_);
    if (end <= call.skip || number >= call.state.count()) return 0;
    const auto length = std::to_integer<std::uint32_t>(call.state.lengths[number]);
    if (length > end) return 0;
    const std::uint32_t id = load_u32_le(call.state.ids, std::size_t{number} * 4);
    call.stopped = !call.hit(call.context, id, call.base + (end - length));
    return call.stopped ? 1 : 0;
  };
  if (!state_->database) return {};
  Call call{*state_, base, skip, hit, context, false};
  while (true) {
    const Bytes piece = block.first(std::min(block.size(), call_bytes_max));
    const hs_error_t code =
        hs_scan(state_->database, as_chars(piece), static_cast<unsigned>(piece.size()), 0,
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
