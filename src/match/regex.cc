#define PCRE2_CODE_UNIT_WIDTH 8
#include "match/regex.h"

#include <pcre2.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/bytes.h"

namespace antidotary::match {
namespace {

constexpr std::size_t text_bytes_max = 64 << 10;
constexpr std::uint32_t heap_kib_max = 16 << 10;
constexpr std::uint64_t no_last_begin = PCRE2_UNSET;

// The library's own limit counts anew at each place where a match may begin. So a slice of many
// places has a small limit, and is cut into smaller ones with a larger limit where it meets that.
constexpr std::uint64_t slice_calls_max = 2'000'000;
constexpr std::uint64_t slice_first = 4096;
constexpr std::uint64_t slice_least = 16;
constexpr std::uint32_t slice_match_limit_min = 32;
// The library looks for a match's first byte up to the object's end, in each slice: those of a
// large object are few.
constexpr std::uint64_t slices_of_object = 32;
constexpr std::uint64_t slice_large = 64 << 10;
// For a slice that was cut once already: it may take as long as all its limit allows.
constexpr std::uint64_t steps_hard_slice = 8192;
constexpr std::uint64_t bytes_per_step = 4;

/// Whether a match may begin at several places, which may be tried apart.
bool can_slice(const pcre2_code& code, const std::string& text) {
  std::uint32_t options = 0;
  pcre2_pattern_info(&code, PCRE2_INFO_ALLOPTIONS, &options);
  // \G is where the search began.
  return (options & PCRE2_ANCHORED) == 0 && text.find("\\G") == std::string::npos;
}

struct Free {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

std::string message_of(int code) {
  std::array<unsigned char, 256> text{};
  const int size = pcre2_get_error_message(code, text.data(), text.size());
  return size < 0 ? "an unknown error"
                  : to_string(view_of(text.data(), static_cast<std::size_t>(size)));
}

std::uint32_t flags_of(const RegexOptions& options) {
  std::uint32_t flags = PCRE2_NEVER_UTF | PCRE2_USE_OFFSET_LIMIT;
  if (options.nocase) flags |= PCRE2_CASELESS;
  if (options.dot_all) flags |= PCRE2_DOTALL;
  if (options.multi_line) flags |= PCRE2_MULTILINE;
  if (options.extended) flags |= PCRE2_EXTENDED;
  if (options.anchored) flags |= PCRE2_ANCHORED;
  if (options.dollar_end) flags |= PCRE2_DOLLAR_ENDONLY;
  if (options.ungreedy) flags |= PCRE2_UNGREEDY;
  return flags;
}

}  // namespace

struct Regex::State {
  std::unique_ptr<pcre2_code, Free> code;
  std::unique_ptr<pcre2_match_data, Free> data;
  std::unique_ptr<pcre2_match_context, Free> context;
  bool jit = false;
  bool slices = false;
  std::uint32_t match_limit = 0;
};

Regex::Regex(std::unique_ptr<State> state) : state_(std::move(state)) {}
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;
Regex::~Regex() = default;

Result<Regex> Regex::compile(const std::string& text, const RegexOptions& options) {
  if (text.size() > text_bytes_max) {
    return fail(ErrorKind::refused, "a regular expression of {} bytes; {} are taken", text.size(),
                text_bytes_max);
  }
  auto state = std::make_unique<State>();
  int error = 0;
  std::size_t where = 0;
  state->code.reset(pcre2_compile(as_octets(as_bytes(std::string_view(text))), text.size(),
                                  flags_of(options), &error, &where, nullptr));
  if (!state->code) {
    return fail_at(where, ErrorKind::bad_input, "the regular expression is wrong at byte {}: {}",
                   where, message_of(error));
  }
  // Where the system gives no executable memory it is interpreted.
  state->jit = options.jit && pcre2_jit_compile(state->code.get(), PCRE2_JIT_COMPLETE) == 0;
  state->data.reset(pcre2_match_data_create(1, nullptr));
  state->context.reset(pcre2_match_context_create(nullptr));
  if (!state->data || !state->context) return fail(ErrorKind::internal, "out of memory");
  state->slices = can_slice(*state->code, text);
  state->match_limit = options.match_limit;
  pcre2_set_depth_limit(state->context.get(), options.depth_limit);
  pcre2_set_heap_limit(state->context.get(), heap_kib_max);
  return Regex(std::move(state));
}

bool Regex::jit() const { return state_->jit; }

Result<std::optional<Span>> Regex::match(Bytes object, std::uint64_t from,
                                         std::uint64_t last_begin, bool anchored,
                                         std::uint32_t match_limit, bool& limited) const {
  limited = false;
  if (from > object.size()) return std::nullopt;
  pcre2_set_match_limit(state_->context.get(), match_limit);
  pcre2_set_offset_limit(state_->context.get(), static_cast<std::size_t>(last_begin));
  const int code = pcre2_match(state_->code.get(), as_octets(object), object.size(),
                               static_cast<std::size_t>(from), anchored ? PCRE2_ANCHORED : 0u,
                               state_->data.get(), state_->context.get());
  limited = code == PCRE2_ERROR_MATCHLIMIT;
  if (code == PCRE2_ERROR_NOMATCH) return std::nullopt;
  const bool limit = code == PCRE2_ERROR_MATCHLIMIT || code == PCRE2_ERROR_DEPTHLIMIT ||
                     code == PCRE2_ERROR_HEAPLIMIT || code == PCRE2_ERROR_JIT_STACKLIMIT;
  if (limit) return fail(ErrorKind::budget_spent, "a regular expression met its limit");
  if (code < 0) return fail(ErrorKind::internal, "PCRE2: {}", message_of(code));
  const std::size_t* const ends = pcre2_get_ovector_pointer(state_->data.get());
  // \K may move the start; were it behind the end, the match would be empty.
  return Span{std::min(ends[0], ends[1]), ends[1]};
}

Result<std::optional<Span>> Regex::find(Bytes object, std::uint64_t from, bool anchored) const {
  bool limited = false;
  return match(object, from, no_last_begin, anchored, state_->match_limit, limited);
}

Result<std::optional<Span>> Regex::find(Bytes object, std::uint64_t from, bool anchored,
                                        const Pay& pay) const {
  const auto paid = [&pay](std::uint64_t steps) -> Status {
    if (pay(steps)) return {};
    return fail(ErrorKind::budget_spent, "a regular expression was sought no further");
  };
  if (anchored || !state_->slices) {
    ANTIDOTARY_CHECK(paid(steps_hard_slice));
    return find(object, from, anchored);
  }
  const std::uint64_t largest =
      std::max<std::uint64_t>(slice_large, object.size() / slices_of_object);
  std::uint64_t slice = slice_first;
  bool hard = false;
  while (from <= object.size()) {
    const auto allowed = static_cast<std::uint32_t>(std::min<std::uint64_t>(
        state_->match_limit,
        std::max<std::uint64_t>(slice_calls_max / slice, slice_match_limit_min)));
    bool limited = false;
    const auto found = match(object, from, from + slice - 1, false, allowed, limited);
    const bool cut = limited && slice > slice_least && allowed < state_->match_limit;
    if (!found && !cut) return found;
    const std::uint64_t end = found && *found ? std::max((*found)->end, from) : from + slice;
    ANTIDOTARY_CHECK(
        paid((hard || cut ? steps_hard_slice : 0) + (cut ? 0 : (end - from) / bytes_per_step + 1)));
    hard = cut;
    if (cut) {
      slice = std::max(slice / 8, slice_least);
      continue;
    }
    if (*found) return found;
    from += slice;
    slice = std::min(slice * 2, largest);
  }
  return std::nullopt;
}

}  // namespace antidotary::match
