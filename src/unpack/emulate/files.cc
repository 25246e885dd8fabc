// The one file that an emulated program can open: its own, to read. Stubs check it against a sum
// and take from it what is appended.
#include <algorithm>

#include "core/text.h"
#include "unpack/emulate/process.h"

namespace antidotary::emulate {
namespace {

constexpr std::uint32_t handle = 0x7d0, no_handle = 0xffffffff;
constexpr std::string_view own_path = "C:\\program.exe";

}  // namespace

std::optional<std::uint32_t> Process::answer_on_file(std::string_view function) {
  if (function == "GetModuleFileNameA") {
    const std::uint32_t to = argument(1);
    if (argument(2) <= own_path.size()) return 0;
    for (std::uint32_t i = 0; i <= own_path.size(); ++i) {
      memory_.write(to + i, 1, i < own_path.size() ? static_cast<unsigned char>(own_path[i]) : 0u);
    }
    return static_cast<std::uint32_t>(own_path.size());
  }
  if (function == "CreateFileA") {
    const bool own = ascii_lower(memory_.text(argument(0))).ends_with(".exe");
    return own ? handle : no_handle;
  }
  if (function == "GetFileSize") return static_cast<std::uint32_t>(file_.size());
  if (function == "ReadFile") return read_file();
  if (function == "SetFilePointer") return move_in_file();
  if (function == "CreateFileMappingA") return handle + 4;
  if (function == "MapViewOfFile") return map_file();
  if (function == "UnmapViewOfFile") return 1;
  return std::nullopt;
}

std::uint32_t Process::read_file() {
  if (argument(0) != handle) return 0;
  const std::uint32_t to = argument(1), done_at = argument(3);
  const std::size_t count = std::min<std::size_t>(argument(2), file_.size() - file_at_);
  // Through write(): what comes from the file is written by the program, and may be what it hides.
  for (std::uint32_t i = 0; i < count && !memory_.faulted(); ++i) {
    memory_.write(to + i, 1, std::to_integer<std::uint32_t>(file_[file_at_ + i]));
  }
  file_at_ += count;
  if (done_at != 0) memory_.write(done_at, 4, static_cast<std::uint32_t>(count));
  cpu_.charge(static_cast<std::uint32_t>(count / 16));
  return 1;
}

std::uint32_t Process::move_in_file() {
  const auto distance = static_cast<std::int32_t>(argument(1));
  const std::uint32_t from = argument(3);
  const auto size = static_cast<std::int64_t>(file_.size());
  const std::int64_t base = from == 0 ? 0 : from == 1 ? static_cast<std::int64_t>(file_at_) : size;
  file_at_ = static_cast<std::size_t>(std::clamp<std::int64_t>(base + distance, 0, size));
  return static_cast<std::uint32_t>(file_at_);
}

std::uint32_t Process::map_file() {
  const std::uint32_t at = allocate(static_cast<std::uint32_t>(file_.size()), 0);
  if (at == 0) return 0;
  memory_.load(at, file_);
  blocks_.pop_back();  // nothing that it unpacked
  cpu_.charge(static_cast<std::uint32_t>(file_.size() / 16));
  return at;
}

}  // namespace antidotary::emulate
