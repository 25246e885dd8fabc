#include "remedy/image/image_steps.h"

#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>

#include "core/digest.h"
#include "core/filetime.h"
#include "files/act.h"
#include "remedy/item.h"
#include "remedy/placed_bytes.h"
#include "remedy/stated_edits.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t file_bytes_max = 512ull << 20;
constexpr std::uint64_t filetime_of_1970 = 116'444'736'000'000'000;
constexpr std::uint64_t filetime_per_second = 10'000'000;
constexpr std::uint32_t plain_file_mode = 0100644;

Failure unsettled(Error error) { return Failure(std::move(error), false); }

/// What the program refuses has touched nothing; whatever else goes wrong may have.
Failure failure_of(Error error) {
  switch (error.kind) {
    case ErrorKind::not_found:
    case ErrorKind::changed:
    case ErrorKind::refused:
    case ErrorKind::unsupported:
    case ErrorKind::encrypted:
      return error;
    default:
      return unsettled(std::move(error));
  }
}

/// A file of the image, brought here.
struct Copy {
  files::Fd file;  ///< In memory, for reading and writing.
  std::string sha256;
};

Result<Copy> copy_of(NtfsProgram& program, const ntfs::NodeRequest& wanted,
                     std::uint64_t size_bytes) {
  if (size_bytes > file_bytes_max) {
    return fail(ErrorKind::refused, "it is larger than {} bytes", file_bytes_max);
  }
  Copy out;
  out.file = files::Fd(memfd_create("antidotary", MFD_CLOEXEC));
  if (!out.file.valid()) return tl::unexpected(files::system_error(errno, "make", "a copy"));
  Digester digester(DigestKind::sha256);
  const auto take = [&](Bytes bytes) -> Status {
    digester.update(bytes);
    return files::act::write_all(out.file.get(), bytes);
  };
  ANTIDOTARY_CHECK(program.read(wanted, size_bytes, take));
  out.sha256 = digester.finish_hex();
  return out;
}

Result<files::Fd> for_reading(const files::Fd& file) {
  files::Fd out(open(fmt::format("/proc/self/fd/{}", file.get()).c_str(), O_RDONLY | O_CLOEXEC));
  if (!out.valid()) return tl::unexpected(files::system_error(errno, "open", "a copy"));
  return out;
}

Status check_node(const ntfs::Node& node, std::uint64_t size_bytes) {
  if (node.names != 1) {
    return fail(ErrorKind::refused, "it has {} names (hard links)", node.names);
  }
  if (node.size_bytes == size_bytes) return {};
  return fail(ErrorKind::changed, "it is {} bytes long, not {}", node.size_bytes, size_bytes);
}

bool is_line(const plan::Step& step) { return step.act == plan::Act::edit_line; }

}  // namespace

const plan::ImageVolume* ImageSteps::volume_of(const plan::Step& step) const {
  const auto& volumes = work_.plan.image->volumes;
  const auto found = std::find_if(volumes.begin(), volumes.end(), [&](const auto& volume) {
    return step.volume && volume.name == *step.volume;
  });
  return found == volumes.end() ? nullptr : &*found;
}

Result<NtfsProgram*> ImageSteps::program_for(const plan::Step& step) {
  const plan::ImageVolume* const volume = volume_of(step);
  if (volume == nullptr) return fail(ErrorKind::bad_input, "the plan's step names no volume");
  auto known = programs_.find(volume->name);
  if (known == programs_.end()) {
    NtfsProgram program =
        ANTIDOTARY_TRY(NtfsProgram::start(work_.hands.program, *overlay_, *volume));
    known = programs_.emplace(volume->name, std::move(program)).first;
  }
  return &known->second;
}

Carried<void> ImageSteps::carry(std::uint32_t number) {
  const plan::Step& step = work_.plan.steps[number - 1];
  if (step.act == plan::Act::quarantine_file) return remove(number, step);
  return edit(step);
}

