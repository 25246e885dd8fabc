// Result, Error: how every room says that something could not be done, and why.
//
// An error is a value with a kind (for code to switch on), one sentence (for a person) and, where
// bytes were being read, the offset of the field that failed. It is not an exception: nothing in
// this project throws across a function that a caller sees.
//
// Why not std::expected: libstdc++ 12 has it in C++23 only. The alias makes the swap one line.
#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace antidotary {

enum class ErrorKind : std::uint8_t {
  not_this_format,  ///< The bytes are of another format: ask the next reader.
  truncated,        ///< The bytes end inside a field.
  malformed,        ///< A field says what cannot be.
  budget_spent,     ///< A limit was reached (Budget); the rest was not looked at.
  unsupported,      ///< Well-formed, but a form that this build does not read.
  encrypted,        ///< Readable only with a key.
  not_found,        ///< The named thing does not exist.
  permission,       ///< The system refused access.
  io,               ///< The system failed to read or write.
  changed,          ///< The thing is not what it was when it was looked at.
  busy,             ///< Somebody else holds it.
  refused,          ///< We decline, for safety.
  bad_input,    ///< What a person wrote or asked for is wrong; the sentence says how to mend it.
  worker_died,  ///< The jailed worker was killed, crashed or answered nonsense.
  internal,     ///< A defect of ours.
};

/// The kind's stable name, as JSON and logs print it ("not_found").
std::string_view name_of(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string what;                     ///< One sentence, no full stop, no newline.
  std::optional<std::uint64_t> offset;  ///< Bytes from the start of what was read.
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

/// Builds an error to return: `return fail(ErrorKind::io, "cannot read {}: {}", path, why);`
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail(ErrorKind kind, fmt::format_string<Args...> format,
                                         Args&&... args) {
  return tl::unexpected<Error>(
      Error{kind, fmt::format(format, std::forward<Args>(args)...), std::nullopt});
}

/// The same with the offset at which reading failed.
template <class... Args>
[[nodiscard]] tl::unexpected<Error> fail_at(std::uint64_t offset, ErrorKind kind,
                                            fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected<Error>(
      Error{kind, fmt::format(format, std::forward<Args>(args)...), offset});
}

/// The same error with words put before its sentence: "reading SOFTWARE: header is too short".
[[nodiscard]] Error with_context(Error error, std::string_view context);

}  // namespace antidotary

/// Evaluates a Result; yields its value, or returns its error from the enclosing function.
/// Never nest two in one expression.
#define ANTIDOTARY_TRY(expression)                                                 \
  __extension__({                                                                  \
    auto antidotary_try = (expression);                                            \
    if (!antidotary_try) return tl::unexpected(std::move(antidotary_try).error()); \
    std::move(antidotary_try).value();                                             \
  })

/// The same for a Status, as a statement.
#define ANTIDOTARY_CHECK(expression)                                                   \
  do {                                                                                 \
    auto antidotary_check = (expression);                                              \
    if (!antidotary_check) return tl::unexpected(std::move(antidotary_check).error()); \
  } while (false)
