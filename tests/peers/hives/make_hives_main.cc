// Writes hives of every form that our writer makes into a folder; with --large FILE, one hive of
// about 20 MB, for timing.
#include <cstdio>
#include <string>
#include <string_view>

#include "formats/regf/hive.h"
#include "formats/regf/writer.h"
#include "hive_file.h"

using namespace antidotary;
using regf::KeySpec;

namespace {

Buffer filled(std::size_t size) {
  Buffer out(size);
  for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(i * 7 + i / 251);
  return out;
}

KeySpec many_keys(int count) {
  KeySpec root;
  for (int i = 0; i < count; ++i) {
    KeySpec& key = root.subkeys.emplace_back();
    key.name = fmt::format("Key {:05}", i);
    if (i % 3 == 0) key.set_text("Name", key.name);
  }
  return root;
}

KeySpec many_values(int count) {
  KeySpec root;
  for (int i = 0; i < count; ++i) {
    root.values.push_back({fmt::format("value {:05}", i), regf::reg_sz,
                           regf::data_of_text(fmt::format("text of {}", i))});
  }
  return root;
}

KeySpec every_type() {
  KeySpec root;
  for (std::uint32_t type = 0; type < 12; ++type) {
    for (const std::size_t size : {0u, 2u, 4u, 8u, 30u}) {
      Buffer data = filled(size);
      const bool text = type == regf::reg_sz || type == regf::reg_expand_sz;
      if (text && size > 2) data[size - 1] = data[size - 2] = std::byte{0};
      root.at("Types").set(fmt::format("{} of {}", regf::type_name(type), size), type, data);
    }
  }
  root.at("Types").set("odd", 0x1234, filled(12));
  return root;
}

KeySpec unterminated() {
  KeySpec root;
  root.at("Text").set("without its NUL", regf::reg_sz, filled(30));
  return root;
}

KeySpec resident() {
  KeySpec root;
  for (std::size_t size = 0; size < 10; ++size) {
    root.at("Resident").set(fmt::format("{} bytes", size), regf::reg_binary, filled(size));
  }
  return root;
}

KeySpec names() {
  KeySpec root;
  root.at("\xc3\x9c"
          "bung")
      .set_text("Ma\xc3\x9f",
                "stra\xc3\x9f"
                "e");
  root.at("\xc3\x9c"
          "bung\\\xc3\xbf")
      .set_text("", "y with dots");
  root.at("\xd0\x96\xd1\x83\xd0\xba").set_text("\xe2\x82\xac", "euro");
  root.at("\xe6\xbc\xa2\xe5\xad\x97").set_text("\xf0\x9f\x98\x80", "beyond the first plane");
  root.at("with blank and / slash").set_text("a\\b", "a value may hold a backslash");
  root.at(std::string(255, 'k')).set_text(std::string(300, 'v'), "long names");
  return root;
}

KeySpec run_keys() {
  KeySpec root;
  KeySpec& run = root.at("Microsoft\\Windows\\CurrentVersion\\Run");
  run.set_text("first", "C:\\WINDOWS\\first.exe");
  run.set_text("second", "C:\\WINDOWS\\second.exe /quiet");
  run.set("third", regf::reg_expand_sz, regf::data_of_text("%SystemRoot%\\third.exe"));
  run.set("count", regf::reg_dword, filled(4));
  root.at("Microsoft\\Windows\\CurrentVersion\\RunOnce").set_text("only", "once.exe");
  return root;
}

KeySpec deep(int depth) {
  KeySpec root;
  KeySpec* key = &root;
  for (int i = 0; i < depth; ++i) {
    key = &key->at("d");
    key->set_text("level", std::to_string(i));
  }
  return root;
}

KeySpec empty_keys() {
  KeySpec root;
  for (const char* path : {"a", "a\\b", "a\\c", "d", "e\\f\\g"}) root.at(path);
  return root;
}

KeySpec long_data() {
  KeySpec root;
  for (const std::size_t size : {1000u, 4060u, 4064u, 4096u, 16'000u, 16'344u}) {
    root.at("Long").set(fmt::format("{}", size), regf::reg_binary, filled(size));
  }
  return root;
}

KeySpec big_data() {
  KeySpec root;
  for (const std::size_t size : {16'345u, 32'688u, 32'689u, 100'000u, 1'000'000u}) {
    root.at("Big").set(fmt::format("{}", size), regf::reg_binary, filled(size));
  }
  return root;
}

KeySpec large() {
  KeySpec root;
  for (int i = 0; i < 60; ++i) {
    for (int j = 0; j < 700; ++j) {
      KeySpec& key = root.subkey(fmt::format("Vendor {}", i)).subkeys.emplace_back();
      key.name = fmt::format("Component {:04} of {}", j, i);
      key.set_text("", key.name);
      key.set_text("Path", fmt::format("C:\\Program Files\\Vendor {}\\component{}.dll", i, j));
      key.set("Flags", regf::reg_dword, filled(4));
      key.set("Data", regf::reg_binary, filled(static_cast<std::size_t>(j % 97)));
    }
  }
  return root;
}

bool write(const std::string& path, const KeySpec& root, std::uint32_t minor) {
  regf::WriteOptions options;
  options.minor_version = minor;
  const auto hive = regf::write_hive(root, options);
  if (!hive) std::fprintf(stderr, "%s: %s\n", path.c_str(), hive.error().what.c_str());
  return hive && write_whole(path, *hive);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string_view(argv[1]) == "--large")
    return write(argv[2], large(), 5) ? 0 : 1;
  if (argc != 2) return 2;
  const std::string folder = argv[1];
  bool done = true;
  const auto both = [&](const std::string& name, const KeySpec& root) {
    done = write(folder + "/" + name + "-3", root, 3) && done;
    done = write(folder + "/" + name + "-5", root, 5) && done;
  };
  both("minimal", {});
  both("types", every_type());
  both("unterminated", unterminated());
  both("resident", resident());
  both("names", names());
  both("run", run_keys());
  both("empty", empty_keys());
  both("deep", deep(120));
  both("long-data", long_data());
  both("values", many_values(3000));
  both("keys-500", many_keys(500));
  both("keys-800", many_keys(800));
  both("keys-5000", many_keys(5000));
  done = write(folder + "/run-4", run_keys(), 4) && done;
  done = write(folder + "/run-6", run_keys(), 6) && done;
  done = write(folder + "/big-data-4", big_data(), 4) && done;
  done = write(folder + "/big-data-6", big_data(), 6) && done;
  return done ? 0 : 1;
}
