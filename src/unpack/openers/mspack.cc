// Microsoft's packed files: CAB, CHM, SZDD and KWAJ, by libmspack over memory.
//
// Not by libarchive, which reads CAB without Quantum and none of the others. The library reaches
// the input and the member that comes out through callbacks of ours alone, and no file.
#include <fmt/core.h>
#include <mspack.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "core/text.h"
#include "formats/mime/encoding.h"
#include "unpack/brought.h"
#include "unpack/opener.h"

namespace antidotary::unpack {
namespace {

using formats::Format;

class System;

/// What the library believes to be a file: the input, or the member that comes out.
struct File {
  System* system = nullptr;
  bool input = false;
  std::size_t at = 0;
};

File& file_of(mspack_file* file) { return *static_cast<File*>(static_cast<void*>(file)); }

/// The library's window on the world.
class System : public mspack_system {
 public:
  /// `head` is read in the place of as many first bytes.
  System(Bytes bytes, Budget& budget, Buffer head = {})
      : mspack_system{}, bytes_(bytes), head_(std::move(head)), budget_(budget) {
    mspack_system::open = &System::open_file;
    mspack_system::close = &System::close_file;
    mspack_system::read = &System::read_input;
    mspack_system::write = &System::write_output;
    mspack_system::seek = &System::seek_input;
    mspack_system::tell = &System::tell_input;
    mspack_system::message = &System::ignore;
    mspack_system::alloc = &System::allocate;
    mspack_system::free = &std::free;
    mspack_system::copy = &System::copy_bytes;
  }

  /// What the next extraction writes goes here.
  void start(Brought& out) {
    out_ = &out;
    read_bytes_ = 0;
  }

  /// Why reading stopped where the purse is empty: to the library it is a file that ends early.
  const std::optional<Error>& unpaid() const { return unpaid_; }

 private:
  // The name of the input is "in".
  static mspack_file* open_file(mspack_system* self, const char* name, int mode) {
    const bool input = mode == MSPACK_SYS_OPEN_READ && std::string_view(name) == "in";
    if (!input && mode != MSPACK_SYS_OPEN_WRITE) return nullptr;
    void* const file = new File{static_cast<System*>(self), input, 0};
    return static_cast<mspack_file*>(file);
  }
  static void close_file(mspack_file* file) { delete &file_of(file); }

  static int read_input(mspack_file* file, void* buffer, int count) {
    File& in = file_of(file);
    if (!in.input || count < 0) return -1;
    return in.system->read_some(in, buffer, static_cast<std::size_t>(count));
  }
  static int write_output(mspack_file* file, void* buffer, int count) {
    File& out = file_of(file);
    if (out.input || count < 0) return -1;
    return out.system->write_some(view_of(buffer, static_cast<std::size_t>(count)));
  }
  static int seek_input(mspack_file* file, off_t offset, int mode) {
    File& in = file_of(file);
    const auto size = static_cast<off_t>(in.system->bytes_.size());
    const off_t base = mode == MSPACK_SYS_SEEK_START ? 0
                       : mode == MSPACK_SYS_SEEK_CUR ? static_cast<off_t>(in.at)
                                                     : size;
    if (!in.input || offset < -base || offset > size - base) return -1;
    in.at = static_cast<std::size_t>(base + offset);
    return 0;
  }
  static off_t tell_input(mspack_file* file) { return static_cast<off_t>(file_of(file).at); }
  static void ignore(mspack_file*, const char*, ...) {}
  static void* allocate(mspack_system*, std::size_t bytes) {
    // The largest that a format needs is a table of a CHM, which reaches no further than the file.
    constexpr std::size_t allocation_bytes_max = 64u << 20;
    return bytes > allocation_bytes_max ? nullptr : std::calloc(1, std::max<std::size_t>(bytes, 1));
  }
  static void copy_bytes(void* from, void* to, std::size_t count) { std::memcpy(to, from, count); }

