// Prints everything that our reader finds in a hive, a JSON object a key in walk order:
// {"key":path,"time":filetime,"values":[[name,type,data],...]}; data are in hexadecimal up to four
// bytes, else their SHA-256. With --time, only how long a walk over all keys, values and data
// took, and how much there was.
#include <chrono>
#include <cstdio>
#include <string_view>

#include "core/digest.h"
#include "core/json.h"
#include "formats/regf/hive.h"
#include "hive_file.h"

using namespace antidotary;

namespace {

int complain(const Error& error) {
  std::fprintf(stderr, "%s\n", error.what.c_str());
  return 1;
}

int dump(const regf::Hive& hive) {
  Status problem;
  const auto walked = hive.walk([&](const std::string& path, const regf::Key& key) {
    Json::Array values;
    const auto listed = hive.values(key);
    if (!listed) return false;
    for (const regf::Value& value : *listed) {
      const auto data = hive.data(value);
      std::string told = data ? to_hex(*data) : "unreadable: " + data.error().what;
      if (data && data->size() > 4) told = sha256_hex(*data);
      values.push_back(Json::Array{value.name, std::uint64_t{value.type}, std::move(told)});
    }
    Json line;
    line.set("key", path);
    line.set("time", key.last_written_filetime);
    line.set("values", std::move(values));
    std::printf("%s\n", line.dump().c_str());
    return true;
  });
  for (const regf::Anomaly anomaly : hive.anomalies()) {
    std::fprintf(stderr, "anomaly: %s\n", std::string(name_of(anomaly)).c_str());
  }
  if (!walked) return complain(walked.error());
  return hive.anomalies().empty() ? 0 : 3;
}

int measure(Bytes bytes) {
  const auto start = std::chrono::steady_clock::now();
  Budget budget;
  const auto hive = regf::Hive::open(bytes, budget);
  if (!hive) return complain(hive.error());
  std::size_t keys = 0;
  std::size_t values = 0;
  std::size_t data_bytes = 0;
  const auto walked = hive->walk([&](const std::string&, const regf::Key& key) {
    ++keys;
    const auto listed = hive->values(key);
    if (!listed) return false;
    for (const regf::Value& value : *listed) {
      ++values;
      const auto data = hive->data(value);
      data_bytes += data ? data->size() : 0;
    }
    return true;
  });
  if (!walked) return complain(walked.error());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("%zu keys, %zu values, %zu bytes of data in %.3f s: %.1f MB/s\n", keys, values,
              data_bytes, took.count(), static_cast<double>(bytes.size()) / 1e6 / took.count());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const Buffer bytes = read_whole(argv[argc - 1]);
  if (argc == 3 && std::string_view(argv[1]) == "--time") return measure(bytes);
  Budget budget;
  const auto hive = regf::Hive::open(bytes, budget);
  return hive ? dump(*hive) : complain(hive.error());
}
