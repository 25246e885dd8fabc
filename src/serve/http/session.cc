#include "serve/http/session.h"

#include <algorithm>

#include "core/digest.h"
#include "core/record.h"
#include "core/text.h"
#include "diagnosis/diagnosis.h"
#include "publish/page.h"

namespace antidotary::serve::http {
namespace {

using gate::http::refused;
using gate::http::Request;
using gate::http::Response;

constexpr std::uint64_t ms_per_s = 1'000;
constexpr std::size_t ahead_bytes_max = 1 << 20;
constexpr std::string_view entries_path = "/entries/";

}  // namespace

HttpSession::HttpSession(Gateway& gateway, std::uint64_t id, files::Fd socket,
                         std::function<void()> gone)
    : gateway_(gateway), id_(id), connection_(gateway.loop(), std::move(socket), std::move(gone)) {}

HttpSession::~HttpSession() {
  *alive_ = false;
  gateway_.scans().forget(id_);
}

Status HttpSession::start() {
  await();
  return connection_.start(*this);
}

void HttpSession::await() {
  connection_.limit_ms(scanning_ ? 0 : gateway_.config().http.timeout_s * ms_per_s);
}

bool HttpSession::idle() const { return !request_ && connection_.unsent_bytes() == 0; }

void HttpSession::received(Bytes bytes, std::vector<files::Fd>) {
  reader_.feed(bytes);
  await();
  go();
}

/// It may still read what it has asked for.
void HttpSession::ended() {
  ended_ = true;
  go();
}

void HttpSession::late() {
  if (request_) {
    request_->keep_alive = false;
    respond(refused(408, "the request did not come to its end in time"));
  }
  connection_.finish();
}

void HttpSession::go() {
  while (!scanning_ && !connection_.finishing() && !connection_.clogged()) {
    if (request_) {
      if (!take_body()) break;
      continue;
    }
    auto request = reader_.next();
    if (!request) break;
    begin(std::move(*request));
  }
  if (reader_.refusal() != 0 && !request_ && !connection_.finishing()) {
    const Response response = refused(reader_.refusal(), "this request cannot be read");
    connection_.send(gate::http::wire_form(response, false));
    connection_.finish();
  }
  if (ended_ && !scanning_ && !connection_.clogged()) return connection_.finish();
  connection_.pause(scanning_ && reader_.held_bytes() > ahead_bytes_max);
}

void HttpSession::begin(Request request) {
  request_ = std::move(request);
  body_left_ = request_->body_bytes;
  spool_.clear();
  const bool scan = request_->method == "POST" && request_->path == "/scan";
  const std::uint64_t body_max = scan ? gateway_.config().http.body_bytes_max : 0;
  const auto turn_away = [this](int status, std::string_view sentence) {
    request_->keep_alive = false;
    respond(refused(status, sentence));
  };
  if (request_->count("origin") > 0) {
    return turn_away(403, "requests of web pages are not answered");
  }
  // Only HTTP/1.0 has none, which no browser speaks.
  const bool ours = request_->host.empty() || gate::http::names_this_host(request_->host);
  if (connection_.is_tcp() && !ours) {
    return turn_away(421, "this is 127.0.0.1 and has no other name");
  }
  if (body_left_ > body_max) {
    return turn_away(413, fmt::format("a body has at most {} bytes here", body_max));
  }
  if (request_->awaits_continue && body_left_ > 0) {
    connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

/// False where more has to come first.
bool HttpSession::take_body() {
  if (body_left_ > 0) {
    const std::string part = reader_.take(body_left_);
    body_left_ -= part.size();
    if (!part.empty() && !spool_.append(as_bytes(std::string_view(part)))) {
      request_->keep_alive = false;
      respond(refused(507, "there is no room to keep the body"));
      return true;
    }
    if (body_left_ > 0) return false;
  }
  finish_body();
  return true;
}

void HttpSession::finish_body() {
  if (request_->method != "POST" || request_->path != "/scan") return respond(answer_to(*request_));
  auto object = spool_.take();
  if (!object) return respond(refused(507, object.error().what));
  const auto part = std::make_shared<SpoolSpace::Part>(std::move(object->part));
  scanning_ = true;
  await();
  gateway_.scans().submit(id_, {std::move(object->descriptor), object->size_bytes, "body", {}},
                          [this, part](scan::Report&& report) {
                            scanning_ = false;
                            respond(this->report(report));
                            gateway_.loop().later([this, alive = alive_] {
                              if (*alive) go();
                            });
                          });
}

void HttpSession::respond(const Response& response) {
  const bool keep = request_->keep_alive;
  connection_.send(gate::http::wire_form(response, keep, request_->method == "HEAD"));
  request_.reset();
  body_left_ = 0;
  if (!keep) connection_.finish();
  await();
}

Response HttpSession::answer_to(const Request& request) {
  if (request.method == "POST") return change(request);
  if (request.method != "GET" && request.method != "HEAD") {
    return refused(405, "GET, HEAD and POST are answered");
  }
  if (request.path == "/health") return {200, "text/plain", health()};
  if (request.path == "/ready") {
    if (gateway_.scans().known() != nullptr) return {200, "text/plain", "ready\n"};
    return {503, "text/plain", "loading\n"};
  }
  if (request.path == "/metrics") {
    return {200, "text/plain; version=0.0.4", gateway_.metrics()};
  }
  if (request.path == "/entries") return entry({});
  if (request.path.starts_with(entries_path)) {
    return entry(request.path.substr(entries_path.size()));
  }
  return refused(404, "here are /scan, /entries, /health, /ready, /metrics and /reload");
}

/// "ok" is about answers; what does not touch them stands behind it.
std::string HttpSession::health() const {
  outbreak::Desk* const desk = gateway_.outbreaks();
  const std::string trouble = desk == nullptr ? "" : desk->health().trouble;
  return trouble.empty() ? "ok\n" : "ok\nledger: " + escape_for_terminal(trouble) + "\n";
}

Response HttpSession::change(const Request& request) {
  if (request.path != "/reload") return refused(404, "POST is for /scan and /reload");
  const std::string& token = gateway_.config().http.token;
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view given = request.field("authorization");
  if (token.empty()) return refused(403, "no token is configured, so nothing can be changed");
  if (!given.starts_with(scheme) || !equal_in_constant_time(given.substr(scheme.size()), token)) {
    return refused(401, "this needs the token: Authorization: Bearer TOKEN");
  }
  gateway_.reload();
  return {202, "application/json", "{\"reloading\":true}\n"};
}

/// One entry, or the list of all where `id` is empty.
Response HttpSession::entry(const std::string& id) {
  const Known* const known = gateway_.scans().known();
  if (known == nullptr) return refused(503, "loading");
  const entries::Encyclopedia& encyclopedia = *known->knowledge().encyclopedia;
  if (id.empty()) {
    Json::Array ids;
    for (const entries::Entry& one : encyclopedia.entries()) ids.emplace_back(one.id);
    Json out;
    out.set("entries", std::move(ids));
    return {200, "application/json", out.dump() + "\n"};
  }
  const entries::Entry* const found = encyclopedia.find(id);
  if (found == nullptr) return refused(404, "no such entry; /entries names all");
  return {200, "application/json", publish::entry_json(encyclopedia, *found).dump() + "\n"};
}

Response HttpSession::report(const scan::Report& report) const {
  Json out;
  out.set("schema", "antidotary-report/1");
  out.set("type", "object");
  out.set("path", "body");
  out.set("verdict", enum_name(report.verdict()));
  out.set("diagnoses", to_json(diagnosis::lures(report)));
  out.set("detections", to_json(report.detections));
  out.set("alerts", to_json(report.alerts));
  out.set("unread", to_json(report.unread));
  if (!report.silenced.empty()) out.set("silenced", to_json(report.silenced));
  out.set("objects", report.objects);
  out.set("bytes", report.bytes);
  return {200, "application/json", out.dump() + "\n"};
}

}  // namespace antidotary::serve::http
