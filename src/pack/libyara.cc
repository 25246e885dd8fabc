#include "pack/libyara.h"

#include <yara.h>

#include <algorithm>
#include <cstring>

#include "core/text.h"

namespace antidotary::pack {
namespace {

struct Cursor {
  Bytes bytes;
  std::size_t at = 0;
};

// As fread and fwrite: whole items, and how many of them.
std::size_t read_items(void* to, std::size_t size, std::size_t count, void* user) {
  auto& from = *static_cast<Cursor*>(user);
  if (size == 0 || count == 0) return 0;
  const std::size_t items = std::min(count, (from.bytes.size() - from.at) / size);
  if (items != 0) std::memcpy(to, from.bytes.data() + from.at, items * size);
  from.at += items * size;
  return items;
}

std::size_t write_items(const void* from, std::size_t size, std::size_t count, void* user) {
  auto& out = *static_cast<Buffer*>(user);
  const Bytes bytes = view_of(from, size * count);
  out.insert(out.end(), bytes.begin(), bytes.end());
  return count;
}

}  // namespace

Status start_libyara() {
  static const int started = yr_initialize();
  if (started != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara does not start: {}", yara_error(started));
  }
  return {};
}

std::string yara_error(int error) {
  switch (error) {
    case ERROR_INSUFFICIENT_MEMORY:
      return "not enough memory";
    case ERROR_INVALID_FILE:
      return "not a file of compiled rules";
    case ERROR_CORRUPT_FILE:
      return "the compiled rules are damaged";
    case ERROR_UNSUPPORTED_FILE_VERSION:
      return "rules compiled by another version";
    case ERROR_EXEC_STACK_OVERFLOW:
      return "a condition needs more stack than there is";
    case ERROR_SCAN_TIMEOUT:
      return "time is up";
    case ERROR_TOO_MANY_SCAN_THREADS:
      return "too many threads";
    case ERROR_TOO_MANY_MATCHES:
      return "a string matches too often";
    case ERROR_TOO_MANY_RE_FIBERS:
      return "a regular expression has too many ways to match";
    case ERROR_INTERNAL_FATAL_ERROR:
      return "internal error";
    case ERROR_INVALID_MODULE_DATA:
      return "a module was given data that it cannot read";
    default:
      return fmt::format("error {}", error);
  }
}

void RulesRelease::operator()(YR_RULES* rules) const { yr_rules_destroy(rules); }

std::uint32_t rule_count(const YR_RULES& rules) { return rules.num_rules; }

std::vector<std::string> rule_names(const YR_RULES& rules) {
  std::vector<std::string> out;
  for (std::uint32_t i = 0; i < rules.num_rules; ++i) {
    const std::string_view name = rules.rules_table[i].identifier;
    out.push_back(is_utf8(name) ? std::string(name) : utf8_from_latin1(name));
  }
  return out;
}

Result<Buffer> save_rules(YR_RULES& rules) {
  Buffer out;
  YR_STREAM stream{&out, nullptr, write_items};
  const int error = yr_rules_save_stream(&rules, &stream);
  if (error != ERROR_SUCCESS) {
    return fail(ErrorKind::internal, "libyara does not save its rules: {}", yara_error(error));
  }
  return out;
}

Result<Rules> load_rules(Bytes bytes) {
  ANTIDOTARY_CHECK(start_libyara());
  Cursor cursor{bytes};
  YR_STREAM stream{&cursor, read_items, nullptr};
  YR_RULES* loaded = nullptr;
  const int error = yr_rules_load_stream(&stream, &loaded);
  if (error == ERROR_SUCCESS) return Rules(loaded);
  const ErrorKind kind = error == ERROR_UNSUPPORTED_FILE_VERSION ? ErrorKind::unsupported
                         : error == ERROR_INSUFFICIENT_MEMORY    ? ErrorKind::internal
                                                                 : ErrorKind::malformed;
  return fail(kind, "libyara does not load the rules: {}", yara_error(error));
}

}  // namespace antidotary::pack
