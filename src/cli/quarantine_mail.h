// The verbs of the quarantine for mail: the words, nothing else (serve/held/store.h).
#pragma once

#include "cli/verb.h"

namespace antidotary::cli {

/// The first argument is a mail's id.
bool is_mail(const Invocation& invocation);
Exit list_mail(const Invocation& invocation);
Exit show_mail(const Invocation& invocation);
Exit release_mail(const Invocation& invocation);
Exit forget_mail(const Invocation& invocation);

}  // namespace antidotary::cli