  int read_some(File& in, void* buffer, std::size_t count) {
    if (const auto paid = budget_.step(count / 256 + 1); !paid) {
      unpaid_ = paid.error();
      return -1;
    }
    const Bytes some = bytes_.subspan(in.at).first(std::min(count, bytes_.size() - in.at));
    std::memcpy(buffer, some.data(), some.size());
    if (in.at < head_.size()) {
      const Bytes head = Bytes(head_).subspan(in.at);
      std::memcpy(buffer, head.data(), std::min(head.size(), some.size()));
    }
    in.at += some.size();
    read_bytes_ += some.size();
    return static_cast<int>(some.size());
  }
  int write_some(Bytes bytes) {
    if (out_ == nullptr) return -1;
    // What was read for an earlier member of the same stretch may hold this one's first bytes.
    out_->packed_bytes = read_bytes_ + (64u << 10);
    return bring(*out_, bytes, budget_) ? static_cast<int>(bytes.size()) : -1;
  }

  Bytes bytes_;
  Buffer head_;
  Budget& budget_;
  Brought* out_ = nullptr;
  std::optional<Error> unpaid_;
  std::size_t read_bytes_ = 0;
};

Error error_of(int code) {
  switch (code) {
    case MSPACK_ERR_SIGNATURE:
      return {ErrorKind::not_this_format, "not of this format", std::nullopt};
    case MSPACK_ERR_READ:
      return {ErrorKind::truncated, "the archive ends early", std::nullopt};
    case MSPACK_ERR_CHECKSUM:
      return {ErrorKind::malformed, "its checksum is wrong", std::nullopt};
    case MSPACK_ERR_NOMEMORY:
      return {ErrorKind::refused, "it asks for too much memory", std::nullopt};
    default:
      return {ErrorKind::malformed, "the archive is damaged", std::nullopt};
  }
}

/// One member: pays, extracts by `extract`, which answers the library's code, and hands out.
class Extractor {
 public:
  Extractor(System& system, Budget& budget, const Visitor& visitor)
      : system_(system), budget_(budget), visitor_(visitor) {}

  /// False where the purse is empty. `split`: what fails may go on in another file.
  template <class Extract>
  bool member(std::string name, std::uint64_t size, bool split, Extract extract) {
    ++number_;
    if (name.empty()) name = fmt::format("member {}", number_);
    if (visitor_.member) visitor_.member({name, size, size, false, number_, std::nullopt});
    if (const auto paid = budget_.new_object(); !paid) {
      visitor_.missed({name, paid.error()});
      return false;
    }
    if (visitor_.wanted && !visitor_.wanted(number_ - 1)) return true;
    Brought brought;
    system_.start(brought);
    const int code = extract();
    if (system_.unpaid() && !brought.error) {
      brought.error = system_.unpaid();
      brought.purse_empty = true;
    } else if (code != MSPACK_ERR_OK && !brought.error) {
      brought.error =
          split ? Error{ErrorKind::unsupported, "it goes on in another file", {}} : error_of(code);
    } else if (!brought.error && brought.bytes.size() < size) {
      brought.error = Error{ErrorKind::truncated, "the archive ends early", std::nullopt};
    }
    hand_out(name, brought, visitor_);
    return !brought.purse_empty;
  }

