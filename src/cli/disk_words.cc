#include "cli/disk_words.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "cli/desk.h"
#include "core/text.h"
#include "host/doubts.h"

namespace antidotary::cli {

bool is_disk_image(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_block_file(path, error)) return true;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  constexpr std::array<std::string_view, 9> endings = {".raw",   ".dd",   ".img", ".e01", ".001",
                                                       ".qcow2", ".vmdk", ".vhd", ".vhdx"};
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    return path.size() > ending.size() &&
           equal_ignoring_case(std::string_view(path).substr(path.size() - ending.size()), ending);
  });
}

std::string place_of(const sources::Evidence& evidence, const std::string& volume) {
  return volume.empty() ? evidence.path() : evidence.path() + ", " + volume;
}

std::string volumes_text(const std::string& form, const std::vector<host::Volume>& volumes) {
  if (volumes.empty()) return {};
  std::string out = fmt::format("Disk image ({}), {} volume{}:\n", escape_for_terminal(form),
                                volumes.size(), volumes.size() == 1 ? "" : "s");
  for (const host::Volume& volume : volumes) {
    std::string line = fmt::format("  {}  at {:>14}  {:>14} bytes  {}", volume.name,
                                   volume.offset_bytes, volume.size_bytes, volume.shown);
    if (!volume.unread.empty()) line += ": " + volume.unread;
    out += escape_for_terminal(line) + "\n";
  }
  return out + "\n";
}

void tell_volumes(const sources::Evidence& evidence, const std::vector<host::Volume>& volumes) {
  for (const host::Volume& volume : volumes) {
    Json line = typed("volume", to_json(volume));
    line.set("path", evidence.path());
    print_line(line);
  }
}

std::vector<publish::UnreadVolume> unread_of(const std::vector<host::Volume>& volumes) {
  std::vector<publish::UnreadVolume> out;
  for (const host::Volume& volume : volumes) {
    if (!volume.unread.empty()) out.push_back({volume.name, volume.unread});
  }
  return out;
}

publish::Making making_now() { return {unix_seconds(), "Antidotary " ANTIDOTARY_VERSION}; }

Exit complain_no_windows(const sources::Evidence& evidence,
                         const std::vector<host::Volume>& volumes) {
  for (const host::Volume& volume : volumes) {
    if (volume.unread.empty()) continue;
    return complain(fmt::format("{}: no Windows was found; of {}: {}", evidence.path(), volume.name,
                                volume.unread));
  }
  return complain(fmt::format(
      "{} holds no Windows folder (WINDOWS or WINNT with its system folder); name the disk's root "
      "or its image, or use 'antidotary scan'",
      evidence.path()));
}

Exit worse(Exit a, Exit b) {
  if (a == Exit::found || b == Exit::found) return Exit::found;
  return a == Exit::clean ? b : a;
}

bool any_unread(const std::vector<host::Volume>& volumes) {
  return std::any_of(volumes.begin(), volumes.end(),
                     [](const host::Volume& volume) { return !volume.unread.empty(); });
}

}  // namespace antidotary::cli
