// Records: a struct lists its fields once, and can then be written as wire bytes or as JSON and
// read back from either, distrusted.
//
//   struct Finding {
//     std::string change;
//     Grade grade = Grade::weak;
//     template <class Self, class Visitor>
//     static void fields(Self& self, Visitor&& visit) {
//       visit("change", self.change);
//       visit("grade", self.grade);
//     }
//   };
//
// Fields may be bool, whole numbers, enums (with an `enum_names(E)` found by argument lookup),
// std::string, Buffer, std::vector, std::optional and other records. The wire form is what a
// jailed worker answers with: the reader bounds every length by the bytes that are there, every
// enum by its names, every list by a total, so that no answer can make the parent misbehave.
// JSON is what plans, journals and reports are kept in.
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/bytes.h"
#include "core/digest.h"
#include "core/json.h"
#include "core/reader.h"
#include "core/result.h"

namespace antidotary {

template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

/// Names of an enum whose enumerators count from 0, in order, as JSON shows them.
/// Each enum used in a record provides: std::span<const std::string_view> enum_names(E).
template <class E>
std::string_view enum_name(E value) {
  const auto names = enum_names(value);
  const auto index = static_cast<std::size_t>(value);
  return index < names.size() ? names[index] : "?";
}

class WireWriter {
 public:
  template <class T>
  void operator()(std::string_view, const T& value) {
    put(value);
  }
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      out_.push_back(static_cast<std::byte>(value ? 1 : 0));
    } else if constexpr (std::is_enum_v<T>) {
      out_.push_back(static_cast<std::byte>(value));
    } else if constexpr (std::is_integral_v<T>) {
      append_u64_le(out_, static_cast<std::uint64_t>(value));
    } else if constexpr (std::is_same_v<T, std::string>) {
      put_bytes(as_bytes(std::string_view(value)));
    } else if constexpr (std::is_same_v<T, Buffer>) {
      put_bytes(value);
    } else if constexpr (is_vector<T>::value) {
      append_u64_le(out_, value.size());
      for (const auto& item : value) put(item);
    } else if constexpr (is_optional<T>::value) {
      put(value.has_value());
      if (value) put(*value);
    } else {
      T::fields(value, *this);
    }
  }
  void put_bytes(Bytes bytes) {
    append_u64_le(out_, bytes.size());
    out_.insert(out_.end(), bytes.begin(), bytes.end());
  }
  Buffer take() { return std::move(out_); }

 private:
  Buffer out_;
};

class WireReader {
 public:
  /// At most this many list items in one answer, all lists together.
  static constexpr std::size_t items_max = 4'000'000;

  explicit WireReader(Bytes bytes) : reader_(bytes) {}

  template <class T>
  void operator()(std::string_view, T& value) {
    get(value);
  }
  template <class T>
  void get(T& value) {
    if (!ok_) return;
    if constexpr (std::is_same_v<T, bool>) {
      value = byte() == 1;
    } else if constexpr (std::is_enum_v<T>) {
      const auto index = byte();
      if (index >= enum_names(T{}).size())
        ok_ = false;
      else
        value = static_cast<T>(index);
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(number());
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = to_string(bytes());
    } else if constexpr (std::is_same_v<T, Buffer>) {
      value = to_buffer(bytes());
    } else if constexpr (is_vector<T>::value) {
      const std::uint64_t count = number();
      // Never reserved from the declared count: the list grows as items arrive.
      for (std::uint64_t i = 0; i < count && ok_; ++i) {
        if (++items_ > items_max)
          ok_ = false;
        else
          get(value.emplace_back());
      }
    } else if constexpr (is_optional<T>::value) {
      if (byte() == 1) get(value.emplace());
    } else {
      T::fields(value, *this);
    }
  }
  bool ok() const { return ok_ && reader_.at_end(); }

 private:
  std::uint8_t byte() {
    const auto value = reader_.u8();
    ok_ = ok_ && value.has_value();
    return value.value_or(std::uint8_t{0});
  }
  std::uint64_t number() {
    const auto value = reader_.u64_le();
    ok_ = ok_ && value.has_value();
    return value.value_or(std::uint64_t{0});
  }
  Bytes bytes() {
    const auto value = reader_.take(number());
    ok_ = ok_ && value.has_value();
    return value.value_or(Bytes{});
  }
  Reader reader_;
  std::size_t items_ = 0;
  bool ok_ = true;
};

