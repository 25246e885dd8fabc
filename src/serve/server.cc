#include "serve/server.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <thread>
#include <unordered_map>

#include "core/text.h"
#include "files/root.h"
#include "serve/changes.h"
#include "serve/clamd_session.h"
#include "serve/http/session.h"
#include "serve/milter/session.h"
#include "serve/shares.h"

namespace antidotary::serve {
namespace {

constexpr int accepts_at_once = 64;
// Changes come in bursts; we wait for their end, but not for ever. Requests to reload that come
// sooner than this after another are one.
constexpr std::uint64_t settle_ms = 1'000;
constexpr std::uint64_t settle_ms_max = 10'000;
// Without descriptors we look again after this.
constexpr std::uint64_t starved_ms = 1'000;
constexpr std::uint64_t expire_ms = 3'600'000;
constexpr std::uint64_t expire_more_ms = 1'000;
constexpr std::uint64_t stop_look_ms = 20;

struct Served {
  std::string service;
  std::unique_ptr<Session> session;
};

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 65'536);
  setrlimit(RLIMIT_NOFILE, &limit);
}

class Server final : public Gateway {
 public:
  Server(Config config, KnownSource source, std::vector<Listening> listeners, Stores stores)
      : config_(std::move(config)),
        source_(std::move(source)),
        listeners_(std::move(listeners)),
        held_(std::move(stores.held)),
        outbreak_folder_(std::move(stores.outbreaks)),
        spool_space_(config_.spool_bytes_max),
        places_(config_.connections_max) {}

  Status run();

  Loop& loop() override { return *loop_; }
  Scans& scans() override { return *scans_; }
  SpoolSpace& spool_space() override { return spool_space_; }
  const Config& config() const override { return config_; }
  const gate::Policy& policy() const override { return policy_; }
  held::Store* held() override { return held_ ? &*held_ : nullptr; }
  held::Keeper* keeper() override { return keeper_.get(); }
  outbreak::Desk* outbreaks() override { return desk_.get(); }
  std::string metrics() const override;
  MailCounts& mail_counts() override { return mail_counts_; }
  std::uint64_t now_unix_s() const override {
    return static_cast<std::uint64_t>(std::time(nullptr));
  }
  void reload() override;
  void stop() override;
  void log(const std::string& line) override;
  std::size_t connections() const override { return sessions_.size(); }

 private:
  Status listen();
  Status watch_signals();
  void signalled();
  void watch_sources();
  void changed(const std::string& path);
  void settled();
  void reload_now();
  void reload_policy();
  void accept(const Listening& listening);
  void leave(std::uint64_t id);
  void accept_what_fits();
  void starve();
  Result<std::unique_ptr<Session>> session_for(const std::string& service, std::uint64_t id,
                                               files::Fd socket);
  Status load();
  Status load_policy();
  void watch_outbreaks();
  void expire_held();
  void build_beside();
  void built();
  void stop_if_idle();

