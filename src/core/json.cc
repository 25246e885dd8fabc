#include "core/json.h"

#include <simdjson.h>

#include <cmath>

#include "core/digest.h"
#include "core/text.h"

namespace antidotary {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t depth_max = 64;

void append_escaped(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(static_cast<unsigned char>(c)));
        } else {
          out.push_back(c);
        }
    }
  }
  out.push_back('"');
}

// Depth is bounded by the parser (depth_max), so recursion here is bounded as well.
Json convert(dom::element element) {
  switch (element.type()) {
    case dom::element_type::ARRAY: {
      Json::Array array;
      for (dom::element child : dom::array(element)) array.push_back(convert(child));
      return array;
    }
    case dom::element_type::OBJECT: {
      Json::Object object;
      for (dom::key_value_pair field : dom::object(element)) {
        object.emplace_back(std::string(field.key), convert(field.value));
      }
      return object;
    }
    case dom::element_type::INT64:
      return std::int64_t{element.get_int64().value_unsafe()};
    case dom::element_type::UINT64:
      return std::uint64_t{element.get_uint64().value_unsafe()};
    case dom::element_type::DOUBLE:
      return double{element.get_double().value_unsafe()};
    case dom::element_type::STRING:
      return std::string_view(element.get_string().value_unsafe());
    case dom::element_type::BOOL:
      return bool{element.get_bool().value_unsafe()};
    case dom::element_type::NULL_VALUE:
      return {};
  }
  return {};
}

void append(std::string& out, const Json& json);

void append_object(std::string& out, const Json::Object& object) {
  out.push_back('{');
  for (const auto& [name, value] : object) {
    if (out.back() != '{') out.push_back(',');
    append_escaped(out, name);
    out.push_back(':');
    append(out, value);
  }
  out.push_back('}');
}

void append(std::string& out, const Json& json) {
  std::int64_t negative = 0;
  std::uint64_t number = 0;
  if (json.is_null()) {
    out += "null";
  } else if (const bool* boolean = json.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const std::string* text = json.string()) {
    if (is_utf8(*text)) {
      append_escaped(out, *text);
    } else {
      out += fmt::format("{{\"bytes\":\"{}\"}}", to_hex(as_bytes(std::string_view(*text))));
    }
  } else if (const Json::Array* array = json.array()) {
    out.push_back('[');
    for (const Json& child : *array) {
      if (&child != &array->front()) out.push_back(',');
      append(out, child);
    }
    out.push_back(']');
  } else if (const Json::Object* object = json.object()) {
    append_object(out, *object);
  } else if (json.to(number)) {
    out += fmt::format("{}", number);
  } else if (json.to(negative)) {
    out += fmt::format("{}", negative);
  } else {
    out += json.is_null() ? "null" : json.dump();  // a double, the one kind that is left
  }
}

}  // namespace

Result<Json> Json::parse(std::string_view text) {
  dom::parser parser;
  if (parser.allocate(text.size() + 1, depth_max) != simdjson::SUCCESS) {
    return fail(ErrorKind::malformed, "the JSON text is too long");
  }
  dom::element root;
  const auto error = parser.parse(text.data(), text.size(), true).get(root);
  if (error != simdjson::SUCCESS) {
    return fail(ErrorKind::malformed, "not JSON: {}", simdjson::error_message(error));
  }
  return convert(root);
}

std::string Json::dump() const {
  if (const double* number = std::get_if<double>(&value_)) {
    // JSON has no word for what is no number.
    return std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  }
  std::string out;
  append(out, *this);
  return out;
}

bool Json::to(std::uint64_t& out) const {
  if (const auto* number = std::get_if<std::uint64_t>(&value_)) {
    out = *number;
    return true;
  }
  const auto* number = std::get_if<std::int64_t>(&value_);
  if (number == nullptr || *number < 0) return false;
  out = static_cast<std::uint64_t>(*number);
  return true;
}

bool Json::to(std::int64_t& out) const {
  if (const auto* number = std::get_if<std::int64_t>(&value_)) {
    out = *number;
    return true;
  }
  const auto* number = std::get_if<std::uint64_t>(&value_);
  if (number == nullptr || *number > static_cast<std::uint64_t>(INT64_MAX)) return false;
  out = static_cast<std::int64_t>(*number);
  return true;
}

bool Json::to(std::string& out) const {
  if (const std::string* text = string()) {
    out = *text;
    return true;
  }
  const Json* hex = find("bytes");
  if (hex == nullptr || hex->string() == nullptr || object()->size() != 1) return false;
  const auto bytes = from_hex(*hex->string());
  if (!bytes) return false;
  out = to_string(*bytes);
  return true;
}

const Json* Json::find(std::string_view name) const {
  const Object* members = object();
  if (members == nullptr) return nullptr;
  for (const auto& [key, value] : *members) {
    if (key == name) return &value;
  }
  return nullptr;
}

void Json::set(std::string name, Json value) {
  if (is_null()) value_ = Object{};
  if (auto* members = std::get_if<Object>(&value_)) {
    members->emplace_back(std::move(name), std::move(value));
  }
}

}  // namespace antidotary
