// The same walk with libhivex, the peer: every key, value name and datum.
#include <hivex.h>

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  hive_h* hive = hivex_open(argv[1], 0);
  if (hive == nullptr) return 2;
  std::uint64_t keys = 0;
  std::uint64_t values = 0;
  std::uint64_t bytes = 0;
  std::vector<hive_node_h> todo = {hivex_root(hive)};
  while (!todo.empty()) {
    const hive_node_h node = todo.back();
    todo.pop_back();
    ++keys;
    std::free(hivex_node_name(hive, node));
    hive_value_h* list = hivex_node_values(hive, node);
    for (hive_value_h* value = list; value != nullptr && *value != 0; ++value) {
      ++values;
      std::free(hivex_value_key(hive, *value));
      hive_type type = hive_t_none;
      std::size_t size = 0;
      std::free(hivex_value_value(hive, *value, &type, &size));
      bytes += size;
    }
    std::free(list);
    hive_node_h* children = hivex_node_children(hive, node);
    for (hive_node_h* child = children; child != nullptr && *child != 0; ++child) {
      todo.push_back(*child);
    }
    std::free(children);
  }
  std::printf("%" PRIu64 " keys %" PRIu64 " values %" PRIu64 " bytes\n", keys, values, bytes);
  hivex_close(hive);
  return 0;
}
