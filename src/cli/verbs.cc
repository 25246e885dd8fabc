// The table of verbs and flags: the words of the program, and nothing else.
#include "cli/verb.h"

namespace antidotary::cli {
namespace {

constexpr Flag json{"-j,--json", "", "JSON Lines on stdout",
                    "Writes one JSON object a line (schema in docs/formats/report.md) instead of "
                    "text. Names that are not UTF-8 are written as {\"bytes\": hex}."};

constexpr Flag pua{"--pua", "", "take unwanted programs too",
                   "Takes signatures of what is merely unwanted as well (hdu, ldu, ndu and kin)."};

constexpr Flag scan_flags[] = {
    json,
    {"-p,--pack", "FILE", "a pack of signatures",
     "Holds files against the signatures of a pack, as 'antidotary pack build' makes it; else "
     "$ANTIDOTARY_PACK, else entries alone."},
    {"-d,--database", "PATH", "signatures as they are; repeatable",
     "Holds files against ClamAV databases, YARA rules or lists of digests at PATH, a file or a "
     "folder. A pack is made of them the first time and kept in the state folder."},
    pua,
    {"-z,--allmatch", "", "every name of a file", "Accepted: all names are always told."},
    {"-x,--explain", "", "show which bytes matched",
     "Shows for each signature which part of which object matched which of its parts: offset, "
     "hexadecimal and text around it."},
    {"--csv", "", "CSV on stdout", "Writes a line of RFC 4180 CSV for each finding."},
    {"--sarif", "", "SARIF on stdout", "Writes one SARIF 2.1.0 log at the end."},
    {"-J,--jobs", "N", "workers at once",
     "Jailed workers at once (default: one for each processor). Large archives are shared out."},
    {"--no-cache", "", "scan known files again",
     "Scans files again that were scanned before and have not changed since."},
    {"--paranoid", "", "do not trust times",
     "Takes a file for known only if its content's SHA-256 is what it was."},
    {"-v,--verbose", "", "name clean files too", "Names every file, the clean ones as well."},
    {"-i,--infected", "", "only name what was found",
     "Prints found files only: no incomplete ones. "
     "The exit code still tells of them."},
    {"-r,--recursive", "", "accepted: folders are always walked",
     "Folders are always walked; the flag is taken so that clamscan's scripts move over."},
    {"--max-filesize", "BYTES", "largest object",
     "Largest object brought out of a container "
     "(default 256M). Suffixes K, M and G."},
    {"--max-scansize", "BYTES", "most bytes unpacked",
     "Most bytes brought out of one file's "
     "containers together (default 400M)."},
    {"--max-files", "N", "most objects unpacked",
     "Most objects brought out of one file's "
     "containers (default 10000)."},
    {"--max-recursion", "N", "deepest nesting", "Containers inside containers (default 17)."},
    {"--max-scantime", "MS", "longest time a file",
     "Longest time for one file and all that it contains, in milliseconds (default 120000)."},
    {"--max-ratio", "N", "densest packing",
     "Most bytes unpacked for each packed byte, beyond the first 8 MiB (default 250, 0 for any)."},
    {"--cross-fs", "", "enter other file systems",
     "Enters folders that lie on other file systems."},
};
constexpr Flag unpack_flags[] = {
    json,
    {"-x,--extract", "DIR", "write the members",
     "Writes each member into DIR, a new folder, as a file of its own: NUMBER-NAME_, by the tree, "
     "never executable, never over another file, never outside DIR. What comes out may be hostile: "
     "do not open it."},
    {"--max-filesize", "BYTES", "largest object", "As in 'scan' (default 256M)."},
    {"--max-scansize", "BYTES", "most bytes unpacked", "As in 'scan' (default 400M)."},
    {"--max-files", "N", "most objects unpacked", "As in 'scan' (default 10000)."},
    {"--max-recursion", "N", "deepest nesting", "As in 'scan' (default 17)."},
    {"--max-scantime", "MS", "longest time", "As in 'scan' (default 120000)."},
    {"--max-ratio", "N", "densest packing", "As in 'scan' (default 250)."},
};
constexpr Flag examine_flags[] = {
    json,
    {"--autoruns", "", "list what starts by itself",
     "Lists every start-up point that is read (Run and its kin, services, Winlogon, tasks, ini "
     "files), entry or no entry: what starts, since when at the latest, and the SHA-256 of its "
     "file."},
    {"--html", "FILE", "write a report that one can keep",
     "Writes one self-contained page to FILE, beside what is printed: verdict, evidence, time "
     "line, plan, posture and start-ups. It asks no network for anything."},
};
constexpr Flag check_flags[] = {
    json,
    {"--for", "ID", "only what stands against this entry",
     "Asks only the checks that stand against an entry: its bulletins and what supersedes them, "
     "and the ways in which it spreads. Would this computer have caught it?"},
    {"--only", "ID", "only this check; repeatable", "Asks only the named check."},
    {"--list", "", "name all checks", "Names all checks and leaves."},
    {"--mend", "", "plan to mend what fails",
     "Prints the plan that gives failing settings the value that the check asks for. What has to "
     "be installed or made anew is advice."},
    {"--oval", "FILE", "write the registry facts as OVAL",
     "Writes the values that the checks asked for as OVAL system characteristics to FILE, "
     "for 'oscap oval analyse' to judge by other definitions."},
    {"--html", "FILE", "write a report that one can keep",
     "Writes one self-contained page to FILE, beside what is printed."},
    {"--apply", "", "with --mend: carry the plan out",
     "Carries the plan of --mend out, as a run that 'antidotary undo' puts back."},
};
constexpr Flag pack_flag{"-p,--pack", "FILE", "a pack of signatures",
                         "Looks for the name among the signatures of a pack as well; else "
                         "$ANTIDOTARY_PACK."};
constexpr Flag database_flag{"-d,--database", "PATH", "signatures as they are; repeatable",
                             "Looks for the name among the signatures at PATH as well."};

constexpr Flag explain_flags[] = {
    pack_flag,
    database_flag,
    {"-j,--json", "", "the entry as JSON", "Writes the whole entry as one JSON object."},
    {"--steps", "", "removal by hand",
     "Prints the removal as steps for a person, from the same "
     "statements that the program removes by."},
    {"--html", "", "one self-contained page",
     "Writes the page as HTML with its style within it: nothing else is needed to read it."},
    {"-o,--out", "FILE", "write the page to FILE", "With --html: writes to FILE, not to stdout."},
    {"--reg", "FILE", "with --steps: a .reg file",
     "With --steps: writes the registry's part as a file for regedit, to be read before it is "
     "used. What nobody may do unseen stands in it as a comment."},
    {"--checklist", "FILE", "with --steps: a list to tick",
     "With --steps: writes the steps as plain text with boxes."},
    {"--no-pager", "", "print, do not page",
     "Prints a long page at once instead of handing it "
     "to $PAGER."},
};
constexpr Flag site_flags[] = {
    json,
    {"--address", "URL", "where the site will stand",
     "The site's address, https://example.org/encyclopedia: the feed and the sitemap need it."},
};
constexpr Flag clean_flags[] = {
    json,
    {"--apply", "", "carry the plan out", "Carries the plan out. Without it nothing is changed."},
    {"-p,--plan", "FILE", "use a reviewed plan",
     "Takes the plan from FILE (as written by --out) "
     "instead of making a new one; what is no longer as the plan says is refused."},
    {"-o,--out", "FILE", "write the plan",
     "Writes the plan as JSON to FILE, for review and for "
     "--plan."},
    {"--pack", "FILE", "act on a pack's signatures",
     "Holds every file against the signatures of a pack as well; a loose file that one hits is "
     "moved into quarantine. Never a container, never what Windows needs."},
    {"-d,--database", "PATH", "act on signatures; repeatable",
     "The same with ClamAV databases, YARA rules or lists of digests at PATH."},
    {"--device", "", "write to a block device",
     "Lets --apply write to a block device itself and not to an image of it. Nothing on it may be "
     "mounted."},
    pua,
};
constexpr Flag pack_build_flags[] = {
    json,
    {"-o,--out", "FILE", "the pack to write", "Writes the pack to FILE, replacing it whole."},
    pua,
    {"--sign", "KEY", "sign it",
     "Signs with an Ed25519 private key in PEM ('openssl genpkey -algorithm ed25519')."},
};
constexpr Flag pack_refresh_flags[] = {
    json,
    {"--force", "", "build even if nothing changed",
     "Builds the pack even where its sources are as they were."},
    {"--sign", "KEY", "sign it", "Signs with an Ed25519 private key in PEM."},
};
constexpr Flag pack_info_flags[] = {
    json,
    {"--refused", "", "every refused line",
     "Lists every line that was not taken, with its reason."},
};
constexpr Flag pack_verify_flags[] = {
    {"--key", "KEY", "check its signature", "An Ed25519 public key in PEM."},
};
constexpr Flag allow_add_flags[] = {
    {"-r,--reason", "TEXT", "why", "Why it is no threat here; kept with the allowance."},
    {"--for", "TIME", "how long", "Ends by itself after 12h, 30d or 8w; else it holds for good."},
};
constexpr Flag release_flags[] = {
    {"--smtp", "ADDRESS", "where the mail server listens",
     "The mail server of this host (default 127.0.0.1:25)."},
    {"--sendmail", "PROGRAM", "by a program instead",
     "Runs PROGRAM with -bs and speaks SMTP to it."},
    {"--to", "ADDRESS", "to whom; repeatable", "Other recipients than those who missed it."},
    {"--again", "", "though it was released before", "Releases it once more."},
};
constexpr Flag json_only[] = {json};
constexpr Flag undo_flags[] = {
    json,
    {"--again", "", "carry an undone run out once more",
     "Of a run that is undone already: does again what it did. Without it such a run stays as it "
     "is."},
};
constexpr Flag doctor_flags[] = {
    json,
    {"-p,--pack", "FILE", "a pack of signatures", "The pack to open; else $ANTIDOTARY_PACK."},
};
constexpr Flag lint_flags[] = {
    json,
    {"--warnings", "", "show warnings too", "Shows warnings beside errors."},
    {"--github", "", "GitHub annotations on stdout",
     "Writes workflow commands (::error file=...) that GitHub shows beside the line."},
};
constexpr Flag names_resolve_flags[] = {
    json,
    {"--vendor", "NAME", "whose labels they are",
     "Whose labels they are: what is written alike may mean different things."},
    {"-l,--list", "FILE", "a label a line",
     "Takes labels from FILE ('-': standard input), one a line, with the vendor and a tab before "
     "it where it is known."},
    {"-r,--reports", "FILE", "reports of many engines",
     "Takes reports in VirusTotal's form (version 2 or 3) from FILE: one, an array of them, or one "
     "a line. Gives one family a sample; engines that answer with another's words, or with the "
     "same label, have one vote together."},
};
constexpr Flag serve_flags[] = {
    {"-c,--config", "FILE", "what to listen on and hold against",
     "The configuration in TOML (docs/reference/serve.md)."},
    {"--from-clamd-conf", "FILE", "print a clamd.conf as ours",
     "Prints the configuration that does what FILE, a clamd.conf, says, and ends; each option that "
     "cannot be honoured is named on stderr with its line."},
    {"--check-config", "", "read it and say what is wrong",
     "Reads the configuration, prints every mistake with file, line and column, and ends."},
};
constexpr Flag outbreaks_flags[] = {
    json,
    {"--active", "", "only those whose copies are looked for",
     "Leaves out what is over and what was dismissed."},
};
constexpr Flag dismiss_flags[] = {
    {"-r,--reason", "TEXT", "why it is honest", "Why it is honest; kept with the outbreak."},
    {"--revoke", "", "take that back", "Looks for its copies again."},
};
constexpr Flag retro_flags[] = {
    json,
    {"-p,--pack", "FILE", "a pack of signatures",
     "The pack whose digests are asked; else $ANTIDOTARY_PACK, else entries alone."},
    {"-d,--database", "PATH", "signatures as they are; repeatable",
     "ClamAV databases or lists of digests at PATH. A pack is made of them the first time."},
    pua,
    {"-a,--addresses", "FILE", "who may have got it; repeatable",
     "Addresses, one a line ('-': standard input), with the name of the mailbox behind a blank "
     "where it is another: the ledger knows hashes alone, and tells which of these are among "
     "them. 'doveadm user \"*\"' prints such a list."},
    {"--domain", "NAME", "of users without one; repeatable",
     "The domain of the lines of --addresses that have none."},
};
constexpr Flag simulate_flags[] = {
    {"--honest", "", "without the change",
     "Writes the honest tree instead: the same computer "
     "before the threat."},
};
constexpr Flag import_flags[] = {
    {"--name", "NAME", "which threat of the file",
     "Which threat is meant, where the file has several."},
    {"--id", "ID", "the entry's id", "The new entry's id, where the name does not tell it."},
};
constexpr Flag test_flags[] = {
    json,
    {"--all", "", "every entry, as a table",
     "Proves every entry and prints a line an entry with its counts, then the checks that failed."},
};
constexpr Flag preview_flags[] = {
    {"--port", "N", "the port to serve on",
     "Serves on this port of 127.0.0.1; else on any free one, which is printed."},
};
constexpr Flag export_flags[] = {
    {"-o,--out", "FILE", "file or folder to write",
     "Writes to FILE; into a folder where the format has several files (clamav). Else to stdout."},
};
constexpr Flag common[] = {
    {"-h", "", "this help, on one screen", ""},
    {"--help", "", "the whole story", ""},
    {"--encyclopedia", "DIR", "entries to use",
     "The encyclopedia's folder; else "
     "$ANTIDOTARY_ENCYCLOPEDIA, else the one that came with the program."},
    {"--state", "DIR", "where runs are kept",
     "Quarantine and journals; else $ANTIDOTARY_STATE, "
     "else /var/lib/antidotary for root, else ~/.local/state/antidotary."},
    {"--no-color", "", "no colours", "As does the variable NO_COLOR, or output to a pipe."},
};

constexpr Verb table[] = {
    {"scan", "PATH...", 1, -1, "files, archives, messages, mailboxes: clean, found or incomplete",
     "Looks into every file below each PATH, and into what these contain.\n\n"
     "  antidotary scan mail/inbox.mbox\n  antidotary scan --json /srv/upload",
     scan_flags, run_scan},
    {"unpack", "FILE", 1, 1, "what is inside a file, down to the last member",
     "Shows as a tree what FILE holds: archives, mail, documents, programs, what their packers "
     "hide and what is appended or embedded. Each line tells number, name, format, size, how far "
     "it was packed, what is odd about it, and what could not be read. Nothing is matched; the "
     "work is done in the same jail as a scan's.\n\n"
     "  antidotary unpack invoice.zip\n  antidotary unpack --json setup.exe\n"
     "  antidotary unpack --extract parts/ message.eml\n\n"
     "Exit 0: all of it was read. 2: something was not (encrypted, damaged, beyond a limit), or "
     "an error.",
     unpack_flags, run_unpack},
    {"examine", "HOST", 1, 1, "a Windows disk: infected or not, by what, how sure, why",
     "HOST is a folder or mount point that holds a Windows disk, or a disk image: raw, split raw, "
     "EWF (E01), qcow2, VMDK, VHD or VHDX, of a whole disk or one volume. Every Windows on it is "
     "examined. Nothing is changed.\n\n"
     "  antidotary examine /mnt/windows\n  antidotary examine disk.E01",
     examine_flags, run_examine},
    {"check", "HOST", 0, 1,
     "what would have prevented it: settings and updates, told from the disk",
     "HOST is a folder, mount point or disk image that holds a Windows disk. Every check passes, "
     "fails or is "
     "unknown, with the reason; a failure says the risk and how to mend it. Nothing is changed "
     "without --mend --apply, and that can be undone.\n\n"
     "  antidotary check /mnt/windows\n  antidotary check --for win32/mimail /mnt/windows\n"
     "  antidotary check --mend --only autorun --apply /mnt/windows",
     check_flags, run_check},
    {"explain", "NAME", 1, 1, "the page of a threat, under any vendor's name for it",
     "NAME is an entry (win32/mimail), a variant (win32/mimail.c), a bulletin (ms02-015), "
     "a weakness (CVE-2002-0077), a word of the trade (worm), any vendor's label, or with "
     "--pack any signature: where it was read, what it looks for.\n\n"
     "  antidotary explain W32.Mimail.A@mm\n  antidotary explain --steps mimail.c",
     explain_flags, run_explain},
    {"site build", "DIR", 1, 1, "the encyclopedia as static pages",
     "Writes every page, the search index, feed and sitemap to DIR, which is made where it is "
     "missing. No server is needed: the pages can be read from a disk.\n\n"
     "  antidotary site build /srv/www --address https://example.org",
     site_flags, run_site_build},
    {"search", "WORDS...", 1, -1, "which pages speak of a file, value, subject, domain or word",
     "Reads all text and facts, best first: entries, bulletins, words of the trade.\n\n"
     "  antidotary search 'what is videodrv.exe?'\n  antidotary search netwatch.exe Run",
     json_only, run_search},
    {"names resolve", "[LABEL...]", 0, -1, "what vendors' labels mean, by label or by report",
     "Exact labels first, then the vendor's grammar. The answer is an entry and variant with its "
     "reason, several, or the label's parts; never a family that is merely near.\n\n"
     "  antidotary names resolve WORM_MIMAIL.R 'Sophos W32/Mimail-N'\n"
     "  antidotary names resolve --reports virustotal.json",
     names_resolve_flags, run_names_resolve},
    {"names table", "ENTRY", 1, 1, "all labels of an entry, with vendor, relation and source", "",
     json_only, run_names_table},
    {"clean", "HOST|PATH", 1, 1, "a removal plan; --apply carries it out and verifies",
     "Makes a plan and prints it; changes nothing. With --apply each step is copied to "
     "quarantine, journaled, carried out and verified, and can be undone. A message leaves its "
     "mbox (under the mailbox's locks) or Maildir, and undo puts it back; of other mail stores it "
     "is only told. "
     "HOST may be a raw disk image, whole or split, of a disk or one NTFS volume, that nobody has "
     "mounted: all steps are tried on a copy of the blocks that they change; only when the "
     "outcome was examined and nothing else is different are they written. 'undo' gives the "
     "image its old bytes. Images of other forms are only read.\n\n"
     "  antidotary clean ~/mail\n"
     "  antidotary clean /mnt/windows --out plan.json\n"
     "  antidotary clean /mnt/windows --plan plan.json --apply\n"
     "  antidotary clean disk.raw --apply",
     clean_flags, run_clean},
    {"undo", "RUN", 1, 1, "put back, byte for byte, what a run changed",
     "RUN is the id that `clean --apply` printed; `antidotary runs` lists them. An undo can "
     "itself be undone: --again.",
     undo_flags, run_undo},
    {"resume", "RUN", 1, 1, "bring a run that was cut to its end",
     "After a crash or a power cut: finishes or takes back the step that was half done, then "
     "carries out the rest.",
     json_only, run_resume},
    {"runs", "", 0, 0, "what was changed, when, and whether it was undone", "", json_only,
     run_runs},
    {"quarantine list", "", 0, 0, "what is kept in quarantine", "", json_only, run_quarantine_list},
    {"quarantine show", "ITEM", 1, 1, "one item: where it was, why it was taken", "", json_only,
     run_quarantine_show},
    {"quarantine restore", "ITEM", 1, 1, "put one item back where it was", "", json_only,
     run_quarantine_restore},
    {"quarantine release", "ITEM [FILE]", 1, 2,
     "let a mail go on to its recipients; write an item to a new file",
     "A mail (mail-...) is handed once to the mail server of this host, with a mark that our "
     "milter "
     "knows; with FILE it is written there instead. Of a file that a run took, FILE gets the "
     "content. What comes out may be hostile.\n\n"
     "  antidotary quarantine release mail-20261130t091500-0123456789ab\n"
     "  antidotary quarantine release --sendmail /usr/sbin/sendmail mail-...",
     release_flags, run_quarantine_export},
    {"quarantine forget",
     "ITEM",
     1,
     1,
     "delete an item's content for good",
     "",
     {},
     run_quarantine_forget},
    {"entry new",
     "ID",
     1,
     1,
     "start an entry from a commented template",
     "  antidotary entry new win32/example",
     {},
     run_entry_new},
    {"entry import", "FILE", 1, 1, "start an entry from STIX, a MISP cluster or a page",
     "FILE is a STIX bundle, a MISP galaxy cluster or a page in Markdown (docs/formats/import.md). "
     "Names, sources and changes are taken as a draft with every change graded weak; what is "
     "missing is told.\n\n"
     "  antidotary entry import advisory.md\n"
     "  antidotary entry import --name Bagle malpedia.json",
     import_flags, run_entry_import},
    {"entry lint", "[ID...]", 0, -1, "what is wrong in entries, and how to mend it", "", lint_flags,
     run_entry_lint},
    {"entry test", "[ID...]", 0, -1, "prove entries: simulate, find, remove, verify, undo",
     "Each variant with a checkable change is simulated in a scratch folder, found as itself, "
     "removed, verified and undone; near misses and honest trees must stay clean.",
     test_flags, run_entry_test},
    {"entry diff", "ID [OTHER]", 1, 2, "what a change does to detection, removal and page",
     "Compares what comes of an entry with what comes of it at git's HEAD, in the encyclopedia in "
     "the folder OTHER, or with the entry OTHER. Exit code 1 where they differ.\n\n"
     "  antidotary entry diff win32/mimail\n  antidotary entry diff win32/mimail ../other/book",
     json_only, run_entry_diff},
    {"entry preview", "ENTRY|FILE", 1, 1, "an entry's page in your browser, new at every save",
     "Serves the page of an entry, of the encyclopedia or of a FILE or folder elsewhere, with all "
     "pages that it links to. When a file changes the page is made and loaded again; what the "
     "linter and the proof say stands above it, with file, line and column. Only this computer "
     "can see it; Ctrl-C ends it.\n\n"
     "  antidotary entry preview win32/mimail\n"
     "  antidotary entry preview --port 8034 drafts/win32/example/variants/a.toml",
     preview_flags, run_entry_preview},
    {"entry simulate", "ID.VARIANT DIR", 2, 2, "write a variant's harmless marks to DIR",
     "Writes DIR/host (a Windows tree) and DIR/mail (messages).\n\n"
     "  antidotary entry simulate win32/mimail.c /tmp/scratch",
     simulate_flags, run_entry_simulate},
    {"export", "FORMAT [NAME...]", 1, -1, "entries for other tools: stix, misp-galaxy, csv, ...",
     "FORMAT is stix, misp-galaxy, misp-event, openioc, csv, oval, clamav or yara. Without a NAME "
     "all entries are taken; what a format cannot say is left out of it.\n\n"
     "  antidotary export stix win32/mimail -o mimail.json\n"
     "  antidotary export clamav -o databases/",
     export_flags, run_export},
    {"pack build", "PATH...", 1, -1, "compile entries, ClamAV databases, YARA rules, digests",
     "Compiles what is at each PATH (a file or a folder) into one pack that is mapped at once. "
     "Lines that cannot be taken are told with the reason; they never end the build.\n\n"
     "  antidotary pack build -o site.pack encyclopedia/ /var/lib/clamav rules/ hashes.csv",
     pack_build_flags, run_pack_build},
    {"pack refresh", "PACK", 1, 1, "build a pack again if its sources changed",
     "Takes the paths from the pack itself. The old pack stays until the new one is whole.",
     pack_refresh_flags, run_pack_refresh},
    {"pack info", "PACK", 1, 1, "what a pack holds, from where, and what was refused", "",
     pack_info_flags, run_pack_info},
    {"pack verify", "PACK", 1, 1, "read all of a pack against its digests", "", pack_verify_flags,
     run_pack_verify},
    {"pack diff", "OLD NEW", 2, 2, "which signatures came, went or changed",
     "A line a name: '-' it went, '+' it came, '~' it says something else. Where it was read does "
     "not count. Of YARA rules that were compiled elsewhere only the names are compared.\n\n"
     "Exit 0: nothing differs. 1: something does.",
     json_only, run_pack_diff},
    {"allow add", "WHAT", 1, 1, "what is no threat here: a file, digest, signature or entry",
     "  antidotary allow add --reason 'our own installer' setup.exe\n"
     "  antidotary allow add --reason 'false positive' --for 30d Win.Test.Agent-1",
     allow_add_flags, run_allow_add},
    {"allow list", "", 0, 0, "what is allowed, since when, why", "", json_only, run_allow_list},
    {"allow remove", "WHAT", 1, 1, "no longer allow it", "", {}, run_allow_remove},
    {"generate",
     "KIND DIR",
     2,
     2,
     "man pages or completions: man, bash, zsh, fish",
     "",
     {},
     run_generate,
     true},
    {"serve", "", 0, 0, "the daemon: what speaks to clamd speaks to it",
     "Scans what clients send, in jailed workers. SIGHUP, RELOAD or a changed pack reloads it; "
     "SIGTERM finishes what was accepted. A configuration:\n\n"
     "  [scan]\n  databases = [\"/var/lib/clamav\"]\n"
     "  [clamd]\n  unix = \"/run/antidotary/clamd.sock\"\n  tcp = \"127.0.0.1:3310\"\n\n"
     "  antidotary serve --check-config --config /etc/antidotary/serve.toml",
     serve_flags, run_serve},
    {"outbreaks", "", 0, 0, "what many sent to many in a short time, and what of it is held",
     "Lists what 'antidotary serve' has seen, the newest first: since when, from how many senders "
     "to how many recipients, how many copies passed and how many are held.\n\n"
     "  antidotary outbreaks --active\n"
     "  antidotary outbreaks show same-0123456789ab\n"
     "  antidotary outbreaks dismiss same-0123456789ab --reason 'our own form'\n\n"
     "Exit 1: one is active.",
     outbreaks_flags, run_outbreaks},
    {"outbreaks show", "ID", 1, 1, "one outbreak, copy by copy", "", json_only, run_outbreaks_show},
    {"outbreaks dismiss", "ID", 1, 1, "it is honest: let its copies pass",
     "The daemon hears of it within seconds. The commands that let go what is held already are "
     "printed.",
     dismiss_flags, run_outbreaks_dismiss},
    {"retro", "", 0, 0, "who got what a pack convicts today, and how to take it out again",
     "Asks the ledger of outbreaks for attachments whose digest the pack or an entry names today. "
     "Patterns and YARA rules cannot be tried: the ledger keeps no content. Prints doveadm's "
     "commands; runs none.\n\n"
     "  doveadm user '*' | antidotary retro --pack site.pack --addresses -\n\n"
     "Exit 1: one arrived.",
     retro_flags, run_retro},
    {"doctor", "", 0, 0, "what protects this machine's scans, and what is missing",
     "Tries the layers of the jail, opens state, encyclopedia and pack, and says of what is "
     "missing "
     "what that costs.\n\n  antidotary doctor\n  antidotary doctor --pack site.pack --json\n\n"
     "Exit 0: nothing is missing that a scan needs. 2: something is.",
     doctor_flags, run_doctor},
};

}  // namespace

std::span<const Verb> verbs() { return table; }
std::span<const Flag> common_flags() { return common; }

}  // namespace antidotary::cli
