#include "serve/clamd_session.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/text.h"
#include "files/root.h"
#include "gate/verdict.h"

namespace antidotary::serve::clamd {
namespace {

// Objects of one client that may wait at once: more is not read from it until some are answered.
constexpr std::size_t outstanding_max = 64;
constexpr std::size_t folder_files_at_once = 4;
// Folders of one client that are read at once: each is a child of ours.
constexpr std::size_t walkers_max = 4;
using gate::gap_words;
using gate::names_of;
using gate::worst_gap;

constexpr std::uint64_t ms_per_s = 1'000;

constexpr std::string_view protocol_error =
    "PROTOCOL ERROR: ancillary data sent without FILDES. ERROR";
constexpr std::string_view invalid_inside = "Command invalid inside IDSESSION. ERROR";
constexpr std::string_view commands =
    "SCAN QUIT RELOAD PING CONTSCAN VERSIONCOMMANDS VERSION END SHUTDOWN MULTISCAN FILDES STATS "
    "IDSESSION INSTREAM DETSTATSCLEAR DETSTATS ALLMATCHSCAN";

}  // namespace

/// SCAN and its kin, at a file or at a folder.
struct ClamdSession::PathTask {
  Command command;
  std::uint64_t number = 0;
  std::unique_ptr<PathScan> walk;
  std::size_t outstanding = 0;
  bool all_files = false;  ///< Goes on after the first that is found.
  bool listed = false;     ///< No more files come.
  bool told = false;       ///< Something was found or failed: no "OK" at the end.
  bool over = false;
};

ClamdSession::ClamdSession(Gateway& gateway, std::uint64_t id, files::Fd socket,
                           std::function<void()> gone)
    : gateway_(gateway),
      id_(id),
      connection_(gateway.loop(), std::move(socket), std::move(gone)),
      wire_(*this) {}

ClamdSession::~ClamdSession() {
  *alive_ = false;
  // A task's walk holds the task.
  for (const auto& task : tasks_) {
    task->over = true;
    task->walk.reset();
  }
  gateway_.scans().forget(id_);
}

Status ClamdSession::start() {
  connection_.limit_ms(gateway_.config().clamd.command_timeout_s * ms_per_s);
  return connection_.start(*this);
}

void ClamdSession::received(Bytes bytes, std::vector<files::Fd> descriptors) {
  for (files::Fd& one : descriptors) descriptors_.push_back(std::move(one));
  const bool middle = wire_.awaits_descriptor() || wire_.in_stream();
  wire_.feed(bytes);
  take_descriptors(middle);
  await_next();
}

/// Those that stand where none is awaited end the talk.
void ClamdSession::take_descriptors(bool middle) {
  if (wire_.held() && !last_) return;  // their byte is not read yet
  if (!descriptors_.empty() && !last_) {
    const bool known = middle || session_;
    if (session_ && !middle) ++number_;
    reply(session_ ? number_ : 0, known ? command_.terminator : '\0', protocol_error);
    if (!session_) {
      if (known || wire_.awaits_descriptor()) reply(0, '\0', "Error processing command. ERROR");
    }
    last_ = true;
    close_if_done();
  }
  descriptors_.clear();
}

void ClamdSession::relieved() { go_on(); }

void ClamdSession::ended() {
  wire_.end();
  last_ = true;
  close_if_done();
}

void ClamdSession::late() {
  if (outstanding_ > 0) return;
  connection_.send("COMMAND READ TIMED OUT\n");
  connection_.finish();
}

bool ClamdSession::idle() const {
  return outstanding_ == 0 && !wire_.in_stream() && !wire_.awaits_descriptor() &&
         connection_.unsent_bytes() == 0;
}

/// The limit that holds until something further comes.
void ClamdSession::await_next() {
  if (connection_.finishing()) return;
  if (last_) return connection_.limit_ms(0);
  const ClamdConfig& clamd = gateway_.config().clamd;
  if (wire_.in_stream() || wire_.awaits_descriptor()) {
    await_stream();
  } else if (outstanding_ > 0) {
    connection_.limit_ms(0);
  } else if (session_ && !wire_.in_command()) {
    connection_.limit_ms(clamd.command_timeout_s * ms_per_s);
  }
}

/// A client that sends a byte now and then keeps what it has sent in memory: it is not waited for
/// for ever.
void ClamdSession::allow_time() {
  stream_by_ms_ = gateway_.loop().now_ms() + gateway_.config().clamd.stream_timeout_s * ms_per_s;
}

void ClamdSession::await_stream() {
  const std::uint64_t now_ms = gateway_.loop().now_ms();
  if (now_ms >= stream_by_ms_) return late();
  connection_.limit_ms(
      std::min(gateway_.config().clamd.read_timeout_s * ms_per_s, stream_by_ms_ - now_ms));
}

void ClamdSession::reply(std::uint64_t number, char terminator, std::string_view words) {
  std::string line = number > 0 ? fmt::format("{}: ", number) : std::string();
  line.append(words);
  line.push_back(terminator);
  connection_.send(line);
  hold_if_full();
}

bool ClamdSession::command(Command command) {
  const bool session = session_;
  command_ = std::move(command);
  if (session) ++number_;
  if (session) return command_in_session();
  switch (command_.verb) {
    case Verb::idsession:
      session_ = true;
      return true;
    case Verb::instream:
    case Verb::fildes:
      stream_bytes_ = 0;
      allow_time();
      return true;
    default:
      break;
  }
  last_ = true;
  if (!answer_now(command_.verb)) reply("UNKNOWN COMMAND");
  close_if_done();
  return false;
}

bool ClamdSession::command_in_session() {
  switch (command_.verb) {
    case Verb::instream:
    case Verb::fildes:
      stream_bytes_ = 0;
      allow_time();
      return true;
    case Verb::scan:
    case Verb::version:
    case Verb::ping:
    case Verb::stats:
    case Verb::version_commands:
      if (command_.old) break;
      answer_now(command_.verb);
      return true;
    case Verb::end:
      last_ = true;
      close_if_done();
      return false;
    default:
      break;
  }
  reply(command_.old ? "Only nCMDS\\n and zCMDS\\0 are accepted inside IDSESSION. ERROR"
                     : invalid_inside);
  last_ = true;
  close_if_done();
  return false;
}

/// False where the command is unknown here.
bool ClamdSession::answer_now(Verb verb) {
  const ClamdConfig& clamd = gateway_.config().clamd;
  switch (verb) {
    case Verb::ping:
      reply("PONG");
      return true;
    case Verb::version:
      reply(banner());
      return true;
    case Verb::version_commands:
      reply(fmt::format("{}| COMMANDS: {}", banner(), commands));
      return true;
    case Verb::stats:
      reply(stats());
      return true;
    case Verb::reload:
      gateway_.reload();
      reply("RELOADING");
      return true;
    case Verb::shutdown:
      if (!clamd.allow_shutdown) return false;
      gateway_.stop();
      return true;
    case Verb::detstats:
    case Verb::detstatsclear:
      return true;
    case Verb::allmatchscan:
      if (!clamd.allow_all_match) {
        reply(command_.argument + ": ALLMATCHSCAN command disabled by clamd configuration. ERROR");
        return true;
      }
      [[fallthrough]];
    case Verb::scan:
      scan_path(false);
      return true;
    case Verb::contscan:
    case Verb::multiscan:
      scan_path(true);
      return true;
    default:
      return false;
  }
}

std::string ClamdSession::banner() const {
  const std::string& banner = gateway_.config().clamd.banner;
  return banner.empty() ? "ClamAV 1.4.6" : banner;
}

std::string ClamdSession::stats() const {
  const Scans& scans = gateway_.scans();
  return fmt::format(
      "POOLS: 1\n\nSTATE: VALID PRIMARY\nTHREADS: live {}  idle {} max {} idle-timeout 30\n"
      "QUEUE: {} items\n\tSTATS 0.000000 \n\nMEMSTATS: heap N/A mmap N/A used N/A free N/A "
      "releasable N/A pools 1 pools_used 0.000M pools_total 0.000M\nEND",
      scans.busy() + 1, scans.workers() - std::min<std::size_t>(scans.workers(), scans.busy()),
      scans.workers(), scans.waiting());
}

void ClamdSession::refuse_stream(std::string_view words, scan::Gap gap) {
  if (gateway_.config().incomplete != Incomplete::alert) return reply(words);
  reply(fmt::format("stream: {} FOUND", gate::alert_name(gap)));
}

bool ClamdSession::chunk_begins(std::uint32_t bytes) {
  if (bytes <= gateway_.config().clamd.stream_bytes_max - stream_bytes_) {
    stream_bytes_ += bytes;
    return true;
  }
  spool_.clear();
  refuse_stream("INSTREAM size limit exceeded. ERROR", scan::Gap::limited);
  last_ = true;
  close_if_done();
  return false;
}

bool ClamdSession::chunk(Bytes bytes) {
  if (spool_.append(bytes)) return true;
  refuse_stream("Error writing to temporary file ERROR", scan::Gap::failed);
  last_ = true;
  close_if_done();
  return false;
}

bool ClamdSession::stream_ends() {
  auto object = spool_.take();
  last_ = last_ || !session_;
  if (!object) {
    refuse_stream("Error writing to temporary file ERROR", scan::Gap::failed);
    close_if_done();
    return session_;
  }
  spooled_bytes_ += object->size_bytes;
  const auto part = std::make_shared<SpoolSpace::Part>(std::move(object->part));
  scan_object({std::move(object->descriptor), object->size_bytes, "stream", {}}, part);
  return session_;
}

bool ClamdSession::descriptor_byte() {
  if (descriptors_.size() != 1) {
    descriptors_.clear();
    reply("No file descriptor received. ERROR");
    last_ = true;
    close_if_done();
    return false;
  }
  files::Fd object = std::move(descriptors_.front());
  descriptors_.pop_front();
  last_ = last_ || !session_;
  const std::string shown = fmt::format("fd[{}]", object.get());
  const auto stat = files::stat_of(object.get());
  const int flags = fcntl(object.get(), F_GETFL);
  const bool readable = flags >= 0 && (flags & O_ACCMODE) != O_WRONLY && (flags & O_PATH) == 0;
  if (!stat || stat->kind != files::Kind::file || !readable) {
    reply(shown + ": Not a regular file ERROR");
    close_if_done();
  } else {
    scan_object({std::move(object), stat->size_bytes, shown, {}});
  }
  return session_;
}

/// `part`: the space that the object's bytes take, where they are ours.
void ClamdSession::scan_object(worker::Pool::Object object,
                               std::shared_ptr<SpoolSpace::Part> part) {
  begun();
  const std::string shown = object.name;
  const std::uint64_t spooled = part == nullptr ? 0 : object.size_bytes;
  gateway_.scans().submit(id_, std::move(object),
                          [this, shown, spooled, part = std::move(part), number = number_,
                           terminator = command_.terminator](scan::Report&& report) {
                            spooled_bytes_ -= spooled;
                            reply(number, terminator,
                                  fmt::format("{}: {}", shown, words_of(report)));
                            done();
                          });
}

/// "NAME FOUND", "OK", "REASON ERROR"; what was not read and still is "OK" is in the log.
std::string ClamdSession::words_of(const scan::Report& report) {
  const std::vector<std::string> names = names_of(report);
  const scan::Unread* const gap = worst_gap(report);
  if (!names.empty()) {
    gateway_.log(fmt::format("found {} in {}", names.front(),
                             report.unread.empty() ? "an object" : "an object not wholly read"));
    return escape_for_terminal(names.front()) + " FOUND";
  }
  if (gap == nullptr) return "OK";
  gateway_.log("not wholly read: " + gap_words(*gap));
  const Incomplete incomplete = gateway_.config().incomplete;
  if (incomplete == Incomplete::alert) return std::string(gate::alert_name(gap->gap)) + " FOUND";
  const bool error = gap->gap == scan::Gap::failed || incomplete == Incomplete::error;
  return error ? escape_for_terminal(gap->reason) + " ERROR" : "OK";
}

void ClamdSession::scan_path(bool all_files) {
  const auto task = std::make_shared<PathTask>();
  task->command = command_;
  task->number = number_;
  task->all_files = all_files;
  tasks_.push_back(task);
  begun();
  const std::string& path = command_.argument;
  const auto refuse = [&](std::string_view words) {
    reply(fmt::format("{}: {}", path, words));
    task->told = true;
    task->listed = true;
    end_path(task);
  };
  if (!gateway_.config().clamd.allow_paths) {
    return refuse("Scanning by path is disabled by the configuration. ERROR");
  }
  struct stat stat {};
  if (::stat(path.c_str(), &stat) != 0) {
    return refuse(fmt::format("File path check failure: {}. ERROR", std::strerror(errno)));
  }
  if (S_ISDIR(stat.st_mode)) return scan_folder(task);
  task->listed = true;
  if (!S_ISREG(stat.st_mode)) {
    // As clamd has it: the error, and then OK.
    reply(path + ": Not supported file type ERROR");
    return end_path(task);
  }
  files::Fd file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!file.valid()) {
    return refuse(errno == EACCES ? "Access denied. ERROR" : "Can't open file ERROR");
  }
  const auto opened = files::stat_of(file.get());
  if (!opened || opened->kind != files::Kind::file) return refuse("Not a regular file ERROR");
  scan_file(task, path, std::move(file), opened->size_bytes);
}

