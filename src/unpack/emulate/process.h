// Process: a 32-bit program for Windows loaded into emulated memory, with as much of Windows around
// it as a packer's stub asks for: imports that lead to stubs of ours, a thread block, structured
// exception handling, a heap. Nothing else exists: a call that is not known ends it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/budget.h"
#include "formats/executable/program.h"
#include "unpack/emulate/cpu.h"
#include "unpack/emulate/memory.h"

namespace antidotary::emulate {

/// Where Windows lies, as far as there is any.
namespace place {
inline constexpr std::uint32_t stack_top = 0x00130000, stack_bytes = 0x100000;
inline constexpr std::uint32_t heap = 0x60000000, modules = 0x71000000, module_stride = 0x10000;
inline constexpr std::uint32_t kernel = 0x7c800000, stubs = 0x7c820000, stub_stride = 16;
inline constexpr std::uint32_t thread_block = 0x7ffde000, process_block = 0x7ffdf000;
}  // namespace place

/// The functions of Windows that are here, by name.
std::vector<std::string_view> known_functions();

/// Why a process does not go on.
enum class End : std::uint8_t {
  goes_on,
  exited,        ///< By its own wish, or by returning from its entry.
  unknown_call,  ///< Of a function of Windows that is not here.
  faulted,       ///< Nobody handled an exception.
  limit,         ///< Instructions or the purse.
};

class Process {
 public:
  /// Image bytes of a program that is taken.
  static constexpr std::uint32_t image_bytes_max = 32u << 20;

  /// Loads `program`, the headers of `file`, which must outlive the process. Errors: unsupported
  /// (other processors, an image that is too large or lies where ours are).
  static Result<std::unique_ptr<Process>> load(Bytes file, const executable::Program& program);

  /// Carries out one instruction, or one call of Windows.
  End step();

  Memory& memory() { return memory_; }
  std::uint32_t eip() const { return cpu_.eip; }
  std::uint32_t base() const { return base_; }
  std::uint32_t image_bytes() const { return image_bytes_; }
  /// Whether `address` is the image's own.
  bool in_image(std::uint32_t address) const { return address - base_ < image_bytes_; }
  std::uint32_t rounds() const { return cpu_.rounds(); }

  struct Block {
    std::uint32_t address = 0, size = 0;
  };
  /// What it was given by VirtualAlloc and kin.
  const std::vector<Block>& blocks() const { return blocks_; }

 private:
  Process() : cpu_(memory_) {}

  void load_image(Bytes file, const executable::Program& program);
  void bind_imports(const executable::Program& program);
  void bind_library(const std::string& library, std::uint32_t names, std::uint32_t places);
  void make_thread(const executable::Program& program);
  /// What stubs walk by themselves: the process block, the list of modules, and kernel32's headers
  /// with a table of exports (windows.cc).
  void make_windows();
  void make_modules();

  /// The address that stands for a function; the same one for the same name.
  std::uint32_t stub_of(const std::string& function);
  std::uint32_t module_of(std::string name);
  End call();
  std::uint32_t allocate(std::uint32_t size, std::uint32_t wanted);
  std::uint32_t answer(std::string_view function);
  /// The functions that read the program's own file (files.cc); nullopt: another function.
  std::optional<std::uint32_t> answer_on_file(std::string_view function);
  std::uint32_t read_file();
  std::uint32_t move_in_file();
  std::uint32_t map_file();
  std::uint32_t argument(unsigned number) {
    return memory_.read(cpu_.registers[esp] + 4 + 4 * number, 4);
  }

  /// Hands an exception to the handler at fs:[0].
  End raise(Fault fault);
  /// The handler returned.
  End resume();

  Memory memory_;
  Cpu cpu_;
  Bytes file_;
  std::size_t file_at_ = 0;
  std::uint32_t base_ = 0, image_bytes_ = 0;
  std::vector<std::string> stubs_;  ///< Names, in the order of their addresses.
  std::map<std::string, std::uint32_t> stub_addresses_;
  std::map<std::string, std::uint32_t> modules_;
  std::vector<Block> blocks_;
  std::uint32_t next_block_ = 0;
  std::uint64_t heap_bytes_ = 0;
  std::vector<std::uint32_t> contexts_;  ///< Of exceptions that are being handled.
  std::uint32_t exceptions_ = 0;
  bool hopeless_ = false;
};

}  // namespace antidotary::emulate
