// BfioView: bytes in memory as libbfio's libraries (libpff) read them: through a handle of ours,
// which gives no byte from behind the end and has each read paid for.
//
// Why not libbfio's own memory range: in Debian's 20170123 it copies as many bytes as it is asked
// for, whatever the range holds.
#pragma once

#include <libbfio.h>

#include <memory>

#include "core/budget.h"
#include "core/bytes.h"

namespace antidotary::unpack {

struct FreeBfioHandle {
  void operator()(libbfio_handle_t* handle) const { libbfio_handle_free(&handle, nullptr); }
};
using BfioHandle = std::unique_ptr<libbfio_handle_t, FreeBfioHandle>;

/// Read only. `bytes` and `budget` outlive it. A read of more than is there is cut; once the budget
/// is spent every read fails. Null where there is no memory.
BfioHandle bfio_view(Bytes bytes, Budget& budget);

}  // namespace antidotary::unpack
