// Json: a small tree for the JSON that we write ourselves and read back (plans, journals,
// reports), parsed by simdjson.
//
// It is not a general document model: numbers are integers or doubles, objects keep their order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/result.h"

namespace antidotary {

class Json {
 public:
  using Array = std::vector<Json>;
  using Object = std::vector<std::pair<std::string, Json>>;

  Json() = default;
  Json(bool value) : value_(value) {}                           // NOLINT: conversions are the point
  Json(std::int64_t value) : value_(value) {}                   // NOLINT
  Json(std::uint64_t value) : value_(value) {}                  // NOLINT
  Json(int value) : value_(std::int64_t{value}) {}              // NOLINT
  Json(double value) : value_(value) {}                         // NOLINT
  Json(std::string value) : value_(std::move(value)) {}         // NOLINT
  Json(std::string_view value) : value_(std::string(value)) {}  // NOLINT
  Json(const char* value) : value_(std::string(value)) {}       // NOLINT
  Json(Array value) : value_(std::move(value)) {}               // NOLINT
  Json(Object value) : value_(std::move(value)) {}              // NOLINT

  /// Parses one document of at most 64 levels. Errors: malformed, with the offset where known.
  static Result<Json> parse(std::string_view text);

  /// One line, no blanks. A string that is not UTF-8 is written as {"bytes":"<hex>"}.
  std::string dump() const;

  bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::string* string() const { return std::get_if<std::string>(&value_); }
  const Array* array() const { return std::get_if<Array>(&value_); }
  const Object* object() const { return std::get_if<Object>(&value_); }
  /// Whole numbers of either sign, if they fit.
  bool to(std::uint64_t& out) const;
  bool to(std::int64_t& out) const;
  /// A string, or the {"bytes": hex} form of one.
  bool to(std::string& out) const;

  /// A member of an object, or null.
  const Json* find(std::string_view name) const;
  /// Adds a member (this must be an object or null).
  void set(std::string name, Json value);

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, std::string, Array,
               Object>
      value_;
};

}  // namespace antidotary
