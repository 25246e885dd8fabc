// Old data: variables, types and bytes.
#include "plan/old_data.h"

#include <algorithm>
#include <charconv>

#include "core/digest.h"
#include "core/reader.h"
#include "core/text.h"

namespace antidotary::plan {
namespace {

// As the registry numbers them (formats/ is below this room's sight).
constexpr std::uint32_t reg_sz = 1;
constexpr std::uint32_t reg_expand_sz = 2;
constexpr std::uint32_t reg_binary = 3;
constexpr std::uint32_t reg_dword = 4;

bool is_variable_name(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '(' || c == ')';
  });
}

struct Expanded {
  std::string text;
  bool has_variable = false;  ///< One that Windows must expand is left in it.
};

Result<std::string> meaning(const std::string& name, bool keep, std::string_view windows_path) {
  if (name == "windir") return keep ? std::string("%SystemRoot%") : std::string(windows_path);
  if (name == "system") {
    return (keep ? std::string("%SystemRoot%") : std::string(windows_path)) + "\\system32";
  }
  if (name == "systemdrive") {
    return keep ? std::string("%SystemDrive%") : std::string(windows_path.substr(0, 2));
  }
  if (name == "programfiles") return std::string("%ProgramFiles%");
  if (name == "temp" || name == "userprofile" || name == "startup" || name == "internetcache") {
    return fail(ErrorKind::unsupported, "%{}% is another folder for each user", name);
  }
  return '%' + name + '%';
}

Result<Expanded> expand(std::string_view text, bool keep, std::string_view windows_path) {
  Expanded out;
  while (!text.empty()) {
    const std::size_t end = text.front() == '%' ? text.find('%', 1) : text.npos;
    const std::string name = end == text.npos ? "" : ascii_lower(text.substr(1, end - 1));
    if (!is_variable_name(name)) {
      out.text.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    std::string value = ANTIDOTARY_TRY(meaning(name, keep, windows_path));
    // A variable of Windows' own stays as the entry writes it.
    if (equal_ascii_ignoring_case(value, text.substr(0, end + 1))) {
      value = std::string(text.substr(0, end + 1));
    }
    out.has_variable = out.has_variable || value.starts_with('%');
    out.text += value;
    text.remove_prefix(end + 1);
  }
  return out;
}

Result<Buffer> number_bytes(std::string_view text) {
  const bool hexadecimal = text.starts_with("0x") || text.starts_with("0X");
  if (hexadecimal) text.remove_prefix(2);
  std::uint32_t value = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value, hexadecimal ? 16 : 10);
  if (read.ec != std::errc{} || read.ptr != end) {
    return fail(ErrorKind::unsupported, "\"{}\" is no number of 32 bits", text);
  }
  Buffer out;
  append_u32_le(out, value);
  return out;
}

}  // namespace

Result<OldData> old_data(std::string_view text, std::string_view type, std::uint32_t type_now,
                         std::string_view windows_path) {
  OldData out;
  out.shown = std::string(text);
  if (type == "REG_DWORD") {
    out.type = reg_dword;
    out.data = ANTIDOTARY_TRY(number_bytes(trim(text)));
    return out;
  }
  if (type == "REG_BINARY") {
    out.type = reg_binary;
    std::string digits(text);
    digits.erase(
        std::remove_if(digits.begin(), digits.end(), [](char c) { return c == ' ' || c == ','; }),
        digits.end());
    out.data = ANTIDOTARY_TRY(from_hex(digits));
    return out;
  }
  if (!type.empty() && type != "REG_SZ" && type != "REG_EXPAND_SZ") {
    return fail(ErrorKind::unsupported, "values of type {} are not restored", type);
  }
  const bool keep = type == "REG_EXPAND_SZ" || type_now == reg_expand_sz || windows_path.empty();
  const Expanded expanded = ANTIDOTARY_TRY(expand(text, keep, windows_path));
  out.shown = expanded.text;
  out.type = expanded.has_variable || type == "REG_EXPAND_SZ" ? reg_expand_sz : reg_sz;
  out.data = utf16_le_from_utf8(expanded.text);
  out.data.insert(out.data.end(), 2, std::byte{0});
  return out;
}

}  // namespace antidotary::plan
