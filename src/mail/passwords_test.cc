// Method: sentences as worms and people write them; the password that they mean must be among what
// is found, and the number of what is found bounded.
#include "mail/passwords.h"

#include <gmock/gmock.h>

namespace antidotary::mail {
namespace {

using testing::Contains;
using testing::IsEmpty;

std::vector<std::string> found(std::string text, std::string subject = "") {
  Letter letter;
  letter.text = std::move(text);
  letter.subject = std::move(subject);
  return passwords_in(letter);
}

TEST(Passwords, StandBehindOrBeforeTheirWord) {
  for (const char* const text :
       {"Password: 54321", "archive password:54321", "the PASSWORD is \"54321\".",
        "Use password 54321 to open the attachment", "pass - 54321", "Pwd=54321",
        "54321 is the password of the file", "Das Passwort lautet: 54321!",
        "Le mot de passe est 54321.", "La contrase\u00f1a es 54321", "\u5bc6\u7801\uff1a54321 ok",
        "\u041f\u0430\u0440\u043e\u043b\u044c: 54321", "password: \u201c54321\u201d",
        "For security reasons the attached file is password protected. The password is 54321"}) {
    EXPECT_THAT(found(text), Contains("54321")) << text;
  }
  EXPECT_THAT(found("see the file", "password 54321"), Contains("54321"));
}

TEST(Passwords, KeepTheirOwnSigns) {
  EXPECT_THAT(found("password: a!b-c?"), Contains("a!b-c?"));
  EXPECT_THAT(found("password: -x-"), Contains("-x-"));
}

TEST(Passwords, AreNoneWhereNoWordSaysSo) {
  EXPECT_THAT(found("please open the attached file 54321"), IsEmpty());
  EXPECT_THAT(found("password"), IsEmpty());
  EXPECT_THAT(found("password: ... --"), IsEmpty());
}

TEST(Passwords, AreBounded) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "password p" + std::to_string(i) + "! ";
  EXPECT_EQ(found(text).size(), passwords_max);
  EXPECT_THAT(found("password " + std::string(password_bytes_max + 1, 'x')), IsEmpty());
}

}  // namespace
}  // namespace antidotary::mail
