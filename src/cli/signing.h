// Signing: Ed25519 keys as PEM files, as OpenSSL writes them.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace antidotary::cli {

/// The 32 raw bytes of a private key (`openssl genpkey -algorithm ed25519`).
/// Errors: not_found, permission, bad_input (not an Ed25519 private key in PEM).
Result<Buffer> read_private_key(const std::string& path);
/// The public half of a private key in such a file. Errors: the same.
Result<Buffer> read_public_half(const std::string& path);
/// The same of a public key (`openssl pkey -pubout`).
Result<Buffer> read_public_key(const std::string& path);

}  // namespace antidotary::cli
