#include "unpack/unpacker.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/reader.h"
#include "unpack/emulate/process.h"

namespace antidotary::unpack {
namespace {

using emulate::End;
using emulate::Process;
using executable::Program;

// Less than this was not unpacked: variables, a stub that decrypts itself.
constexpr std::size_t written_bytes_min = 256;
constexpr std::size_t images_max = 3, blocks_max = 8;
constexpr std::uint32_t turns_at_once = 4096;

/// The program's memory as a file: every section stands where it is in memory.
Buffer file_of(Process& process, Bytes file, const Program& program, std::uint32_t entry) {
  Buffer out = process.memory().copy(process.base(), process.image_bytes());
  // The stub may have spoiled the headers; what was loaded counts.
  const std::size_t headers = program.table_at + 40 * program.sections.size();
  if (headers > out.size()) return out;
  std::copy_n(file.begin(), headers, out.begin());
  const std::size_t optional = program.optional_at;
  store_u32_le(out, optional + 16, entry);
  std::uint32_t first = process.image_bytes();
  for (std::size_t i = 0; i < program.sections.size(); ++i) {
    const executable::ProgramSection& section = program.sections[i];
    const std::uint32_t address = std::min(section.address, process.image_bytes());
    const std::uint64_t wanted = (std::uint64_t{section.virtual_size} + 0xfff) & ~0xfffull;
    const auto size =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(wanted, out.size() - address));
    store_u32_le(out, program.table_at + 40 * i + 16, size);
    store_u32_le(out, program.table_at + 40 * i + 20, address);
    if (address > 0) first = std::min(first, address);
  }
  store_u32_le(out, optional + 36, 0x200);
  store_u32_le(out, optional + 60, first);
  return out;
}

class Unpacker {
 public:
  Unpacker(Bytes file, const Program& program, Budget& budget, const Visitor& visitor)
      : file_(file), program_(program), budget_(budget), visitor_(visitor) {}

  Status run() {
    auto process = Process::load(file_, program_);
    if (!process) return {};  // nothing that is unpacked here, and no archive: no gap either
    process_ = std::move(*process);
    here_ = program_.section_at(program_.entry);
    End end = End::goes_on;
    std::uint64_t done = 0, unpaid = 0;
    while (end == End::goes_on) {
      end = process_->step();
      unpaid += process_->rounds();
      if (unpaid >= turns_at_once) {
        done += unpaid;
        ANTIDOTARY_CHECK(budget_.step(std::exchange(unpaid, 0)));
        if (done > instructions_max) end = End::limit;
      }
      if (end == End::goes_on) ANTIDOTARY_CHECK(follow());
    }
    if (process_->memory().written_bytes(process_->base(), process_->image_bytes()) >=
        (images_ == 0 ? written_bytes_min : 16 * written_bytes_min)) {
      ANTIDOTARY_CHECK(hand_out_image(program_.entry));
    }
    ANTIDOTARY_CHECK(hand_out_blocks());
    if (end != End::limit || images_ > 0) return {};
    return fail(ErrorKind::refused, "its unpacker took more than {} instructions",
                instructions_max);
  }

 private:
  /// Sees whether the program has left for what it wrote.
  Status follow() {
    const std::uint32_t address = process_->eip() - process_->base();
    if (!process_->in_image(process_->eip())) return {};
    if (here_ != nullptr && address - here_->address < here_->virtual_size) return {};
    const executable::ProgramSection* const there = program_.section_at(address);
    if (there == std::exchange(here_, there)) return {};
    if (images_ >= images_max || !process_->memory().written(process_->eip())) return {};
    const std::size_t written =
        process_->memory().written_bytes(process_->base(), process_->image_bytes());
    return written < written_bytes_min ? Status{} : hand_out_image(address);
  }

  Status hand_out_image(std::uint32_t entry) {
    ++images_;
    ANTIDOTARY_CHECK(budget_.new_object());
    ANTIDOTARY_CHECK(budget_.bring_out(process_->image_bytes()));
    const Buffer image = file_of(*process_, file_, program_, entry);
    process_->memory().forget_written();
    Child child{images_ == 1 ? "unpacked" : fmt::format("unpacked {}", images_), image};
    child.format = formats::Format::pe;
    child.unpacked = true;
    visitor_.child(child);
    return {};
  }

  Status hand_out_blocks() {
    std::size_t number = 0;
    for (const Process::Block& block : process_->blocks()) {
      const std::size_t written = process_->memory().written_bytes(block.address, block.size);
      if (++number > blocks_max || written < written_bytes_min) continue;
      ANTIDOTARY_CHECK(budget_.new_object());
      ANTIDOTARY_CHECK(budget_.bring_out(block.size));
      const Buffer bytes = process_->memory().copy(block.address, block.size);
      visitor_.child({fmt::format("memory {}", number), bytes});
    }
    return {};
  }

  Bytes file_;
  const Program& program_;
  Budget& budget_;
  const Visitor& visitor_;
  std::unique_ptr<Process> process_;
  const executable::ProgramSection* here_ = nullptr;  ///< Where it runs; null: in the headers.
  std::size_t images_ = 0;
};

}  // namespace

bool looks_packed(const Program& program) {
  if (program.wide || program.machine != 0x14c || program.entry == 0) return false;
  const executable::ProgramSection* const entry = program.section_at(program.entry);
  if (entry == nullptr || entry->writable() || entry->size == 0) return true;
  for (const executable::ProgramSection& section : program.sections) {
    if (&section == entry) break;
    if (section.executable()) return true;
  }
  return std::any_of(program.sections.begin(), program.sections.end(),
                     [](const executable::ProgramSection& section) {
                       return section.size == 0 && section.executable();
                     });
}

void open_packed(Bytes file, const Program& program, Budget& budget, const Visitor& visitor) {
  const Status status = Unpacker(file, program, budget, visitor).run();
  if (!status) visitor.missed({"unpacked", status.error()});
}

}  // namespace antidotary::unpack
