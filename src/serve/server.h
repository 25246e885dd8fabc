// Server: the daemon: listens, keeps sessions, loads and swaps what is held against, stops.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "serve/config.h"
#include "serve/gateway.h"
#include "serve/listen.h"

namespace antidotary::serve {

/// Where knowledge comes from; both run in the daemon's process or a child of it, never in the
/// jail.
struct KnownSource {
  /// Opens what the configuration names. Errors leave the old in force.
  std::function<Result<std::shared_ptr<const Known>>(const Config& config)> load;
  /// Builds the pack of `databases` anew; called in a child of low priority. Empty where there is
  /// nothing to build.
  std::function<Status(const Config& config)> build;
  /// Reads the policy of mail anew. Errors leave the old in force.
  std::function<Result<gate::Policy>(const Config& config)> policy;
  /// Files and folders whose change is a reason to reload.
  std::vector<std::string> watched;
};

/// What is kept of mail.
struct Stores {
  std::optional<held::Store> held;       ///< Nothing: there is no quarantine of mail.
  std::optional<files::Root> outbreaks;  ///< The ledger's folder. Nothing: none is written.
};

/// Serves until it is told to stop. Errors: those of opening, before anything was served.
Status serve(Config config, KnownSource source, std::vector<Listening> listeners, Stores stores);

}  // namespace antidotary::serve
