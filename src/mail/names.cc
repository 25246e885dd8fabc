// Names of attachments: which of them Windows runs, and which hide that they are run.
#include <algorithm>
#include <array>

#include "core/text.h"
#include "mail/letter.h"

namespace antidotary::mail {
namespace {

using namespace std::string_view_literals;

// What Windows 95 to XP runs when it is opened from mail: the level 1 attachments of Outlook, less
// the document types of single programs.
constexpr std::array executable_extensions = {"bat"sv, "chm"sv, "cmd"sv, "com"sv, "cpl"sv, "dll"sv,
                                              "exe"sv, "hta"sv, "inf"sv, "js"sv,  "jse"sv, "lnk"sv,
                                              "msi"sv, "pif"sv, "reg"sv, "scr"sv, "shs"sv, "url"sv,
                                              "vb"sv,  "vbe"sv, "vbs"sv, "wsc"sv, "wsf"sv, "wsh"sv};

constexpr std::array harmless_extensions = {
    "avi"sv, "bmp"sv, "csv"sv,  "doc"sv,  "docx"sv, "gif"sv, "htm"sv,  "html"sv, "jpeg"sv,
    "jpg"sv, "log"sv, "mp3"sv,  "mpeg"sv, "mpg"sv,  "pdf"sv, "png"sv,  "pps"sv,  "ppt"sv,
    "rtf"sv, "tif"sv, "tiff"sv, "txt"sv,  "wav"sv,  "xls"sv, "xlsx"sv, "xml"sv,  "zip"sv};

// Windows drops dots and blanks from the end of a name, and so does whoever opens it.
std::string_view without_tail(std::string_view name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
  return name;
}

// The part behind the last dot in lower case; `name` loses it and its dot.
std::string take_extension(std::string_view& name) {
  name = without_tail(name);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || name.find_first_of("/\\", dot) != std::string_view::npos) {
    return {};
  }
  std::string extension = ascii_lower(trim(name.substr(dot + 1)));
  name = without_tail(name.substr(0, dot));
  return extension;
}

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

bool is_executable_name(std::string_view name) {
  return is_one_of(executable_extensions, take_extension(name));
}

bool has_double_extension(std::string_view name) {
  if (!is_one_of(executable_extensions, take_extension(name))) return false;
  return is_one_of(harmless_extensions, take_extension(name));
}

}  // namespace antidotary::mail
