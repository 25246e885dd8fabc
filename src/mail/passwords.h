// Passwords: what a message says may open the archives that came with it.
//
// A worm that encrypts its archive must tell the person the key, and tells it in the message. This
// finds what may be meant; whether it opens anything is for unpack/ to try. Not a reader of
// sentences: the words beside one that means "password" are taken, in many languages.
#pragma once

#include <string>
#include <vector>

#include "mail/letter.h"

namespace antidotary::mail {

/// At most so many are worth trying on each member, nearest to its word first.
inline constexpr std::size_t passwords_max = 24;
/// The longest that is taken, in bytes.
inline constexpr std::size_t password_bytes_max = 64;

/// What the subject and the text of `letter` say, without repetition; empty where they say none.
std::vector<std::string> passwords_in(const Letter& letter);

}  // namespace antidotary::mail
