// Gateway: what sessions of every protocol ask of the daemon.
#pragma once

#include <cstdint>
#include <string>

#include "gate/policy.h"
#include "serve/config.h"
#include "serve/loop.h"
#include "serve/scans.h"

namespace antidotary::serve {

class Gateway {
 public:
  virtual ~Gateway() = default;
  virtual Loop& loop() = 0;
  virtual Scans& scans() = 0;
  virtual const Config& config() const = 0;
  virtual const gate::Policy& policy() const = 0;
  /// Begins to read the pack again; returns at once.
  virtual void reload() = 0;
  /// Begins the graceful stop.
  virtual void stop() = 0;
  /// One line for the log, hostile characters escaped by it.
  virtual void log(const std::string& line) = 0;
  virtual std::size_t connections() const = 0;
};

}  // namespace antidotary::serve
