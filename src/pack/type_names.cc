#include "pack/type_names.h"

#include <algorithm>
#include <array>

namespace antidotary::pack {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view prefix = "CL_TYPE_";

// Weakest first. MSEXE alone has no place: of it and another the mark that stands later wins.
constexpr std::array by_strength = {
    "ANY"sv,          "TEXT_ASCII"sv,   "TEXT_UTF8"sv,    "TEXT_UTF16LE"sv,
    "TEXT_UTF16BE"sv, "BINARY_DATA"sv,  "MSEXE"sv,        "ELF"sv,
    "MACHO"sv,        "MACHO_UNIBIN"sv, "POSIX_TAR"sv,    "OLD_TAR"sv,
    "CPIO_OLD"sv,     "CPIO_ODC"sv,     "CPIO_NEWC"sv,    "CPIO_CRC"sv,
    "GZ"sv,           "ZIP"sv,          "BZ"sv,           "RAR"sv,
    "ARJ"sv,          "MSSZDD"sv,       "MSOLE2"sv,       "MSCAB"sv,
    "MSCHM"sv,        "SIS"sv,          "SCRENC"sv,       "GRAPHICS"sv,
    "GIF"sv,          "PNG"sv,          "JPEG"sv,         "TIFF"sv,
    "RIFF"sv,         "BINHEX"sv,       "TNEF"sv,         "CRYPTFF"sv,
    "PDF"sv,          "UUENCODED"sv,    "SCRIPT"sv,       "HTML_UTF16"sv,
    "RTF"sv,          "7Z"sv,           "SWF"sv,          "JAVA"sv,
    "XAR"sv,          "XZ"sv,           "OOXML_WORD"sv,   "OOXML_PPT"sv,
    "OOXML_XL"sv,     "INTERNAL"sv,     "HWP3"sv,         "OOXML_HWP"sv,
    "PS"sv,           "EGG"sv,          "ONENOTE"sv,      "PYTHON_COMPILED"sv,
    "LHA_LZH"sv,      "PART_ANY"sv,     "PART_HFSPLUS"sv, "MBR"sv,
    "HTML"sv,         "MAIL"sv,         "ZIPSFX"sv,       "RARSFX"sv,
    "7ZSFX"sv,        "CABSFX"sv,       "ARJSFX"sv,       "EGGSFX"sv,
    "ALZ"sv,          "APM"sv,          "AUTOIT"sv,       "DMG"sv,
    "GPT"sv,          "HWPOLE2"sv,      "ISHIELD_MSI"sv,  "ISO9660"sv,
    "LNK"sv,          "MHTML"sv,        "NULSFT"sv,       "SFX"sv,
    "UDF"sv,          "XDP"sv,          "XML_HWP"sv,      "XML_WORD"sv,
    "XML_XL"sv,       "IGNORED"sv,
};

}  // namespace

std::optional<std::uint8_t> strength_of(std::string_view type) {
  if (!type.starts_with(prefix)) return std::nullopt;
  type.remove_prefix(prefix.size());
  const auto* const found = std::find(by_strength.begin(), by_strength.end(), type);
  if (found == by_strength.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - by_strength.begin());
}

bool is_embedded_type(std::string_view type) {
  return type.starts_with(prefix) && type.size() > prefix.size() + 3 && type.ends_with("SFX");
}

}  // namespace antidotary::pack
