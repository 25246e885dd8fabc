// Simulate: makes an entry's changes, harmlessly, in a scratch folder.
//
// Every byte is our own and inert: a worm body is a text file that says what it stands for, padded
// to the published size; hives come from formats/regf/writer.h; messages carry zips whose members
// are such texts. Nothing here can run, and nothing is written outside the folder.
#pragma once

#include <string>

#include "core/result.h"
#include "entries/entry.h"

namespace antidotary::simulate {

/// Writes `directory`/host (a Windows XP tree with the variant's changes) and, where the variant
/// sends messages, `directory`/mail (innocent messages and the lure, one .eml each, and all of
/// them together as mailbox.mbox). `directory` is made; it must be empty or missing.
/// Errors: bad_input (folder not empty), io.
Status infected(const entries::Entry& entry, const entries::Variant& variant,
                const std::string& directory);

/// The same tree and mail without any change: what an honest computer looks like, with genuine
/// files of names that threats borrow.
Status honest(const std::string& directory);

}  // namespace antidotary::simulate
