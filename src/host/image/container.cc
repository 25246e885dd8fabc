#include "host/image/container.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace antidotary::host {
namespace {

using namespace std::string_view_literals;

enum class Form : std::uint8_t { raw, ewf, qcow, vmdk, vhd, vhdx, refused };

struct Magic {
  std::size_t offset;
  std::string_view bytes;
  Form form;
  std::string_view name;
};

// What stands at the start; EWF's and the others' own documents give these.
constexpr std::array magics = {
    Magic{0, "EVF\x09\x0d\x0a\xff\x00"sv, Form::ewf, "EWF (E01)"},
    Magic{0, "QFI\xfb"sv, Form::qcow, "qcow"},
    Magic{0, "KDMV"sv, Form::vmdk, "VMDK"},
    Magic{0, "COWD"sv, Form::refused, "VMDK of ESX (COWD)"},
    Magic{0, "# Disk DescriptorFile"sv, Form::vmdk, "VMDK"},
    Magic{0, "conectix"sv, Form::vhd, "VHD"},
    Magic{0, "vhdxfile"sv, Form::vhdx, "VHDX"},
    Magic{0, "EVF2\x0d\x0a\x81\x00"sv, Form::refused, "EWF version 2 (Ex01)"},
    Magic{0, "LVF\x09\x0d\x0a\xff\x00"sv, Form::refused, "EWF logical evidence (L01)"},
    Magic{0, "AFF10\x0d\x0a\x00"sv, Form::refused, "AFF"},
    Magic{0, "MSWIM\x00\x00\x00"sv, Form::refused, "WIM"},
    Magic{0, "WithoutFreeSpace"sv, Form::refused, "Parallels HDD"},
    Magic{0, "WithouFreSpacExt"sv, Form::refused, "Parallels HDD"},
    Magic{64, "\x7f\x10\xda\xbe"sv, Form::refused, "VDI"},
};

std::size_t read_some(BlockSource& source, std::uint64_t offset, std::span<std::byte> out) {
  return source.read(offset, out).value_or(0);
}

/// A fixed VHD is the raw disk with a footer behind it. Whatever else bears that mark in its last
/// sector is a raw disk: who owns a disk writes its last sector, and must not choose by it what is
/// read in its place.
bool has_vhd_footer(BlockSource& source) {
  if (source.size_bytes() < 2 * image::vhd_footer_bytes) return false;
  std::array<std::byte, image::vhd_footer_bytes> footer{};
  const std::uint64_t disk_bytes = source.size_bytes() - footer.size();
  return read_some(source, disk_bytes, footer) == footer.size() &&
         image::is_fixed_vhd_footer(footer, disk_bytes);
}

const Magic* magic_of(BlockSource& source) {
  std::array<std::byte, 128> head{};
  const std::size_t got = read_some(source, 0, head);
  const std::string_view text = as_text(Bytes(head).first(got));
  const auto found = std::find_if(magics.begin(), magics.end(), [&](const Magic& magic) {
    return text.size() > magic.offset && text.substr(magic.offset).starts_with(magic.bytes);
  });
  return found == magics.end() ? nullptr : found;
}

}  // namespace

Result<DiskImage> open_container(std::vector<ImagePart> parts) {
  if (parts.empty()) return fail(ErrorKind::internal, "an image of no files");
  const Magic* const magic = magic_of(*parts[0].source);
  Form form = magic == nullptr ? Form::raw : magic->form;
  DiskImage out;
  out.form = magic == nullptr ? "raw" : std::string(magic->name);
  if (form == Form::raw && parts.size() == 1 && has_vhd_footer(*parts[0].source)) {
    form = Form::vhd;
    out.form = "VHD";
  }
  switch (form) {
    case Form::refused:
      return fail(ErrorKind::unsupported,
                  "it is a disk image of the form {}, which is not read; convert it to raw or "
                  "qcow2 first (ewfexport, qemu-img)",
                  out.form);
    case Form::ewf:
      out.disk = ANTIDOTARY_TRY(image::open_ewf(std::move(parts)));
      break;
    case Form::qcow:
      out.disk = ANTIDOTARY_TRY(image::open_qcow(std::move(parts[0])));
      break;
    case Form::vmdk:
      out.disk = ANTIDOTARY_TRY(image::open_vmdk(std::move(parts)));
      break;
    case Form::vhd:
      out.disk = ANTIDOTARY_TRY(image::open_vhd(std::move(parts[0])));
      break;
    case Form::vhdx:
      out.disk = ANTIDOTARY_TRY(image::open_vhdx(std::move(parts[0])));
      break;
    case Form::raw:
      out.disk = std::make_unique<JoinedSource>(std::move(parts));
      break;
  }
  return out;
}

}  // namespace antidotary::host
