// Honest: the mail. Ordinary messages, some of them a little like lures.
#include "simulate/honest.h"
#include "simulate/letter_writer.h"
#include "simulate/zip_writer.h"

namespace antidotary::simulate {

void add_honest_mail(Scene& scene) {
  LetterSpec lunch;
  lunch.from_name = "Bob";
  lunch.from_address = "bob@example.org";
  lunch.subject = "Lunch on Friday?";
  lunch.day = "Mon, 28 Jul 2003";
  lunch.id = "lunch";
  lunch.text = "Hello Alice,\n\nshall we meet at noon? The usual place.\n\nBob\n";
  scene.messages.push_back({"lunch", write_letter(lunch)});

  LetterSpec holiday;
  holiday.from_name = "Carol";
  holiday.from_address = "carol@example.net";
  holiday.subject = "your account of the holiday";
  holiday.day = "Tue, 29 Jul 2003";
  holiday.id = "holiday";
  holiday.text =
      "Dear Alice,\n\nI read your account of the holiday twice. Here are my pictures.\n\n"
      "Best regards,\nCarol\n";
  holiday.enclosures.push_back(
      {"holiday.zip", "application/zip",
       write_zip({{"beach.jpg", stand_in("beach.jpg, a picture of an innocent message", 4000)},
                  {"harbour.jpg", stand_in("harbour.jpg, an innocent picture", 5000)}})});
  scene.messages.push_back({"holiday", write_letter(holiday)});

  LetterSpec library;
  library.from_name = "City Library";
  library.from_address = "news@library.example.org";
  library.subject = "New books in August";
  library.day = "Wed, 30 Jul 2003";
  library.id = "library";
  library.text = "Forty new books have arrived. Best regards, your library\n";
  library.html =
      "<html><body><h1>New books</h1><p>Forty new books have arrived.</p></body></html>\n";
  scene.messages.push_back({"library", write_letter(library)});

  LetterSpec minutes;
  minutes.from_name = "Dave";
  minutes.from_address = "dave@example.org";
  minutes.subject = "Re: minutes of the meeting";
  minutes.day = "Sat, 02 Aug 2003";
  minutes.id = "minutes";
  minutes.importance_high = true;
  minutes.text = "Please read the attachment for details.\n\nDave\n";
  minutes.enclosures.push_back(
      {"minutes.txt", "text/plain", stand_in("minutes.txt, an innocent attachment", 0)});
  scene.messages.push_back({"minutes", write_letter(minutes)});
}

}  // namespace antidotary::simulate
