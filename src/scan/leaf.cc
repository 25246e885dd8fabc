#include "scan/leaf.h"

#include <algorithm>
#include <array>

#include "core/text.h"
#include "mail/letter.h"

namespace antidotary::scan {
namespace {

using namespace std::string_view_literals;
using formats::Format;

constexpr std::size_t extension_bytes_max = 16;

// Beside those of mail::is_executable_name: what Windows and others run today.
constexpr std::array script_extensions = {
    "appinstaller"sv, "application"sv, "appref-ms"sv, "command"sv, "cdxml"sv, "iqy"sv,
    "jnlp"sv,         "msc"sv,         "ps1"sv,       "ps1xml"sv,  "psd1"sv,  "psm1"sv,
    "py"sv,           "pyw"sv,         "sct"sv,       "sh"sv,      "slk"sv,   "ws"sv,
    "xsl"sv,          "bash"sv,        "vbscript"sv};
constexpr std::array program_extensions = {"appx"sv, "deb"sv, "gadget"sv, "jar"sv,
                                           "msix"sv, "msp"sv, "mst"sv,    "ocx"sv,
                                           "rpm"sv,  "wll"sv, "xll"sv,    "apk"sv};
constexpr std::array shortcut_extensions = {"desktop"sv, "library-ms"sv, "lnk"sv,
                                            "rdp"sv,     "search-ms"sv,  "settingcontent-ms"sv,
                                            "url"sv,     "website"sv};
constexpr std::array page_extensions = {"htm"sv,   "html"sv, "mht"sv,   "mhtml"sv,
                                        "shtml"sv, "svg"sv,  "xhtml"sv, "xht"sv};

template <std::size_t count>
bool any_of(const std::array<std::string_view, count>& list,
            const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(list.begin(), list.end(), extension_of(name)) != list.end();
  });
}

/// A host or an address ("Logo of example.com") is no program: what is known by its content, and as
/// no program, is none for being called so.
bool is_executable(const std::string& name, Format format) {
  return mail::is_executable_name(name) &&
         (format == Format::unknown || extension_of(name) != "com");
}

bool is_document(Format format) {
  return format == Format::ole2 || format == Format::zip || format == Format::rtf ||
         format == Format::xml || format == Format::hwp3;
}

Risk risk_by_content(Format format) {
  switch (format) {
    case Format::pe:
    case Format::elf:
    case Format::macho:
    case Format::macho_universal:
    case Format::java_class:
    case Format::autoit:
    case Format::pyc:
    case Format::nsis:
    case Format::installshield:
    case Format::sis:
      return Risk::program;
    case Format::script_encoded:
      return Risk::script;
    case Format::lnk:
      return Risk::shortcut;
    case Format::onenote:
    case Format::chm:
    case Format::swf:
      return Risk::active_document;
    default:
      break;
  }
  const bool disk = format >= Format::iso9660 && format <= Format::qcow;
  return disk ? Risk::disk : Risk::none;
}

}  // namespace

std::span<const std::string_view> enum_names(Risk) {
  static constexpr std::string_view names[] = {"none",   "program", "script", "shortcut",
                                               "macros", "sealed",  "disk",   "active_document",
                                               "page",   "carrier"};
  return names;
}

std::string extension_of(std::string_view name) {
  while (!name.empty() && (name.back() == ' ' || name.back() == '.')) name.remove_suffix(1);
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == name.size()) return {};
  const std::string_view extension = name.substr(dot + 1);
  const bool plain = extension.size() <= extension_bytes_max &&
                     std::all_of(extension.begin(), extension.end(), [](char one) {
                       return (one >= 'a' && one <= 'z') || (one >= 'A' && one <= 'Z') ||
                              (one >= '0' && one <= '9') || one == '-' || one == '_';
                     });
  return plain ? ascii_lower(extension) : std::string();
}

bool marks_a_package(std::string_view member) {
  return member == "[Content_Types].xml" || member == "mimetype" ||
         member == "META-INF/MANIFEST.MF";
}

bool is_page(Format format, const std::vector<std::string>& names) {
  return format == Format::html || format == Format::svg || any_of(page_extensions, names);
}

Risk risk_of(Format format, const std::vector<std::string>& names, const Below& below,
             bool acting) {
  const Risk content = risk_by_content(format);
  if (content != Risk::none) return content;
  if (below.archived_classes || any_of(program_extensions, names)) return Risk::program;
  if (any_of(shortcut_extensions, names)) return Risk::shortcut;
  if (any_of(script_extensions, names)) return Risk::script;
  if (std::any_of(names.begin(), names.end(),
                  [format](const auto& name) { return is_executable(name, format); })) {
    return format == Format::text || format == Format::html ? Risk::script : Risk::program;
  }
  if (below.macros && is_document(format)) return Risk::macros;
  if (below.sealed && (formats::is_archive(format) || is_document(format))) return Risk::sealed;
  if (acting) return Risk::page;
  return below.risky ? Risk::carrier : Risk::none;
}

}  // namespace antidotary::scan
