#include "serve/preview_session.h"

#include <fmt/core.h>

namespace antidotary::serve {
namespace {

namespace http = gate::http;

constexpr std::uint64_t head_time_ms = 10'000;
constexpr std::string_view plain = "text/plain; charset=utf-8";

// Nothing is kept by the browser; nothing on a page may ask anybody else for anything.
constexpr std::string_view usual_fields =
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'\r\n";

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 421:
      return "Misdirected Request";
    case 431:
      return "Request Header Fields Too Large";
    default:
      return "HTTP Version Not Supported";
  }
}

}  // namespace

PreviewSession::PreviewSession(PreviewHost& host, files::Fd socket, std::function<void()> gone)
    : host_(host), connection_(host.loop(), std::move(socket), std::move(gone)) {}

Status PreviewSession::start() {
  connection_.limit_ms(head_time_ms);
  return connection_.start(*this);
}

void PreviewSession::received(Bytes bytes, std::vector<files::Fd>) {
  if (answered_) return;  // one request a connection; the rest is read away
  text_ += as_text(bytes);
  const std::size_t size = http::head_size(text_);
  if (size == 0 && text_.size() < http::head_bytes_max) return;
  answered_ = true;
  const auto head =
      http::read_head(std::string_view(text_).substr(0, size == 0 ? text_.npos : size));
  text_.clear();
  if (head) return answer(*head);
  const bool too_long = size == 0;
  reply(too_long ? 431 : http::status_of(head.error().kind), plain, head.error().what + "\n");
}

void PreviewSession::answer(const gate::http::Head& head) {
  // A page of the web may point a name of its own at 127.0.0.1; its Host tells it.
  if (!http::names_this_host(head.host, host_.port())) {
    return reply(
        421, plain,
        fmt::format("this server is http://127.0.0.1:{}/ and nothing else\n", host_.port()));
  }
  if (head.method != "GET" && head.method != "HEAD") {
    return reply(405, plain, "only GET and HEAD are answered\n");
  }
  if (head.path == preview_events_path && head.method == "GET") return begin_events();
  const PreviewAnswer page = host_.source().answer(head.path);
  reply(page.status, page.type, page.body, head.method == "GET");
}

void PreviewSession::reply(int status, std::string_view type, std::string_view body,
                           bool with_body) {
  connection_.send(
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
                  "Connection: close\r\n{}{}\r\n",
                  status, reason_of(status), type, body.size(),
                  status == 405 ? "Allow: GET, HEAD\r\n" : "", usual_fields));
  if (with_body) connection_.send(body);
  connection_.finish();
}

void PreviewSession::begin_events() {
  events_ = true;
  connection_.limit_ms(0);
  connection_.send(fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n{}\r\n",
      usual_fields));
  tell_version();
}

void PreviewSession::tell_version() {
  if (!events_) return;
  // A page that takes nothing any more is let go; the browser asks again by itself.
  if (connection_.unsent_bytes() > 4096) return connection_.drop();
  connection_.send("data: " + host_.source().version() + "\n\n");
}

}  // namespace antidotary::serve
