// hdb hsb hdu hsu (files), mdb msb mdu msu (sections of executables), imp (lists of imports),
// fp sfp (allowed files).
#include "signatures/clamav/formats.h"
#include "signatures/clamav/lines.h"

namespace antidotary::signatures::clamav {
namespace {

// A digest of any size needs at least this level of engine to be stated, says the format.
constexpr std::uint64_t any_size_level = 73;
constexpr std::uint64_t size_max = 0xfffffffe;

struct Form {
  std::string_view extension;
  bool size_first;
  pack::Scope scope;
  pack::Role role;
};

constexpr Form forms[] = {
    {"hdb", false, pack::Scope::file, pack::Role::detect},
    {"hsb", false, pack::Scope::file, pack::Role::detect},
    {"hdu", false, pack::Scope::file, pack::Role::detect},
    {"hsu", false, pack::Scope::file, pack::Role::detect},
    {"mdb", true, pack::Scope::section, pack::Role::detect},
    {"msb", true, pack::Scope::section, pack::Role::detect},
    {"mdu", true, pack::Scope::section, pack::Role::detect},
    {"msu", true, pack::Scope::section, pack::Role::detect},
    {"imp", false, pack::Scope::imports, pack::Role::detect},
    {"fp", false, pack::Scope::file, pack::Role::allow},
    {"sfp", false, pack::Scope::file, pack::Role::allow},
};

/// The fields of a line, without memory of their own: these files have millions.
struct Fields {
  std::string_view at[5];
  std::size_t count = 0;
};

Result<Fields> fields_of(std::string_view line) {
  Fields out;
  for (;;) {
    const std::size_t colon = line.find(':');
    if (out.count == std::size(out.at)) {
      return fail(ErrorKind::bad_input, "more fields than a digest has: 3 to 5 are taken");
    }
    out.at[out.count++] = line.substr(0, colon);
    if (colon == std::string_view::npos) break;
    line.remove_prefix(colon + 1);
  }
  if (out.count < 3) {
    return fail(ErrorKind::bad_input, "a digest, a size and a name are wanted, with ':' between");
  }
  return out;
}

Status take(const Form& form, std::string_view line, Corpus& corpus) {
  const Fields fields = ANTIDOTARY_TRY(fields_of(line));
  const std::string_view digest = fields.at[form.size_first ? 1 : 0];
  const std::string_view size_text = fields.at[form.size_first ? 0 : 1];
  const std::string_view name = fields.at[2];
  if (name.empty()) return fail(ErrorKind::bad_input, "the name is empty");
  if (fields.count > 3) {
    ANTIDOTARY_CHECK(check_level({fields.at, fields.at + fields.count}, 3, corpus));
  }
  std::uint64_t size = 0;
  if (size_text == "*") {
    const bool said = fields.count > 3 && !fields.at[3].empty();
    const std::uint64_t least = said ? ANTIDOTARY_TRY(number(fields.at[3], "the engine level")) : 0;
    if (least < any_size_level) {
      return fail(ErrorKind::bad_input,
                  "a digest of any size ('*') needs a least engine level of {} behind the name",
                  any_size_level);
    }
  } else {
    size = ANTIDOTARY_TRY(number(size_text, "the size"));
    if (size == 0 || size > size_max) {
      return fail(ErrorKind::bad_input, "a size of {}; 1 to {} are taken", size, size_max);
    }
  }
  if (corpus.ignores_line(name, line)) return {};
  return corpus.add_digest(digest, static_cast<std::uint32_t>(size), name, form.scope, form.role);
}

}  // namespace

Status read_digests(std::string_view extension, Bytes bytes, Corpus& corpus) {
  for (const Form& form : forms) {
    if (form.extension != extension) continue;
    read_lines(bytes, corpus,
               [&](std::string_view line, std::uint32_t) { return take(form, line, corpus); });
    return {};
  }
  return fail(ErrorKind::internal, "no digests are read from .{}", extension);
}

}  // namespace antidotary::signatures::clamav
