#include "match/literals.h"

#include <fmt/core.h>
#include <hs/hs.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <utility>
#include <vector>

#include "core/digest.h"
#include "core/reader.h"

namespace antidotary::match {
namespace {

constexpr std::uint64_t image_magic = 0x31534c49544c4131;  // "1ALTILS1"
// One scan call takes a 32-bit length; blocks are cut far below it.
constexpr std::size_t call_bytes_max = std::size_t{1} << 30;
constexpr std::size_t overlap_bytes = 7;

struct FreeDatabase {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, FreeDatabase>;

/// What the library is given: the literal without its leading NULs, which it refuses, and how many
/// there were. What is left may be empty or equal to another's rest: a rest may have several.
struct Rest {
  std::uint32_t id = 0;
  std::uint8_t nuls = 0;    ///< Stripped from the front; checked after the hit.
  std::uint8_t length = 0;  ///< Of the literal, the NULs included.
};

std::size_t leading_nuls(std::string_view bytes) {
  return std::min(bytes.find_first_not_of('\0'), bytes.size());
}

Result<Database> compile_rests(const std::vector<std::pair<std::string, bool>>& rests) {
  std::vector<const char*> expressions;
  std::vector<unsigned> flags;
  std::vector<unsigned> ids;
  std::vector<std::size_t> lengths;
  for (std::size_t i = 0; i < rests.size(); ++i) {
    expressions.push_back(rests[i].first.data());
    flags.push_back(rests[i].second ? HS_FLAG_CASELESS : 0);
    ids.push_back(static_cast<unsigned>(i));
    lengths.push_back(rests[i].first.size());
  }
  // For the least processor, so that an image may move: these sets gain nothing from wider ones.
  hs_platform_info platform{};
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t code = hs_compile_lit_multi(expressions.data(), flags.data(), ids.data(),
                                               lengths.data(), static_cast<unsigned>(rests.size()),
                                               HS_MODE_BLOCK, &platform, &database, &error);
  if (code == HS_SUCCESS) return Database(database);
  std::string why = error == nullptr ? "no reason given" : error->message;
  hs_free_compile_error(error);
  return fail(ErrorKind::internal, "Hyperscan refused {} literals: {}", rests.size(), why);
}

}  // namespace

std::string literals_platform() { return fmt::format("hs {} generic", hs_version()); }

Result<Buffer> compile_literals(std::span<const Literal> literals) {
  std::map<std::pair<std::string, bool>, std::vector<Rest>> by_rest;
  std::vector<Rest> only_nuls;
  for (const Literal& literal : literals) {
    if (literal.bytes.empty() || literal.bytes.size() > 8) {
      return fail(ErrorKind::bad_input, "a literal of {} bytes: 1 to 8 are sought",
                  literal.bytes.size());
    }
    const std::size_t nuls = leading_nuls(literal.bytes);
    const Rest rest{literal.id, static_cast<std::uint8_t>(nuls),
                    static_cast<std::uint8_t>(literal.bytes.size())};
    if (nuls == literal.bytes.size()) {
      only_nuls.push_back(rest);
    } else {
      by_rest[{literal.bytes.substr(nuls), literal.nocase}].push_back(rest);
    }
  }
  std::vector<std::pair<std::string, bool>> rests;
  Buffer table;
  const auto put = [&table](const std::vector<Rest>& list) {
    append_u32_le(table, static_cast<std::uint32_t>(list.size()));
    for (const Rest& rest : list) {
      append_u32_le(table, rest.id);
      table.push_back(static_cast<std::byte>(rest.nuls));
      table.push_back(static_cast<std::byte>(rest.length));
    }
  };
  put(only_nuls);
  for (const auto& [rest, list] : by_rest) {
    rests.push_back(rest);
    put(list);
  }
  Buffer serialized;
  if (!rests.empty()) {
    const Database database = ANTIDOTARY_TRY(compile_rests(rests));
    char* bytes = nullptr;
    std::size_t size = 0;
    if (hs_serialize_database(database.get(), &bytes, &size) != HS_SUCCESS) {
      return fail(ErrorKind::internal, "Hyperscan cannot write its literals");
    }
    serialized = to_buffer(view_of(bytes, size));
    std::free(bytes);
  }
  const std::string platform = literals_platform();
  Buffer body;
  append_u32_le(body, static_cast<std::uint32_t>(platform.size()));
  append_u32_le(body, static_cast<std::uint32_t>(rests.size()));
  append_u64_le(body, table.size());
  append_u64_le(body, serialized.size());
  const Bytes platform_bytes = as_bytes(std::string_view(platform));
  body.insert(body.end(), platform_bytes.begin(), platform_bytes.end());
  body.insert(body.end(), table.begin(), table.end());
  body.insert(body.end(), serialized.begin(), serialized.end());
  Buffer out;
  append_u64_le(out, image_magic);
  const std::string digest = hex_digest(DigestKind::sha256, body);
  const Bytes digest_bytes = as_bytes(std::string_view(digest));
  out.insert(out.end(), digest_bytes.begin(), digest_bytes.end());
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

struct LiteralSet::State {
  Database database;
  std::vector<Rest> only_nuls;
  std::vector<Rest> rests;           ///< All lists, one after another.
  std::vector<std::uint32_t> first;  ///< Where list i begins in `rests`; one more than lists.
  std::uint8_t nuls_min = 0;         ///< The shortest literal of NULs alone.
};

struct LiteralSet::Scratch::State {
  hs_scratch_t* scratch = nullptr;
};

LiteralSet::LiteralSet(std::unique_ptr<State> state) : state_(std::move(state)) {}
LiteralSet::LiteralSet(LiteralSet&&) noexcept = default;
LiteralSet& LiteralSet::operator=(LiteralSet&&) noexcept = default;
LiteralSet::~LiteralSet() = default;

namespace {

Status read_rests(Reader& reader, std::vector<Rest>& out) {
  const std::uint32_t count = ANTIDOTARY_TRY(reader.u32_le());
  for (std::uint32_t i = 0; i < count; ++i) {
    Rest rest;
    rest.id = ANTIDOTARY_TRY(reader.u32_le());
    rest.nuls = ANTIDOTARY_TRY(reader.u8());
    rest.length = ANTIDOTARY_TRY(reader.u8());
    if (rest.length == 0 || rest.length > 8 || rest.nuls > rest.length) {
      return fail(ErrorKind::malformed, "a literal of a length that cannot be");
    }
    out.push_back(rest);
  }
  return {};
}

}  // namespace

Result<LiteralSet> LiteralSet::open(Bytes image) {
  constexpr std::size_t digest_digits = 64;
  Reader reader(image);
  const std::uint64_t magic = ANTIDOTARY_TRY(reader.u64_le());
  if (magic != image_magic) return fail(ErrorKind::malformed, "no image of literals");
  const Bytes digest = ANTIDOTARY_TRY(reader.take(digest_digits));
  // The library trusts what it wrote: only bytes that are as we wrote them are handed to it.
  if (hex_digest(DigestKind::sha256, image.subspan(reader.offset())) != as_text(digest)) {
    return fail(ErrorKind::malformed, "the image of literals is damaged");
  }
  const std::uint32_t platform_size = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint32_t lists = ANTIDOTARY_TRY(reader.u32_le());
  const std::uint64_t table_size = ANTIDOTARY_TRY(reader.u64_le());
  const std::uint64_t serialized_size = ANTIDOTARY_TRY(reader.u64_le());
  const Bytes platform = ANTIDOTARY_TRY(reader.take(platform_size));
  if (as_text(platform) != literals_platform()) {
    return fail(ErrorKind::unsupported, "literals compiled by {}, not by {}",
                std::string(as_text(platform)), literals_platform());
  }
  Reader table(ANTIDOTARY_TRY(reader.take(static_cast<std::size_t>(table_size))));
  const Bytes serialized = ANTIDOTARY_TRY(reader.take(static_cast<std::size_t>(serialized_size)));
  auto state = std::make_unique<State>();
  ANTIDOTARY_CHECK(read_rests(table, state->only_nuls));
  for (const Rest& rest : state->only_nuls) {
    const bool shorter = state->nuls_min == 0 || rest.length < state->nuls_min;
    if (shorter) state->nuls_min = rest.length;
  }
  for (std::uint32_t i = 0; i < lists; ++i) {
    state->first.push_back(static_cast<std::uint32_t>(state->rests.size()));
    ANTIDOTARY_CHECK(read_rests(table, state->rests));
  }
  state->first.push_back(static_cast<std::uint32_t>(state->rests.size()));
  if (!serialized.empty()) {
    hs_database_t* database = nullptr;
    const hs_error_t code =
        hs_deserialize_database(as_chars(serialized), serialized.size(), &database);
    if (code != HS_SUCCESS) {
      return fail(ErrorKind::malformed, "Hyperscan does not take its image (error {})", code);
    }
    state->database.reset(database);
  }
  return LiteralSet(std::move(state));
}

LiteralSet::Scratch::Scratch() : state_(std::make_unique<State>()) {}
LiteralSet::Scratch::Scratch(Scratch&&) noexcept = default;
LiteralSet::Scratch::~Scratch() {
  if (state_ && state_->scratch != nullptr) hs_free_scratch(state_->scratch);
}

Status LiteralSet::Scratch::fit(const LiteralSet& set) {
  if (!set.state_->database) return {};
  if (hs_alloc_scratch(set.state_->database.get(), &state_->scratch) != HS_SUCCESS) {
    return fail(ErrorKind::internal, "Hyperscan has no working memory");
  }
  return {};
}

namespace {

/// One call of the library, and what it needs to make hits of matches.
struct Call {
  Bytes block;
  std::uint64_t base;
  std::size_t skip;  ///< Bytes of the block: what ends at or before is known.
  const std::vector<Rest>* rests;
  const std::vector<std::uint32_t>* first;
  LiteralSet::Hit hit;
  void* context;
  bool stopped = false;
};

bool report(Call& call, const Rest& rest, std::size_t end) {
  if (end < rest.length || end <= call.skip) return true;
  const std::size_t begin = end - rest.length;
  for (std::size_t i = 0; i < rest.nuls; ++i) {
    if (call.block[begin + i] != std::byte{}) return true;
  }
  if (call.hit(call.context, rest.id, call.base + begin)) return true;
  call.stopped = true;
  return false;
}

int on_match(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
  Call& call = *static_cast<Call*>(context);
  if (id + 1 >= call.first->size()) return 1;
  for (std::uint32_t i = (*call.first)[id]; i < (*call.first)[id + 1]; ++i) {
    if (!report(call, (*call.rests)[i], static_cast<std::size_t>(end))) return 1;
  }
  return 0;
}

/// Literals of NULs alone, which the library does not seek.
void find_nuls(Call& call, const std::vector<Rest>& only_nuls) {
  std::size_t run = 0;
  for (std::size_t i = 0; i < call.block.size(); ++i) {
    run = call.block[i] == std::byte{} ? run + 1 : 0;
    if (run == 0) continue;
    for (const Rest& rest : only_nuls) {
      if (run >= rest.length && !report(call, rest, i + 1)) return;
    }
  }
}

}  // namespace

Status LiteralSet::scan(Bytes block, std::uint64_t base, std::size_t skip, Scratch& scratch,
                        Hit hit, void* context) const {
  while (!block.empty()) {
    const Bytes piece = block.first(std::min(block.size(), call_bytes_max));
    Call call{piece, base, skip, &state_->rests, &state_->first, hit, context};
    if (!state_->only_nuls.empty()) find_nuls(call, state_->only_nuls);
    if (call.stopped) return {};
    if (state_->database) {
      const hs_error_t code =
          hs_scan(state_->database.get(), as_chars(piece), static_cast<unsigned>(piece.size()), 0,
                  scratch.state_->scratch, &on_match, &call);
      if (call.stopped) return {};
      if (code != HS_SUCCESS) return fail(ErrorKind::internal, "Hyperscan failed (error {})", code);
    }
    if (piece.size() == block.size()) return {};
    const std::size_t step = piece.size() - overlap_bytes;
    block = block.subspan(step);
    base += step;
    skip = overlap_bytes;
  }
  return {};
}

}  // namespace antidotary::match
