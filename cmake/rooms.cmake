# The house in one table: a line a room, in the order of the layers. The second argument says
# which rooms it may include; the same words link it. tests/tidy reads these lines and every
# `#include` in src/, and fails on a breach. `PURE` rooms may touch no file, socket, clock or
# environment (docs/internals/architecture.md, law 1).
#
# antidotary_room(name PURE|WORLD "rooms it may include" "libraries it links")

antidotary_room(core      PURE  ""                                          "fmt::fmt OpenSSL::Crypto simdjson::simdjson tl::expected")
antidotary_room(formats   PURE  "core"                                      "")
antidotary_room(entries   PURE  "core"                                      "tomlplusplus::tomlplusplus")
antidotary_room(match     PURE  "core"                                      "PkgConfig::hyperscan PkgConfig::pcre2")
antidotary_room(pack      PURE  "core match entries"                        "PkgConfig::yara")
antidotary_room(unpack    PURE  "core formats"                              "LibArchive::LibArchive PkgConfig::zlib PkgConfig::streams PkgConfig::mspack PkgConfig::tsk PkgConfig::pff BZip2::BZip2 GIF::GIF JPEG::JPEG PNG::PNG")
antidotary_room(mail      PURE  "core formats"                              "")
antidotary_room(scan      PURE  "core formats match pack unpack mail entries" "")
antidotary_room(gate      PURE  "core entries scan"                          "")
antidotary_room(host      PURE  "core formats entries"                      "PkgConfig::tsk PkgConfig::zlib")
antidotary_room(diagnosis PURE  "core entries scan host"                    "")
antidotary_room(plan      PURE  "core entries host diagnosis"               "")
antidotary_room(posture   PURE  "core formats entries host plan"            "")
antidotary_room(publish   PURE  "core entries diagnosis plan posture"        "PkgConfig::cmark")
antidotary_room(files     WORLD "core"                                      "PkgConfig::sqlite")
antidotary_room(signatures WORLD "core match entries pack files"            "LibArchive::LibArchive PkgConfig::zlib")
antidotary_room(jail      WORLD "core files"                                "PkgConfig::seccomp")
antidotary_room(ntfs      PURE  "core"                                      "")
antidotary_room(sources   WORLD "core files jail"                           "")
antidotary_room(worker    WORLD "core formats match pack entries unpack scan host diagnosis plan posture files jail sources" "")
antidotary_room(simulate  WORLD "core formats entries files"                "")
antidotary_room(remedy    WORLD "core formats entries host plan files jail ntfs"  "")
antidotary_room(proof     WORLD "core formats match pack entries unpack mail scan host diagnosis plan publish files jail sources worker simulate remedy" "")
antidotary_room(serve     WORLD "core formats match pack entries unpack mail scan gate host diagnosis plan posture publish files signatures jail sources worker simulate remedy" "")
antidotary_room(cli       WORLD "core formats match pack entries unpack mail scan gate host diagnosis plan posture publish files signatures jail sources worker simulate remedy proof serve" "CLI11::CLI11")