 private:
  System& system_;
  Budget& budget_;
  const Visitor& visitor_;
  std::size_t number_ = 0;
};

std::string name_of(const char* name) { return name == nullptr ? "" : mime::to_utf8("", name); }

void tell(int code, const System& system, const Visitor& visitor) {
  visitor.missed({"", system.unpaid().value_or(error_of(code))});
}

void open_cab(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  System system(bytes, budget);
  const std::unique_ptr<mscab_decompressor, void (*)(mscab_decompressor*)> reader(
      mspack_create_cab_decompressor(&system), &mspack_destroy_cab_decompressor);
  if (!reader) return tell(MSPACK_ERR_NOMEMORY, system, visitor);
  reader->set_param(reader.get(), MSCABD_PARAM_SALVAGE, 1);
  mscabd_cabinet* const cabinet = reader->open(reader.get(), "in");
  if (cabinet == nullptr) return tell(reader->last_error(reader.get()), system, visitor);
  const bool split = (cabinet->flags & (MSCAB_HDR_PREVCAB | MSCAB_HDR_NEXTCAB)) != 0;
  Extractor extractor(system, budget, visitor);
  for (mscabd_file* file = cabinet->files; file != nullptr; file = file->next) {
    const auto extract = [&] { return reader->extract(reader.get(), file, "out"); };
    if (!extractor.member(name_of(file->filename), file->length, split, extract)) break;
  }
  reader->close(reader.get(), cabinet);
}

/// The two identifiers in a CHM's head, which libmspack wants to the letter, say nothing: Free
/// Pascal's writer sets others, and readers do not look.
Buffer chm_head(Bytes bytes) {
  constexpr std::size_t at = 0x18;
  constexpr auto identifiers =
      octets(0x10, 0xfd, 0x01, 0x7c, 0xaa, 0x7b, 0xd0, 0x11, 0x9e, 0x0c, 0x00, 0xa0, 0xc9, 0x22,
             0xe6, 0xec, 0x11, 0xfd, 0x01, 0x7c, 0xaa, 0x7b, 0xd0, 0x11, 0x9e, 0x0c, 0x00, 0xa0,
             0xc9, 0x22, 0xe6, 0xec);
  if (bytes.size() < at + identifiers.size()) return {};
  Buffer out = to_buffer(bytes.first(at));
  out.insert(out.end(), identifiers.begin(), identifiers.end());
  return out;
}

void open_chm(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  System system(bytes, budget, chm_head(bytes));
  const std::unique_ptr<mschm_decompressor, void (*)(mschm_decompressor*)> reader(
      mspack_create_chm_decompressor(&system), &mspack_destroy_chm_decompressor);
  if (!reader) return tell(MSPACK_ERR_NOMEMORY, system, visitor);
  mschmd_header* const header = reader->open(reader.get(), "in");
  if (header == nullptr) return tell(reader->last_error(reader.get()), system, visitor);
  Extractor extractor(system, budget, visitor);
  for (mschmd_file* file = header->files; file != nullptr; file = file->next) {
    if (file->length <= 0) continue;  // a folder
    const auto size = static_cast<std::uint64_t>(file->length);
    const auto extract = [&] { return reader->extract(reader.get(), file, "out"); };
    if (!extractor.member(name_of(file->filename), size, false, extract)) break;
  }
  reader->close(reader.get(), header);
}

void open_szdd(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  System system(bytes, budget);
  const std::unique_ptr<msszdd_decompressor, void (*)(msszdd_decompressor*)> reader(
      mspack_create_szdd_decompressor(&system), &mspack_destroy_szdd_decompressor);
  if (!reader) return tell(MSPACK_ERR_NOMEMORY, system, visitor);
  msszddd_header* const header = reader->open(reader.get(), "in");
  if (header == nullptr) return tell(reader->last_error(reader.get()), system, visitor);
  Extractor extractor(system, budget, visitor);
  extractor.member("content", static_cast<std::uint64_t>(std::max<off_t>(0, header->length)), false,
                   [&] { return reader->extract(reader.get(), header, "out"); });
  reader->close(reader.get(), header);
}

void open_kwaj(Format, Bytes bytes, Budget& budget, const Visitor& visitor) {
  System system(bytes, budget);
  const std::unique_ptr<mskwaj_decompressor, void (*)(mskwaj_decompressor*)> reader(
      mspack_create_kwaj_decompressor(&system), &mspack_destroy_kwaj_decompressor);
  if (!reader) return tell(MSPACK_ERR_NOMEMORY, system, visitor);
  mskwajd_header* const header = reader->open(reader.get(), "in");
  if (header == nullptr) return tell(reader->last_error(reader.get()), system, visitor);
  Extractor extractor(system, budget, visitor);
  extractor.member(name_of(header->filename),
                   static_cast<std::uint64_t>(std::max<off_t>(0, header->length)), false,
                   [&] { return reader->extract(reader.get(), header, "out"); });
  reader->close(reader.get(), header);
}

}  // namespace

std::span<const Opener> mspack_openers() {
  static constexpr std::array rows = {
      Opener{Format::cab, &open_cab}, Opener{Format::chm, &open_chm},
      Opener{Format::szdd, &open_szdd}, Opener{Format::kwaj, &open_kwaj}};
  return rows;
}

}  // namespace antidotary::unpack