  Config config_;
  gate::Policy policy_;
  KnownSource source_;
  std::vector<Listening> listeners_;
  std::optional<held::Store> held_;
  std::optional<files::Root> outbreak_folder_;
  std::unique_ptr<Loop> loop_;
  std::unique_ptr<held::Keeper> keeper_;
  std::unique_ptr<outbreak::Desk> desk_;
  SpoolSpace spool_space_;
  std::unique_ptr<Scans> scans_;
  std::unordered_map<std::uint64_t, Served> sessions_;
  std::uint64_t next_id_ = 1;
  files::Fd signals_;
  std::unique_ptr<Changes> changes_;
  Loop::TimerId settle_ = 0;
  std::uint64_t settle_since_ms_ = 0;  ///< When the first change of a burst came.
  bool only_policy_ = true;            ///< Nothing else has changed since.
  std::optional<std::uint64_t> reloaded_ms_;
  files::Fd builder_;
  pid_t builder_pid_ = -1;
  bool build_again_ = false;
  Shares places_;
  bool starved_ = false;  ///< There were no descriptors left a moment ago.
  MailCounts mail_counts_;
  Latency latency_;
  bool stopping_ = false;
  std::uint64_t stop_by_ms_ = 0;
};

void Server::log(const std::string& line) {
  const std::string safe = escape_for_terminal(line) + "\n";
  std::fwrite(safe.data(), 1, safe.size(), stderr);
}

Status Server::load() {
  const std::uint64_t began = loop_->now_ms();
  auto known = source_.load(config_);
  if (!known) return tl::unexpected(known.error());
  const std::shared_ptr<const Known> adopted = *known;
  ANTIDOTARY_CHECK(scans_->adopt(adopted));
  log(fmt::format("loaded {} with {} signatures in {} ms", adopted->id(), adopted->signatures(),
                  loop_->now_ms() - began));
  return {};
}

Status Server::load_policy() {
  policy_ = ANTIDOTARY_TRY(source_.policy(config_));
  return {};
}

std::string Server::metrics() const {
  Measured out;
  out.scans = scans_->counts();
  out.mail = mail_counts_;
  out.waiting = scans_->waiting();
  out.busy = scans_->busy();
  out.workers = scans_->workers();
  out.connections = sessions_.size();
  out.spooled_bytes = spool_space_.taken_bytes();
  if (const Known* const known = scans_->known()) {
    out.signatures = known->signatures();
    out.knowledge = known->id();
  }
  if (keeper_) {
    out.kept_items = keeper_->items();
    out.kept_bytes = keeper_->bytes();
  }
  out.outbreaks = desk_.get();
  if (desk_) out.outbreaks_active = desk_->active(now_unix_s());
  return metrics_text(out, latency_);
}

/// Where mail comes, and before anything of it is there: the ledger's writer is forked here.
void Server::watch_outbreaks() {
  const bool mail = std::any_of(listeners_.begin(), listeners_.end(),
                                [](const Listening& one) { return one.name == "milter"; });
  if (!mail || !config_.outbreak.enabled) return;
  desk_ = std::make_unique<outbreak::Desk>(*loop_, config_.outbreak, std::move(outbreak_folder_),
                                           [this](const std::string& line) { log(line); });
}

/// Now and every hour.
void Server::expire_held() {
  if (!keeper_) return;
  keeper_->expire(now_unix_s(), [this](const Result<std::uint64_t>& count) {
    if (!count) log("quarantine: " + count.error().what);
    if (count && *count > 0) {
      log(fmt::format("quarantine: {} messages were kept long enough and are gone", *count));
    }
    const bool more = count && *count == held::Store::expired_at_once;
    loop_->after_ms(more ? expire_more_ms : expire_ms, [this] { expire_held(); });
  });
}

Status Server::run() {
  raise_descriptor_limit();
  loop_ = ANTIDOTARY_TRY(Loop::make());
  if (held_) keeper_ = ANTIDOTARY_TRY(held::Keeper::start(*loop_, *held_));
  watch_outbreaks();
  worker::Options options;
  options.limits = config_.limits;
  options.search.leaves = desk_ != nullptr;
  options.objects_per_worker_max = static_cast<std::uint32_t>(config_.objects_per_worker);
  options.replaced_after_risk = true;
  const auto workers = static_cast<unsigned>(
      config_.workers > 0 ? config_.workers : std::max(1u, std::thread::hardware_concurrency()));
  scans_ = ANTIDOTARY_TRY(Scans::make(*loop_, options, workers));
  scans_->watch([this](const scan::Report&, std::uint64_t took_ms) { latency_.add(took_ms); });
  scans_->on_trouble([this](const std::string& words) { log(words); });
  ANTIDOTARY_CHECK(load());
  ANTIDOTARY_CHECK(load_policy());
  ANTIDOTARY_CHECK(watch_signals());
  ANTIDOTARY_CHECK(listen());
  watch_sources();
  expire_held();
  notify_systemd("READY=1");
  log("ready");
  loop_->run();
  sessions_.clear();
  for (const Listening& one : listeners_) {
    if (!one.unix_path.empty()) unlink(one.unix_path.c_str());
  }
  if (builder_pid_ > 0) {
    kill(builder_pid_, SIGKILL);
    waitpid(builder_pid_, nullptr, 0);
  }
  scans_.reset();
  if (desk_) desk_->finish();
  desk_.reset();
  log("stopped");
  return {};
}

Status Server::listen() {
  for (const Listening& one : listeners_) {
    const Listening* const listening = &one;
    places_.reserve(one.name);
    spool_space_.reserve(one.name);
    ANTIDOTARY_CHECK(loop_->watch(one.socket.get(), EPOLLIN,
                                  [this, listening](std::uint32_t) { accept(*listening); }));
  }
  return {};
}

void Server::accept(const Listening& listening) {
  for (int turn = 0; turn < accepts_at_once; ++turn) {
    if (!places_.has(listening.name)) return accept_what_fits();
    files::Fd socket(
        accept4(listening.socket.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket.valid()) {
      if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) starve();
      return;
    }
    const std::uint64_t id = next_id_++;
    auto session = session_for(listening.name, id, std::move(socket));
    if (!session) continue;
    sessions_.emplace(id, Served{listening.name, std::move(*session)});
    places_.take(listening.name);
  }
}

void Server::leave(std::uint64_t id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  places_.give_back(found->second.service);
  sessions_.erase(found);
  starved_ = false;
  accept_what_fits();
}

/// Whoever finds no place waits in the kernel's queue; listened to, it would wake us for ever.
void Server::accept_what_fits() {
  if (stopping_) return;
  for (const Listening& one : listeners_) {
    const bool fits = !starved_ && places_.has(one.name);
    loop_->change(one.socket.get(), fits ? static_cast<std::uint32_t>(EPOLLIN) : 0U);
  }
}

/// The descriptors may be others' than our sessions': we look again by ourselves.
void Server::starve() {
  starved_ = true;
  accept_what_fits();
  loop_->after_ms(starved_ms, [this] {
    starved_ = false;
    accept_what_fits();
  });
}

Result<std::unique_ptr<Session>> Server::session_for(const std::string& service, std::uint64_t id,
                                                     files::Fd socket) {
  const auto gone = [this, id] { leave(id); };
  if (service == "clamd") {
    auto session = std::make_unique<clamd::ClamdSession>(*this, id, std::move(socket), gone);
    ANTIDOTARY_CHECK(session->start());
    return std::unique_ptr<Session>(std::move(session));
  }
  if (service == "milter") {
    auto session = std::make_unique<milter::MilterSession>(*this, id, std::move(socket), gone);
    ANTIDOTARY_CHECK(session->start());
    return std::unique_ptr<Session>(std::move(session));
  }
  if (service == "http") {
    auto session = std::make_unique<http::HttpSession>(*this, id, std::move(socket), gone);
    ANTIDOTARY_CHECK(session->start());
    return std::unique_ptr<Session>(std::move(session));
  }
  return fail(ErrorKind::internal, "no service '{}'", service);
}

Status Server::watch_signals() {
  sigset_t wanted;
  sigemptyset(&wanted);
  for (const int one : {SIGHUP, SIGTERM, SIGINT}) sigaddset(&wanted, one);
  sigprocmask(SIG_BLOCK, &wanted, nullptr);
  signals_ = files::Fd(signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_.valid()) return tl::unexpected(files::system_error(errno, "watch", "signals"));
  return loop_->watch(signals_.get(), EPOLLIN, [this](std::uint32_t) { signalled(); });
}

void Server::signalled() {
  signalfd_siginfo info{};
  while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
    if (info.ssi_signo == SIGHUP) {
      reload();
    } else if (stopping_) {
      loop_->stop();  // asked twice: at once
    } else {
      stop();
    }
  }
}

