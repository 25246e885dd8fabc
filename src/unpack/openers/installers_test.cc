// Installers: what their openers say of damage and of parts that are not there. Whole ones, made by
// the formats' own tools, are in tests/formats/archives and tests/cli/testfiles_test.py.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/reader.h"
#include "unpack/codecs/autoit_streams.h"
#include "unpack/codecs/nsis_bzip2.h"
#include "unpack/documents/autoit_script.h"
#include "unpack/setup_files.h"
#include "unpack/unpack.h"

namespace antidotary::unpack {
namespace {

using formats::Format;
using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;
using namespace std::string_view_literals;

struct Outcome {
  std::vector<std::string> children, missed;
  std::vector<ErrorKind> kinds;
};

Outcome open(Format format, const std::string& bytes) {
  Budget budget;
  Outcome out;
  Visitor visitor;
  visitor.child = [&](const Child& child) {
    out.children.push_back(child.name + "=" + to_string(child.bytes));
  };
  visitor.missed = [&](const Missed& missed) {
    out.missed.push_back(missed.error.what);
    out.kinds.push_back(missed.error.kind);
  };
  unpack(format, as_bytes(bytes), budget, visitor);
  return out;
}

const std::string listed = "a.txt\0Disk1\\a.txt\0"s + "1.0.0.0\0005\0hello"s;

TEST(SetupFiles, AreReadAsTheyStandAndTheRestIsNotLost) {
  const Outcome out = open(Format::installshield, listed + listed + "what follows");
  EXPECT_THAT(out.children,
              ElementsAre("a.txt=hello", "a.txt=hello", "trailing data=what follows"));
  EXPECT_THAT(out.missed, IsEmpty());
}

TEST(SetupFiles, StandNowhereInEveryTruncationAndInOtherBytes) {
  for (std::size_t size = 0; size < listed.size(); ++size) {
    EXPECT_FALSE(setup_file_at(as_bytes(listed).first(size), 0).has_value()) << size;
  }
  const std::string other = "a.txt\0Disk1\\b.txt\0"s + "1.0\0005\0hello"s;
  EXPECT_FALSE(setup_archive_at(as_bytes(other)).has_value());
}

std::string volume(std::uint32_t descriptor_bytes) {
  std::string out = "ISc("s + "\x00\x95\x00\x01"s + std::string(4, '\0') + "\x00\x02\x00\x00"s;
  Buffer number;
  append_u32_le(number, descriptor_bytes);
  out += to_string(number) + "\x00\x02\x00\x00"s;
  return out + std::string(600, '\0');
}

TEST(InstallShield, SaysThatAVolumesDirectoryIsInAnotherFile) {
  const Outcome out = open(Format::installshield, volume(0));
  EXPECT_THAT(out.kinds, ElementsAre(ErrorKind::unsupported));
  EXPECT_THAT(out.missed, ElementsAre("its directory is in another file (.hdr)"));
}

TEST(Nsis, IsNotCleanWhereItsHeaderCannotBeUnpacked) {
  std::string installer = std::string(4, '\0') + "\xef\xbe\xad\xdeNullsoftInst"s + "\x10\0\0\0"s +
                          "\x40\0\0\0"s + std::string(64, '\xff');
  EXPECT_THAT(open(Format::nsis, installer).kinds, ElementsAre(ErrorKind::malformed));
}

TEST(NsisBzip2, EndsAtEveryTruncationAndRefusesNonsense) {
  Budget budget;
  EXPECT_FALSE(unpack_nsis_bzip2(as_bytes("\x17"sv), budget).error.has_value());
  EXPECT_EQ(unpack_nsis_bzip2(as_bytes(""sv), budget).error->kind, ErrorKind::truncated);
  EXPECT_EQ(unpack_nsis_bzip2(as_bytes("x"sv), budget).error->kind, ErrorKind::malformed);
  const std::string ones = "\x31" + std::string(5000, '\xff');
  EXPECT_EQ(unpack_nsis_bzip2(as_bytes(ones), budget).error->kind, ErrorKind::malformed);
}

TEST(AutoIt, IsNotCleanWhereNoFileStands) {
  const std::string mark = "\xa3\x48\x4b\xbe\x98\x6c\x4a\xa9\x99\x4c\x53\x0a\x86\xd6\x48\x7d";
  EXPECT_THAT(open(Format::autoit, mark + "AU3!EA06" + std::string(64, 'x')).kinds,
              ElementsAre(ErrorKind::malformed));
  EXPECT_THAT(open(Format::autoit, mark + "AU3!EA04" + std::string(64, 'x')).kinds,
              ElementsAre(ErrorKind::unsupported));
}

TEST(AutoItScript, IsTextAgain) {
  // One line: a keyword of two letters mixed with 2, a variable, a sign, a number, a string.
  const std::string tokens = "\1\0\0\0"s + "\x30\2\0\0\0"s + "K\0D\0"s + "\x33\1\0\0\0"s + "y\0"s +
                             "\x41"s + "\x05\x07\0\0\0"s + "\x36\1\0\0\0"s + "#\0"s + "\x7f"s;
  Budget budget;
  const Brought out = autoit_script_text(as_bytes(tokens), budget);
  EXPECT_EQ(as_text(out.bytes), "IF $x = 7 \"\"\"\"\n");
  EXPECT_FALSE(out.error.has_value());
  const Brought cut = autoit_script_text(as_bytes(tokens).first(12), budget);
  EXPECT_EQ(cut.error->kind, ErrorKind::truncated);
}

}  // namespace
}  // namespace antidotary::unpack
