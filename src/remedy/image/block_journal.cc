#include "remedy/image/block_journal.h"

#include "core/digest.h"
#include "core/record.h"
#include "files/act.h"
#include "files/root.h"

namespace antidotary::remedy {
namespace {

constexpr const char* file_name = "blocks";
constexpr std::string_view magic = "ADB1";
constexpr std::uint64_t file_bytes_max = 1ull << 30;

const Buffer& side_of(const ByteEdit& edit, Side side) {
  return side == Side::before ? edit.before : edit.after;
}

Status changed_at(std::uint64_t offset) {
  return fail(ErrorKind::changed,
              "the image was changed by somebody else since: other bytes at offset {}; nothing is "
              "written to it",
              offset);
}

Status write_file(int folder, Bytes bytes) {
  const files::Fd file = ANTIDOTARY_TRY(files::act::create(folder, file_name, 0600));
  ANTIDOTARY_CHECK(files::act::write_all(file.get(), bytes));
  ANTIDOTARY_CHECK(files::act::sync(file.get()));
  return files::act::sync(folder);
}

}  // namespace

Result<BlocksFact> keep_blocks(int folder, const std::vector<ByteEdit>& blocks) {
  Buffer bytes = to_buffer(as_bytes(magic));
  const Buffer body = to_wire(blocks);
  bytes.insert(bytes.end(), body.begin(), body.end());
  const Status written = write_file(folder, bytes);
  if (!written) {
    (void)files::act::remove(folder, file_name);
    return tl::unexpected(with_context(written.error(), "keeping the blocks as they were"));
  }
  return BlocksFact{blocks.size(), sha256_hex(bytes)};
}

Result<std::vector<ByteEdit>> read_blocks(int folder, const BlocksFact& fact) {
  const files::Fd file = ANTIDOTARY_TRY(files::open_file_in(folder, file_name));
  const Buffer bytes = ANTIDOTARY_TRY(files::read_whole(file.get(), file_bytes_max));
  if (sha256_hex(bytes) != fact.sha256 || bytes.size() < magic.size()) {
    return fail(ErrorKind::malformed, "the run's blocks are not those that its journal speaks of");
  }
  return from_wire<std::vector<ByteEdit>>(Bytes(bytes).subspan(magic.size()));
}

Status check_blocks(const DiskFile& disk, const std::vector<ByteEdit>& blocks, Side side) {
  Buffer now;
  for (const ByteEdit& block : blocks) {
    now.resize(block.before.size());
    ANTIDOTARY_CHECK(disk.read(block.offset, now));
    if (now != side_of(block, side)) return changed_at(block.offset);
  }
  return {};
}

Status check_blocks_either(const DiskFile& disk, const std::vector<ByteEdit>& blocks) {
  Buffer now;
  for (const ByteEdit& block : blocks) {
    now.resize(block.before.size());
    ANTIDOTARY_CHECK(disk.read(block.offset, now));
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (now[i] != block.before[i] && now[i] != block.after[i]) {
        return changed_at(block.offset + i);
      }
    }
  }
  return {};
}

Status write_blocks(DiskFile& disk, const std::vector<ByteEdit>& blocks, Side side) {
  for (const ByteEdit& block : blocks) {
    ANTIDOTARY_CHECK(disk.write(block.offset, side_of(block, side)));
  }
  ANTIDOTARY_CHECK(disk.sync());
  return check_blocks(disk, blocks, side);
}

}  // namespace antidotary::remedy