void Server::watch_sources() {
  auto changes = Changes::make(*loop_, [this](const std::string& path) { changed(path); });
  if (!changes) return log("changes of files are not noticed: " + changes.error().what);
  changes_ = std::move(*changes);
  for (const std::string& path : source_.watched) {
    if (!changes_->watch(path)) log(fmt::format("changes of {} are not noticed", path));
  }
}

void Server::changed(const std::string& path) {
  const std::uint64_t now_ms = loop_->now_ms();
  if (settle_ == 0) {
    settle_since_ms_ = now_ms;
    only_policy_ = true;
  }
  only_policy_ = only_policy_ && path == config_.milter.policy_path;
  loop_->cancel(settle_);
  const std::uint64_t last_ms = settle_since_ms_ + settle_ms_max;
  settle_ = loop_->after_ms(std::min(settle_ms, last_ms - std::min(last_ms, now_ms)),
                            [this] { settled(); });
}

void Server::settled() {
  settle_ = 0;
  if (only_policy_) return reload_policy();
  reload_now();
}

void Server::reload() {
  const std::uint64_t now_ms = loop_->now_ms();
  if (!reloaded_ms_ || now_ms - *reloaded_ms_ >= settle_ms) return reload_now();
  if (settle_ == 0) {
    settle_since_ms_ = now_ms;
    settle_ = loop_->after_ms(settle_ms, [this] { settled(); });
  }
  only_policy_ = false;
}

