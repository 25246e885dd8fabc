#include "host/text_files.h"

#include <fmt/core.h>

#include <utility>

#include "core/bytes.h"
#include "core/digest.h"

namespace antidotary::host {
namespace {

std::string why_unreadable(const Result<std::unique_ptr<OpenFile>>& opened,
                           std::uint64_t bytes_max) {
  if (!opened) return opened.error().what;
  if ((*opened)->bytes().size() > bytes_max) {
    return fmt::format("it is over {} MiB, where a few KiB are usual", bytes_max >> 20);
  }
  if (!lines::is_plain(as_text((*opened)->bytes()))) {
    return "it is in UTF-16, or no text, and is not read here";
  }
  return {};
}

}  // namespace

std::string each_text(Computer& computer, std::string_view directory, std::string_view name,
                      std::uint64_t bytes_max, const TakeText& take) {
  const std::vector<std::string> folders = computer.folders(directory);
  std::string doubt = computer.doubt();
  for (const std::string& folder : folders) {
    std::vector<FileFact> files = computer.files(folder, name, false);
    if (doubt.empty()) doubt = computer.doubt();
    for (FileFact& file : files) {
      const auto opened = computer.open(file.path);
      const std::string unreadable = why_unreadable(opened, bytes_max);
      if (!unreadable.empty()) {
        computer.note_unread(file.path, unreadable);
        if (doubt.empty()) doubt = unreadable;
        continue;
      }
      const Bytes bytes = (*opened)->bytes();
      file.node = (*opened)->node();
      file.sha256 = sha256_hex(bytes);
      take(file, as_text(bytes));
    }
  }
  return doubt;
}

LineFact line_fact(const FileFact& file, std::string_view text, lines::Part line,
                   lines::Part part) {
  LineFact out;
  out.file = file;
  out.offset = line.offset;
  out.line = to_buffer(as_bytes(line.of(text)));
  out.part_offset = part.offset - line.offset;
  out.part_size = part.size;
  return out;
}

}  // namespace antidotary::host
