// Windows: build, service pack and last shutdown, from the registry.
#include <charconv>

#include "core/reader.h"
#include "core/text.h"
#include "posture/posture.h"

namespace antidotary::posture {
namespace {

constexpr std::string_view version_key = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion";
constexpr std::string_view shutdown_key = "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Windows";

std::string text_at(const host::KeyHit& hit, std::string_view name) {
  const auto value = hit.hive->find_value(hit.key, name);
  if (!value || !*value) return "";
  const auto data = hit.hive->data(**value);
  if (!data) return "";
  return regf::text_of((*value)->type, *data).value_or("");
}

/// The digits at the end of `text` ("Service Pack 2").
std::uint32_t number_in(std::string_view text) {
  const std::size_t start = text.find_first_of("0123456789");
  std::uint32_t out = 0;
  if (start != std::string_view::npos) {
    std::from_chars(text.data() + start, text.data() + text.size(), out);
  }
  return out;
}

}  // namespace

Windows windows_of(host::Computer& computer) {
  Windows out;
  for (const host::KeyHit& hit : computer.keys(version_key)) {
    const std::string build = text_at(hit, "CurrentBuildNumber");
    if (build.empty()) continue;
    out.build = number_in(build);
    out.name = text_at(hit, "ProductName");
    out.service_pack = number_in(text_at(hit, "CSDVersion"));
    break;
  }
  for (const host::KeyHit& hit : computer.keys(shutdown_key)) {
    const auto value = hit.hive->find_value(hit.key, "ShutdownTime");
    if (!value || !*value) continue;
    const auto data = hit.hive->data(**value);
    if (data && data->size() == 8) out.shutdown_filetime = load_u64_le(*data, 0);
  }
  return out;
}

}  // namespace antidotary::posture