template <class T>
Buffer to_wire(const T& record) {
  WireWriter writer;
  writer.put(record);
  return writer.take();
}

/// Errors: malformed where the bytes are not exactly one such record.
template <class T>
Result<T> from_wire(Bytes bytes) {
  T record{};
  WireReader reader(bytes);
  reader.get(record);
  if (!reader.ok()) return fail(ErrorKind::malformed, "not a well-formed answer");
  return record;
}

template <class T>
Json to_json(const T& value);

class JsonWriter {
 public:
  template <class T>
  void operator()(std::string_view name, const T& value) {
    if constexpr (is_optional<T>::value) {
      if (value) object.emplace_back(std::string(name), to_json(*value));
    } else {
      object.emplace_back(std::string(name), to_json(value));
    }
  }
  Json::Object object;
};

/// A record as an object, its fields in their order; absent optionals are left out.
template <class T>
Json to_json(const T& value) {
  if constexpr (std::is_same_v<T, bool>) {
    return value;
  } else if constexpr (std::is_enum_v<T>) {
    return enum_name(value);
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (std::is_unsigned_v<T>) {
    return static_cast<std::uint64_t>(value);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, Buffer>) {
    return to_hex(value);
  } else if constexpr (is_vector<T>::value) {
    Json::Array array;
    for (const auto& item : value) array.push_back(to_json(item));
    return array;
  } else {
    JsonWriter writer;
    T::fields(value, writer);
    return std::move(writer.object);
  }
}

template <class T>
bool from_json(const Json& json, T& value, std::string& problem);

class JsonReader {
 public:
  JsonReader(const Json& object, std::string& problem) : object_(&object), problem_(&problem) {}
  template <class T>
  void operator()(std::string_view name, T& value) {
    if (!problem_->empty()) return;
    const Json* member = object_->find(name);
    if constexpr (is_optional<T>::value) {
      if (member != nullptr && !from_json(*member, value.emplace(), *problem_)) at(name);
    } else if (member == nullptr) {
      *problem_ = fmt::format("\"{}\" is missing", name);
    } else if (!from_json(*member, value, *problem_)) {
      at(name);
    }
  }

 private:
  void at(std::string_view name) {
    *problem_ = problem_->empty() ? fmt::format("\"{}\" has a value that does not fit", name)
                                  : fmt::format("in \"{}\": {}", name, *problem_);
  }
  const Json* object_;
  std::string* problem_;
};

template <class T>
bool from_json(const Json& json, T& value, std::string& problem) {
  if constexpr (std::is_same_v<T, bool>) {
    if (json.boolean() == nullptr) return false;
    value = *json.boolean();
    return true;
  } else if constexpr (std::is_enum_v<T>) {
    const auto names = enum_names(T{});
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (json.string() != nullptr && *json.string() == names[i]) {
        value = static_cast<T>(i);
        return true;
      }
    }
    return false;
  } else if constexpr (std::is_integral_v<T>) {
    std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> number = 0;
    if (!json.to(number)) return false;
    value = static_cast<T>(number);
    return static_cast<decltype(number)>(value) == number;
  } else if constexpr (std::is_same_v<T, std::string>) {
    return json.to(value);
  } else if constexpr (std::is_same_v<T, Buffer>) {
    if (json.string() == nullptr) return false;
    auto bytes = from_hex(*json.string());
    if (bytes) value = std::move(*bytes);
    return bytes.has_value();
  } else if constexpr (is_vector<T>::value) {
    if (json.array() == nullptr) return false;
    for (const Json& item : *json.array()) {
      if (!from_json(item, value.emplace_back(), problem)) return false;
    }
    return true;
  } else {
    if (json.object() == nullptr) return false;
    JsonReader reader(json, problem);
    T::fields(value, reader);
    return problem.empty();
  }
}

/// Errors: malformed, naming the first member that does not fit.
template <class T>
Result<T> record_from_json(const Json& json) {
  T record{};
  std::string problem;
  if (!from_json(json, record, problem)) {
    return fail(ErrorKind::malformed, "{}", problem.empty() ? "not a JSON object" : problem);
  }
  return record;
}

}  // namespace antidotary
