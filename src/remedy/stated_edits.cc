#include "remedy/stated_edits.h"

namespace antidotary::remedy {
namespace {

constexpr std::uint64_t bytes_max = 64 << 10;
constexpr std::size_t edits_max = 65'536;

// What a jailed worker answered, before any of it is believed.
Status check_edits(const std::vector<ByteEdit>& edits, std::uint64_t size_bytes,
                   std::uint64_t total_max) {
  if (edits.size() > edits_max) return fail(ErrorKind::worker_died, "too many edits of a hive");
  std::uint64_t end = 0;
  std::uint64_t total = 0;
  for (const ByteEdit& edit : edits) {
    const std::uint64_t size = edit.before.size();
    if (size == 0 || edit.after.size() != size) {
      return fail(ErrorKind::worker_died, "an edit of the hive is empty or changes its length");
    }
    if (edit.offset < end) return fail(ErrorKind::worker_died, "edits of the hive overlap");
    if (edit.offset > size_bytes || size > size_bytes - edit.offset) {
      return fail(ErrorKind::worker_died, "an edit lies outside of the hive");
    }
    end = edit.offset + size;
    total += size;
  }
  if (total <= total_max) return {};
  return fail(ErrorKind::worker_died, "edits of {} bytes, where {} are the most", total, total_max);
}

/// True where a line begins or ends at this side of `at`.
Result<bool> is_line_end(int file, std::uint64_t at) {
  Buffer byte(1);
  if (ANTIDOTARY_TRY(files::read_at(file, at, byte)) == 0) return true;
  return byte[0] == std::byte{'\n'} || byte[0] == std::byte{'\r'};
}

}  // namespace

Result<std::vector<ByteEdit>> stated_edits(const HiveEditor& editor, int descriptor,
                                           std::uint64_t size_bytes, const plan::Step& planned,
                                           std::uint64_t now_filetime) {
  if (!editor) return fail(ErrorKind::unsupported, "nothing here can edit a hive");
  auto edits = ANTIDOTARY_TRY(editor(descriptor, planned, now_filetime));
  const std::uint64_t data = planned.registry->data.size() + planned.new_data.size();
  ANTIDOTARY_CHECK(check_edits(edits, size_bytes, bytes_max + 4 * data));
  return edits;
}

Result<std::vector<ByteEdit>> stated_line(int descriptor, std::uint64_t size_bytes,
                                          const plan::Step& planned) {
  const ByteEdit& line = *planned.line;
  const std::uint64_t size = line.before.size();
  if (size == 0 || size > bytes_max || line.after.size() != size) {
    return fail(ErrorKind::bad_input, "the plan's line is empty, too long or changes its length");
  }
  if (size_bytes != planned.file->node.size_bytes) {
    return fail(ErrorKind::changed, "the file has another length than it had");
  }
  if (line.offset > size_bytes || size > size_bytes - line.offset) {
    return fail(ErrorKind::bad_input, "the plan's line lies outside of the file");
  }
  const bool begins = line.offset == 0 || ANTIDOTARY_TRY(is_line_end(descriptor, line.offset - 1));
  if (!begins || !ANTIDOTARY_TRY(is_line_end(descriptor, line.offset + size))) {
    return fail(ErrorKind::changed, "the line was changed since");
  }
  return std::vector<ByteEdit>{{line.offset, line.before, line.after}};
}

}  // namespace antidotary::remedy
