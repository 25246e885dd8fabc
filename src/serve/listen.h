// Listening sockets: our own, or those that systemd opened for us (LISTEN_FDS), and what systemd
// wants to hear (NOTIFY_SOCKET). By hand: it is two environment variables and one datagram.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "files/fd.h"
#include "serve/config.h"

namespace antidotary::serve {

struct Listening {
  files::Fd socket;
  std::string name;  ///< The service's, as FileDescriptorName= gives it: "clamd", "milter", "http".
  std::string unix_path;  ///< To be removed at the end; empty where it is not ours.
};

/// Opens what `listen` names. A stale UNIX socket is replaced, one that answers is not.
/// Errors: busy (somebody listens there), permission, bad_input (no such address), io.
Result<std::vector<Listening>> open_listeners(const Listen& listen, const std::string& name);
/// Sockets that came with the process, by LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES.
std::vector<Listening> inherited_listeners();
/// "READY=1", "RELOADING=1", "STOPPING=1": nothing happens where nobody listens.
void notify_systemd(std::string_view words);

}  // namespace antidotary::serve
