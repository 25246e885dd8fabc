#include "core/result.h"

namespace antidotary {

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_this_format:
      return "not_this_format";
    case ErrorKind::truncated:
      return "truncated";
    case ErrorKind::malformed:
      return "malformed";
    case ErrorKind::budget_spent:
      return "budget_spent";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::encrypted:
      return "encrypted";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::permission:
      return "permission";
    case ErrorKind::io:
      return "io";
    case ErrorKind::changed:
      return "changed";
    case ErrorKind::busy:
      return "busy";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::bad_input:
      return "bad_input";
    case ErrorKind::worker_died:
      return "worker_died";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

Error with_context(Error error, std::string_view context) {
  error.what = fmt::format("{}: {}", context, error.what);
  return error;
}

}  // namespace antidotary
