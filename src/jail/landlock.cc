#include "jail/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "files/fd.h"

namespace antidotary::jail::landlock {
namespace {

// struct landlock_ruleset_attr as of ABI 6; older kernels take its first part.
struct Ruleset {
  std::uint64_t handled_file_access = 0;
  std::uint64_t handled_net_access = 0;  // ABI 4
  std::uint64_t scoped = 0;              // ABI 6
};

constexpr std::uint32_t create_ruleset_version = 1;

// How many file rights the ABI knows; each is one bit from bit 0.
int file_rights(int abi_version) {
  if (abi_version >= 5) return 16;  // up to IOCTL_DEV
  if (abi_version >= 3) return 15;  // up to TRUNCATE
  if (abi_version == 2) return 14;  // up to REFER
  return 13;
}

std::size_t ruleset_bytes(int abi_version) {
  if (abi_version >= 6) return sizeof(Ruleset);
  return abi_version >= 4 ? 2 * sizeof(std::uint64_t) : sizeof(std::uint64_t);
}

}  // namespace

int abi() {
  const long version = syscall(SYS_landlock_create_ruleset, nullptr, 0, create_ruleset_version);
  return version < 0 ? 0 : static_cast<int>(version);
}

Status restrict_to_nothing(int abi_version) {
  Ruleset ruleset;
  ruleset.handled_file_access = (1ull << file_rights(abi_version)) - 1;
  if (abi_version >= 4) ruleset.handled_net_access = 3;  // bind, connect
  if (abi_version >= 6) ruleset.scoped = 3;              // abstract sockets, signals
  const files::Fd rules(static_cast<int>(
      syscall(SYS_landlock_create_ruleset, &ruleset, ruleset_bytes(abi_version), 0)));
  if (!rules.valid()) {
    return fail(ErrorKind::io, "cannot make a Landlock ruleset: {}", std::strerror(errno));
  }
  if (syscall(SYS_landlock_restrict_self, rules.get(), 0) != 0) {
    return fail(ErrorKind::io, "cannot put Landlock in force: {}", std::strerror(errno));
  }
  return {};
}

}  // namespace antidotary::jail::landlock
