#include "unpack/emulate/process.h"

#include <algorithm>

#include "core/text.h"

namespace antidotary::emulate {
namespace {

using executable::Program;

constexpr std::size_t stubs_max = 4096, modules_max = 64, libraries_max = 64;
constexpr std::size_t functions_max = 8192;

// What our own stubs are called; no export has such a name.
constexpr std::string_view exit_stub = "!exit", resume_stub = "!resume";

}  // namespace

Result<std::unique_ptr<Process>> Process::load(Bytes file, const Program& program) {
  if (program.wide || program.machine != 0x14c) {
    return fail(ErrorKind::unsupported, "a program for another processor");
  }
  std::uint64_t size = std::max(program.image_bytes, program.headers_bytes);
  for (const executable::ProgramSection& section : program.sections) {
    size = std::max<std::uint64_t>(size,
                                   std::uint64_t{section.address} +
                                       std::max<std::uint64_t>(section.virtual_size, section.size));
  }
  const std::uint64_t end = program.base + size;
  if (size > image_bytes_max || end > place::heap || program.base < 0x10000) {
    return fail(ErrorKind::unsupported, "an image that is too large or lies too high");
  }
  std::unique_ptr<Process> out(new Process);
  out->base_ = static_cast<std::uint32_t>(program.base);
  out->image_bytes_ =
      static_cast<std::uint32_t>((size + Memory::page_bytes - 1) & ~(Memory::page_bytes - 1ull));
  out->next_block_ = place::heap;
  out->file_ = file;
  out->load_image(file, program);
  out->make_thread(program);
  out->bind_imports(program);
  out->memory_.forget_written();
  return out;
}

void Process::load_image(Bytes file, const Program& program) {
  memory_.map(base_, image_bytes_);
  memory_.load(base_, file.first(program.headers_bytes));
  for (const executable::ProgramSection& section : program.sections) {
    // A section's tail beyond its virtual size, rounded to pages, is not loaded.
    const std::uint64_t room = (std::uint64_t{section.virtual_size} + Memory::page_bytes - 1) &
                               ~(Memory::page_bytes - 1ull);
    const std::size_t size = std::min<std::uint64_t>(section.size, room);
    memory_.load(base_ + section.address, file.subspan(section.offset, size));
  }
}

void Process::make_thread(const Program& program) {
  memory_.map(place::stack_top - place::stack_bytes, place::stack_bytes + Memory::page_bytes);
  make_windows();
  cpu_.fs_base = place::thread_block;
  memory_.write(place::thread_block, 4, 0xffffffff);  // no handler
  memory_.write(place::thread_block + 4, 4, place::stack_top);
  memory_.write(place::thread_block + 8, 4, place::stack_top - place::stack_bytes);
  memory_.write(place::thread_block + 0x18, 4, place::thread_block);
  memory_.write(place::thread_block + 0x30, 4, place::process_block);
  cpu_.registers[esp] = place::stack_top - 0x100;
  cpu_.registers[ebx] = place::process_block;
  cpu_.registers[ebp] = place::stack_top - 0x40;
  cpu_.registers[eax] = base_ + program.entry;
  cpu_.registers[edx] = base_ + program.entry;
  if (program.library) {
    cpu_.push(0);
    cpu_.push(1);  // DLL_PROCESS_ATTACH
    cpu_.push(base_);
  }
  cpu_.push(stub_of(std::string(exit_stub)));
  cpu_.eip = base_ + program.entry;
}

std::uint32_t Process::stub_of(const std::string& function) {
  const auto known = stub_addresses_.find(function);
  if (known != stub_addresses_.end()) return known->second;
  if (stubs_.size() >= stubs_max) return place::stubs;
  const auto address =
      static_cast<std::uint32_t>(place::stubs + place::stub_stride * stubs_.size());
  stubs_.push_back(function);
  // Code that does nothing, for those who look at it or take a piece of it along.
  constexpr auto nothing = octets(0x8b, 0xff, 0x8b, 0xff, 0x8b, 0xff, 0x8b, 0xff,  //
                                  0x8b, 0xff, 0x8b, 0xff, 0x8b, 0xff, 0x8b, 0xff);
  memory_.load(address, nothing);
  stub_addresses_.emplace(function, address);
  return address;
}

std::uint32_t Process::module_of(std::string name) {
  name = ascii_lower(name);
  if (name.ends_with(".dll")) name.resize(name.size() - 4);
  const auto known = modules_.find(name);
  if (known != modules_.end()) return known->second;
  if (name == "kernel32") return place::kernel;
  if (modules_.size() >= modules_max) return 0;
  const auto address =
      static_cast<std::uint32_t>(place::modules + place::module_stride * modules_.size());
  modules_.emplace(std::move(name), address);
  return address;
}

// "Import Directory Table": rows of 20 bytes.
void Process::bind_imports(const Program& program) {
  std::uint32_t row = program.directories[executable::directory::imports].address;
  if (row == 0) return;
  for (std::size_t i = 0; i < libraries_max; ++i, row += 20) {
    if (!in_image(base_ + row) || !in_image(base_ + row + 19)) return;
    const std::uint32_t names = memory_.read(base_ + row, 4);
    const std::uint32_t name = memory_.read(base_ + row + 12, 4);
    const std::uint32_t places = memory_.read(base_ + row + 16, 4);
    if (name == 0 || places == 0) return;
    const std::string library = memory_.text(base_ + name);
    module_of(library);
    bind_library(library, names == 0 || !in_image(base_ + names) ? places : names, places);
  }
}

void Process::bind_library(const std::string& library, std::uint32_t names, std::uint32_t places) {
  for (std::uint32_t i = 0; i < functions_max; ++i) {
    const std::uint32_t from = base_ + names + 4 * i, to = base_ + places + 4 * i;
    if (!in_image(from) || !in_image(to)) return;
    const std::uint32_t thunk = memory_.read(from, 4);
    if (thunk == 0) return;
    std::string function;
    if ((thunk & 0x80000000) != 0) {
      function = ascii_lower(library) + "#" + std::to_string(thunk & 0xffff);
    } else {
      function = memory_.text(base_ + thunk + 2);
    }
    memory_.write(to, 4, stub_of(function));
    memory_.clear_fault();
  }
}

End Process::step() {
  const std::uint32_t into_stubs = cpu_.eip - place::stubs;
  if (into_stubs < place::stub_stride * stubs_.size()) return call();
  const Fault fault = cpu_.step();
  return fault == Fault::none ? End::goes_on : raise(fault);
}

namespace {

// Functions that stubs call, and how many arguments they take off the stack.
struct Call {
  std::string_view name;
  unsigned arguments;
};
constexpr std::array calls = {
    Call{"CloseHandle", 1},
    Call{"CreateFileA", 7},
    Call{"CreateFileMappingA", 6},
    Call{"CreateMutexA", 3},
    Call{"DisableThreadLibraryCalls", 1},
    Call{"ExitProcess", 1},
    Call{"GetCommandLineA", 0},
    Call{"GetCurrentProcess", 0},
    Call{"GetCurrentProcessId", 0},
    Call{"GetCurrentThreadId", 0},
    Call{"GetFileSize", 2},
    Call{"GetLastError", 0},
    Call{"GetModuleFileNameA", 3},
    Call{"GetModuleHandleA", 1},
    Call{"GetModuleHandleW", 1},
    Call{"GetProcAddress", 2},
    Call{"GetProcessHeap", 0},
    Call{"GetTickCount", 0},
    Call{"GetVersion", 0},
    Call{"GlobalAlloc", 2},
    Call{"GlobalFree", 1},
    Call{"HeapAlloc", 3},
    Call{"HeapCreate", 3},
    Call{"HeapFree", 3},
    Call{"IsBadReadPtr", 2},
    Call{"IsDebuggerPresent", 0},
    Call{"LoadLibraryA", 1},
    Call{"LoadLibraryExA", 3},
    Call{"LocalAlloc", 2},
    Call{"LocalFree", 1},
    Call{"MapViewOfFile", 5},
    Call{"OpenMutexA", 3},
    Call{"OutputDebugStringA", 1},
    Call{"ReadFile", 5},
    Call{"SetErrorMode", 1},
    Call{"SetFilePointer", 4},
    Call{"SetLastError", 1},
    Call{"SetUnhandledExceptionFilter", 1},
    Call{"Sleep", 1},
    Call{"UnmapViewOfFile", 1},
    Call{"VirtualAlloc", 4},
    Call{"VirtualFree", 3},
    Call{"VirtualProtect", 4},
    Call{"VirtualQuery", 3},
};

}  // namespace

// Functions that stubs look for without needing them to get on: a call ends the run.
constexpr std::array further = {
    std::string_view{"ContinueDebugEvent"},
    std::string_view{"CreateProcessA"},
    std::string_view{"CreateThread"},
    std::string_view{"CreateToolhelp32Snapshot"},
    std::string_view{"DebugActiveProcess"},
    std::string_view{"DeleteFileA"},
    std::string_view{"FreeLibrary"},
    std::string_view{"GetSystemDirectoryA"},
    std::string_view{"GetTempPathA"},
    std::string_view{"GetThreadContext"},
    std::string_view{"GetVersionExA"},
    std::string_view{"Module32First"},
    std::string_view{"Module32Next"},
    std::string_view{"OpenProcess"},
    std::string_view{"Process32First"},
    std::string_view{"Process32Next"},
    std::string_view{"ReadProcessMemory"},
    std::string_view{"ResumeThread"},
    std::string_view{"SetThreadContext"},
    std::string_view{"SuspendThread"},
    std::string_view{"TerminateProcess"},
    std::string_view{"TerminateThread"},
    std::string_view{"UnhandledExceptionFilter"},
    std::string_view{"WaitForDebugEvent"},
    std::string_view{"WaitForSingleObject"},
    std::string_view{"WinExec"},
    std::string_view{"WriteFile"},
    std::string_view{"WriteProcessMemory"},
    std::string_view{"lstrcatA"},
    std::string_view{"lstrcmpiA"},
    std::string_view{"lstrcpyA"},
};

std::vector<std::string_view> known_functions() {
  std::vector<std::string_view> out(further.begin(), further.end());
  for (const Call& one : calls) out.push_back(one.name);
  return out;
}

End Process::call() {
  const std::string function = stubs_[(cpu_.eip - place::stubs) / place::stub_stride];
  if (function == exit_stub || function == "ExitProcess" || function == "TerminateProcess") {
    return End::exited;
  }
  if (function == resume_stub) return resume();
  const auto* const known = std::find_if(calls.begin(), calls.end(),
                                         [&](const Call& one) { return one.name == function; });
  if (known == calls.end()) return End::unknown_call;
  const std::uint32_t out = answer(function);
  cpu_.eip = cpu_.pop();
  cpu_.registers[esp] += 4 * known->arguments;
  cpu_.registers[eax] = out;
  const bool lost = memory_.faulted() || hopeless_;
  memory_.clear_fault();
  return lost ? End::faulted : End::goes_on;
}

std::uint32_t Process::answer(std::string_view function) {
  if (const auto of_file = answer_on_file(function)) return *of_file;
  if (function.starts_with("LoadLibrary")) return module_of(memory_.text(argument(0)));
  if (function == "GetModuleHandleA") {
    return argument(0) == 0 ? base_ : module_of(memory_.text(argument(0)));
  }
  if (function == "GetModuleHandleW") return argument(0) == 0 ? base_ : place::kernel;
  if (function == "GetProcAddress") {
    const std::uint32_t name = argument(1);
    if (name >= 0x10000) return stub_of(memory_.text(name));
    return stub_of("#" + std::to_string(argument(0)) + "#" + std::to_string(name));
  }
  if (function == "VirtualAlloc") return allocate(argument(1), argument(0));
  if (function == "GlobalAlloc" || function == "LocalAlloc") return allocate(argument(1), 0);
  if (function == "HeapAlloc") return allocate(argument(2), 0);
  if (function == "VirtualProtect") {
    if (argument(3) != 0) memory_.write(argument(3), 4, 0x40);  // was: read, write, execute
    return 1;
  }
  if (function == "GetCurrentProcess") return 0xffffffff;
  if (function == "GetCommandLineA") return place::process_block + 0x800;
  if (function == "GetVersion") return 0x0a280105;  // Windows XP
  if (function == "GetTickCount") return 0x100000;
  if (function == "VirtualFree" || function == "CloseHandle" || function == "HeapFree") return 1;
  if (function == "HeapCreate" || function == "GetProcessHeap") return 0x00140000;
  if (function.starts_with("GetCurrent")) return 0x1a4;
  return 0;
}

std::uint32_t Process::allocate(std::uint32_t size, std::uint32_t wanted) {
  constexpr std::uint32_t heap_bytes_max = 48u << 20;
  if (wanted != 0 && memory_.mapped(wanted)) return wanted;  // commits what it has
  const std::uint64_t room = (std::uint64_t{size} + 0xffff) & ~0xffffull;
  if (size == 0 || room > heap_bytes_max - heap_bytes_) return 0;
  heap_bytes_ += room;
  const std::uint32_t at = next_block_;
  next_block_ += static_cast<std::uint32_t>(room);
  memory_.map(at, static_cast<std::uint32_t>(room));
  blocks_.push_back({at, size});
  return at;
}

}  // namespace antidotary::emulate