void ClamdSession::scan_folder(std::shared_ptr<PathTask> task) {
  auto walk = PathScan::start(gateway_.loop(), task->command.argument,
                              [this, alive = alive_, task](PathScan::Told one) {
                                if (*alive) told(task, std::move(one));
                              });
  if (walk) {
    task->walk = std::move(*walk);
    ++walkers_;
    return hold_if_full();
  }
  reply(task->number, task->command.terminator,
        fmt::format("{}: {} ERROR", task->command.argument, walk.error().what));
  task->told = true;
  task->listed = true;
  end_path(task);
}

void ClamdSession::told(const std::shared_ptr<PathTask>& task, PathScan::Told one) {
  if (task->over) return;
  const auto tell = [&](const std::string& words) {
    reply(task->number, task->command.terminator, words);
    task->told = true;
  };
  switch (one.what) {
    case PathScan::Told::What::file:
      scan_file(task, std::move(one.path), std::move(one.descriptor), one.size_bytes);
      return steer(*task);
    case PathScan::Told::What::missed:
      tell(fmt::format("{}: Access denied. ERROR", one.path));
      return steer(*task);
    case PathScan::Told::What::over:
      if (!one.reason.empty()) {
        tell(fmt::format("{}: {} ERROR", task->command.argument, one.reason));
      }
      task->listed = true;
      end_path(task);
      return;
  }
}

