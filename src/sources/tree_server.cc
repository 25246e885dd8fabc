#include "sources/tree_server.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sources/tree_wire.h"

namespace antidotary::sources {
namespace {

// A worker waits for its answer and does nothing else: this long it takes only if it is stuck.
constexpr int send_ms_max = 10'000;

std::uint8_t number(TreeTag tag) { return static_cast<std::uint8_t>(tag); }

std::string_view last_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

Status TreeServer::afford() {
  if (requests_ > limits_.requests_max) {
    return fail(ErrorKind::budget_spent, "more than {} requests", limits_.requests_max);
  }
  if (nodes_ >= limits_.nodes_max) {
    return fail(ErrorKind::budget_spent, "more than {} nodes listed", limits_.nodes_max);
  }
  return {};
}

Result<Buffer> TreeServer::list(std::string_view path) {
  ANTIDOTARY_CHECK(afford());
  const std::size_t most = std::min(limits_.nodes_max - nodes_, limits_.folder_nodes_max);
  auto listed = root_->list(path, most);
  if (!listed) {
    // A folder over the cap was read up to it all the same: that is paid for.
    if (listed.error().kind == ErrorKind::budget_spent) nodes_ += most;
    return tl::unexpected(std::move(listed).error());
  }
  std::vector<files::Named> named = std::move(*listed);
  nodes_ += named.size();
  std::vector<TreeNode> nodes;
  nodes.reserve(named.size());
  for (files::Named& one : named) nodes.push_back(node_of(std::move(one.name), one.stat));
  Buffer body = to_wire(nodes);
  if (body.size() > jail::Channel::message_bytes_max) {
    return fail(ErrorKind::budget_spent, "a folder of {} nodes is too large", nodes.size());
  }
  return body;
}

Result<std::pair<Buffer, files::Fd>> TreeServer::open(std::string_view path) {
  ANTIDOTARY_CHECK(afford());
  files::Fd file = ANTIDOTARY_TRY(root_->open_file(path));
  const files::Stat stat = ANTIDOTARY_TRY(files::stat_of(file.get()));
  return std::pair{to_wire(node_of(std::string(last_name(path)), stat)), std::move(file)};
}

Status TreeServer::serve(jail::Channel& channel, const jail::Message& request) {
  const bool is_open = request.tag == number(TreeTag::open);
  if (!is_open && request.tag != number(TreeTag::list)) {
    return fail(ErrorKind::refused, "asked for nonsense");
  }
  if (request.descriptor.valid()) return fail(ErrorKind::refused, "sent a descriptor");
  if (request.body.size() > limits_.path_bytes_max) {
    return fail(ErrorKind::refused, "asked for a path of {} bytes", request.body.size());
  }
  if (++requests_ > 2 * limits_.requests_max) {
    return fail(ErrorKind::refused, "asked more than {} times", 2 * limits_.requests_max);
  }
  const auto refuse = [&channel](const Error& error) {
    return channel.send(number(TreeTag::failure), wire_of(error), -1, send_ms_max);
  };
  const std::string_view path = as_text(request.body);
  if (is_open) {
    const auto file = open(path);
    if (!file) return refuse(file.error());
    return channel.send(number(TreeTag::answer), file->first, file->second.get(), send_ms_max);
  }
  const auto nodes = list(path);
  if (!nodes) return refuse(nodes.error());
  return channel.send(number(TreeTag::answer), *nodes, -1, send_ms_max);
}

}  // namespace antidotary::sources