ItemMetadata ImageSteps::metadata_for(std::uint32_t number, const plan::Step& step,
                                      const ntfs::Node& node) const {
  ItemMetadata out;
  out.tool = work_.begin.tool;
  out.run = work_.begin.run;
  out.step = number;
  out.entry = step.entry;
  out.variant = step.variant;
  out.change = step.change;
  out.root = fmt::format("{}, {}", work_.begin.root, step.volume.value_or(""));
  out.path = step.file->path;
  out.taken_unix_s = work_.clock();
  out.size_bytes = node.size_bytes;
  out.sha256 = step.file->sha256;
  out.inode = node.record;
  out.mode = plain_file_mode;
  out.modified_ns = unix_ns_of_filetime(node.modified);
  out.accessed_ns = unix_ns_of_filetime(node.accessed);
  Buffer flags, times;
  append_u32_le(flags, node.flags);
  for (const std::uint64_t time : {node.created, node.modified, node.accessed, node.changed}) {
    append_u64_le(times, time);
  }
  out.attributes = {{"system.ntfs_attrib", flags}, {"system.ntfs_times", times}};
  if (!node.security.empty()) out.attributes.push_back({"system.ntfs_acl", node.security});
  for (const ntfs::Stream& stream : node.streams) {
    out.attributes.push_back({"user." + stream.name, stream.bytes});
  }
  return out;
}

Carried<void> ImageSteps::remove(std::uint32_t number, const plan::Step& step) {
  if (!step.file) {
    return tl::unexpected(Error{ErrorKind::bad_input, "the plan's step names no file", {}});
  }
  auto program = program_for(step);
  if (!program) return tl::unexpected(unsettled(program.error()));
  const ntfs::NodeRequest wanted{step.file->path, step.file->node.inode};
  const auto node = (*program)->find(wanted);
  if (!node) return tl::unexpected(failure_of(node.error()));
  ANTIDOTARY_CHECK(check_node(*node, step.file->node.size_bytes));
  const auto copy = copy_of(**program, wanted, node->size_bytes);
  if (!copy) return tl::unexpected(failure_of(copy.error()));
  if (copy->sha256 != step.file->sha256) {
    return tl::unexpected(
        Error{ErrorKind::changed, "its content is another one: SHA-256 " + copy->sha256, {}});
  }
  const std::string item = item_name_of(work_.begin.run, number);
  const ItemMetadata metadata = metadata_for(number, step, *node);
  const Status stored = store_item(work_.quarantine, item, copy->file.get(), metadata, work_.key);
  if (!stored) return tl::unexpected(stored.error());
  const Status removed = (*program)->remove(wanted);
  if (!removed) {
    (void)files::act::remove(work_.quarantine, item);
    return tl::unexpected(failure_of(removed.error()));
  }
  touched_[*step.volume + "\n" + wanted.path] = {*step.volume, wanted.path, wanted.record, true,
                                                 ""};
  return {};
}

Carried<void> ImageSteps::edit(const plan::Step& step) {
  if (is_line(step) ? !step.file || !step.line : !step.registry) {
    return tl::unexpected(
        Error{ErrorKind::bad_input, "the plan's step names nothing to be edited", {}});
  }
  auto program = program_for(step);
  if (!program) return tl::unexpected(unsettled(program.error()));
  const host::Node& planned = is_line(step) ? step.file->node : step.registry->hive_node;
  const std::string& path = is_line(step) ? step.file->path : step.registry->hive;
  const ntfs::NodeRequest wanted{path, planned.inode};
  const auto node = (*program)->find(wanted);
  if (!node) return tl::unexpected(failure_of(node.error()));
  ANTIDOTARY_CHECK(check_node(*node, planned.size_bytes));
  const auto copy = copy_of(**program, wanted, node->size_bytes);
  if (!copy) return tl::unexpected(failure_of(copy.error()));
  const int file = copy->file.get();
  const files::Fd reading = ANTIDOTARY_TRY(for_reading(copy->file));
  const std::uint64_t now = work_.clock() * filetime_per_second + filetime_of_1970;
  const std::vector<ByteEdit> edits = ANTIDOTARY_TRY(
      is_line(step) ? stated_line(file, node->size_bytes, step)
                    : stated_edits(work_.editor, reading.get(), node->size_bytes, step, now));
  ANTIDOTARY_CHECK(check_side(file, edits, Side::before));
  const Status written = (*program)->write({wanted, edits});
  if (!written) return tl::unexpected(failure_of(written.error()));
  for (const ByteEdit& one : edits) {
    ANTIDOTARY_CHECK(files::act::write_at(file, one.offset, one.after));
  }
  const std::string sha256 = ANTIDOTARY_TRY(files::sha256_of(file));
  touched_[*step.volume + "\n" + path] = {*step.volume, path, wanted.record, false, sha256};
  return {};
}

Status ImageSteps::close() {
  for (auto& [name, program] : programs_) ANTIDOTARY_CHECK(program.close());
  programs_.clear();
  return {};
}

std::vector<Touched> ImageSteps::touched() const {
  std::vector<Touched> out;
  for (const auto& [key, one] : touched_) out.push_back(one);
  return out;
}

}  // namespace antidotary::remedy
