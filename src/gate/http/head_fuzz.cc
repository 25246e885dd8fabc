// HTTP heads: what was read holds no control character, and written out again reads as the same.
#include <cstdlib>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "gate/http/head.h"

using namespace antidotary::gate::http;

namespace {

std::string written(const Head& head) {
  std::string out = head.method + " " + head.path;
  if (!head.query.empty()) out += "?" + head.query;
  out += " HTTP/1.0\r\n";
  for (const auto& [name, value] : head.fields) out += name + ":" + value + "\r\n";
  return out + "\r\n";
}

void expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(antidotary::as_text(antidotary::view_of(data, size)));
  const std::size_t whole = head_size(text);
  expect(whole <= size);
  const auto head = read_head(std::string_view(text).substr(0, whole));
  if (!head) return 0;
  expect(head->fields.size() <= fields_max && head->path.front() == '/');
  const std::string again = written(*head);
  for (const char c : head->method + head->path + head->query) expect(c > 0x20 && c < 0x7f);
  if (again.size() > head_bytes_max) return 0;
  const auto second = read_head(again);
  expect(second.has_value());
  expect(second->fields == head->fields && second->path == head->path);
  expect(second->host == head->host && second->query == head->query);
  return 0;
}

extern "C" std::size_t antidotary_fuzz_seed(std::size_t index, std::vector<std::uint8_t>& out) {
  static constexpr std::string_view seeds[] = {
      "GET /win32/mimail.html?q=a HTTP/1.1\r\nHost: 127.0.0.1:8034\r\nAccept: */*\r\n\r\n",
      "HEAD / HTTP/1.0\r\n\r\nrest"};
  if (index >= std::size(seeds)) return 0;
  out.assign(seeds[index].begin(), seeds[index].end());
  return out.size();
}
