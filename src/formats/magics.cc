#include "formats/magics.h"

#include <array>

namespace antidotary::formats {

using namespace std::string_view_literals;

// Strings are broken where a hexadecimal escape would swallow the letter behind it.
std::span<const Magic> magics() {
  static constexpr std::array rows = {
      Magic{0, "PK\x03\x04"sv, Format::zip},
      Magic{0, "PK\x05\x06"sv, Format::zip},
      Magic{0, "PK\x07\x08PK\x03\x04"sv, Format::zip},
      Magic{0, "\x1f\x8b\x08"sv, Format::gzip},
      Magic{0,
            "\xfd"
            "7zXZ\0"sv,
            Format::xz},
      Magic{0, "\x28\xb5\x2f\xfd"sv, Format::zstd},
      Magic{0, "\x04\x22\x4d\x18"sv, Format::lz4},
      Magic{0, "\x02\x21\x4c\x18"sv, Format::lz4},
      Magic{0, "070701"sv, Format::cpio},
      Magic{0, "070702"sv, Format::cpio},
      Magic{0, "070707"sv, Format::cpio},
      Magic{0, "\xc7\x71"sv, Format::cpio, Confidence::weak},
      Magic{0, "\x71\xc7"sv, Format::cpio, Confidence::weak},
      Magic{0, "!<arch>\n"sv, Format::ar},
      Magic{0, "7z\xbc\xaf\x27\x1c"sv, Format::seven_zip},
      Magic{0, "Rar!\x1a\x07"sv, Format::rar},
      Magic{0, "RE~^"sv, Format::rar},
      Magic{0, "MSCF\0\0\0\0"sv, Format::cab},
      Magic{0, "ITSF\x03\0\0\0"sv, Format::chm},
      Magic{0, "ALZ\x01"sv, Format::alz},
      Magic{0, "EGGA\0\x01"sv, Format::egg},
      Magic{0, "xar!"sv, Format::xar},
      Magic{0, "\x7a\x1a\x20\x10"sv, Format::sis},
      Magic{8, "\x19\x04\0\x10"sv, Format::sis},
      Magic{0, "SZDD\x88\xf0\x27\x33"sv, Format::szdd},
      Magic{0, "KWAJ\x88\xf0\x27\xd1"sv, Format::kwaj},
      Magic{0, "MSWIM\0\0\0"sv, Format::wim},
      Magic{0, "\xed\xab\xee\xdb"sv, Format::rpm},
      Magic{0, "ISc("sv, Format::installshield},
      Magic{0, "\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d"sv,
            Format::autoit},
      Magic{0, "EVF\x09\x0d\x0a\xff\0"sv, Format::ewf},
      Magic{0, "KDMV"sv, Format::vmdk},
      Magic{0, "conectix"sv, Format::vhd},
      Magic{0, "vhdxfile"sv, Format::vhdx},
      Magic{0, "QFI\xfb"sv, Format::qcow},
      Magic{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"sv, Format::ole2},
      Magic{0, "%PDF-"sv, Format::pdf},
      Magic{0, "{\\rt"sv, Format::rtf},
      Magic{0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3"sv,
            Format::onenote},
      Magic{0, "HWP Document File V3.00"sv, Format::hwp3},
      Magic{0, "\x78\x9f\x3e\x22"sv, Format::tnef},
      Magic{0, "L\0\0\0\x01\x14\x02\0"sv, Format::lnk},
      Magic{0, "!BDN"sv, Format::pst},
      Magic{0, "\xcf\xad\x12\xfe"sv, Format::dbx},
      Magic{0, "\177ELF"sv, Format::elf},
      Magic{0, "\xfe\xed\xfa\xce"sv, Format::macho},
      Magic{0, "\xfe\xed\xfa\xcf"sv, Format::macho},
      Magic{0, "\xce\xfa\xed\xfe"sv, Format::macho},
      Magic{0, "\xcf\xfa\xed\xfe"sv, Format::macho},
      Magic{0, "#@~^"sv, Format::script_encoded},
      Magic{0, "regf"sv, Format::regf},
      Magic{0, "CREG"sv, Format::creg},
      Magic{0, "GIF87a"sv, Format::gif},
      Magic{0, "GIF89a"sv, Format::gif},
      Magic{0, "\xff\xd8\xff"sv, Format::jpeg},
      Magic{0, "\x89PNG\r\n\x1a\n"sv, Format::png},
      Magic{0, "II*\0"sv, Format::tiff},
      Magic{0, "MM\0*"sv, Format::tiff},
      Magic{0, "RIFF"sv, Format::riff},
  };
  return rows;
}

}  // namespace antidotary::formats
