// Maildir: a message's file is found again although a mail program gave it other flags, or moved
// it from new to cur, since the plan was made.
//
// The name up to the colon is the message's for ever (Maildir's own rule); the file behind it must
// still be the one that the plan saw. Spec: https://cr.yp.to/proto/maildir.html.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "remedy/carrier.h"

namespace antidotary::remedy {

/// The part of a message's file name that never changes.
std::string_view maildir_unique(std::string_view name);

/// True where `path` names a file in new or cur of a folder that holds new, cur and tmp.
bool is_maildir_message(const files::Root& tree, std::string_view path);

/// Where the target's file is now: its path where it is there or no Maildir's; else that of the one
/// file in new or cur with its unique name and its identity. Unchanged where there is none.
Result<std::string> maildir_path_now(const Carrier& run, const FileIntent& target);

}  // namespace antidotary::remedy