void Server::reload_policy() {
  if (stopping_) return;
  if (const Status read = load_policy(); !read) {
    log(fmt::format("policy refused, the old stays in force: {}", read.error().what));
  } else if (!config_.milter.policy_path.empty()) {
    log("loaded the policy");
  }
}

void Server::reload_now() {
  if (stopping_) return;
  reloaded_ms_ = loop_->now_ms();
  reload_policy();
  if (source_.build) return build_beside();
  notify_systemd("RELOADING=1");
  if (const Status loaded = load(); !loaded) {
    log(fmt::format("reload refused, the old stays in force: {}", loaded.error().what));
  }
  notify_systemd("READY=1");
}

/// The pack of databases is built by a child that takes only what processor and disk are idle.
void Server::build_beside() {
  if (builder_pid_ > 0) {
    build_again_ = true;
    return;
  }
  const pid_t pid = fork();
  if (pid < 0) return log("reload failed: no child can be started");
  if (pid == 0) {
    setpriority(PRIO_PROCESS, 0, 19);
    constexpr int idle_class = 3 << 13;
    syscall(SYS_ioprio_set, 1, 0, idle_class);
    signal(SIGTERM, SIG_DFL);
    syscall(SYS_close_range, 3U, ~0U, 0U);
    const Status done = source_.build(config_);
    if (!done) log(done.error().what);
    _exit(done ? 0 : 1);
  }
  builder_pid_ = pid;
  builder_ = files::Fd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!builder_.valid()) {
    waitpid(pid, nullptr, 0);
    builder_pid_ = -1;
    return log("reload failed: its child cannot be watched");
  }
  static_cast<void>(loop_->watch(builder_.get(), EPOLLIN, [this](std::uint32_t) { built(); }));
}

void Server::built() {
  int status = 0;
  waitpid(builder_pid_, &status, 0);
  builder_pid_ = -1;
  loop_->forget(builder_.get());
  builder_.reset();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    log("reload refused, the old stays in force: the databases could not be compiled");
  } else if (const Status loaded = load(); !loaded) {
    log(fmt::format("reload refused, the old stays in force: {}", loaded.error().what));
  }
  if (std::exchange(build_again_, false)) build_beside();
}

void Server::stop() {
  if (stopping_) return;
  stopping_ = true;
  notify_systemd("STOPPING=1");
  log("stopping: what was accepted is finished first");
  for (const Listening& one : listeners_) loop_->forget(one.socket.get());
  stop_by_ms_ = loop_->now_ms() + config_.stop_timeout_s * 1'000;
  loop_->after_ms(stop_look_ms, [this] { stop_if_idle(); });
}

void Server::stop_if_idle() {
  const bool idle =
      scans_->idle() && std::all_of(sessions_.begin(), sessions_.end(),
                                    [](auto& one) { return one.second.session->idle(); });
  if (idle || loop_->now_ms() >= stop_by_ms_) return loop_->stop();
  loop_->after_ms(stop_look_ms, [this] { stop_if_idle(); });
}

}  // namespace

Status serve(Config config, KnownSource source, std::vector<Listening> listeners, Stores stores) {
  Server server(std::move(config), std::move(source), std::move(listeners), std::move(stores));
  return server.run();
}

}  // namespace antidotary::serve