/// Lets the walk go on only as fast as files are scanned and answers are read.
void ClamdSession::steer(PathTask& task) {
  if (!task.walk) return;
  // The first that is found ends it: then it is the first in the walk's order.
  const std::size_t at_once = task.all_files ? folder_files_at_once : 1;
  task.walk->hold(task.outstanding >= at_once || connection_.clogged());
}

void ClamdSession::scan_file(const std::shared_ptr<PathTask>& task, std::string path,
                             files::Fd descriptor, std::uint64_t size_bytes) {
  ++task->outstanding;
  gateway_.scans().submit(id_, {std::move(descriptor), size_bytes, path, {}},
                          [this, task, path](scan::Report&& report) {
                            --task->outstanding;
                            path_answered(task, path, report);
                          });
}

void ClamdSession::path_answered(const std::shared_ptr<PathTask>& task, const std::string& path,
                                 const scan::Report& report) {
  if (task->over) return;
  const std::string words = words_of(report);
  const bool all_names = task->command.verb == Verb::allmatchscan;
  if (words != "OK") {
    task->told = true;
    const std::vector<std::string> names = names_of(report);
    for (std::size_t i = 0; all_names && i + 1 < names.size(); ++i) {
      reply(task->number, task->command.terminator,
            fmt::format("{}: {} FOUND", path, escape_for_terminal(names[i])));
    }
    reply(task->number, task->command.terminator,
          fmt::format(
              "{}: {}", path,
              all_names && !names.empty() ? escape_for_terminal(names.back()) + " FOUND" : words));
    if (!task->all_files && words.ends_with(" FOUND")) {
      task->listed = true;
      task->outstanding = 0;
      return end_path(task);
    }
  }
  steer(*task);
  end_path(task);
}

