// Gateway: what sessions of every protocol ask of the daemon.
#pragma once

#include <cstdint>
#include <string>

#include "gate/policy.h"
#include "serve/config.h"
#include "serve/held/keeper.h"
#include "serve/held/store.h"
#include "serve/loop.h"
#include "serve/metrics.h"
#include "serve/outbreak/desk.h"
#include "serve/scans.h"
#include "serve/spool.h"

namespace antidotary::serve {

class Gateway {
 public:
  virtual ~Gateway() = default;
  virtual Loop& loop() = 0;
  virtual Scans& scans() = 0;
  virtual SpoolSpace& spool_space() = 0;
  virtual const Config& config() const = 0;
  virtual const gate::Policy& policy() const = 0;
  /// Where mail is kept; null where there is none. What takes a disk's time goes by the keeper,
  /// which is there where the store is.
  virtual held::Store* held() = 0;
  virtual held::Keeper* keeper() = 0;
  /// Null where outbreaks are not looked for.
  virtual outbreak::Desk* outbreaks() = 0;
  virtual std::uint64_t now_unix_s() const = 0;
  /// In Prometheus' text form.
  virtual std::string metrics() const = 0;
  virtual MailCounts& mail_counts() = 0;
  /// Begins to read the pack again; returns at once.
  virtual void reload() = 0;
  /// Begins the graceful stop.
  virtual void stop() = 0;
  /// One line for the log, hostile characters escaped by it.
  virtual void log(const std::string& line) = 0;
  virtual std::size_t connections() const = 0;
};

}  // namespace antidotary::serve
