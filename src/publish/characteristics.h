// Characteristics: the registry facts that the posture checks asked for, as OVAL system
// characteristics, so that another program (`oscap oval analyse`) can judge the same facts by
// definitions of its own.
//
// It is not a verdict: what our checks think of a value is not in it. Values of one user stand
// under HKEY_USERS\<user's name>, since an offline hive does not say its SID.
//
// Spec: OVAL Language 5.10.1, system characteristics, core and windows schemas.
#pragma once

#include <string>

#include "entries/encyclopedia.h"
#include "posture/posture.h"

namespace antidotary::publish {

/// `made_unix_s` is the moment that the file states; the same one gives the same bytes.
std::string system_characteristics(const entries::Encyclopedia& encyclopedia,
                                   const posture::Posture& posture, std::uint64_t made_unix_s);

}  // namespace antidotary::publish