void ClamdSession::end_path(const std::shared_ptr<PathTask>& task) {
  if (task->over || !task->listed || task->outstanding > 0) return;
  task->over = true;
  if (!task->told) {
    reply(task->number, task->command.terminator, task->command.argument + ": OK");
  }
  // The walk may be what called us.
  if (task->walk) {
    --walkers_;
    gateway_.loop().later([walk = std::shared_ptr<PathScan>(std::move(task->walk))] {});
  }
  tasks_.erase(std::remove(tasks_.begin(), tasks_.end(), task), tasks_.end());
  done();
}

bool ClamdSession::full() const {
  return outstanding_ >= outstanding_max || walkers_ >= walkers_max || connection_.clogged() ||
         spooled_bytes_ >= gateway_.config().clamd.stream_bytes_max;
}

/// Nothing further is taken from this client until some of what it asked is answered, and read.
void ClamdSession::hold_if_full() {
  if (!full()) return;
  wire_.hold(true);
  connection_.pause(true);
}

void ClamdSession::go_on() {
  for (const auto& task : tasks_) steer(*task);
  if (!wire_.held() || full()) return;
  const bool middle = wire_.awaits_descriptor() || wire_.in_stream();
  allow_time();  // while we held it, it could not send
  wire_.hold(false);
  wire_.feed({});
  take_descriptors(middle);
  if (!wire_.held()) connection_.pause(false);
  await_next();
}

void ClamdSession::begun() {
  ++outstanding_;
  hold_if_full();
}

void ClamdSession::done() {
  --outstanding_;
  close_if_done();
  await_next();
  if (!wire_.held() || full()) return;
  // Later: we may be within a command, or within another session's turn.
  gateway_.loop().later([this, alive = alive_] {
    if (*alive) go_on();
  });
}

void ClamdSession::close_if_done() {
  if (last_ && outstanding_ == 0) connection_.finish();
}

}  // namespace antidotary::serve::clamd
